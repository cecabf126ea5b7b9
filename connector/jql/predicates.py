"""Predicates over a field's values. A field without a value matches IS EMPTY alone, not even != and NOT IN."""

from connector.core.issue import Issue
from connector.jql.fields import Target
from connector.jql.plan import CallTest, Predicate, Test


def elements(value: object) -> list[object]:
    """The values of a field as a list; empty texts, lists and objects are no value."""
    if value is None or value == "" or value == {}:
        return []
    return value if value.__class__ is list else [value]


def emptiness(target: Target, wanted: bool) -> Predicate:
    """Whether the field is empty, or is not."""
    read, field_id = target.read, target.id
    if not target.is_plain:
        return lambda issue: bool(elements(read(issue))) is not wanted

    def is_plainly(issue: Issue) -> bool:
        # The commonest values are told by their truth alone; the rest (0, False) are values as well.
        value = issue.fields.get(field_id)
        return (bool(value) or bool(elements(value))) is not wanted

    return is_plainly


def values(target: Target, test: Test, is_negative: bool, takes_empty: bool) -> Predicate:
    """Whether some value passes the test; negative: whether there are values and none passes.

    Source: JQL operators, "Not equals" and "Not in": neither finds issues in which the field is empty.
    """
    if target.is_plain and not takes_empty:
        return _none(target.id, test) if is_negative else _some(target.id, test)
    return values_in(target, lambda value, _: test(value), is_negative, takes_empty)


def _some(field_id: str, test: Test) -> Predicate:
    def holds(issue: Issue) -> bool:
        value = issue.fields.get(field_id)
        if value.__class__ is list:
            for one in value:  # noqa: SIM110 (any() would make a generator for each issue)
                if test(one):
                    return True
            return False
        return value is not None and value != "" and test(value)

    return holds


def _none(field_id: str, test: Test) -> Predicate:
    def holds(issue: Issue) -> bool:
        value = issue.fields.get(field_id)
        if value.__class__ is list:
            return bool(value) and not any(test(one) for one in value)
        return value is not None and value != "" and value != {} and not test(value)

    return holds


def values_in(target: Target, test: CallTest, is_negative: bool, takes_empty: bool) -> Predicate:
    """The same for any field, with tests that also look at the issue. `takes_empty`: EMPTY is one of the values."""
    read = target.read

    def holds(issue: Issue) -> bool:
        found = elements(read(issue))
        if not found:
            return takes_empty and not is_negative
        return any(test(one, issue) for one in found) is not is_negative

    return holds


def project(test: Test, is_negative: bool) -> Predicate:
    """Whether the project is one of these. An issue without the field is asked by its own key."""

    def holds(issue: Issue) -> bool:
        found = issue.fields.get("project")
        return test(found if found else {"key": issue.project_key}) is not is_negative

    return holds


def category(keys: frozenset[str], is_negative: bool, takes_empty: bool) -> Predicate:
    """Whether the status category is one of these; on its own because nearly every rule asks it."""

    def holds(issue: Issue) -> bool:
        try:
            key = issue.fields["status"]["statusCategory"]["key"]  # type: ignore[index]
            return (key in keys) is not is_negative
        except (KeyError, TypeError):
            return takes_empty and not is_negative

    return holds
