"""The back door: clients for Jira and Confluence, Cloud and Data Center, behind one Protocol a product.

`outbox`, `rollup`, `intake` and `pipeline` open them through `connect` and see only the Protocols of `jira` and
`confluence`. Each request leaves through `transport`, our one adapter under both libraries' sessions, and each failure
comes back as one of `failures`.
"""
