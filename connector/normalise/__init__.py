"""Strangers' JSON becomes our events. Pure.

Bodies come from `intake` (a webhook, a tick) or from `atlassian` (an answer of the REST API); the events go to
`pipeline`, which merges them into the mirror. `read` is the way in for letters, `rest` for REST answers.
"""
