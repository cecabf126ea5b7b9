"""What happens in a case, as the letters that the products would send."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from connector.core.figures.calendar import WorkingCalendar
from connector.core.issue import Issue
from connector.rehearsal.cases.building import Builder, page_events
from connector.rehearsal.cases.shape import PageShape, WhenShape
from connector.rehearsal.cases.site import person
from connector.rehearsal.letters import Told, issue_told, page_told, part_told, tick_told
from connector.rehearsal.scratch import Scratch
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest

_PAGES = {
    "page_created": "page.created",
    "page_updated": "page.updated",
    "page_labelled": "page.labelled",
    "page_commented": "page.commented",
}


@dataclass(slots=True)
class Stage:
    """What a case's steps happen to: issues that were given and are not there yet, and pages by their titles."""

    builder: Builder
    house: Scratch
    coming: dict[str, Issue]
    pages: dict[str, tuple[str, PageShape]]
    space: str
    days: WorkingCalendar
    parts: int = 70000

    def letters(self, part: Part, step: WhenShape, at: datetime) -> list[Told]:
        """The letters of one step; none for a rollup."""
        if step.rollup:
            return []
        if step.day or step.week or step.schedule:
            return self._ticks(step, at)
        for verb, name in _PAGES.items():
            title = getattr(step, verb)
            if title is not None:
                return self._page(part.at(verb), name, title, step, at)
        return self._of_issue(part, step, at)

    def _ticks(self, step: WhenShape, at: datetime) -> list[Told]:
        project = self.builder.project
        if step.schedule:
            return [tick_told("schedule", project, at, schedule=step.schedule)]
        today = at.astimezone(self.builder.zone).date()
        is_working = self.days.is_working(today)
        if step.day:
            return [tick_told("day.began", project, at, working_day=is_working)]
        return [tick_told(name, project, at) for name in ("week.began", *(["week.worked"] if is_working else []))]

    def _of_issue(self, part: Part, step: WhenShape, at: datetime) -> list[Told]:
        by = step.by
        if step.created is not None:
            issue = self._issue(part.at("created"), step.created)
            return [issue_told("issue.created", issue, at, by=by)] if issue else []
        if step.updated is not None:
            issue = self._issue(part.at("updated"), step.updated)
            return [self._update(part.at("change"), issue, step, at)] if issue else []
        if step.deleted is not None:
            issue = self._issue(part.at("deleted"), step.deleted)
            return [issue_told("issue.deleted", issue, at, by=by)] if issue else []
        verb = next(one for one in ("commented", "worked", "linked") if getattr(step, one) is not None)
        issue = self._issue(part.at(verb), str(getattr(step, verb)))
        return [self._beside(part, verb, issue, step, at)] if issue else []

    def _issue(self, part: Part, key: str) -> Issue | None:
        """The issue as it is by now."""
        known = [*self.coming, *self.builder.ids]
        held = self.coming.pop(key, None) or (
            self.house.issue(self.builder.ids[key]) if key in self.builder.ids else None
        )
        if held is None:
            self.builder.complaints.add(part, f"there is no issue {shown(key)}", suggest(key, known, "give it first"))
        return held

    def _update(self, part: Part, issue: Issue, step: WhenShape, at: datetime) -> Told:
        values: dict[str, object] = {}
        for word, value in step.change.items():
            values |= self.builder.value(part.at(word), word, value)
        number = self.builder.histories + 1
        changes = tuple(
            replace(self.builder.change(name, issue.fields.get(name), value, step.by, at), history_id=number)
            for name, value in values.items()
        )
        fields = {**issue.fields, **values, "updated": self.house.moments.after(at).isoformat()}
        return issue_told("issue.updated", replace(issue, fields=fields), at, by=step.by, changes=changes)

    def _beside(self, part: Part, verb: str, issue: Issue, step: WhenShape, at: datetime) -> Told:
        self.parts += 1
        moments = {"created": at.isoformat(), "updated": at.isoformat()}
        made: Mapping[str, object] = {"id": str(self.parts), "author": person(step.by), **moments}
        if verb == "commented":
            return part_told("comment.created", {**made, "body": step.says}, issue, at, by=step.by)
        if verb == "worked":
            spent = {"timeSpentSeconds": int(step.hours * 3600), "started": at.isoformat(), "issueId": issue.id}
            return part_told("worklog.created", {**made, **spent}, issue, at, by=step.by)
        other = self._issue(part.at("to"), step.to or "")
        link = {
            "id": str(self.parts),
            "sourceIssueId": issue.id,
            "destinationIssueId": other.id if other else "0",
            "issueLinkType": {"name": step.type, "outwardName": step.type, "inwardName": step.type},
        }
        return part_told("link.created", link, None, at, by=step.by)

    def _page(self, part: Part, name: str, title: str, step: WhenShape, at: datetime) -> list[Told]:
        found = self.pages.get(title)
        if found is None:
            mend = suggest(title, self.pages, "give it first")
            self.builder.complaints.add(part, f"there is no page {shown(title)}", mend)
            return []
        page_id, shape = found
        labels = [*shape.labels, step.label] if step.label else shape.labels
        events = page_events(
            shape.model_copy(update={"labels": labels}), page_id, self.space, self.house.ground.site, at
        )
        self.house.answers.pages[page_id] = events
        page = {"id": page_id, "title": title, "spaceKey": self.space, "version": 2}
        more: dict[str, object] = {}
        if name == "page.labelled":
            more = {"label": {"name": step.label or "label"}, "labeled": page}
        if name == "page.commented":
            more = {"comment": {"id": "80001", "creationDate": int(at.timestamp() * 1000), "parent": page}}
        return [page_told(name, page, at, by=step.by, **more)]
