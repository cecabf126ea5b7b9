"""The sandbox's Confluence: spaces, pages with their editions, what hangs on them, and its three REST APIs.

Requests come from the app in `connector.sandbox.server` to `v1`, `v2` and their parts (Cloud) or `dc` (Data Center),
change one `ConfluenceState`, and go out as webhooks. `connector.sandbox.web` shows the same pages to people.
"""
