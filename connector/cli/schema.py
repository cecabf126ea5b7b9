"""`connector schema`: the rule language as JSON Schema, for editors."""

import json

import click

from connector.rulefiles.schema import schema as make_schema


@click.command()
def schema() -> None:
    """Print the JSON Schema of rule files.

    Keep it beside your rules (connector schema > rules/rules.schema.json) and begin each file with
    `# yaml-language-server: $schema=rules.schema.json`: editors then complete keys, explain them and mark mistakes.
    """
    click.echo(json.dumps(make_schema(), indent=2, ensure_ascii=False))
