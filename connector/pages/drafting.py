"""Pages and texts that automations ask for, in storage format."""

from collections.abc import Callable, Mapping

from connector.core.automation_rules import Prose, Values
from connector.core.findings import Findings
from connector.core.judging import Drafted, NoPages
from connector.core.rulebook import PageRule, Place, ProjectRules, Rulebook
from connector.pages.prose import BadAddress, to_storage
from connector.pages.render import render_page
from connector.pages.storage import writable
from connector.pages.templates import Template
from connector.pages.tokens import Tokens
from connector.pages.words import Links

_PLACE = Place(file="automations", line=1, column=1)


def storage_of(text: Prose, values: Values) -> str:
    """A rule's Markdown as storage format. What its {{ }} places hold is text and never markup."""
    tokens = Tokens()
    try:
        return writable(tokens.redeem(to_storage(text(values, tokens.put))))
    except BadAddress as error:
        raise NoPages(str(error)) from error


def drafter(
    templates: Callable[[], Mapping[str, Template]],
    findings: Callable[[], Findings | None],
    rulebook: Rulebook,
    rules: ProjectRules,
    links: Links,
) -> Callable[[str, str], Drafted]:
    """Makes pages of templates, of what the last rollup found."""

    def draft(template: str, title: str) -> Drafted:
        found, known = findings(), templates()
        if found is None:
            raise NoPages(
                f"project {rules.jira} has not been rolled up yet, so that template {template!r} has no facts"
            )
        if template not in known:
            raise NoPages(f"there is no template {template!r}")
        page = PageRule(id=template, template=template, title={"en": title}, behaviour="report", place=_PLACE)
        rendered = render_page(known[template], found, rulebook, rules, page, links)
        return Drafted(body=rendered.body, regions=rendered.regions, compare=rendered.compare)

    return draft
