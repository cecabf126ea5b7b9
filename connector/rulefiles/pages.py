"""The sections `pages`, `reports` and `closeout`: what is written when the rules have spoken."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from string import Formatter

from connector.core.rulebook import PageRule, ReportRule, Text
from connector.rulefiles.desk import Desk
from connector.rulefiles.measures import check_label
from connector.rulefiles.part import Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.shape_pages import CloseoutShape, PageShape, ReportShape

OF_EVERY_PAGE = ("project", "name")


def compile_page(
    part: Part, shape: PageShape, gates: Mapping[str, Part], templates: Collection[str] | None, desk: Desk
) -> PageRule:
    """A page that writes itself. templates: the names there are, or None where that is not known."""
    _check_template(part, shape.template, templates, desk)
    if shape.after_gate is not None:
        desk.known(part.at("after_gate"), shape.after_gate, gates, "gate")
    _check_title(part.at("title"), shape.title, OF_EVERY_PAGE, desk)
    return PageRule(
        id=shape.id,
        template=shape.template,
        title=shape.title,
        behaviour=shape.behaviour,
        after_gate=shape.after_gate,
        labels=_labels(part, shape.labels, desk),
        place=part.place,
    )


def compile_report(part: Part, shape: ReportShape, templates: Collection[str] | None, desk: Desk) -> ReportRule:
    """A page that is drafted for every week or month."""
    _check_template(part, shape.template, templates, desk)
    title = part.at("title")
    _check_title(title, shape.title, (*OF_EVERY_PAGE, "period"), desk)
    if not all("{period}" in text for text in shape.title.values()):
        desk.complaints.add(title, "every week or month would have a page of the same title", "put {period} into it")
    return ReportRule(
        id=shape.id,
        template=shape.template,
        title=shape.title,
        every=shape.every,
        on=shape.on,
        labels=_labels(part, shape.labels, desk),
        place=part.place,
    )


def _labels(part: Part, labels: Sequence[str], desk: Desk) -> tuple[str, ...]:
    return tuple(check_label(part.at("labels", index), one, desk) for index, one in enumerate(labels))


def _check_template(part: Part, name: str, templates: Collection[str] | None, desk: Desk) -> None:
    if templates is not None and name not in templates:
        mend = suggest(name, templates, "make a folder of that name in templates/")
        desk.complaints.add(part.at("template"), f"there is no template {shown(name)}", mend)


def _check_title(part: Part, title: Text, places: Sequence[str], desk: Desk) -> None:
    for text in title.values():
        try:
            wrong = [one for _, one, how, _ in Formatter().parse(text) if one not in {None, *places} or how]
        except ValueError:
            wrong = [text]
        if wrong:
            mend = f"a title may hold {' and '.join(f'{{{one}}}' for one in places)}"
            desk.complaints.add(part, f"{shown(wrong[0])} cannot be filled in", mend)


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
