"""A template filled with a project's findings: the page as it is made, and its regions as they are renewed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.core.findings import Findings
from connector.core.rulebook import PageRule, ProjectRules, Rulebook
from connector.pages.facts import facts_of
from connector.pages.languages import fill, translate
from connector.pages.prose import BadAddress, to_storage
from connector.pages.reading import NotStorage, check_whole
from connector.pages.regions import wrap
from connector.pages.storage import writable
from connector.pages.templates import Piece, Template, TemplateProblem, pieces
from connector.pages.tokens import Tokens
from connector.pages.words import Links, Words

# Confluence refuses longer ones.
TITLE_LENGTH = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A page. `body` is the whole of it for when it is made; `regions` and, without their stamps, `compare` by id."""

    title: str
    body: str
    regions: Mapping[str, str]
    compare: Mapping[str, str]
    labels: tuple[str, ...] = ()


def render_page(
    template: Template,
    findings: Findings,
    rulebook: Rulebook,
    rules: ProjectRules,
    page: PageRule,
    links: Links,
) -> Rendered:
    """The page that the rule asks for, in the project's language. Raises TemplateProblem, which names the template."""
    say = translate(rules.locale, rules.timezone)
    facts = facts_of(findings, rulebook, rules, say)
    tokens = Tokens()
    filled = template.fill({**facts, **Words(say, links).functions()}, tokens)
    try:
        draft = _assemble(filled, tokens)
        check_whole(draft.body)
    except (ValueError, BadAddress, NotStorage) as error:
        raise TemplateProblem(f"{template.file}: {error}") from error
    return Rendered(
        title=page_title(say.title(page.title), findings),
        body=draft.body,
        regions=draft.regions,
        compare=draft.compare,
        labels=page.labels,
    )


def page_title(pattern: str, findings: Findings) -> str:
    """The page's title on one line: {project} and {name} filled, no longer than Confluence takes."""
    places = {"project": findings.project, "name": findings.name}
    return " ".join(writable(fill(pattern, lambda name, _: places.get(name))).split())[:TITLE_LENGTH]


@dataclass(slots=True)
class _Draft:
    body: str = ""
    regions: dict[str, str] = field(default_factory=dict)
    compare: dict[str, str] = field(default_factory=dict)


def _assemble(filled: str, tokens: Tokens) -> _Draft:
    draft = _Draft()
    parts: list[tuple[str | None, str]] = []
    for piece in pieces(filled):
        words = writable(tokens.redeem(to_storage(piece.words)))
        if piece.region is None:
            parts.append((None, words))
        else:
            _add_to_region(draft, piece, words)
            if piece.is_first:
                parts.append((piece.region, ""))
    draft.body = "\n".join(words if name is None else wrap(name, draft.regions[name]) for name, words in parts)
    return draft


def _add_to_region(draft: _Draft, piece: Piece, words: str) -> None:
    """A region's content grows piece by piece; what it is compared by leaves the stamps out."""
    if "<ac:rich-text-body>" in words:
        raise ValueError(
            f"region {piece.region!r} holds a macro with a body, such as note(); put it outside of regions"
        )
    assert piece.region is not None, "only pieces of regions come here"
    draft.regions[piece.region] = draft.regions.get(piece.region, "") + words
    draft.compare[piece.region] = draft.compare.get(piece.region, "") + ("" if piece.is_stamp else words)
