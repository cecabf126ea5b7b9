"""What every section is compiled with: the site's words, the two languages, and where to complain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.core.automation_rules import TEXT_NAMES, Fill, Prose
from connector.core.fields import Field
from connector.core.issue import Issue
from connector.core.rulebook import Explained, Selector, SelectorScope, Text
from connector.core.values import OF_A_PROJECT
from connector.expressions.compile import compile_text
from connector.expressions.errors import ExpressionError
from connector.jql.compile import Names, compile_jql
from connector.jql.errors import JqlError
from connector.rulefiles.part import Complaints, Enough, Part
from connector.rulefiles.problem import shown, suggest
from connector.rulefiles.texts import OF_EVERY_ISSUE, by_locale, filler, unknown_of_project, unknown_values, with_words
from connector.rulefiles.words import Words


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in for a query that was complained about, so that the rest of its file is still looked at."""

    text: str
    needs_history: bool = False
    reads_time: bool = False

    def matches(self, issue: Issue, scope: SelectorScope) -> bool:
        """Never: a rulebook with problems is not used."""
        return False

    def explain(self, issue: Issue, scope: SelectorScope) -> Explained:
        """Nothing: a rulebook with problems is not used."""
        return Explained(matches=False, clauses=())


MOST_COST = 2000
"""A query costs 1, a text with places and an expression 3: about a second in one file."""
MOST_COST_OF_ALL = 6_000


@dataclass(slots=True)
class Desk:
    """Compiles the pieces that sections are made of. A piece that is wrong is complained about and stood in for."""

    words: Words
    names: Names
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    complaints: Complaints = field(default_factory=Complaints)
    bound: dict[str, str] = field(default_factory=dict)
    queries: list[tuple[Part, str, int]] = field(default_factory=list)
    spent: dict[str, int] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def spend(self, part: Part, text: str, cost: int) -> None:
        """Count what a text costs to compile, once: neither a file nor all of them may keep us busy for long."""
        if text in self.seen:
            return
        self.seen.add(text)
        file = part.tree.file
        own, all_ = self.spent.get(file, 0) + cost, self.spent.get("", 0) + cost
        self.spent |= {file: own, "": all_}
        if own > MOST_COST or all_ > MOST_COST_OF_ALL:
            self.complaints.add(part, "there are more queries and texts than can be read", "split or shorten the rules")
            raise Enough(self.complaints.found)

    def selector(self, part: Part, text: str, *, start: int = 0) -> Selector:
        """The query, compiled. start: where in the part's text it begins."""
        self.queries.append((part, text, start))
        self.spend(part, text, 1)
        try:
            return compile_jql(text, self.words.catalog, self.names)
        except JqlError as error:
            self.complaints.add(part, f"JQL: {error.message}", _mend(error), offset=start + error.position)
        return Unreadable(text)

    def text(self, part: Part, text: str, names: frozenset[str] = TEXT_NAMES) -> Fill:
        """The text with its {{ }} places, as something that fills them. names: what the places may name."""
        return filler(self.prose(part, text, names))

    def wording(self, part: Part, texts: str | Mapping[str, str], names: frozenset[str] = TEXT_NAMES) -> Fill:
        """One text for every language, or one for each, of which the project's language decides when it is filled."""
        return filler(self.markdown(part, texts, names))

    def markdown(self, part: Part, texts: str | Mapping[str, str], names: frozenset[str] = TEXT_NAMES) -> Prose:
        """The same for a page's text, in which values are told from the Markdown around them."""
        if isinstance(texts, str):
            return self.prose(part, texts, names)
        return by_locale({locale: self.prose(part.at(locale), text, names) for locale, text in texts.items()})

    def prose(self, part: Part, text: str, names: frozenset[str]) -> Prose:
        """One text, complained about where it cannot be filled."""
        self.spend(part, text, 3)
        try:
            compiled = compile_text(text, names)
        except ExpressionError as error:
            start = sum(len(line) + 1 for line in text.split("\n")[: error.line - 1])
            mend = error.would_do or "mend the text"
            self.complaints.add(part, f"text: {error.what}", mend, offset=start + error.column - 1)
            return lambda values, mark: text
        self.check_values(part, text)
        return with_words(compiled, self.words.missing)

    def check_values(self, part: Part, text: str) -> None:
        """Complain about what a text asks of an issue and no issue has."""
        for name in unknown_of_project(text):
            mend = suggest(name, OF_A_PROJECT, f"it has {', '.join(OF_A_PROJECT)}")
            at = text.find(f"project.{name}") + len("project.")
            self.complaints.add(part, f"a project has no {name!r}", mend, offset=at)
        words = frozenset(self.words.ids) | self.words.missing
        for name in unknown_values(text, words):
            mend = suggest(name, OF_EVERY_ISSUE | words, "declare it under projects: fields:")
            self.complaints.add(part, f"an issue has no {name!r}", mend, offset=max(text.find(name), 0))

    def field(self, part: Part, name: str) -> Field | None:
        """The field called so, complained about when there is none."""
        found = self.words.catalog.find(name)
        if found is None:
            mend = suggest(name, self.words.catalog.names(), "declare it under projects: fields:")
            self.complaints.add(part, f"there is no field {shown(name)}", mend)
        return found

    def word(self, part: Part, name: str) -> str:
        """A word for a field: one declared under projects, or the name or id of a field, which becomes one."""
        found = self.field(part, name)
        if found is not None and name not in self.words.ids and name not in self.words.missing:
            self.bound[name] = found.id
        return name

    def known(self, part: Part, name: str, names: Mapping[str, Part], kind: str) -> str:
        """A reference to another rule, complained about when it leads nowhere."""
        if name not in names and name not in self.complaints.lost_ids:
            self.complaints.add(
                part, f"there is no {kind} {shown(name)}", suggest(name, names, f"write the {kind} first")
            )
        return name


def _mend(error: JqlError) -> str:
    return f"did you mean {error.suggestion}?" if error.suggestion else "mend the query"


def title_or_id(title: Mapping[str, str] | None, name: str) -> Text:
    """The title, or in its absence the rule's own id."""
    return title if title is not None else {"en": name}


def spellings(name: str, also: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The name and what the sites call it."""
    return tuple(dict.fromkeys((name, *also.get(name.casefold(), ()))))
