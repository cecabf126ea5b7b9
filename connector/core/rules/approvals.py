"""Whose approval a gate waits for: people give it in comments on the gate's issue, and each one's last word counts."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.core.fields import instant_of, name_of
from connector.core.findings import CriterionResult, CriterionState, Decision
from connector.core.issue import Change, Issue
from connector.core.project import Entity, Project
from connector.core.rulebook import Approvals, Gate, Role

DECISIONS: tuple[Decision, ...] = ("GO", "COND_GO", "RECYCLE", "HOLD", "KILL", "REDIRECT")
CRITERION = "approvals"
_BEFORE = r"""[\s*_"'“”‘’「」『』（(✅👍]*"""
# A word that runs on ("同意书") is another one, and "Approve?" asks.
_AFTER = r"(?![^\W_]|\s*[?？]|/)"
_WORD = re.compile(
    rf"{_BEFORE}(?:(?P<yes>approved?|批准|同意)|(?:reject(?:ed)?|驳回|不同意)){_AFTER}",
    re.IGNORECASE,
)
_FACES = ("accountId", "key", "name", "displayName", "emailAddress")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """What somebody last said, and which of the roles they play."""

    account: str
    name: str
    approves: bool
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tally:
    """How far the approvals have come: those of people in the roles, and the roles from which some are missing."""

    approved: tuple[_Voice, ...]
    refused: tuple[str, ...]
    missing: tuple[Role, ...]
    given: int
    asked: int


def judge_approvals(gate: Gate, issue: Issue | None, project: Project) -> tuple[CriterionResult, ...]:
    """The must that those whom the rule names have approved; nothing where it names nobody."""
    if gate.approvals is None:
        return ()
    groups = _groups(project)
    voices = _voices(gate, gate.approvals, issue, project, groups) if issue is not None else ()
    tally = _tally(gate.approvals, voices)
    values: dict[str, object] = {"given": tally.given, "asked": tally.asked}
    if not tally.missing:
        told = {"approved": [one.name for one in tally.approved]}
        is_alone = gate.approvals.quorum != 1 and {one.account for one in tally.approved} == {_decider(gate, issue)}
        return (_result("fail", "alone", told) if is_alone else _result("pass", "pass", told),)
    hidden = tuple(role for role in gate.approvals.roles if not _is_known(role, groups))
    asked_of = tally.missing if gate.approvals.quorum is None else hidden
    if asked_of and all(role in hidden for role in asked_of):
        return (_result("unknown", "unknown", {**values, "roles": _titles(asked_of)}),)
    values["roles"] = _titles(tally.missing)
    if tally.refused:
        return (_result("fail", "refused", {**values, "refused": list(tally.refused)}),)
    return (_result("fail", "fail", values),)


def decision_in(gate: Gate, status: str | None) -> Decision | None:
    """The decision that a status of the gate's issue means."""
    name = (status or "").casefold()
    return next((code for code in DECISIONS if name in {one.casefold() for one in gate.decided.get(code, ())}), None)


def word_in(text: object) -> bool | None:
    """Whether a comment approves (True) or refuses (False) with its first word; None where it does neither."""
    found = _WORD.match(text) if isinstance(text, str) else None
    return None if found is None else found["yes"] is not None


def _tally(asked: Approvals, voices: tuple[_Voice, ...]) -> _Tally:
    approved = tuple(one for one in voices if one.approves)
    covered = {role for one in approved for role in one.roles}
    bare = tuple(role for role in asked.roles if role.id not in covered)
    needed = len(asked.roles) if asked.quorum is None else asked.quorum
    given = len(covered) if asked.quorum is None else len(approved)
    return _Tally(
        approved=approved,
        refused=tuple(one.name for one in voices if not one.approves),
        missing=() if given >= needed else bare or asked.roles,
        given=given,
        asked=needed,
    )


def _voices(
    gate: Gate, asked: Approvals, issue: Issue, project: Project, groups: Mapping[str, frozenset[str]]
) -> tuple[_Voice, ...]:
    """The last word of everybody who plays one of the roles, in the order they were given."""
    people, since = project.scope().people, _since(gate, issue)
    last: dict[str, _Voice] = {}
    words = sorted(_words(issue, project, since), key=lambda one: (one[0], len(one[1].id), one[1].id))
    for _, comment, approves in words:
        account = str(comment.data.get("author"))
        faces = _faces(account, comment, people)
        roles = frozenset(role.id for role in asked.roles if faces is not None and _plays(role, faces, groups))
        last.pop(account, None)
        if roles:
            name = name_of(comment.data.get("author_name")) or account
            last[account] = _Voice(account=account, name=name, approves=approves, roles=roles)
    return tuple(last.values())


def _words(issue: Issue, project: Project, since: datetime | None) -> Iterator[tuple[datetime, Entity, bool]]:
    """The comments that approve or refuse, each with the moment from which it says so.

    What our own account writes decides nothing, and what somebody else has edited is nobody's word.
    """
    for comment in project.comments:
        data, approves = comment.data, word_in(comment.data.get("body"))
        author, editor = data.get("author"), data.get("update_author")
        at = instant_of(data.get("updated")) or instant_of(data.get("created"))
        if comment.parent != issue.id or comment.is_gone or approves is None or at is None:
            continue
        is_own_word = isinstance(author, str) and author != project.account and editor in (None, author)
        if is_own_word and (since is None or at > since):
            yield at, comment, approves


def _since(gate: Gate, issue: Issue) -> datetime | None:
    """When the last decision before the present one was made or taken back; None: never."""
    moves = _moves(issue)
    earlier = moves[:-1] if decision_in(gate, name_of(issue.fields.get("status"))) else moves
    decided = [one.at for one in earlier if decision_in(gate, one.before) or decision_in(gate, one.after)]
    return max(decided, default=None)


def _decider(gate: Gate, issue: Issue | None) -> str | None:
    """Who moved the issue to the decision that it is at."""
    if issue is None or decision_in(gate, name_of(issue.fields.get("status"))) is None:
        return None
    return next((one.author for one in reversed(_moves(issue))), None)


def _moves(issue: Issue) -> list[Change]:
    moves = [change for change in issue.changes if change.field_id == "status"]
    return sorted(moves, key=lambda change: (change.at, change.history_id))


def _faces(account: str, comment: Entity, people: Callable[[str], object]) -> frozenset[str] | None:
    """All that a person may be named by; None for those whose account is no longer active."""
    known = people(account)
    person = known if isinstance(known, Mapping) else {}
    if person.get("active") is False:
        return None
    told = (account, comment.data.get("author_name"), *(person.get(face) for face in _FACES))
    return _folded(one for one in told if isinstance(one, str))


def _plays(role: Role, faces: frozenset[str], groups: Mapping[str, frozenset[str]]) -> bool:
    named = _folded(role.people).union(*(groups.get(group.casefold(), frozenset()) for group in role.groups))
    return not named.isdisjoint(faces)


def _is_known(role: Role, groups: Mapping[str, frozenset[str]]) -> bool:
    """Whether all who play the role are known. Who has a role of a Jira project is not."""
    return role.jira_role is None and all(group.casefold() in groups for group in role.groups)


def _groups(project: Project) -> dict[str, frozenset[str]]:
    return {name.casefold(): _folded(ids) for name, ids in project.around.members.items()}


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(one.casefold() for one in names if one)


def _titles(roles: tuple[Role, ...]) -> list[dict[str, str]]:
    # Lists, as the store gives them back: a run that was decided is compared with the one it keeps.
    return [dict(role.title) for role in roles]


def _result(state: CriterionState, reason: str, values: Mapping[str, object]) -> CriterionResult:
    return CriterionResult(
        criterion=CRITERION,
        title={"id": "gate.criterion.approvals.title"},
        state=state,
        is_must=True,
        reason=f"gate.criterion.approvals.{reason}",
        values=values,
    )
