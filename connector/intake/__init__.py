"""Everything that puts a row in the inbox: signed webhooks and the timers.

From here `pipeline` takes the rows. Nothing is answered 2xx before its row is on disk.
"""
