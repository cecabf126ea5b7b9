"""Chat and mail: messages leave here, through apprise, to the channels that a file outside of the rules names.

`outbox` brings them. There is no way back: what was sent cannot be looked up, so each message leaves at most once.
"""
