"""The sandbox's Jira: its rows, what may be done with them, and how they are told.

Reads field values and texts from requests as strictly as Jira does, changes the rows of one `JiraState`, and sends
each change as a webhook. `routes` stands in front of it; `connector.sandbox.web` shows the same rows to people.
"""
