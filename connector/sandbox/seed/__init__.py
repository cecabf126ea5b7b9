"""Fills an empty sandbox from a file of issues as Jira's REST API returns them.

`fill` reads the lines, `site` works out the people, statuses, types and fields they lived among, `issues` writes the
rows; they end in the world's `JiraState`, without webhooks.
"""
