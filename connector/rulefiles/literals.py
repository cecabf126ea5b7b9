"""The small values that rules write as text: comparisons, durations, titles, lists of one."""

import re
from collections.abc import Mapping
from datetime import timedelta
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


def _schema(kind: object, describe: str) -> WithJsonSchema:
    schema: dict[str, Any] = {"description": describe}
    return WithJsonSchema(schema | (kind if isinstance(kind, dict) else {"type": kind}))


_TEXT_OR_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
_TITLE = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {one: {"type": "string"} for one in LOCALES}, "additionalProperties": False},
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
