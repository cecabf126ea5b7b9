"""The rule author's desk: YAML files become one Rulebook, or every problem at once with file, line and column.

Files come from a directory that people keep in git (`files`), pass the limits and become a node tree with positions
(`tree`), get their parameters (`parameters`, `overrides`), are held against the language's shape (`shape`, `shaping`)
and are compiled (`compiling`) section by section into the values of `core.rulebook`, which `wiring` hands to the
pipeline and the rollup. What rules do together is looked at by `lifecycle` and `interplay`; what only a site can know
is collected by `references`. `schema` tells the language to editors. The one door is `read.read_rules`.
"""
