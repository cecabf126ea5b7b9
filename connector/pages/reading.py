"""Reading storage format with expat, which knows where every event stands in the bytes."""

from html import unescape
from html.entities import name2codepoint
from xml.parsers import expat

from connector.core.errors import ConnectorError

OPENING = b"<storage>"
CLOSING = b"</storage>"
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{code};">' for name, code in name2codepoint.items() if name not in _XML_OWN
).encode()


class NotStorage(ConnectorError):
    """A body that is no well-formed storage format."""


class StorageReader:
    """Feeds a body to `started`, `ended` and `texted`, which subclasses fill. `at` is the byte offset of the event."""

    def __init__(self) -> None:
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.ExternalEntityRefHandler = self._declare_entities
        parser.SkippedEntityHandler = self._skipped
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.texted
        self._depth = 0

    def read(self, body: bytes) -> None:
        """Read the whole body. Raises NotStorage where it is not well-formed."""
        try:
            self._parser.Parse(OPENING, False)
            self._parser.Parse(body, False)
            self._parser.Parse(CLOSING, True)
        except expat.ExpatError as error:
            raise NotStorage(
                f"byte {max(self.at, 0)} of the page: {expat.ErrorString(error.code)}; "
                "open the page in Confluence's editor and save it again"
            ) from error

    @property
    def at(self) -> int:
        """Where the event under way begins, in bytes from the start of the body."""
        return self._parser.CurrentByteIndex - len(OPENING)

    def started(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def ended(self, name: str) -> None:
        """An element ends."""

    def texted(self, words: str) -> None:
        """A run of text, entities resolved; one run of text may come in several pieces."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > 1:
            self.started(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth > 0:
            self.ended(name)

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self.texted(unescape(f"&{name};"))

    def _declare_entities(self, context: str, base: object, system: object, public: object) -> int:
        # The only outside declarations are our own; a body cannot name any, it has no DOCTYPE.
        self._parser.ExternalEntityParserCreate(context).Parse(_ENTITIES, True)
        return 1


def check_whole(fragment: str) -> None:
    """Raise NotStorage unless the fragment is well-formed by itself."""
    StorageReader().read(as_bytes(fragment))


def as_bytes(body: str) -> bytes:
    """The body in UTF-8. Raises NotStorage for text that has no such form."""
    try:
        return body.encode()
    except UnicodeEncodeError as error:
        raise NotStorage(f"character {error.start} of the page is half a character; read the page again") from error
