"""The command `connector`."""

import sys

import click

from connector import __version__
from connector.cli.backfill import backfill, rollup
from connector.cli.check import check
from connector.cli.demo import demo
from connector.cli.jql import jql
from connector.cli.plan import plan
from connector.cli.post import post
from connector.cli.retry import retry
from connector.cli.rule_tests import test
from connector.cli.sandbox import sandbox
from connector.cli.schema import schema
from connector.cli.serve import serve
from connector.cli.simulate import simulate_command
from connector.cli.status import mode, status
from connector.cli.steering import pause, release, resume
from connector.cli.undo import undo
from connector.cli.why import why
from connector.core.errors import ConnectorError
from connector.logs import set_up_logs


class Desk(click.Group):
    """The group of commands: what a person can put right is said in one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a ConnectorError ends it with status 2 and its text."""
        try:
            return super().invoke(ctx)
        except ConnectorError as problem:
            click.echo(f"connector: {problem}", err=True)
            sys.exit(2)


@click.group(cls=Desk, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="connector")
def cli() -> None:
    """Run project life cycles in the Jira and Confluence you already have."""
    # `serve` and its workers tell everything; a command that a person runs tells what went wrong.
    set_up_logs("WARNING")


for command in (
    serve,
    demo,
    sandbox,
    check,
    schema,
    jql,
    backfill,
    rollup,
    post,
    status,
    mode,
    pause,
    resume,
    undo,
    release,
    retry,
    test,
    plan,
    simulate_command,
    why,
):
    cli.add_command(command)
