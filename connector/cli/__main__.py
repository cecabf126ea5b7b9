"""`python -m connector.cli`, as `serve` starts its own workers."""

from connector.cli.main import cli

cli()
