"""What a value may be called in a query, and tests for being called one of some names."""

import re
from collections.abc import Callable, Iterable, Mapping

from connector.core.fields import name_of, number_of
from connector.core.issue import Issue
from connector.jql.kinds import KindName
from connector.jql.plan import Test

Faces = Callable[[object], Iterable[str]]
"""Gives every text by which a value can be named, as Jira wrote it."""

_MOST_REMEMBERED = 4096

CATEGORY_KEYS = {
    "new": "new",
    "to do": "new",
    "待办": "new",
    "2": "new",
    "indeterminate": "indeterminate",
    "in progress": "indeterminate",
    "进行中": "indeterminate",
    "处理中": "indeterminate",
    "4": "indeterminate",
    "done": "done",
    "complete": "done",
    "完成": "done",
    "已完成": "done",
    "3": "done",
    "undefined": "undefined",
    "no category": "undefined",
    "无类别": "undefined",
    "1": "undefined",
}
"""Status categories by all their names: Jira's keys and ids are the same on every site."""


def test_for(kind: KindName, wanted: frozenset[str]) -> Test:
    """Whether a value of this kind is called one of `wanted`, which are case-folded."""
    if kind in ("named", "version", "option") and not any(name.isdigit() for name in wanted):
        return _by_key("value" if kind == "option" else "name", wanted)
    if kind == "label":
        return _by_key("name", wanted)
    if kind == "project":
        return _by_three_keys(("key", "name", "id"), wanted)
    if kind == "category":
        keys = {CATEGORY_KEYS[name] for name in wanted}
        return lambda value: isinstance(value, Mapping) and value.get("key") in keys
    if kind in ("number", "duration", "any"):
        return _by_number(wanted)
    faces = _FACES.get(kind, _objects("name", "value", "id"))
    return lambda value: any(face.casefold() in wanted for face in faces(value))


class _Verdicts(dict[object, bool]):
    """Remembers for each text it meets whether it is wanted: the same few are asked millions of times."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__({None: False})
        self._wanted = wanted

    def __missing__(self, text: object) -> bool:
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        verdict = self[text] = text is not None and str(text).casefold() in self._wanted
        return verdict


def _by_key(key: str, wanted: frozenset[str]) -> Test:
    verdicts = _Verdicts(wanted)

    def test(value: object) -> bool:
        name = value.get(key) if value.__class__ is dict else None
        try:
            return verdicts[name_of(value) if name is None else name]
        except TypeError:
            return False

    return test


def _by_three_keys(keys: tuple[str, str, str], wanted: frozenset[str]) -> Test:
    first, second, third = keys
    verdicts = _Verdicts(wanted)

    def test(value: object) -> bool:
        if value.__class__ is not dict:
            return False
        try:
            return verdicts[value.get(first)] or verdicts[value.get(second)] or verdicts[value.get(third)]
        except TypeError:
            return False

    return test


def _by_number(wanted: frozenset[str]) -> Test:
    numbers = {number for one in wanted if (number := number_of(one)) is not None}

    def test(value: object) -> bool:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number_of(value) in numbers
        return any(face.casefold() in wanted for face in _anything(value)) or number_of(value) in numbers

    return test


def _objects(*keys: str) -> Faces:
    def faces(value: object) -> Iterable[str]:
        if isinstance(value, Mapping):
            return [str(value[key]) for key in keys if value.get(key) is not None]
        return (value,) if isinstance(value, str) else ()

    return faces


def _anything(value: object) -> Iterable[str]:
    if isinstance(value, bool):
        return (str(value).casefold(),)
    if isinstance(value, int | float):
        return (str(value),)
    return _objects("name", "value", "displayName", "key", "id", "accountId", "title")(value)


def link_words(link: object) -> list[str]:
    """How an issue's link reads from the issue: "is blocked by" where the other one blocks it."""
    kind = link.get("type") if isinstance(link, Mapping) else None
    if not isinstance(link, Mapping) or not isinstance(kind, Mapping):
        return []
    sides = [one for one in ("inward", "outward") if f"{one}Issue" in link]
    return [str(kind[side]) for side in sides or ("inward", "outward") if kind.get(side) is not None]


def _link(value: object) -> Iterable[str]:
    """A link by how it reads, its type's id, and its type's name unless that reads like one of the two directions.

    Source: JQL fields, "Issue link type": a direction ("is duplicated by") selects that direction only.
    """
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, Mapping):
        return ()
    name, directions = kind.get("name"), [str(kind.get(one)).casefold() for one in ("inward", "outward")]
    told = [name] if isinstance(name, str) and name.casefold() not in directions else []
    return [*link_words(value), *told, str(kind.get("id"))]


def _issue(value: object) -> Iterable[str]:
    return (value.key, value.id) if isinstance(value, Issue) else _objects("key", "id", "name")(value)


def sprint_of(value: object) -> Mapping[str, object]:
    """A sprint as an object: Cloud gives objects, Data Center texts such as `…Sprint@1f[id=7,state=ACTIVE,name=…]`."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        return {}
    inner = value[value.find("[") + 1 :].removesuffix("]")
    pairs = re.split(r",(?=\w+=)", inner)
    return {key: text for key, sign, text in (pair.partition("=") for pair in pairs) if sign}


def _sprint(value: object) -> Iterable[str]:
    sprint = sprint_of(value)
    return [str(sprint[key]) for key in ("id", "name") if sprint.get(key) is not None]


_FACES: dict[KindName, Faces] = {
    "issue": _issue,
    "label": _objects("name", "value"),
    "link type": _link,
    "option": _objects("value", "name", "id"),
    "project": _objects("key", "name", "id"),
    "sprint": _sprint,
    "user": _objects("accountId", "name", "key", "displayName", "emailAddress"),
}
