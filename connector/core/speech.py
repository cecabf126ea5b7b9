"""How the core speaks: it names a message, whoever calls it knows the language."""

from typing import Protocol

from connector.core.rulebook import Text


class Say(Protocol):
    """Turns a message id and its values into text in the project's language."""

    def __call__(self, message: str, /, **values: object) -> str:
        """The message, with its places filled."""


def spoken(text: Text, locale: str, say: Say) -> str:
    """A title in the project's language: a shipped one by its message id, an administrator's by locale."""
    if "id" in text:
        return say(text["id"])
    return text.get(locale) or text.get("en") or next(iter(text.values()), "")
