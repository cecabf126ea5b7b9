"""Numbers and dates as people of a locale write them. Rounding happens here and nowhere else."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent

# Ratios that are read as they are: 1.00 is on plan. Every other ratio is a share, shown in percent.
INDEXES = frozenset(
    {"cpi", "spi", "spi_t", "tcpi", "tspi", "bei", "cpli", "critical_ratio", "littles_law", "reopens_per_item"}
)

_BAR_LENGTH = 10


class Numbers:
    """Writes numbers and dates for one locale."""

    def __init__(self, locale: str) -> None:
        """Raises babel's UnknownLocaleError for a locale it does not know."""
        self._locale = Locale.parse(locale)

    def quantity(self, value: Decimal, unit: str, name: str = "", bounds: Iterable[Decimal] = ()) -> str:
        """A number in its unit's usual precision, with more digits where rounding would carry it over a bound."""
        if unit == "ratio" and name not in INDEXES:
            return self.percent(_rounded(value, 2, bounds))
        return self.number(_rounded(value, {"ratio": 2, "count": 0}.get(unit, 1), bounds))

    def number(self, value: Decimal | int) -> str:
        """A number with the locale's separators and all its digits."""
        return format_decimal(value, format="#,##0.######", locale=self._locale, decimal_quantization=False)

    def percent(self, value: Decimal) -> str:
        """A share, such as 0.875, in percent."""
        return format_percent(value, format="#,##0.######%", locale=self._locale, decimal_quantization=False)

    def day(self, value: date) -> str:
        """A calendar day."""
        return format_date(value, "medium", locale=self._locale)

    def moment(self, value: datetime, timezone: tzinfo) -> str:
        """A moment in a time zone, to the minute."""
        local = value.astimezone(timezone)
        return f"{self.day(local.date())} {format_time(local, 'HH:mm', locale=self._locale)}"

    def bar(self, share: Decimal) -> str:
        """A share from 0 to 1 as a bar of text. Full only when all is done, empty only when nothing is."""
        filled = int(share * _BAR_LENGTH)
        if share > 0:
            filled = max(1, min(filled, _BAR_LENGTH))
        return "█" * filled + "░" * (_BAR_LENGTH - filled)


def _rounded(value: Decimal, digits: int, bounds: Iterable[Decimal]) -> Decimal:
    """The value rounded to so many digits, or to as many more as it takes to stay on its side of every bound."""
    marks = tuple(bounds)
    for places in range(digits, 6):
        near = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if all((near > one) == (value > one) and (near < one) == (value < one) for one in marks):
            return near
    return value.quantize(Decimal(1).scaleb(-6), ROUND_HALF_UP)
