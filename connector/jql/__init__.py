"""JQL, read and compiled: a query that an administrator knows from Jira, answered from the mirror.

Text comes from rule files and from the sandbox's search. `parse` turns it into the tree of `ast`, `printing` turns the
tree back into text, `compile` makes a Selector of it: a predicate over mirrored issues that asks nobody anything.
Everything here is pure: the moment, the user and what else a query may look at arrive in a Scope.
"""
