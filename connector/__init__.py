"""lifecycle-connector: a project's life cycle, run in the Jira and Confluence you already have."""

__version__ = "0.1.0"
