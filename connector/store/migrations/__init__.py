"""How the tables came about: one revision after another, each the same for SQLite and PostgreSQL.

A revision is never edited once released; a change of `tables` comes with a new one, and a test compares the two.
"""
