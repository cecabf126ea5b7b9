"""Whether two pieces of storage format say the same, whatever Confluence's editors did to their spelling."""

from xml.etree import ElementTree

from connector.pages.reading import StorageReader, as_bytes

# Confluence adds and renews these by itself.
_VOLATILE = frozenset({"ac:macro-id", "ac:local-id", "local-id", "ac:schema-version"})
_COMMENT_MARK = "ac:inline-comment-marker"


def is_same(one: str, other: str) -> bool:
    """Whether both pieces say the same."""
    return one == other or normalise_region(one) == normalise_region(other)


def normalise_region(storage: str) -> str:
    """The piece in one spelling.

    Ids that Confluence renews and people's comment markers are dropped, attributes and macro parameters sorted,
    entities resolved, white space squeezed. For comparing only, never written. Raises NotStorage if not well-formed.
    """
    reader = _TreeReader()
    reader.read(as_bytes(storage))
    root = reader.tree()
    for element in root.iter():
        _tidy(element)
    return ElementTree.tostring(root, encoding="unicode")


class _TreeReader(StorageReader):
    """Builds a tree without what Confluence and commenting people add."""

    def __init__(self) -> None:
        super().__init__()
        self._builder = ElementTree.TreeBuilder()
        self._builder.start("storage", {})

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name != _COMMENT_MARK:
            kept = {key: value for key, value in sorted(attributes.items()) if key not in _VOLATILE}
            self._builder.start(name, kept)

    def ended(self, name: str) -> None:
        if name != _COMMENT_MARK:
            self._builder.end(name)

    def texted(self, words: str) -> None:
        self._builder.data(words)

    def tree(self) -> ElementTree.Element:
        """The tree that was read."""
        self._builder.end("storage")
        return self._builder.close()


def _tidy(element: ElementTree.Element) -> None:
    element.text, element.tail = _squeezed(element.text), _squeezed(element.tail)
    parameters = [child for child in element if child.tag == "ac:parameter"]
    if parameters:
        others = [child for child in element if child.tag != "ac:parameter"]
        element[:] = [*sorted(parameters, key=lambda one: one.get("ac:name", "")), *others]


def _squeezed(words: str | None) -> str | None:
    """White space squeezed, none at all between two tags; a no-break space counts as a space."""
    if words is None or not words.strip():
        return None
    lead, trail = (" " if words[0].isspace() else ""), (" " if words[-1].isspace() else "")
    return lead + " ".join(words.split()) + trail
