"""What automations do to pages, as planned writes."""

from connector.core.actions import Write, WritePage, WritePageComment, WriteRegion
from connector.core.automation_rules import EnsurePage, PageTarget, PutRegion, SayOnPage, Values
from connector.core.errors import ConnectorError
from connector.core.judging import Drafted, Happening, Judging

MOST_OF_A_TITLE = 255
"""Confluence refuses longer titles."""


class NoSuchPage(ConnectorError):
    """A rule is to write on a page, and nothing says which."""


def page_writes(
    action: EnsurePage | PutRegion | SayOnPage, judging: Judging, happening: Happening, values: Values
) -> list[Write]:
    """The writes of one action."""
    match action:
        case EnsurePage():
            return [_page(action, judging, values)]
        case PutRegion():
            target = _target(action.page, judging, happening, values)
            return [WriteRegion(page=target, region=action.region, body=judging.storage(action.text, values))]
        case SayOnPage():
            target = _target(action.page, judging, happening, values)
            return [WritePageComment(page=target, purpose=action.purpose, body=judging.storage(action.text, values))]


def _page(action: EnsurePage, judging: Judging, values: Values) -> WritePage:
    key, title = _line(action.key(values)), _line(action.title(values))[:MOST_OF_A_TITLE]
    if any(page.id == key for page in judging.rulebook.pages):
        raise NoSuchPage(f"{key!r} is the page of a rule under 'pages'; give this one another key")
    if action.template is not None:
        drafted = judging.draft(action.template, title)
    else:
        drafted = Drafted(body="" if action.text is None else judging.storage(action.text, values))
    return WritePage(
        project=judging.rules.jira,
        page=key,
        space=judging.rules.space,
        title=title,
        parent=_line(action.parent(values)) if action.parent is not None else judging.rules.parent_page,
        body=drafted.body,
        regions=drafted.regions,
        compare=drafted.compare,
        labels=action.labels,
        is_report=True,
    )


def _target(page: PageTarget, judging: Judging, happening: Happening, values: Values) -> str:
    """Which page is meant, as writes say it."""
    if page.name is not None:
        return f"project {judging.rules.jira} page {_line(page.name(values))}"
    if page.title is not None:
        return f"space {judging.rules.space} titled {_line(page.title(values))}"
    told = happening.about.get("page")
    if told is None:
        raise NoSuchPage("the event is about no page; name one")
    return f"page {told}"


def _line(text: str) -> str:
    found = " ".join(text.split())
    if not found:
        raise NoSuchPage("a key or title of a page comes to nothing")
    return found
