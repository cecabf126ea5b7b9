"""Goals: what was promised, what was reached, and whether that meets it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from connector.core.fields import name_of, number_of, summary_of
from connector.core.findings import GoalFound
from connector.core.issue import Issue
from connector.core.rulebook import GoalRules

AT_MOST = frozenset({"at most", "<=", "≤", "max", "lower is better", "最多", "不高于", "不超过", "越低越好"})


def find_goal(issue: Issue, rules: GoalRules, fields: Mapping[str, str]) -> GoalFound:
    """The goal's target and actual value. Without an actual value it is neither met nor missed.

    fields: our words with the field ids they are bound to in this site.
    """
    target = _number(issue, rules.target, fields)
    actual = _number(issue, rules.actual, fields)
    direction: Literal["at least", "at most"] = (
        "at most" if _text(issue, rules.direction, fields).casefold() in AT_MOST else "at least"
    )
    return GoalFound(
        key=issue.key,
        summary=summary_of(issue),
        target=target,
        actual=actual,
        unit=_text(issue, rules.unit, fields) or None,
        direction=direction,
        is_met=_is_met(target, actual, direction),
        reason=None if target is not None and actual is not None else "no_data" if target is None else "no_actuals",
    )


def _is_met(target: Decimal | None, actual: Decimal | None, direction: str) -> bool | None:
    if target is None or actual is None:
        return None
    return actual <= target if direction == "at most" else actual >= target


def _number(issue: Issue, word: str, fields: Mapping[str, str]) -> Decimal | None:
    return number_of(issue.fields.get(fields.get(word, "")))


def _text(issue: Issue, word: str | None, fields: Mapping[str, str]) -> str:
    if word is None:
        return ""
    return (name_of(issue.fields.get(fields.get(word, ""))) or "").strip()
