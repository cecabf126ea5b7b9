"""The `projects` section: which projects, in which mode, and what their sites call fields, types and statuses."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from connector.core.figures.calendar import WorkingCalendar
from connector.core.rulebook import ProjectRules
from connector.jql.compile import Names
from connector.jql.words import RESERVED
from connector.rulefiles.calendars import calendar_named
from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.problem import nearest, shown, suggest
from connector.rulefiles.shape_projects import ProjectShape
from connector.rulefiles.words import MISSING, Words

EVERY = "*"
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")
Placed = tuple[Part, ProjectShape]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What projects that say nothing else get: the language and the IANA time zone."""

    locale: str = "en"
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWords:
    """Every word for a field, declared or used, with its names and, where it is bound, its field id."""

    names: Mapping[str, tuple[str, ...]]
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectTable:
    """Finds a project's rules: by its key, else by its category, else those for every project."""

    by_key: Mapping[str, ProjectRules]
    by_category: Mapping[str, ProjectRules]
    for_every: ProjectRules | None

    def __call__(self, key: str, category: str | None = None, /) -> ProjectRules | None:
        """The rules for the project, under its own key and, where no other is named, with the space of that key."""
        found = self.by_key.get(key) or self.by_category.get((category or "").casefold()) or self.for_every
        return None if found is None else replace(found, jira=key, space=found.space or key)


def declared_words(projects: Sequence[Placed], complaints: Complaints) -> dict[str, tuple[str, ...]]:
    """Every word declared under fields, with its names. One word means the same in all projects."""
    words: dict[str, tuple[tuple[str, ...], Part]] = {}
    for part, shape in projects:
        for word, names in shape.fields.items():
            at = part.at("fields", word)
            first = words.setdefault(word, (tuple(names), at))
            if first[0] != tuple(names):
                complaints.add_key(at, f"{word!r} is declared otherwise at {first[1].place}", "choose another word")
            if word in RESERVED:
                complaints.add_key(at, f"{word!r} is a reserved word of JQL", "choose another word")
    return {**complaints.lost_words, **{word: names for word, (names, _) in words.items()}}


def site_warnings(words: Words, projects: Sequence[Placed]) -> tuple[str, ...]:
    """What to tell people about declared words that no field of the site answers to."""
    known = [one.name for one in words.catalog.fields if not one.id.startswith(MISSING)]
    said: dict[str, str] = {}
    for part, shape in projects:
        for word in shape.fields.keys() & words.missing:
            names = shape.fields[word]
            hints = [near for name in names if (near := nearest(name, set(known) - set(names)))]
            hint = f"did you mean {hints[0]!r}?" if hints else "make the field in Jira, or name another"
            what = f"this site has no field called {' or '.join(map(repr, names))}, so that {word!r} stays empty"
            said.setdefault(word, f"{part.at('fields', word).place}: {part.rule}: {what}; {hint}")
    return tuple(said[word] for word in sorted(said))


def site_names(projects: Sequence[Placed]) -> Names:
    """What sites call types, statuses and priorities, by their English names in lower case."""
    named = [shape.names for _, shape in projects]
    return Names(
        types=_merged(one.types for one in named),
        statuses=_merged(one.statuses for one in named),
        priorities=_merged(one.priorities for one in named),
    )


def link_names(projects: Sequence[Placed]) -> dict[str, tuple[str, ...]]:
    """What sites call link types, by their English names in lower case."""
    return _merged(shape.names.links for _, shape in projects)


def _merged(several: Iterable[Mapping[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for names in several:
        for name, also in names.items():
            held = merged.get(name.casefold(), ())
            merged[name.casefold()] = tuple(dict.fromkeys((*held, *also)))
    return merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What entries share: words for fields, calendars by id, and by an entry's number the rules made for it alone."""

    fields: FieldWords
    calendars: Mapping[str, WorkingCalendar] = field(default_factory=dict)
    variants: Mapping[int, int] = field(default_factory=dict)


def project_table(
    projects: Sequence[Placed], shared: Shared, defaults: Defaults, complaints: Complaints
) -> ProjectTable:
    """All entries as one table, each with all fields; a project that two entries claim is complained about."""
    owners: dict[str, Part] = {}
    by_key: dict[str, ProjectRules] = {}
    by_category: dict[str, ProjectRules] = {}
    for number, (part, shape) in enumerate(projects):
        rules = replace(_rules(part, shape, shared, defaults, complaints), variant=shared.variants.get(number))
        if (shape.jira is None) == (shape.category is None):
            complaints.add(part, "it must be clear which projects are meant", "write either 'jira' or 'category'")
        for index, key in enumerate(shape.jira or ()):
            at = part.at("jira", index)
            _claim(at, f"project {key}", owners, complaints)
            by_key[_checked_key(at, key, complaints)] = rules
        if shape.category is not None:
            _claim(part.at("category"), f"category {shape.category.casefold()}", owners, complaints)
            by_category[shape.category.casefold()] = rules
    return ProjectTable(for_every=by_key.pop(EVERY, None), by_key=by_key, by_category=by_category)


def _claim(part: Part, what: str, owners: dict[str, Part], complaints: Complaints) -> None:
    first = owners.setdefault(what, part)
    if first is not part:
        complaints.add(part, f"{what} has rules at {first.place} already", "keep it in one of them")


def _checked_key(part: Part, key: str, complaints: Complaints) -> str:
    if key != EVERY and not KEY.fullmatch(key):
        complaints.add(part, f"{shown(key)} is not a project key", 'write a key such as OPS, or "*" for every project')
    return key


def _rules(part: Part, shape: ProjectShape, shared: Shared, defaults: Defaults, complaints: Complaints) -> ProjectRules:
    return ProjectRules(
        jira=EVERY,
        mode=shape.mode,
        space=shape.space or "",
        locale=shape.locale or defaults.locale,
        timezone=_timezone(part.at("timezone"), shape.timezone or defaults.timezone, complaints),
        calendar=shape.calendar,
        fields=shared.fields.names,
        parent_page=shape.parent_page,
        field_ids=shared.fields.ids,
        days=calendar_named(part.at("calendar"), shape.calendar, shared.calendars, complaints),
    )


@cache
def _zones() -> frozenset[str]:
    """The zones there are; looked for on the disk once."""
    return frozenset(available_timezones())


def _timezone(part: Part, name: str, complaints: Complaints) -> ZoneInfo:
    known = _zones()
    if name in known:
        return ZoneInfo(name)
    mend = suggest(name, known, "write an IANA name such as Asia/Shanghai")
    complaints.add(part, f"there is no time zone {shown(name)}", mend)
    return ZoneInfo("UTC")
