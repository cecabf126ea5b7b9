"""From a character of a YAML text value back to the character of the file that it was written as."""

ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


def offset_in_source(source: str, value: str, offset: int) -> int:
    """Where in `source` (quotes, block header and all) the character `offset` of its `value` stands.

    Quotes doubled or escaped, folded lines and the indentation of blocks are stepped over.
    """
    at = _start(source)
    for character in value[:offset]:
        at = _step(source, at, character)
    while offset < len(value) and _is_skipped(source, at, value[offset]):
        at += 1
    return min(at, len(source))


def _start(source: str) -> int:
    if source[:1] in {"|", ">"}:
        return source.find("\n") + 1
    return 1 if source[:1] in {"'", '"'} else 0


def _step(source: str, at: int, character: str) -> int:
    """The position after what `character` was written as."""
    quote = source[:1]
    while _is_skipped(source, at, character):
        at += 1
    if quote == "'" and source.startswith("''", at):
        return at + 2
    if quote == '"' and source.startswith("\\", at):
        return at + ESCAPE_LENGTHS.get(source[at + 1 : at + 2], 2)
    if not character.isspace():
        return at + 1
    if source[at : at + 1] == "\n":
        return _after_space(source, at)
    # A line break was followed by blanks that belong to the value: they were stepped over with the indentation.
    return at + source[at : at + 1].isspace()


def _is_skipped(source: str, at: int, character: str) -> bool:
    """Whether the file holds white space here that the value does not: indentation, or a folded line break."""
    return source[at : at + 1].isspace() and not character.isspace()


def _after_space(source: str, at: int) -> int:
    while source[at : at + 1].isspace():
        at += 1
    return at
