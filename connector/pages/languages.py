"""The catalogues: every text the connector itself speaks, in English and Simplified Chinese, by message id."""

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from connector.core.errors import ConnectorError
from connector.core.figures.figure import Figure
from connector.core.rulebook import Text
from connector.pages.numbers import Numbers

LANGUAGES = ("en", "zh_CN")

_PLACE = re.compile(r"\{(\w+)(?::([\w.]+))?\}")
_THRESHOLD = re.compile(r"(<=|>=|<|>|=) (-?[0-9]+(?:\.[0-9]+)?)")
_SIGNS = {"<=": "≤", ">=": "≥"}


class UnknownLanguage(ConnectorError):
    """A locale for which there is no catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Translate:
    """Speaks one language: a message id and its values in, text out. Dates are told in `timezone`.

    A place may be written `{name}`, `{name:date}` for an ISO date, or `{name:prefix}`, which says the message
    `prefix.<value>`. A value may be a text
    by locale, a figure, a number (with its unit in the value `unit`), a date, a moment, or several of these.
    """

    locale: str
    numbers: Numbers
    timezone: tzinfo = UTC

    def __call__(self, message: str, /, **values: object) -> str:
        """The message with its places filled. An unknown id comes back as it is; a missing value leaves its place."""
        return fill(self.pattern(message, values), lambda name, prefix: self._filling(values, name, prefix))

    def pattern(self, message: str, values: Mapping[str, object]) -> str:
        """The message before its places are filled, in the plural form that the value `count` asks for."""
        translations, count = _translations(self.locale), values.get("count")
        if isinstance(count, int | Decimal):
            number = int(count) if count == int(count) else 2
            plural = translations.ngettext(message, message, number)
            return plural if plural != message else translations.gettext(message)
        return translations.gettext(message)

    def title(self, words: Text) -> str:
        """A text by locale: a shipped one by its message id, an administrator's in this language or the next best."""
        if "id" in words:
            return self(words["id"])
        best = (self.locale, self.locale.partition("_")[0], "en")
        return next((words[one] for one in best if one in words), next(iter(words.values()), ""))

    def named(self, prefix: str, value: object) -> str:
        """The message `prefix.value`, or the value itself where the catalogue has none."""
        message = f"{prefix}.{value}"
        found = _translations(self.locale).gettext(message)
        return str(value) if found == message else found

    def special(self, prefix: str, value: object) -> str:
        """A value of a place with a prefix: `{day:date}` holds an ISO date, any other prefix is of message ids."""
        if prefix == "date" and isinstance(value, str):
            return self.numbers.day(date.fromisoformat(value))
        return self.named(prefix, value) if isinstance(value, str) else self.show(value)

    def figure(self, figure: Figure) -> str:
        """A figure with its unit, or why there is none."""
        if figure.value is None:
            return self.named("null", figure.reason)
        return self.amount(figure.value, figure.unit, figure.name)

    def amount(self, value: Decimal, unit: str, name: str = "", bounds: Iterable[Decimal] = ()) -> str:
        """A number with its unit. It is never rounded across one of `bounds`."""
        shown = self.numbers.quantity(value, unit, name, bounds)
        return self(f"unit.{unit}", count=value, number=shown) if unit in _SPOKEN_UNITS else shown

    def threshold(self, words: str, unit: str = "", name: str = "") -> str:
        """A bound such as `>= 0.9` as people write it: ≥ 90%."""
        found = _THRESHOLD.fullmatch(words)
        if found is None:
            return words
        bound = Decimal(found[2])
        return f"{_SIGNS.get(found[1], found[1])} {self.amount(bound, unit, name, (bound,))}"

    def listed(self, values: Iterable[object]) -> str:
        """Several values after one another."""
        return self("list.separator").join(self.show(value) for value in values)

    def show(self, value: object, unit: str = "") -> str:
        """Any value in this language, as plain text."""
        match value:
            case Figure():
                return self.figure(value)
            case bool() | str():
                return str(value)
            case int() | float() | Decimal():
                return self.amount(Decimal(str(value)), unit)
            case datetime():
                return self.numbers.moment(value, self.timezone)
            case date():
                return self.numbers.day(value)
            case Mapping():
                return self.title({str(key): str(one) for key, one in value.items()})
            case list() | tuple():
                return self.listed(value)
        return "" if value is None else str(value)

    def _filling(self, values: Mapping[str, object], name: str, prefix: str | None) -> str | None:
        if name not in values:
            return None
        value, unit = values[name], values.get("unit")
        if prefix is not None:
            return self.special(prefix, value)
        if isinstance(value, str) and name in _BOUNDS:
            return self.threshold(value, str(unit or ""))
        if isinstance(value, Decimal) and name == "value":
            # Said beside its bound, a value must not look as if it had met it.
            return self.amount(value, str(unit or ""), bounds=_bounds_in(values))
        return self.show(value)


def _bounds_in(values: Mapping[str, object]) -> list[Decimal]:
    found = [_THRESHOLD.fullmatch(str(values.get(name))) for name in _BOUNDS]
    return [Decimal(one[2]) for one in found if one]


_BOUNDS = ("target", "threshold")
_SPOKEN_UNITS = frozenset({"days", "hours", "per week", "points", "weeks", "working days"})


def fill(pattern: str, filling: Callable[[str, str | None], str | None]) -> str:
    """The pattern with each place replaced once; what is filled in is never read as a pattern itself."""

    def one(place: re.Match[str]) -> str:
        words = filling(place[1], place[2])
        return place[0] if words is None else words

    return _PLACE.sub(one, pattern)


def translate(locale: str, timezone: tzinfo = UTC) -> Translate:
    """The voice of a locale: zh_CN, or a language such as en_GB whose catalogue is en. Raises UnknownLanguage."""
    language = next((one for one in LANGUAGES if locale.replace("-", "_") == one), None)
    language = language or next((one for one in LANGUAGES if locale[:2].casefold() == one[:2]), None)
    if language is None:
        raise UnknownLanguage(f"there is no catalogue for the locale {locale!r}; use one of {', '.join(LANGUAGES)}")
    try:
        return Translate(locale=language, numbers=Numbers(locale.replace("-", "_")), timezone=timezone)
    except (UnknownLocaleError, ValueError):
        return Translate(locale=language, numbers=Numbers(language), timezone=timezone)


def message_ids() -> frozenset[str]:
    """Every message id that the catalogues know."""
    return frozenset(_ids(catalogue("en")))


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of a language, read from the shipped file."""
    source = files("connector.pages") / "locale" / language / "LC_MESSAGES" / "messages.po"
    return read_po(io.BytesIO(source.read_bytes()), locale=language, abort_invalid=True)


@cache
def _translations(language: str) -> GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _ids(messages: Catalog) -> Iterable[str]:
    for message in messages:
        first = message.id if isinstance(message.id, str) else message.id[0]
        if first:
            yield first
