"""The actions of automations on pages, compiled."""

from collections.abc import Callable, Mapping

from connector.core.automation_rules import EnsurePage, PageTarget, PutRegion, RuleAction, SayOnPage
from connector.rulefiles.actions import Site
from connector.rulefiles.field_values import has_place
from connector.rulefiles.measures import check_label
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_automations import EnsurePageShape, PageCommentShape, WriteRegionShape

OWN = "rule-"
"""How the ids of regions that rules write begin, so that no template's region is meant by accident."""


def _ensure_page(part: Part, given: object, site: Site) -> RuleAction | None:
    assert isinstance(given, EnsurePageShape), "the shape says so"
    desk, templates = site.desk, site.around.templates
    if (given.text is None) == (given.template is None):
        desk.complaints.add(
            part, "it is not said, or said twice, what stands on it", "write exactly one of text, template"
        )
        return None
    if given.template is not None and templates is not None and given.template not in templates:
        mend = suggest(given.template, templates, "make a folder of that name in templates/")
        desk.complaints.add(part.at("template"), f"there is no template {shown(given.template)}", mend)
    return EnsurePage(
        key=desk.text(part.at("key"), given.key, site.names),
        title=desk.wording(part.at("title"), given.title, site.names),
        text=desk.markdown(part.at("text"), given.text, site.names) if given.text is not None else None,
        template=given.template,
        parent=desk.text(part.at("parent"), given.parent, site.names) if given.parent is not None else None,
        labels=tuple(check_label(part.at("labels", index), one, desk) for index, one in enumerate(given.labels)),
    )


def _write_region(part: Part, given: object, site: Site) -> RuleAction | None:
    assert isinstance(given, WriteRegionShape), "the shape says so"
    page = _target(part, given, site)
    text = site.desk.markdown(part.at("text"), given.text, site.names)
    return None if page is None else PutRegion(page=page, region=f"{OWN}{given.region}", text=text)


def _add_page_comment(part: Part, given: object, site: Site) -> RuleAction | None:
    assert isinstance(given, PageCommentShape), "the shape says so"
    page = _target(part, given, site)
    text = site.desk.markdown(part.at("text"), given.text, site.names)
    return None if page is None else SayOnPage(page=page, purpose=given.purpose, text=text)


def _target(part: Part, given: WriteRegionShape | PageCommentShape, site: Site) -> PageTarget | None:
    """Which page is meant: without a word, that of the event."""
    desk = site.desk
    if given.page is not None and given.title is not None:
        desk.complaints.add(part, "page and title stand together", "write one of them")
        return None
    if given.page is None and given.title is None:
        if not site.is_of_pages:
            desk.complaints.add(part, "it is not said which page is meant", "add page: or title:")
            return None
        return PageTarget()
    if given.title is not None:
        return PageTarget(title=desk.text(part.at("title"), given.title, site.names))
    name = given.page or ""
    if not has_place(name) and name not in site.around.pages and name not in desk.complaints.lost_ids:
        mend = suggest(name, site.around.pages, "write the page under pages:, or make it with ensure_page")
        desk.complaints.add(part.at("page"), f"there is no page {shown(name)}", mend)
    return PageTarget(name=desk.text(part.at("page"), name, site.names))


PAGE_ACTIONS: Mapping[str, Callable[[Part, object, Site], RuleAction | None]] = {
    "ensure_page": _ensure_page,
    "write_region": _write_region,
    "add_page_comment": _add_page_comment,
}
