"""Which writes of a run can be taken back at all: those under whose key nothing was written since."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from connector.core.actions import SetIssueFields
from connector.core.comparing import is_same_value
from connector.core.steering import UNDO
from connector.store.outbox import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The writes under one key that are taken back together: what `last` wrote is replaced by what `first` found.

    `before` is the newest write of ours that stays. `problem` says why nothing of it can be taken back.
    """

    first: OutboxRow
    last: OutboxRow
    before: OutboxRow | None = None
    problem: str | None = None


def chains(chosen: Sequence[OutboxRow], histories: Mapping[str, Sequence[OutboxRow]]) -> list[Chain]:
    """The chosen writes that were done, by natural key, the last ones first.

    histories: all writes under the same keys that were or are to be sent, oldest first.
    """
    done = {row.id: row for row in chosen if row.state == "confirmed"}
    newest = {row.natural_key: row for row in done.values()}
    found = [_chain(last, done.keys(), histories.get(key, ())) for key, last in newest.items()]
    return sorted(found, key=lambda chain: -chain.last.id)


def _chain(last: OutboxRow, chosen: Collection[int], history: Sequence[OutboxRow]) -> Chain:
    problem = _what_came_later([row for row in history if row.id > last.id])
    if problem is not None:
        return Chain(first=last, last=last, problem=problem)
    first, before = last, None
    for row in reversed([row for row in history if row.id < last.id and row.state == "confirmed"]):
        if row.id not in chosen or not _leads_on(row, first):
            before = row
            break
        first = row
    return Chain(first=first, last=last, before=before)


def _what_came_later(later: Sequence[OutboxRow]) -> str | None:
    newest = next((row for row in reversed(later) if row.state != "refused"), None)
    if newest is None:
        return None
    if newest.rule == UNDO:
        return f"was taken back already ({newest.run})"
    if newest.state == "confirmed":
        return f"was written again since by {newest.rule} (run {newest.run})"
    return f"a newer write of {newest.rule} waits to be sent (run {newest.run})"


def _leads_on(earlier: OutboxRow, later: OutboxRow) -> bool:
    """Whether the later write found what the earlier one had written, and not what a person made of it."""
    if not isinstance(earlier.write, SetIssueFields) or later.before is None:
        return True
    before = later.before
    return all(is_same_value(before.get(name), value) for name, value in earlier.write.values.items())
