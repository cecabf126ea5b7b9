"""What taking a run back would do: the product is asked what it holds now, and nothing is written yet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from connector.atlassian.failures import Refused
from connector.core.actions import (
    EnsureLabel,
    LinkIssues,
    MakeIssue,
    MoveIssue,
    SendMessage,
    SetIssueFields,
    SetIssueProperty,
    Write,
    WriteComment,
    WritePage,
    WritePageComment,
    WriteRegion,
)
from connector.core.comparing import is_same_value, shown
from connector.core.fields import name_of
from connector.core.steering import UNDO
from connector.core.taking_back import (
    DeleteComment,
    DeletePageComment,
    PutBackFields,
    PutBackProperty,
    TakeOffLabel,
    Unlink,
)
from connector.outbox.chains import Chain, chains
from connector.outbox.jira_writes import JiraDesk
from connector.outbox.page_writes import PageDesk
from connector.outbox.region_undoing import page_regions, single_region
from connector.outbox.step import Step, left, taken
from connector.outbox.taking_back import linked_by, own_ids, why_not_deleted, why_page_comment_stays
from connector.store.outbox import OutboxRow


@dataclass(slots=True)
class Undoing:
    """Looks at what a run wrote in one site. `name_of_issue` gives an issue's key, `name_of_field` a field's name."""

    jira: JiraDesk
    pages: PageDesk
    name_of_issue: Callable[[str], str]
    name_of_field: Callable[[str], str]
    _own: frozenset[str] | None = field(default=None, init=False)

    def look(self, chosen: Sequence[OutboxRow], histories: Mapping[str, Sequence[OutboxRow]]) -> list[Step]:
        """What can be taken back of these writes, the last ones first, and what not and why.

        histories: all writes under the same natural keys that were or are to be sent, oldest first.
        """
        steps = [_waiting_step(row) for row in reversed(chosen) if row.state in {"planned", "held"}]
        steps += [left(row, "is on its way; ask again once it has come out") for row in chosen if _is_under_way(row)]
        return steps + [self._step(chain) for chain in chains(chosen, histories)]

    def _step(self, chain: Chain) -> Step:
        if chain.last.rule == UNDO:
            return left(chain.last, "takes another run back; that is not taken back in turn")
        if chain.problem is not None:
            return left(chain.last, chain.problem)
        try:
            return self._asked(chain)
        except Refused as refusal:
            if refusal.status == 404:
                return left(chain.last, "what it was written to is gone, or the connector may not see it any more")
            raise

    def _asked(self, chain: Chain) -> Step:
        match chain.last.write:
            case SetIssueFields() as write:
                return self._fields(chain, write)
            case EnsureLabel() as write:
                return self._label(chain, write)
            case WriteComment() as write:
                return self._comment(chain, write)
            case MoveIssue() as write:
                return self._move(chain, write)
            case MakeIssue():
                made = self.name_of_issue(chain.last.remote_id or "")
                return left(chain.last, f"{made} was made, and issues are never deleted: close it by hand")
            case LinkIssues() as write:
                return self._link(chain, write)
            case SetIssueProperty() as write:
                return self._property(chain, write)
            case WritePage() as write:
                return page_regions(self.pages, chain, write)
            case WriteRegion() as write:
                return single_region(self.pages, chain, write)
            case WritePageComment() as write:
                return self._page_comment(chain, write)
            case SendMessage() as write:
                return left(chain.last, f"{write.channel} was told already, and what is said is not taken back")
        return left(chain.last, "is of a kind that is not taken back")

    def _fields(self, chain: Chain, write: SetIssueFields) -> Step:
        row, before = chain.last, chain.first.before
        if before is None:
            return left(row, "what was there before is not known")
        held = self.jira.jira.values_of(write.issue, tuple(write.values))
        still = {name: ours for name, ours in write.values.items() if is_same_value(held.get(name), ours)}
        changed = {name: held.get(name) for name in write.values if name not in still}
        back = {name: before.get(name) for name, ours in still.items() if not is_same_value(before.get(name), ours)}
        put_back = PutBackFields(
            of=row.natural_key,
            issue=write.issue,
            key=write.key,
            ours={name: still[name] for name in back},
            values=back,
        )
        told = {name: f"{write.key} {self.name_of_field(name)}" for name in write.values}
        return Step(
            row=row,
            write=put_back if back else None,
            back=tuple(f"{told[name]}: {shown(still[name])} → {shown(value)}" for name, value in back.items()),
            left=(
                *(f"{told[name]}: was changed since, to {shown(value)}" for name, value in changed.items()),
                *(f"{told[name]}: was {shown(still[name])} before" for name in still if name not in back),
            ),
        )

    def _label(self, chain: Chain, write: EnsureLabel) -> Step:
        row, before = chain.last, chain.first.before
        labels = self.jira.jira.values_of(write.issue, ("labels",)).get("labels")
        if not isinstance(labels, list) or write.label not in labels:
            return left(row, f"{write.key}: label {write.label} was taken off since")
        had = before.get("labels") if before is not None else None
        if not isinstance(had, list | tuple):
            return left(row, f"{write.key}: whether label {write.label} was there before is not known")
        if write.label in had:
            return left(row, f"{write.key}: label {write.label} was there before")
        off = TakeOffLabel(of=row.natural_key, issue=write.issue, key=write.key, label=write.label)
        return taken(row, off, f"{write.key}: label {write.label} is taken off")

    def _comment(self, chain: Chain, write: WriteComment) -> Step:
        row = chain.last
        comments = self.jira.jira.comments(write.issue)
        comment, says = row.remote_id or "", write.lines[0].text if write.lines else ""
        if all(one.id != comment for one in comments):
            return left(row, f"{write.key}: the comment was deleted since")
        problem = why_not_deleted(comments, comment, says, self._own_ids())
        if problem is not None:
            return left(row, f"{write.key}: {problem}")
        earlier = chain.before.write if chain.before is not None else None
        if isinstance(earlier, WriteComment):
            return taken(row, earlier, f"{write.key}: the comment says again “{_first_line(earlier)}”")
        delete = DeleteComment(of=row.natural_key, issue=write.issue, key=write.key, comment=comment, says=says)
        return taken(row, delete, f"{write.key}: the comment “{_first_line(write)}” is deleted")

    def _move(self, chain: Chain, write: MoveIssue) -> Step:
        row, before = chain.last, chain.first.before
        held = self.jira.jira.values_of(write.issue, ("status",)).get("status")
        present, was = name_of(held) or "", name_of(before.get("status")) if before is not None else None
        if was is None:
            return left(row, f"{write.key}: the status that it was in before is not known")
        if present.casefold() not in {name.casefold() for name in write.to_status}:
            return left(row, f"{write.key}: was moved on since, to {present}")
        offered = self.jira.jira.transitions(write.issue)
        way = next((one for one in offered if one.to_status_name.casefold() == was.casefold()), None)
        if way is None or way.required:
            return left(row, f"{write.key}: the workflow offers the connector no way from {present} back to {was}")
        status = str(held.get("id")) if isinstance(held, Mapping) else ""
        back = MoveIssue(
            issue=write.issue, key=write.key, from_status=status, to_status=(was,), occasion=write.occasion
        )
        return taken(row, back, f"{write.key}: {present} → {was}")

    def _link(self, chain: Chain, write: LinkIssues) -> Step:
        row, before = chain.last, chain.first.before
        ends = [end if end.isdigit() else self.jira.remote(end) for end in (write.source, write.target)]
        source, target = ends
        if source is None or target is None:
            return left(row, "an end of the link is not known any more")
        names, words = write.names or (write.type,), " – ".join(self.name_of_issue(one) for one in (source, target))
        if before is not None and before.get("linked"):
            return left(row, f"{words}: were linked before")
        if linked_by(self.jira.jira, source, target, names) is None:
            return left(row, f"{words}: the link was removed since")
        gone = Unlink(of=row.natural_key, source=source, target=target, names=names)
        return taken(row, gone, f"{words}: the link ({write.type}) is removed")

    def _property(self, chain: Chain, write: SetIssueProperty) -> Step:
        row, before = chain.last, chain.first.before
        if before is None:
            return left(row, f"{write.key}: what property {write.name} held before is not known")
        if self.jira.jira.property(write.issue, write.name) != write.value:
            return left(row, f"{write.key}: property {write.name} was changed since")
        was = before.get(write.name)
        back = PutBackProperty(
            of=row.natural_key, issue=write.issue, key=write.key, name=write.name, ours=write.value, value=was
        )
        how = "is taken off" if was is None else "holds again what it held before"
        return taken(row, back, f"{write.key}: property {write.name} {how}")

    def _page_comment(self, chain: Chain, write: WritePageComment) -> Step:
        row = chain.last
        found = self.pages.confluence.page_comment(row.remote_id or "")
        if found is None:
            return left(row, f"{write.page}: the comment was deleted since")
        problem = why_page_comment_stays(found, write.body)
        if problem is not None:
            return left(row, f"{write.page}: {problem}")
        if chain.before is not None and isinstance(chain.before.write, WritePageComment):
            return taken(row, chain.before.write, f"{write.page}: the comment says again what it said before")
        delete = DeletePageComment(of=row.natural_key, page=write.page, comment=found.id, ours=write.body)
        return taken(row, delete, f"{write.page}: the comment is deleted")

    def _own_ids(self) -> frozenset[str]:
        if self._own is None:
            self._own = own_ids(self.jira.jira)
        return self._own


def _waiting_step(row: OutboxRow) -> Step:
    return Step(row=row, is_withdrawn=True, back=(f"{_subject(row.write)} is not written: it still waits",))


def _is_under_way(row: OutboxRow) -> bool:
    return row.state in {"sent", "unknown"}


def _subject(write: Write) -> str:
    key = getattr(write, "key", None)
    return f"{key} ({write.natural_key})" if isinstance(key, str) else write.natural_key


def _first_line(write: WriteComment) -> str:
    return shown(write.lines[0].text if write.lines else "")
