"""The story that `connector demo` plays: a project's life, from one vague sentence to its retrospective.

The people of the story act through `sandbox`'s REST API; an unchanged `connector serve` hears of it by webhooks. What
must come of each step is looked up in Jira and Confluence, as a person would look.
"""
