"""Opaque tokens: how values travel through Markdown without ever being read as Markdown."""

import re
from dataclasses import dataclass, field

from connector.pages.storage import Block, Storage, text

OPEN, CLOSE = "\ue000", "\ue001"
_TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")
_ALONE = re.compile(f"<p>{OPEN}(\\d+){CLOSE}</p>")


@dataclass(slots=True)
class Tokens:
    """The values of one rendering, each under the number that its token carries."""

    values: list[Storage] = field(default_factory=list)

    def put(self, value: object) -> str:
        """A token that stands for the value."""
        self.values.append(value if isinstance(value, Storage) else text(value))
        return f"{OPEN}{len(self.values) - 1}{CLOSE}"

    def redeem(self, storage: str) -> str:
        """The storage with every token replaced by its value, once; values are not looked through for tokens."""
        return _TOKEN.sub(self._value, _ALONE.sub(self._block, storage))

    def _value(self, token: re.Match[str]) -> str:
        return str(self.values[int(token[1])])

    def _block(self, paragraph: re.Match[str]) -> str:
        is_block = isinstance(self.values[int(paragraph[1])], Block)
        return f"{OPEN}{paragraph[1]}{CLOSE}" if is_block else paragraph[0]
