"""The actions of automations on issues, compiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.core.automation_rules import (
    AddLabel,
    Assign,
    EnsureIssue,
    EnsureLink,
    Fill,
    RuleAction,
    SayComment,
    SetFields,
    SetProperty,
    TakeTransition,
)
from connector.rulefiles.desk import Desk, spellings
from connector.rulefiles.events import Around
from connector.rulefiles.field_values import FieldValues, compile_json, compile_values
from connector.rulefiles.measures import check_label
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_automations import (
    AssignShape,
    CommentShape,
    EnsureIssueShape,
    EnsureLinkShape,
    OpenDecisionShape,
    RaiseRiskShape,
    SetPropertyShape,
)

OUR_PROPERTY = "lifecycle"
"""The entity property by which the connector finds again what it made."""
RISK, DECISION, OTHERWISE = "Risk", "Decision", "Task"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where an action is compiled: with what, and what its texts may name.

    `is_of_pages`: every event is about a page; `has_links`: there is an issue that something can be linked to.
    """

    desk: Desk
    around: Around
    names: frozenset[str]
    is_of_pages: bool = False
    has_links: bool = True


def _set_fields(part: Part, given: object, site: Site) -> RuleAction:
    assert isinstance(given, Mapping), "the shape says so"
    found = compile_values(part, given, site.desk, site.names)
    return SetFields(values=found.fixed, worked=found.worked)


def _transition(part: Part, given: object, site: Site) -> RuleAction:
    assert isinstance(given, list), "the shape says so"
    names = [also for one in given for also in spellings(str(one), site.desk.names.statuses)]
    return TakeTransition(to=tuple(dict.fromkeys(names)))


def _assign(part: Part, given: object, site: Site) -> RuleAction | None:
    assert isinstance(given, AssignShape), "the shape says so"
    told = [name for name in AssignShape.model_fields if getattr(given, name) is not None]
    if len(told) != 1:
        site.desk.complaints.add(
            part, "it is not said, or said twice, to whom", "write exactly one of to, person, role"
        )
        return None
    if given.to is not None:
        return Assign(to=given.to)
    if given.person is not None:
        return Assign(to="person", who=given.person)
    role = given.role or ""
    if role not in site.around.roles and role not in site.desk.complaints.lost_ids:
        mend = suggest(role, site.around.roles, "declare it under roles:")
        site.desk.complaints.add(part.at("role"), f"there is no role {shown(role)}", mend)
    return Assign(to="role", who=role)


def _add_label(part: Part, given: object, site: Site) -> RuleAction:
    return AddLabel(label=check_label(part, str(given), site.desk))


def _comment(part: Part, given: object, site: Site) -> RuleAction:
    assert isinstance(given, CommentShape), "the shape says so"
    return SayComment(purpose=given.purpose, text=site.desk.wording(part.at("text"), given.text, site.names))


def _ensure_link(part: Part, given: object, site: Site) -> RuleAction | None:
    assert isinstance(given, EnsureLinkShape), "the shape says so"
    if (given.to is None) == (given.made is None):
        site.desk.complaints.add(part, "it is not said, or said twice, to which issue", "write exactly one of to, made")
        return None
    key, text = ("to", given.to) if given.to is not None else ("made", given.made or "")
    return EnsureLink(
        type=given.link,
        names=spellings(given.link, site.desk.links),
        to=site.desk.text(part.at(key), text, site.names),
        is_made=key == "made",
    )


def _set_property(part: Part, given: object, site: Site) -> RuleAction:
    assert isinstance(given, SetPropertyShape), "the shape says so"
    if given.name == OUR_PROPERTY:
        site.desk.complaints.add(part.at("name"), f"{OUR_PROPERTY!r} is the connector's own", "choose another name")
    return SetProperty(name=given.name, value=compile_json(part.at("value"), given.value, site.desk, site.names))


def _ensure_issue(part: Part, given: object, site: Site) -> RuleAction:
    assert isinstance(given, EnsureIssueShape), "the shape says so"
    values = compile_values(part.at("fields"), given.fields, site.desk, site.names)
    return _issue(part, given, (given.type,), values, site)


def _raise_risk(part: Part, given: object, site: Site) -> RuleAction:
    """An ensured issue of type Risk, with its score beside probability and impact."""
    assert isinstance(given, RaiseRiskShape), "the shape says so"
    values = compile_values(part.at("fields"), given.fields, site.desk, site.names)
    scored = _scored(part, given, site)
    return _issue(part, given, (RISK,), FieldValues(fixed={**values.fixed, **scored}, worked=values.worked), site)


def _scored(part: Part, given: RaiseRiskShape, site: Site) -> dict[str, object]:
    told = {name: value for name in ("probability", "impact") if (value := getattr(given, name)) is not None}
    fields = site.around.risk_fields
    if fields is None:
        if told:
            site.desk.complaints.add(part, "there is no section 'risks' to score it by", "write one, or say no numbers")
        return {}
    words = dict(zip(("probability", "impact"), fields[:2], strict=True))
    for (name, value), top in zip(told.items(), _tops(told, site.around.scale), strict=True):
        if value > top:
            site.desk.complaints.add(part.at(name), f"{value} is beyond the scale", f"write a number from 1 to {top}")
    scored = {words[name]: value for name, value in told.items()}
    if fields[2] is not None and len(told) == 2:
        scored[fields[2]] = told["probability"] * told["impact"]
    return {found.id: value for word, value in scored.items() if (found := site.desk.words.catalog.find(word))}


def _tops(told: Mapping[str, object], scale: tuple[int, int]) -> list[int]:
    return [scale[0] if name == "probability" else scale[1] for name in told]


def _open_decision(part: Part, given: object, site: Site) -> RuleAction:
    """An ensured issue of type Decision; where a project has none, a task that is labelled as one."""
    assert isinstance(given, OpenDecisionShape), "the shape says so"
    values = compile_values(part.at("fields"), given.fields, site.desk, site.names)
    labels = values.fixed.get("labels")
    own = [*(labels if isinstance(labels, list) else []), DECISION.casefold()]
    fixed = {**values.fixed, "labels": list(dict.fromkeys(own))}
    return _issue(part, given, (DECISION, OTHERWISE), FieldValues(fixed=fixed, worked=values.worked), site)


def _issue(
    part: Part,
    given: EnsureIssueShape | RaiseRiskShape | OpenDecisionShape,
    types: tuple[str, ...],
    values: FieldValues,
    site: Site,
) -> EnsureIssue:
    desk = site.desk
    if given.link is not None and not site.has_links:
        desk.complaints.add_key(
            part.at("link"), "there is no issue to link it to", "leave the link out, or use for_each"
        )
    return EnsureIssue(
        key=desk.text(part.at("key"), given.key, site.names),
        type=types[0],
        type_names=tuple(dict.fromkeys(also for one in types for also in spellings(one, desk.names.types))),
        summary=desk.wording(part.at("summary"), given.summary, site.names),
        text=_text(part, given.text, site),
        link=given.link,
        link_names=spellings(given.link, desk.links) if given.link is not None else (),
        fields=values.fixed,
        worked=values.worked,
    )


def _text(part: Part, text: str | Mapping[str, str] | None, site: Site) -> Fill | None:
    return None if text is None else site.desk.wording(part.at("text"), text, site.names)


ISSUE_ACTIONS: Mapping[str, Callable[[Part, object, Site], RuleAction | None]] = {
    "ensure_issue": _ensure_issue,
    "raise_risk": _raise_risk,
    "open_decision": _open_decision,
    "set_fields": _set_fields,
    "transition": _transition,
    "assign": _assign,
    "add_label": _add_label,
    "comment": _comment,
    "ensure_link": _ensure_link,
    "set_property": _set_property,
}
