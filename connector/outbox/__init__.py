"""Carrying decided writes out: claim, pace, send, look up what is unknown, retry, and keep what was refused.

Rows come from `pipeline` and `rollup`; `atlassian` is the back door they leave by.
"""
