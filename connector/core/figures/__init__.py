"""Figures: every number shown to people, as a value with its unit, coverage and source, or null with a reason.

The arithmetic stands in modules named after their subject and takes plain values: readings come out. `delivery`, the
`project_*` modules and `catalog` read a project's population and make figures of them, which rules and pages name.
"""
