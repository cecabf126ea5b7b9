"""Whether a field holds what was written to it, though products give values back in another shape."""

from collections.abc import Mapping, Sequence

from connector.core.fields import number_of

_NAMES = ("accountId", "id", "name", "value", "key")


def is_same_value(held: object, written: object) -> bool:
    """Whether the two say the same: a number as text, an option by its id or name, a text but for its spacing.

    Nothing, an empty text and an empty list are the same. Lists are compared without their order.
    """
    if held == written or (is_empty(held) and is_empty(written)):
        return True
    if is_empty(held) or is_empty(written):
        return False
    if isinstance(held, list | tuple) and isinstance(written, list | tuple):
        return _is_same_list(held, written)
    if isinstance(held, Mapping) or isinstance(written, Mapping):
        return bool(_names_of(held) & _names_of(written))
    number = number_of(held)
    if number is not None and number == number_of(written):
        return True
    return isinstance(held, str) and isinstance(written, str) and _bare(held) == _bare(written)


def is_empty(value: object) -> bool:
    """Whether the field holds nothing."""
    return value is None or (isinstance(value, str | list | tuple) and not value)


def shown(value: object) -> str:
    """The value as a person reads it in a plan: short, on one line."""
    if is_empty(value):
        return "empty"
    if isinstance(value, list | tuple):
        return ", ".join(shown(one) for one in value)
    if isinstance(value, Mapping):
        names = [value.get(name) for name in ("displayName", "name", "value", "id", "accountId")]
        return shown(next((one for one in names if one), "something"))
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _is_same_list(held: Sequence[object], written: Sequence[object]) -> bool:
    rest = list(held)
    for one in written:
        found = next((at for at, other in enumerate(rest) if is_same_value(other, one)), None)
        if found is None:
            return False
        del rest[found]
    return not rest


def _names_of(value: object) -> set[str]:
    if isinstance(value, Mapping):
        return {str(value[name]).casefold() for name in _NAMES if value.get(name)}
    return {str(value).casefold()}


def _bare(text: str) -> str:
    """The text without what wiki markup escapes and products rewrap."""
    return " ".join(text.replace("\\", "").split())
