"""Playing a case on a house that is thrown away: what is given is mirrored, what happens goes the real way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from connector.core.actions import WritePage
from connector.core.errors import ConnectorError
from connector.core.findings import Findings, GateRun
from connector.core.rulebook import ProjectRules, Rulebook
from connector.pages.templates import Template
from connector.rehearsal.cases.building import Builder, comments_seen, issue_seen, page_events
from connector.rehearsal.cases.comparing import (
    Got,
    Line,
    check_writes,
    compare_findings,
    compare_pages,
    compare_writes,
)
from connector.rehearsal.cases.happening import Stage
from connector.rehearsal.cases.reading import Case
from connector.rehearsal.cases.shape import ExpectShape, WhenShape
from connector.rehearsal.cases.site import CATEGORIES, Statuses, catalog_for
from connector.rehearsal.page_text import as_lines
from connector.rehearsal.scratch import Scratch, scratch
from connector.rehearsal.telling import Naming, told_write
from connector.rulefiles.part import Complaints
from connector.rulefiles.problem import Problem, Problems, in_order
from connector.rulefiles.projects import Defaults
from connector.rulefiles.read import read_rules
from connector.siterules import SiteRules
from connector.store import findings, gate_runs
from connector.store.engine import writing
from connector.store.outbox import OutboxRow

SITE = "test"
ANY_PROJECT = "TEST"


class BadCase(ConnectorError):
    """A case names what the rules or the case itself do not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A case and how it came out, line by line."""

    name: str
    place: str
    lines: tuple[Line, ...]

    @property
    def is_met(self) -> bool:
        """Whether all came as expected."""
        return all(line.is_met for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The rules that cases are held against, compiled for the small site of a project."""

    rules: SiteRules
    own: ProjectRules
    project: str


def ground_of(directory: Path, project: str | None, templates: Mapping[str, Template]) -> Ground | Problems:
    """The directory's rules on a site that has every field they name. project: None for the first that they name."""
    names = set(templates)
    trusted = read_rules(directory, None, Defaults(), templates=names)
    if not isinstance(trusted, Rulebook):
        return trusted
    key = project or ANY_PROJECT
    own = trusted.project_for(key)
    if own is None:
        raise BadCase(f"project {key} is under no rules in {directory}; name one that is with `project: KEY`")
    catalog = catalog_for(own)
    bound = read_rules(directory, catalog, Defaults(), templates=names)
    if not isinstance(bound, Rulebook):
        return bound
    found = bound.project_for(key)
    assert found is not None, "it was found a moment ago"
    rules = SiteRules(site=SITE, rulebook=bound, catalog=catalog, jira_url="https://jira.example.com")
    return Ground(rules=rules, own=found, project=key)


def play(case: Case, ground: Ground, templates: Mapping[str, Template]) -> Played | Problems:
    """Play one case. Problems are about what it names."""
    complaints = Complaints()
    statuses = Statuses({**CATEGORIES, **case.statuses})
    builder = Builder(
        project=ground.project,
        now=datetime.now(ground.own.timezone),
        zone=ground.own.timezone,
        catalog=ground.rules.catalog,
        statuses=statuses,
        complaints=complaints,
    )
    builder.now = builder.moment(case.part.at("now"), case.shape.now)
    with scratch(
        ground.rules, templates, ground.project, builder.now, categories=statuses.by_id(), name=ground.project
    ) as house:
        stage = _set_up(case, ground, builder, house)
        check_writes(case.part.at("expect", "writes"), case.shape.expect.writes, complaints)
        if complaints.found:
            return Problems(found=_in_case(case, complaints))
        for n, step in enumerate(case.shape.before):
            house.carry_out(_happen((*case.part.path, "before", n), case, stage, step).rows)
        done = _happen((*case.part.path, "when"), case, stage, case.shape.when)
    if complaints.found:
        return Problems(found=_in_case(case, complaints))
    lines = _compared(case.shape.expect, done, ground, builder)
    return Played(name=case.name, place=case.place, lines=tuple(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    rows: tuple[OutboxRow, ...]
    findings: Findings | None


def _in_case(case: Case, complaints: Complaints) -> tuple[Problem, ...]:
    return in_order(Problem(place=one.place, rule=case.name, what=one.what, mend=one.mend) for one in complaints.found)


def _set_up(case: Case, ground: Ground, builder: Builder, house: Scratch) -> Stage:
    """Mirror what is given. What a later step creates is not there yet."""
    given, part = case.shape.given, case.part.at("given")
    steps = (*case.shape.before, case.shape.when)
    new = {step.created for step in steps} | {step.page_created for step in steps}
    for one in given.issues:
        builder.id_of(one.key)
    issues = {one.key: builder.issue(part.at("issues", n), one) for n, one in enumerate(given.issues)}
    pages = {one.title: (str(60001 + n), one) for n, one in enumerate(given.pages)}
    standing = [issue for key, issue in issues.items() if key not in new]
    house.absorb(issue_seen(issue, SITE, builder.now) for issue in standing)
    house.absorb(comment for issue in standing for comment in comments_seen(issue, SITE, builder.now))
    for title, (page_id, page) in pages.items():
        if title not in new:
            house.absorb(page_events(page, page_id, ground.own.space, SITE, builder.now))
    _set_past(case, ground, builder, house)
    coming = {key: issue for key, issue in issues.items() if key in new}
    return Stage(builder=builder, house=house, coming=coming, pages=pages, space=ground.own.space, days=ground.own.days)


def _set_past(case: Case, ground: Ground, builder: Builder, house: Scratch) -> None:
    """Gates that were decided before, and the baseline."""
    given, part = case.shape.given, case.part.at("given")
    known = {gate.id for gate in ground.rules.rulebook.gates}
    due = {key: _day(key, text) for key, text in given.baseline.items()}
    with writing(house.engine) as conn:
        for gate, decision in given.gates.items():
            if gate not in known:
                builder.complaints.add_key(
                    part.at("gates", gate), f"there is no gate {gate!r}", "name one of the rules"
                )
            run = GateRun(
                gate=gate,
                sequence=1,
                state="decided",
                recommendation="READY",
                results=(),
                data_date=builder.now,
                rules=ground.rules.rulebook.hash,
                evidence="",
                decision=decision,
                decided_at=builder.now,
                trigger="given",
            )
            gate_runs.save_gate_run(conn, SITE, ground.project, run)
        if due:
            baseline = {builder.id_of(key): day for key, day in due.items()}
            findings.set_judgement(conn, SITE, f"project {ground.project}", "baseline", baseline)


def _day(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadCase(f"baseline of {key} is {text!r}; write a day such as 2026-03-16") from None


def _happen(path: tuple[str | int, ...], case: Case, stage: Stage, step: WhenShape) -> _Done:
    """One step the whole way: its letters, then the rollup that follows."""
    part = type(case.part)(tree=case.part.tree, path=path)
    builder, house = stage.builder, stage.house
    at = builder.moment(part.at("at"), step.at) if step.at else builder.now
    for letter in stage.letters(part, step, at):
        house.tell(letter)
    done = house.roll_up(builder.project, at)
    return _Done(rows=tuple(house.decided()), findings=done.findings if done is not None else None)


def _compared(expect: ExpectShape, done: _Done, ground: Ground, builder: Builder) -> list[Line]:
    words = ground.rules.fields_of(ground.own)
    keys = {issue_id: key for key, issue_id in builder.ids.items()}
    naming = Naming(words=words, catalog=ground.rules.catalog, keys=keys)
    got = [
        Got(told=told_write(row.write, naming), rule=row.rule, state=row.state)
        for row in done.rows
        if not isinstance(row.write, WritePage)
    ]
    lines = compare_writes(expect.writes, got)
    if expect.pages is not None:
        lines += compare_pages(expect.pages, _pages(done.rows))
    return lines + (compare_findings(expect, done.findings) if done.findings is not None else [])


def _pages(rows: Sequence[OutboxRow]) -> dict[str, str]:
    """What each page that is written says, by page id."""
    return {
        row.write.page: "\n".join([row.write.title, *as_lines(row.write.body)])
        for row in rows
        if isinstance(row.write, WritePage)
    }
