"""The event path: waiting inbox rows in, mirror, decisions and dirty marks out, one transaction a batch.

Rows come from `intake`; planned writes go to `outbox`, dirty projects to `rollup`. What it costs does not depend on
the size of a project.
"""
