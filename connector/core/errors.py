"""The root of every error that a person can put right."""


class ConnectorError(Exception):
    """Says what was found, where, and what to do. Subclasses live beside the code that raises them."""
