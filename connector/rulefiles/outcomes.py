"""The sections `pages`, `closeout` and `automations`: what is written when the rules have spoken."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from string import Formatter

from connector.core.fields import Field
from connector.core.rulebook import AddLabel, Automation, EnsureIssue, PageRule, RuleAction, SayComment, SetFields
from connector.rulefiles.desk import Desk, spellings
from connector.rulefiles.measures import check_label
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape import ActionShape, AutomationShape, CloseoutShape, EnsureIssueShape, PageShape
from connector.rulefiles.words import MISSING

EVENTS = frozenset(
    {
        "issue.created",
        "issue.updated",
        "issue.transitioned",
        *(f"comment.{one}" for one in ("created", "updated", "deleted")),
        *(f"worklog.{one}" for one in ("created", "updated", "deleted")),
        *(f"{one}.{what}" for one in ("link", "attachment") for what in ("created", "deleted")),
        *(f"property.{one}" for one in ("set", "deleted")),
        "day.began",
    }
)
READ_ONLY = {
    "status": "a status changes by a transition, which people make",
    "project": "an issue is moved in Jira",
    "issuetype": "a type is changed in Jira",
    "created": "Jira sets it",
    "updated": "Jira sets it",
    "creator": "Jira sets it",
    "resolutiondate": "Jira sets it",
    "issuelinks": "links are no field",
}
BY_NAME = frozenset({"priority", "resolution", "version", "component"})


def compile_page(
    part: Part, shape: PageShape, gates: Mapping[str, Part], templates: Collection[str] | None, desk: Desk
) -> PageRule:
    """A page that writes itself. templates: the names there are, or None where that is not known."""
    if templates is not None and shape.template not in templates:
        mend = suggest(shape.template, templates, "make a folder of that name in templates/")
        desk.complaints.add(part.at("template"), f"there is no template {shown(shape.template)}", mend)
    if shape.after_gate is not None:
        desk.known(part.at("after_gate"), shape.after_gate, gates, "gate")
    for text in shape.title.values():
        _check_places(part.at("title"), text, desk)
    return PageRule(
        id=shape.id,
        template=shape.template,
        title=shape.title,
        behaviour=shape.behaviour,
        after_gate=shape.after_gate,
        labels=tuple(check_label(part.at("labels", index), one, desk) for index, one in enumerate(shape.labels)),
        place=part.place,
    )


def _check_places(part: Part, title: str, desk: Desk) -> None:
    try:
        wrong = [one for _, one, how, _ in Formatter().parse(title) if one not in {None, "project", "name"} or how]
    except ValueError:
        wrong = [title]
    if wrong:
        desk.complaints.add(part, f"{shown(wrong[0])} cannot be filled in", "a title may hold {project} and {name}")


def close_out(
    part: Part, shape: CloseoutShape, pages: list[PageRule], gates: Mapping[str, Part], desk: Desk
) -> list[PageRule]:
    """The pages, with the closeout's page drafted once the closing gate is passed."""
    desk.known(part.at("gate"), shape.gate, gates, "gate")
    ids = {page.id: part for page in pages}
    desk.known(part.at("page"), shape.page, ids, "page")
    return [
        replace(page, behaviour="report", after_gate=shape.gate) if page.id == shape.page else page for page in pages
    ]


def compile_automation(part: Part, shape: AutomationShape, desk: Desk) -> Automation:
    """One automation with its actions in their order."""
    for index, name in enumerate(shape.when):
        if name not in EVENTS:
            mend = suggest(name, EVENTS, "see the README's list of events")
            desk.complaints.add(part.at("when", index), f"there is no event {shown(name)}", mend)
    return Automation(
        id=shape.id,
        when=tuple(shape.when),
        if_=desk.selector(part.at("if"), shape.if_),
        then=tuple(
            action
            for index, one in enumerate(shape.then)
            if (action := _action(part.at("then", index), one, desk)) is not None
        ),
        at_most=shape.at_most,
        place=part.place,
    )


def _action(part: Part, shape: ActionShape, desk: Desk) -> RuleAction | None:
    given = [name for name in ActionShape.model_fields if getattr(shape, name) is not None]
    if len(given) != 1:
        what = f"{' and '.join(given)} stand together" if given else "there is nothing to do here"
        desk.complaints.add(part, what, f"write exactly one of {', '.join(ActionShape.model_fields)}")
        return None
    if shape.ensure_issue is not None:
        return _ensure_issue(part.at("ensure_issue"), shape.ensure_issue, desk)
    if shape.set_fields is not None:
        return SetFields(values=_values(part.at("set_fields"), shape.set_fields, desk))
    if shape.add_label is not None:
        return AddLabel(label=check_label(part.at("add_label"), shape.add_label, desk))
    if shape.comment is not None:
        text = desk.wording(part.at("comment", "text"), shape.comment.text)
        return SayComment(purpose=shape.comment.purpose, text=text)
    return None


def _ensure_issue(part: Part, shape: EnsureIssueShape, desk: Desk) -> EnsureIssue:
    return EnsureIssue(
        key=desk.text(part.at("key"), shape.key),
        type=shape.type,
        type_names=spellings(shape.type, desk.names.types),
        summary=desk.wording(part.at("summary"), shape.summary),
        link=shape.link,
        link_names=spellings(shape.link, desk.links) if shape.link is not None else (),
        fields=_values(part.at("fields"), shape.fields, desk),
    )


def _values(part: Part, values: Mapping[str, object], desk: Desk) -> dict[str, object]:
    """Values by field id, in the shape that Jira's REST API takes."""
    found: dict[str, object] = {}
    for name, value in values.items():
        field = desk.field(part.at(name), name)
        if field is None:
            continue
        if field.id in READ_ONLY:
            desk.complaints.add_key(part.at(name), f"{name!r} cannot be set", READ_ONLY[field.id])
        if field.id.startswith(MISSING) and name in desk.words.missing:
            desk.complaints.add_key(part.at(name), f"this site has no field for {name!r}", "make it in Jira first")
        if isinstance(value, str) and "{{" in value:
            desk.complaints.add(
                part.at(name), "values are written as they stand", "leave {{ }} to summary, key and text"
            )
        found[field.id] = rest_value(field, value)
    return found


def rest_value(field: Field, value: object) -> object:
    """A value as Jira's REST API wants it: a priority by its name, an option by its value, lists of them likewise."""
    if isinstance(value, list):
        item = replace(field, kind=field.items or "any", items=None)
        return [rest_value(item, one) for one in value]
    if not isinstance(value, str):
        return value
    if field.kind in BY_NAME:
        return {"name": value}
    return {"value": value} if field.kind == "option" else value
