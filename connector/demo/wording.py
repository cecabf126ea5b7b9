"""Texts of the story, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Both:
    """A text in English and in Simplified Chinese. Places in braces are filled when it is said."""

    en: str
    zh: str

    def say(self, locale: str, **values: object) -> str:
        """The text in the locale's language, with its places filled."""
        return (self.zh if locale == "zh_CN" else self.en).format(**values)
