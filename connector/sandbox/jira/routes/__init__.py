"""Jira's REST addresses, one module for each kind of thing.

Requests come from the app in `connector.sandbox.server`, already let in by `front`; what they ask goes to
`connector.sandbox.jira`, and comes back as JSON in Atlassian's shapes. `register` says which of them stand where.
"""
