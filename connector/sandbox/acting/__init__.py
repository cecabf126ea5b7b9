"""People who act in a running sandbox from outside, through its REST API: for the demo, for tests and tours.

`place` finds out what stands at an address and who lives there; `jira` and `confluence` do what a person would do
there. Nothing here touches the world of the process it runs in.
"""
