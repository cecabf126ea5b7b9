"""The cellar: rows in SQLite or PostgreSQL, one module a table, and nothing here decides anything.

Letters come from `intake`; mirror, marks and planned writes from `pipeline` and `rollup`, which open the transactions;
`outbox` takes the planned writes out again. Every function takes the open connection first. `engine` opens databases
and transactions and brings the tables up to date, `tables` says what they look like, `migrations` how they came about.
"""
