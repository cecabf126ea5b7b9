"""`connector sandbox`: a small Jira and Confluence in one process."""

import signal
from pathlib import Path

import click

from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions


@click.command()
@click.option("--port", default=8010, show_default=True, help="The port on 127.0.0.1; 0 takes a free one.")
@click.option("--deployment", type=click.Choice(["cloud", "datacenter"]), default="cloud", show_default=True)
@click.option("--locale", type=click.Choice(["en", "zh_CN"]), default="en", show_default=True)
@click.option(
    "--seed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Issues as REST gives them, one a line (.jsonl or .jsonl.gz).",
)
@click.option(
    "--record", type=click.Path(dir_okay=False, path_type=Path), help="Append every request and answer to this file."
)
@click.option("--jira-webhook", metavar="URL", help="Where Jira's events are posted.")
@click.option("--confluence-webhook", metavar="URL", help="Where Confluence's events are posted.")
@click.option("--webhook-secret", metavar="SECRET", help="What the events are signed with.")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="Keep the state and the clock in this folder."
)
def sandbox(
    port: int,
    deployment: str,
    locale: str,
    seed: Path | None,
    record: Path | None,
    jira_webhook: str | None,
    confluence_webhook: str | None,
    webhook_secret: str | None,
    data: Path | None,
) -> None:
    """Serve a small Jira and Confluence for demos, tests and trying rules. Ends with Ctrl-C."""
    world = Sandbox(
        SandboxOptions(
            port=port,
            deployment="cloud" if deployment == "cloud" else "datacenter",
            locale="en" if locale == "en" else "zh_CN",
            seed=seed,
            record=record,
            jira_webhook=jira_webhook,
            confluence_webhook=confluence_webhook,
            webhook_secret=webhook_secret,
            data=data,
        )
    )
    # The world is saved when it ends, whichever way it is asked to.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    click.echo(f"sandbox at {world.url} ({deployment}, {locale}); Ctrl-C ends it")
    try:
        world.serve_forever()
    except KeyboardInterrupt:
        world.stop()
