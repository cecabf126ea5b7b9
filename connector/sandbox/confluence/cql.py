"""CQL as far as the sandbox answers it: parsed with lark, made into a test of one document of the index.

Fields: id, content, type, space, title, text, siteSearch, label, parent, ancestor, creator, contributor, created,
lastmodified. Operators: = != in, not in, ~ !~ and, for moments, < <= > >=. Functions: now, startOfDay, startOfWeek,
startOfMonth, startOfYear, currentUser.
"""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from connector.sandbox.confluence.index import Document
from connector.sandbox.confluence.problem import ConfluenceProblem

Test = Callable[[Document], bool]

_GRAMMAR = Lark(
    r"""
    start: any_of order? | order
    any_of: all_of (OR all_of)*
    all_of: one (AND one)*
    ?one: NOT one -> none | "(" any_of ")" | clause
    clause: WORD OPERATOR value -> compare
          | WORD IN "(" value ("," value)* ")" -> within
          | WORD NOT IN "(" value ("," value)* ")" -> without
    value: STRING | WORD | call
    call: WORD "(" STRING? ")"
    order: ORDER BY sort ("," sort)*
    sort: WORD (ASC | DESC)?
    ORDER.3: /order(?=\s)/i
    BY.3: /by(?=\s)/i
    ASC.3: /asc\b/i
    DESC.3: /desc\b/i
    AND.3: /and(?=[\s(])/i
    OR.3: /or(?=[\s(])/i
    NOT.3: /not(?=[\s(])/i
    IN.3: /in(?=[\s(])/i
    OPERATOR: "!=" | "<=" | ">=" | "!~" | "=" | "<" | ">" | "~"
    STRING: /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/
    WORD: /[^\s()=!<>~,"']+/
    %ignore /\s+/
    """,
    parser="lalr",
)
_ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SORTS: dict[str, Callable[[Document], object]] = {
    "created": lambda one: one.created,
    "lastmodified": lambda one: one.modified,
    "title": lambda one: one.title.casefold(),
    "space": lambda one: one.space,
    "id": lambda one: int(one.id.removeprefix("att")),
    "type": lambda one: one.type,
}
_MOMENTS: dict[str, Callable[[Document], datetime]] = {
    "created": lambda one: one.created,
    "lastmodified": lambda one: one.modified,
}
_SETS: dict[str, Callable[[Document], frozenset[str]]] = {
    "id": lambda one: frozenset({one.id}),
    "content": lambda one: frozenset({one.id}),
    "type": lambda one: frozenset({one.type}),
    "space": lambda one: frozenset({one.space.casefold()}),
    "title": lambda one: frozenset({one.title.casefold()}),
    "label": lambda one: one.labels,
    "parent": lambda one: frozenset({one.parent} if one.parent else ()),
    "ancestor": lambda one: one.ancestors,
    "creator": lambda one: frozenset({one.creator}),
    "contributor": lambda one: one.contributors,
}
_TEXTS: dict[str, Callable[[Document], str]] = {
    "title": lambda one: one.title,
    "text": lambda one: one.text,
    "sitesearch": lambda one: one.text,
}
_STEP = re.compile(r"([+-]?\d+)([yMwdhm])")
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080, "M": 43800, "y": 525600}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks and when: what functions and dates without a zone refer to. `people` finds an id for a name."""

    id: str
    zone: str
    now: datetime
    people: Callable[[str], str | None]


def search(cql: str, documents: Iterable[Document], asker: Asker) -> list[Document]:
    """The documents that fit, ordered as the query says or newest first. 400 for a query that is none."""
    try:
        tree = _GRAMMAR.parse(cql)
    except UnexpectedInput as error:
        raise ConfluenceProblem(400, f"Could not parse cql : {cql} (column {error.column})") from None
    reader = _Reader(asker)
    parts: dict[str, Tree[Token]] = {str(one.data): one for one in tree.children if isinstance(one, Tree)}
    test = reader.test(parts["any_of"]) if "any_of" in parts else lambda _one: True
    found = [one for one in documents if test(one)]
    found.sort(key=lambda one: (one.modified, one.id), reverse=True)
    for key, is_down in reversed(reader.sorts(parts["order"]) if "order" in parts else []):
        found.sort(key=lambda one: _SORTS[key](one), reverse=is_down)  # type: ignore[arg-type,return-value]
    return found


class _Reader:
    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def test(self, tree: Tree[Token]) -> Test:
        kind = str(tree.data)
        inside = [one for one in tree.children if isinstance(one, Tree)]
        if kind in ("any_of", "all_of"):
            tests = [self.test(one) for one in inside]
            combine = any if kind == "any_of" else all
            return lambda one: combine(test(one) for test in tests)
        if kind == "none":
            inner = self.test(inside[0])
            return lambda one: not inner(one)
        field = _field(str(tree.children[0]))
        values = [self._value(one) for one in inside]
        if kind == "compare":
            return self._compare(field, str(tree.children[1]), values[0])
        chosen = self._any_of(field, values)
        return chosen if kind == "within" else lambda one: not chosen(one)

    def sorts(self, tree: Tree[Token]) -> list[tuple[str, bool]]:
        found = []
        for one in tree.children:
            if isinstance(one, Tree):
                name, *direction = [str(token) for token in one.children]
                if _field(name) not in _SORTS:
                    raise ConfluenceProblem(400, f"Could not sort by the field {name}")
                found.append((_field(name), bool(direction) and direction[0].lower() == "desc"))
        return found

    def _compare(self, field: str, sign: str, value: object) -> Test:
        if field in _MOMENTS and sign in (*_ORDERS, "=", "!="):
            return self._by_moment(field, sign, self._moment(value))
        if field in _TEXTS and sign in ("~", "!~"):
            return _by_words(field, str(value), is_wanted=sign == "~")
        if field in _SETS and sign in ("=", "!="):
            chosen = self._any_of(field, [value])
            return chosen if sign == "=" else lambda one: not chosen(one)
        raise ConfluenceProblem(400, f"Field '{field}' does not support the operator '{sign}'.")

    def _any_of(self, field: str, values: list[object]) -> Test:
        if field not in _SETS:
            raise ConfluenceProblem(400, f"No field exists with name: {field}")
        wanted = {self._plain(field, one) for one in values}
        return lambda one: not wanted.isdisjoint(_SETS[field](one))

    def _plain(self, field: str, value: object) -> str:
        text = str(value)
        if field in ("creator", "contributor"):
            return self._asker.people(text) or text
        return text.casefold() if field in ("space", "title", "label", "type") else text

    def _by_moment(self, field: str, sign: str, moment: datetime) -> Test:
        at = _MOMENTS[field]
        if sign in _ORDERS:
            compare = _ORDERS[sign]
            return lambda one: compare(at(one), moment)
        return lambda one: (at(one).replace(second=0, microsecond=0) == moment) is (sign == "=")

    def _value(self, tree: Tree[Token]) -> object:
        inner = tree.children[0]
        if isinstance(inner, Tree):
            return self._call(*[str(token) for token in inner.children])
        text = str(inner)
        return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[0] in "\"'" else text

    def _call(self, name: str, argument: str = "") -> object:
        if name.lower() == "currentuser":
            return self._asker.id
        now = self._asker.now.astimezone(ZoneInfo(self._asker.zone)).replace(second=0, microsecond=0)
        day = now.replace(hour=0, minute=0)
        starts = {
            "now": now,
            "startofday": day,
            "startofweek": day - timedelta(days=day.weekday()),
            "startofmonth": day.replace(day=1),
            "startofyear": day.replace(month=1, day=1),
        }
        if name.lower() not in starts:
            raise ConfluenceProblem(400, f"Could not find a function with the name : {name}")
        return starts[name.lower()] + _step(argument.strip("\"'"))

    def _moment(self, value: object) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value).replace("/", "-")
        try:
            if not re.fullmatch(r"\d{4}-\d\d?-\d\d?( \d\d:\d\d)?", text):
                raise ValueError
            shape = "%Y-%m-%d %H:%M" if " " in text else "%Y-%m-%d"
            return datetime.strptime(text, shape).replace(tzinfo=ZoneInfo(self._asker.zone))
        except ValueError:
            raise ConfluenceProblem(400, f"Could not parse the date '{value}'; use yyyy-MM-dd HH:mm.") from None


def _by_words(field: str, wanted: str, *, is_wanted: bool) -> Test:
    words = [re.escape(one).replace(r"\*", r"\w*") for one in wanted.replace('"', "").split()]
    patterns = [re.compile(rf"(?<!\w){one}(?!\w)" if one.isascii() else one, re.IGNORECASE) for one in words]

    def has(one: Document) -> bool:
        text = _TEXTS[field](one)
        return all(pattern.search(text) for pattern in patterns)

    return lambda one: has(one) is is_wanted


def _field(name: str) -> str:
    return name.lower().removesuffix(".key")


def _step(text: str) -> timedelta:
    if not text:
        return timedelta()
    match = _STEP.fullmatch(text)
    if match is None:
        raise ConfluenceProblem(400, f"Could not parse the interval '{text}'; use for example -4w.")
    return timedelta(minutes=int(match[1]) * _MINUTES[match[2]])
