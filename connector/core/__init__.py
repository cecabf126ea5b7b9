"""The pure middle: values and decisions, without framework, database, network, file, clock, randomness or log.

Events come from `normalise`, state from `store`; what is decided leaves as findings and planned writes, which
`pipeline` and `rollup` store and `outbox` carries out. The moment is always an argument.
"""
