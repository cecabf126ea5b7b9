"""All files of a directory as one: lists are joined, and what may stand once or under one name is held to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from connector.rulefiles.part import Complaints, Part
from connector.rulefiles.shape import FileShape
from connector.rulefiles.shape_automations import AutomationShape
from connector.rulefiles.shape_gates import GateShape, PhaseShape
from connector.rulefiles.shape_measures import (
    ChangesShape,
    GoalsShape,
    KpiShape,
    MilestonesShape,
    ResourcesShape,
    RisksShape,
)
from connector.rulefiles.shape_pages import CloseoutShape, PageShape, ReportShape
from connector.rulefiles.shape_projects import CalendarShape, ParameterShape, ProjectShape, RoleShape
from connector.rulefiles.shaping import Shaped


class HasId(Protocol):
    """A rule with a name."""

    @property
    def id(self) -> str:
        """Its name."""


ShapeT = TypeVar("ShapeT")
NamedT = TypeVar("NamedT", bound=HasId)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Every section of all files, each rule with its place. Named rules by their id, in the order of the files."""

    projects: Sequence[tuple[Part, ProjectShape]]
    phases: dict[str, tuple[Part, PhaseShape]]
    gates: dict[str, tuple[Part, GateShape]]
    kpis: dict[str, tuple[Part, KpiShape]]
    pages: dict[str, tuple[Part, PageShape]]
    automations: dict[str, tuple[Part, AutomationShape]]
    risks: tuple[Part, RisksShape] | None
    goals: tuple[Part, GoalsShape] | None
    milestones: tuple[Part, MilestonesShape] | None
    closeout: tuple[Part, CloseoutShape] | None
    parameters: dict[str, tuple[Part, ParameterShape]]
    calendars: dict[str, tuple[Part, CalendarShape]]
    roles: dict[str, tuple[Part, RoleShape]]
    changes: tuple[Part, ChangesShape] | None
    resources: tuple[Part, ResourcesShape] | None
    reports: dict[str, tuple[Part, ReportShape]]
    people_file: tuple[Part, str] | None


def merge(files: Sequence[Shaped], complaints: Complaints) -> Merged:
    """Join the files' sections. What stands twice is complained about with both places."""
    return Merged(
        projects=_joined(files, "projects", lambda file: file.projects),
        phases=_named(_joined(files, "phases", lambda file: file.phases or []), complaints),
        gates=_named(_joined(files, "gates", lambda file: file.gates), complaints),
        kpis=_named(_joined(files, "kpis", lambda file: file.kpis), complaints),
        pages=_named(_joined(files, "pages", lambda file: file.pages), complaints),
        automations=_named(_joined(files, "automations", lambda file: file.automations), complaints),
        risks=_only(files, "risks", lambda file: file.risks, complaints),
        goals=_only(files, "goals", lambda file: file.goals, complaints),
        milestones=_only(files, "milestones", lambda file: file.milestones, complaints),
        closeout=_only(files, "closeout", lambda file: file.closeout, complaints),
        parameters=_parameters(files, complaints),
        calendars=_named(_joined(files, "calendars", lambda file: file.calendars), complaints),
        roles=_named(_joined(files, "roles", lambda file: file.roles), complaints),
        changes=_only(files, "changes", lambda file: file.changes, complaints),
        resources=_only(files, "resources", lambda file: file.resources, complaints),
        reports=_named(_joined(files, "reports", lambda file: file.reports), complaints),
        people_file=_only(files, "people_file", lambda file: file.people_file, complaints),
    )


def places(rules: dict[str, tuple[Part, ShapeT]]) -> dict[str, Part]:
    """The places of named rules."""
    return {name: part for name, (part, _) in rules.items()}


def _joined(
    files: Sequence[Shaped], section: str, of: Callable[[FileShape], Sequence[ShapeT]]
) -> list[tuple[Part, ShapeT]]:
    return [(one.at(section, index), shape) for one in files for index, shape in enumerate(of(one.file))]


def _named(rules: Sequence[tuple[Part, NamedT]], complaints: Complaints) -> dict[str, tuple[Part, NamedT]]:
    named: dict[str, tuple[Part, NamedT]] = {}
    for part, shape in rules:
        if shape.id in named:
            first = named[shape.id][0].at("id").place
            complaints.add(part.at("id"), f"the id {shape.id!r} stands at {first} already", "give it another")
        named.setdefault(shape.id, (part, shape))
    return named


def _only(
    files: Sequence[Shaped], section: str, of: Callable[[FileShape], ShapeT | None], complaints: Complaints
) -> tuple[Part, ShapeT] | None:
    found = [(one.root.at(section), shape) for one in files if (shape := of(one.file)) is not None]
    for part, _ in found[1:]:
        what = f"{section!r} stands at {found[0][0].place} already"
        complaints.add_key(part, what, "keep it in one file")
    return found[0] if found else None


def _parameters(files: Sequence[Shaped], complaints: Complaints) -> dict[str, tuple[Part, ParameterShape]]:
    found: dict[str, tuple[Part, ParameterShape]] = {}
    for one in files:
        for name, shape in one.file.parameters.items():
            part = one.root.at("parameters", name)
            first = found.setdefault(name, (part, shape))[0]
            if first is not part:
                what = f"the parameter {name!r} stands at {first.place} already"
                complaints.add_key(part, what, "keep one of them")
    return found
