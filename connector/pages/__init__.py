"""What people read: a template and a project's findings become a page in Confluence's storage format.

Findings come from `rollup`, templates from the folder of templates. The page leaves as a `Rendered`, whose regions
`outbox` splices into the page that stands, leaving every other byte as it is. Pure but for files read at start.
"""
