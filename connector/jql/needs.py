"""What a function must know of the site, and what is said where it is not known."""

from collections.abc import Callable

from connector.core.fields import Reach
from connector.jql.errors import closest, shown

Need = Callable[[tuple[str, ...], Reach], str | None]
"""From a function's arguments and what is known to what is missing, None when nothing is."""


def needs_nothing(_: tuple[str, ...], __: Reach) -> str | None:
    """Nothing: the issues themselves tell it."""
    return None


def needs_user(_: tuple[str, ...], reach: Reach) -> str | None:
    """Who asks."""
    return None if reach.has_user else "it is not known who asks; name the person"


def needs_history(_: tuple[str, ...], reach: Reach) -> str | None:
    """The issues' histories."""
    return None if reach.changed is None or reach.changed else "the issues' histories are not at hand"


def needs_field(*field_ids: str) -> Need:
    """One of these fields in the issues."""

    def need(_: tuple[str, ...], reach: Reach) -> str | None:
        is_there = reach.held is None or not reach.held.isdisjoint(field_ids)
        return None if is_there else f"none of the issues carries {shown(field_ids)}"

    return need


def needs_group(arguments: tuple[str, ...], reach: Reach) -> str | None:
    """The members of the group."""
    if reach.groups is None or arguments[0].casefold() in {one.casefold() for one in reach.groups}:
        return None
    told = f"known are {shown(sorted(reach.groups))}" if reach.groups else "no group's are known"
    guess = closest(arguments[0], reach.groups)
    return (
        f"the members of {arguments[0]!r} are not known, {told}; {f'write {guess!r}' if guess else 'name the people'}"
    )


def needs_leads(arguments: tuple[str, ...], reach: Reach) -> str | None:
    """Who leads projects."""
    return needs_user((), reach) if reach.has_leads and not arguments else _unless(reach.has_leads, "projects")


def needs_component_leads(arguments: tuple[str, ...], reach: Reach) -> str | None:
    """Who leads components."""
    is_known = reach.has_component_leads
    return needs_user((), reach) if is_known and not arguments else _unless(is_known, "components")


def _unless(is_known: bool, things: str) -> str | None:
    return None if is_known else f"it is not known who leads {things}; name the {things}"
