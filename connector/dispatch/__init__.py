"""Who is woken when. A wake-up is a hint, never a fact: rows are the truth, and a sweep alone finishes all work.

`rooms` says what a room does when it is woken, `rounds` how it goes on doing so. Who wakes it is one of two:

- `local`: bells between the processes of one `serve`, and windows kept in memory.
- `distributed`: jobs in PostgreSQL (Procrastinate), taken by whichever machine is free. Jobs come from the rows
  (`wakeups`), are put on the `board`, taken off it by a `taker`, and lie in tables of their own (`jobtables`).

`processes` keeps the child processes of one `serve` alive, `parent` ends them with it.
"""
