"""`python -m connector.cli`: the command without its script."""

from connector.cli.main import cli

cli()
