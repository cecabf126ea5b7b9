"""One merged, ordered set of writes out of what rules decided one by one."""

from collections.abc import Iterable
from dataclasses import replace

from connector.core.actions import Planned, SetIssueFields, turn_of


def merged(planned: Iterable[Planned]) -> tuple[Planned, ...]:
    """What is to be written, once each and in the order in which it leaves.

    Fields of one issue become one write that names every rule behind it; of two rules that set one field, and of two
    writes with one natural key, the later counts.
    """
    by_key: dict[str, Planned] = {}
    fields: dict[str, Planned] = {}
    for one in planned:
        if isinstance(one.write, SetIssueFields):
            before = fields.get(one.write.issue)
            fields[one.write.issue] = one if before is None else _joined(before, one)
        else:
            by_key[one.write.natural_key] = one
    return tuple(sorted((*fields.values(), *by_key.values()), key=lambda one: turn_of(one.write)))


def _joined(first: Planned, second: Planned) -> Planned:
    assert isinstance(first.write, SetIssueFields), "only fields are joined"
    assert isinstance(second.write, SetIssueFields), "only fields are joined"
    before = {**(second.before or {}), **(first.before or {})}
    return replace(
        second,
        write=replace(second.write, values={**first.write.values, **second.write.values}),
        rule=_named(first.rule, second.rule),
        place=_named(first.place, second.place),
        after=tuple(dict.fromkeys((*first.after, *second.after))),
        before=before or None,
    )


def _named(first: str, second: str) -> str:
    return ", ".join(sorted({*first.split(", "), *second.split(", ")}))
