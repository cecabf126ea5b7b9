"""The same rooms with the back door shut: what rules would do, what they would have done, and why they did.

Uses `pipeline` and `rollup` as they are, on the live rows inside a transaction that is rolled back (`planning`), or on
a database that is thrown away (`scratch`), which histories (`replay`) and rule tests (`cases`) are played on. What was
really done is told from the rows it left (`why`). The commands `plan`, `simulate`, `why` and `test` print the values
that come from here.
"""
