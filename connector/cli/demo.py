"""`connector demo`: a project's life, from first goals to closeout, in a sandbox that people can click through."""

import signal
import time
from pathlib import Path
from urllib.parse import urlsplit

import click

from connector.demo.play import play
from connector.demo.stage import ENVIRONMENT, StageOptions, on_stage
from connector.demo.wording import Both


@click.command()
@click.option("--port", default=8080, show_default=True, help="The connector's port on 127.0.0.1; 0 takes a free one.")
@click.option("--sandbox-port", default=8010, show_default=True, help="The sandbox's port; 0 takes a free one.")
@click.option("--deployment", type=click.Choice(["cloud", "datacenter"]), default="cloud", show_default=True)
@click.option("--locale", type=click.Choice(["en", "zh_CN"]), default="en", show_default=True)
@click.option("--exit", "ends", is_flag=True, help="End after the story; status 0 only if every step came out right.")
@click.option(
    "--record", type=click.Path(dir_okay=False, path_type=Path), help="Append every request and answer to this file."
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Leave database, sites and settings in this new folder, to try commands on the story.",
)
def demo(
    port: int, sandbox_port: int, deployment: str, locale: str, ends: bool, record: Path | None, keep: Path | None
) -> None:
    """Play a project's life in a small Jira and Confluence, with this connector at work.

    Prints what happens and the addresses to open, then keeps both sites up until Ctrl-C.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = StageOptions(
        port=port,
        sandbox_port=sandbox_port,
        deployment="cloud" if deployment == "cloud" else "datacenter",
        locale="en" if locale == "en" else "zh_CN",
        record=record,
        keep=keep,
    )
    is_right = not ends
    try:
        with on_stage(options) as stage:
            click.echo(f"Jira        {stage.place.jira}")
            click.echo(f"Confluence  {stage.place.confluence}")
            click.echo(f"connector   {stage.connector_url}/metrics")
            is_right = play(stage, locale, click.echo)
            if keep is not None:
                again = f"connector sandbox --port {urlsplit(stage.place.url).port} --data {keep / 'sandbox'}"
                click.echo(_KEPT.say(locale, file=keep.resolve() / ENVIRONMENT))
                click.echo(_AGAIN.say(locale, command=f"{again} --deployment {deployment} --locale {locale}"))
            if not ends:
                click.echo(_STAYS.say(locale))
                while True:
                    stage.check()
                    time.sleep(1)
    except KeyboardInterrupt:
        click.echo()
    if not is_right:
        raise click.exceptions.Exit(1)


_STAYS = Both(
    "\nBoth sites stay up for you to look at; Ctrl-C ends them.",
    "\n两个站点保持运行，供您查看；按 Ctrl-C 结束。",
)
_KEPT = Both(
    "\nTo type commands on this story: `. {file}`, then `connector status`.",
    "\n要对此故事运行命令：先执行 `. {file}`，再执行 `connector status`。",
)
_AGAIN = Both(
    "After this has ended, the sites come back with `{command}`.",
    "结束之后，可用 `{command}` 重新启动两个站点。",
)
