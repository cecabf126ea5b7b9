"""Asking the event rules about what a batch changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from connector.core.decide import decide, decide_due, decide_project
from connector.core.events import EntitySeen, Event, Ticked
from connector.core.issue import Issue
from connector.core.judging import Happening
from connector.pipeline.bench import Bench
from connector.pipeline.mirroring import Mirrored
from connector.store import entities, issues, timers

OWN_CHANGES = timedelta(minutes=5)
"""What changed longer before a letter's event is history that it brought along, and not what happened."""
OF_PROJECTS = frozenset(
    {
        *("sprint.started", "sprint.closed", "version.released"),
        *("page.created", "page.updated", "page.labelled", "page.commented"),
    }
)
"""Events that happen to no issue."""
RESUMED = "project.resumed"
"""What was paused goes on: no rule waits for it, but what is written on risks catches up."""
LOOKS_OVER = frozenset({"day.began", RESUMED})
"""Ticks at which every risk is looked at."""


def judge_letter(bench: Bench, mirrored: Mirrored) -> None:
    """Judge what a live letter touched. A trimmed copy is not judged: what it lacks would look empty."""
    for event in mirrored.events:
        if isinstance(event, Ticked):
            _judge_tick(bench, event)
    own = next((event for event in mirrored.events if not isinstance(event, Ticked)), None)
    if own is None or not own.origin.is_live:
        return
    if own.origin.name in OF_PROJECTS:
        _judge_projects(bench, own)
    for issue_id, then in mirrored.issues.items():
        issue = bench.as_judged(then)
        if issue is None or issue.is_trimmed or (issue.is_gone and own.origin.name != "issue.deleted"):
            continue
        rules = bench.rules_for(issue.project_key)
        if rules is not None:
            news = tuple(one for one in mirrored.changes.get(issue_id, ()) if one.at >= own.origin.at - OWN_CHANGES)
            bench.keep(rules, [issue], decide(own.origin, issue, news, bench.judging(rules)))


def _judge_tick(bench: Bench, event: Ticked) -> None:
    """Time passed in a project: the rules that answer to it look at every issue that they select."""
    rules = bench.rules_for(event.project)
    if event.origin.name == "timer.due":
        _judge_due(bench, event)
        return
    if rules is None:
        return
    happening = Happening(names=frozenset({event.origin.name}), about={"at": event.origin.at, **event.about})
    hears = any(rule.hears(event.origin.name, happening.about) for rule in bench.rulebook_of(event.project).automations)
    if hears or event.origin.name == RESUMED:
        bench.issues_of(event.project)
        judging = bench.judging(rules)
        decided = decide_project(happening, judging, origin=event.origin if event.origin.name in LOOKS_OVER else None)
        bench.keep(rules, judging.issues() if decided.planned else (), decided)


def _judge_due(bench: Bench, event: Ticked) -> None:
    """A rule's wait for an issue is over, whatever has become of either."""
    rule, issue_id = str(event.about.get("rule")), str(event.about.get("issue"))
    issue = bench.find(issue_id)
    rules = bench.rules_for(issue.project_key) if issue is not None and not issue.is_trimmed else None
    if rules is not None and issue is not None:
        whole = issue if issue.changes else _with_history(bench, issue)
        bench.keep(rules, [whole], decide_due(rule, whole, bench.judging(rules)))
    timers.stop(bench.conn, bench.site.site, [(rule, issue_id)])
    bench.timers.discard((rule, issue_id))


def _with_history(bench: Bench, issue: Issue) -> Issue:
    return issues.load(bench.conn, bench.site.site, [issue.id], with_changes=True)[issue.id].issue


def _judge_projects(bench: Bench, event: Event) -> None:
    """Something happened to a sprint, a version or a page: the projects that it belongs to are asked."""
    name = event.origin.name
    hearing = {
        key
        for key in bench.rows
        if bench.rules_for(key) is not None and any(name in rule.when for rule in bench.rulebook_of(key).automations)
    }
    about = _about(bench, event)
    happening = Happening(names=frozenset({name}), about=about)
    for key in _projects_of(bench, event, sorted(hearing)):
        rules = bench.rules_for(key)
        if rules is not None:
            bench.issues_of(key)
            judging = bench.judging(rules)
            decided = decide_project(happening, judging)
            bench.keep(rules, judging.issues() if decided.planned else (), decided)


def _about(bench: Bench, event: Event) -> dict[str, object]:
    """What texts may say of the event."""
    about: dict[str, object] = {"by": event.origin.actor, "at": event.origin.at}
    if not isinstance(event, EntitySeen):
        return about
    about |= {name: value for name, value in event.data.items() if isinstance(value, str | int | bool)}
    if event.kind == "page":
        return {**about, "page": event.id, "title": about.get("title", "")}
    if event.kind in {"page_label", "page_comment"}:
        known = entities.load(bench.conn, bench.site.site, [("page", event.parent or "")])
        title = next((one.data.get("title") for one in known.values()), "")
        label = {"label": event.data.get("name")} if event.kind == "page_label" else {}
        return {**about, "page": event.parent, "title": title, **label}
    return {**about, event.kind: about.get("name", event.id), "id": event.id}


def _projects_of(bench: Bench, event: Event, hearing: Sequence[str]) -> Iterator[str]:
    """Which of these projects the sprint, version or page belongs to."""
    if not isinstance(event, EntitySeen):
        return
    for key in hearing:
        rules = bench.rules_for(key)
        match event.kind:
            case "sprint":
                belongs = any(_is_in_sprint(one, event.id) for one in bench.issues_of(key))
            case "version":
                belongs = event.project == key or _is_of_project(bench, key, event)
            case _:
                belongs = rules is not None and rules.space == event.project
        if belongs:
            yield key


def _is_in_sprint(issue: Issue, sprint: str) -> bool:
    return any(
        isinstance(one, Mapping) and str(one.get("id")) == sprint and "state" in one and "boardId" in one
        for value in issue.fields.values()
        if isinstance(value, list)
        for one in value
    )


def _is_of_project(bench: Bench, key: str, version: EntitySeen) -> bool:
    """Whether a version that tells only its project's id is this project's, as one of its issues shows."""
    shown = [one.fields.get("project") for one in bench.issues_of(key)[:1]]
    return any(isinstance(one, Mapping) and str(one.get("id")) == str(version.data.get("project_id")) for one in shown)
