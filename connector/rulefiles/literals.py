"""The small values that rules write as text: comparisons, durations, titles, lists of one."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, InstanceOf, WithJsonSchema
from pydantic_core import PydanticCustomError

from connector.core.rulebook import Text, Threshold
from connector.rulefiles.problem import shown

Operator = Literal["<", "<=", "=", ">=", ">"]
THRESHOLD = re.compile(r"\s*(<=|>=|<|>|=)?\s*(-?[0-9]{1,12}(?:\.[0-9]{1,12})?)\s*(%)?\s*")
OPERATORS: Mapping[str, Operator] = {"<": "<", "<=": "<=", "=": "=", ">=": ">=", ">": ">"}
DURATION = re.compile(r"\s*([0-9]{1,4})\s*([hdw])\s*")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
MESSAGE_ID = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)+")
LOCALES = ("en", "zh_CN")
HOURS = re.compile(r"\s*([0-9]{1,3})\s*h\s*")
DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.\.([0-9]{4}-[0-9]{2}-[0-9]{2}))?")
MOST_DAYS = 400
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Kind = Literal["text", "number", "boolean", "duration", "list"]
LONGEST_VALUE = 1000
MOST_VALUES = 100


def mend_error(what: str, mend: str) -> PydanticCustomError:
    """An error of a value that carries what would do beside what was found."""
    return PydanticCustomError("mend", "{what}", {"what": what, "mend": mend})


def read_threshold(value: object) -> Threshold:
    """`>= 0.9`, `< 5 %` or a bare number, which means `=`."""
    number = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    match = THRESHOLD.fullmatch(number) if isinstance(number, str) else None
    if match is None:
        raise mend_error(f"{shown(value)} is not a comparison with a number", "write for example '>= 0.9'")
    operator, digits, percent = match.groups()
    amount = Decimal(digits) / 100 if percent else Decimal(digits)
    return Threshold(operator=OPERATORS[operator or "="], value=amount)


def read_duration(value: object) -> timedelta:
    """`12h`, `7d` or `2w`."""
    match = DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise mend_error(f"{shown(value)} is not a duration", "write for example 7d, 12h or 2w")
    return int(match[1]) * UNITS[match[2]]


def read_title(value: object) -> Text:
    """A message id of the catalogues, plain text for every language, or a text for each."""
    if isinstance(value, str) and value.strip():
        return {"id": value} if MESSAGE_ID.fullmatch(value) else {"en": value}
    return _by_language(value, "title")


def read_wording(value: object) -> str | dict[str, str]:
    """One text with {{ }} places for every language, or one for each."""
    return value if isinstance(value, str) and value.strip() else _by_language(value, "text")


def _by_language(value: object, kind: str) -> dict[str, str]:
    if isinstance(value, Mapping) and value:
        unknown = [key for key in value if key not in LOCALES]
        if unknown:
            raise mend_error(f"there is no language {shown(unknown[0])}", f"known here: {', '.join(LOCALES)}")
        if all(isinstance(one, str) and one.strip() for one in value.values()):
            return {str(key): str(one) for key, one in value.items()}
    raise mend_error(f"{shown(value)} is not a {kind}", "write a text, or {en: ..., zh_CN: ...}")


def read_texts(value: object) -> list[str]:
    """One text, or a list of them."""
    texts = value if isinstance(value, list) else [value]
    wrong = next((one for one in texts if not isinstance(one, str) or not one.strip()), None)
    if wrong is not None or not texts:
        raise mend_error(f"{shown(value)} is not a text or a list of texts", "write for example [Goals, Scope]")
    return [str(one) for one in texts]


def read_value(value: object) -> object:
    """A value for a Jira field, as it stands."""
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    raise mend_error(f"{shown(value)} is no value for a field", "write a text, a number, a list or a mapping")


def read_hours(value: object) -> timedelta:
    """`32h`."""
    match = HOURS.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 0 < int(match[1]) <= 168:
        raise mend_error(f"{shown(value)} is no number of hours in a week", "write for example 32h")
    return timedelta(hours=int(match[1]))


def days_of(stretches: Iterable[tuple[date, date]]) -> frozenset[date]:
    """Every day of these stretches."""
    spans = (range(first.toordinal(), last.toordinal() + 1) for first, last in stretches)
    return frozenset(date.fromordinal(day) for span in spans for day in span)


def read_stretches(value: object) -> tuple[tuple[date, date], ...]:
    """Days, and stretches of them, each with its first and last day: `2026-12-31`, `2026-02-16..2026-02-22`."""
    given = value if isinstance(value, list) else [value]
    return tuple(_stretch(one) for one in given)


def _stretch(value: object) -> tuple[date, date]:
    match = DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        first, last = (date.fromisoformat(one) for one in (match[1], match[2] or match[1])) if match else (None, None)
    except ValueError:
        first, last = None, None
    if first is None or last is None:
        raise mend_error(f"{shown(value)} is not a day", "write 2026-12-31, or 2026-02-16..2026-02-22")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise mend_error(f"{shown(value)} ends before it begins, or is too long", f"at most {MOST_DAYS} days")
    return first, last


def read_weekdays(value: object) -> frozenset[int]:
    """`[mon, tue, wed, thu, fri]`."""
    names = value if isinstance(value, list) else [value]
    wrong = next((one for one in names if not isinstance(one, str) or one not in WEEKDAYS), None)
    if wrong is not None or not names:
        raise mend_error(f"{shown(value)} are no days of the week", f"write some of {', '.join(WEEKDAYS)}")
    return frozenset(WEEKDAYS.index(str(one)) for one in names)


def read_parameter(value: object) -> object:
    """What a parameter may be: a text, a number, true or false, or a list of texts."""
    if isinstance(value, list) and len(value) <= MOST_VALUES and all(isinstance(one, str) for one in value):
        return [read_parameter(one) for one in value]
    if isinstance(value, str) and len(value) <= LONGEST_VALUE:
        return value
    if isinstance(value, bool | int | float):
        return value
    raise mend_error(
        f"{shown(value)} is no value for a parameter", "write a text, a number, true or false, or a list of texts"
    )


def read_off(value: object) -> object:
    """`off`, or the keys that a rule has otherwise."""
    if value is False or value == "off":
        return False
    if isinstance(value, dict) and value:
        return value
    raise mend_error(f"{shown(value)} changes nothing", "write off, or the keys that are otherwise here")


def _schema(kind: object, describe: str) -> WithJsonSchema:
    schema: dict[str, Any] = {"description": describe}
    return WithJsonSchema(schema | (kind if isinstance(kind, dict) else {"type": kind}))


_TEXT_OR_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_TITLE = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {one: {"type": "string", "description": f"The text in {one}"} for one in LOCALES},
            "additionalProperties": False,
        },
    ]
}

ThresholdText = Annotated[
    InstanceOf[Threshold],
    BeforeValidator(read_threshold),
    _schema(["string", "number"], "A comparison with a number: >= 0.9"),
]
Duration = Annotated[
    InstanceOf[timedelta], BeforeValidator(read_duration), _schema("string", "Hours, days or weeks: 12h, 7d, 2w")
]
Title = Annotated[dict[str, str], BeforeValidator(read_title), _schema(_TITLE, "A text, or one for each language")]
Wording = Annotated[
    str | dict[str, str],
    BeforeValidator(read_wording),
    _schema(_TITLE, "Text with {{ }} places, or one for each language"),
]
Texts = Annotated[list[str], BeforeValidator(read_texts), _schema(_TEXT_OR_TEXTS, "A text or a list of texts")]
FieldValue = Annotated[object, BeforeValidator(read_value), _schema({}, "The value to write, as it stands")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$", description="A name without blanks")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="A word of your own, in lower case")]
Jql = Annotated[str, Field(min_length=1, description="A JQL query")]
Expression = Annotated[str, Field(min_length=1, description="Text with {{ }} places")]
Value = Annotated[
    str,
    Field(
        min_length=1,
        description="A figure, or arithmetic over figure(…), count(…), sum(…), avg(…), median(…), percentile(…)",
        examples=['figure("on_time_rate")', 'count("resolution IS NOT EMPTY") / count("")'],
    ),
]
Hours = Annotated[InstanceOf[timedelta], BeforeValidator(read_hours), _schema("string", "Hours in a week: 32h")]
_DAY = {"type": "string", "pattern": rf"^{DAY.pattern}$"}
Stretches = Annotated[
    InstanceOf[tuple[tuple[date, date], ...]],
    BeforeValidator(read_stretches),
    _schema({"anyOf": [_DAY, {"type": "array", "items": _DAY}]}, "Days: 2026-12-31, 2026-02-16..2026-02-22"),
]
Weekdays = Annotated[
    InstanceOf[frozenset[int]],
    BeforeValidator(read_weekdays),
    _schema({"type": "array", "items": {"enum": list(WEEKDAYS)}, "minItems": 1}, "Days of the week that are worked"),
]
ParameterValue = Annotated[
    str | int | float | bool | list[str],
    BeforeValidator(read_parameter),
    _schema(
        {"anyOf": [{"type": ["string", "number", "boolean"]}, {"type": "array", "items": {"type": "string"}}]},
        "A text, a number, true or false, or a list of texts",
    ),
]
Off = Annotated[
    Literal[False] | dict[str, object],
    BeforeValidator(read_off),
    _schema({"anyOf": [{"enum": ["off", False]}, {"type": "object"}]}, "off, or the keys that are otherwise here"),
]
