"""Whatever stands in a rule file, reading it ends in a rulebook or in problems with places."""

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.core.rulebook import Rulebook
from connector.rulefiles.problem import Problems
from tests.rulefiles.reading import CASES, SHIPPED, read

FILES = [path.read_text("utf-8") for path in (*SHIPPED.glob("*.yaml"), *CASES.glob("*.yaml"))]
WORDS = sorted({word for text in FILES for word in text.split()})
SCRAPS = st.one_of(
    st.sampled_from(
        [
            "{",
            "}",
            "[",
            "]",
            ": ",
            "- ",
            "&a ",
            "*a",
            "!x ",
            "|\n",
            ">-\n",
            "'",
            '"',
            "\t",
            "\n\n",
            "null",
            "$a ",
            "${",
            "$$",
        ]
    ),
    st.sampled_from(WORDS),
    st.text(max_size=5),
)


def assert_told(found: Rulebook | Problems, content: bytes) -> None:
    if isinstance(found, Problems):
        lines = content.count(b"\n") + content.count(b"\r") + 2
        assert found.found
        assert all(one.what and one.mend and 1 <= one.place.line <= lines for one in found.found)


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert_told(read(content), content)


@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 12), SCRAPS), max_size=3))
@settings(max_examples=250, deadline=None)
def test_a_rule_file_with_scraps_thrown_in_is_read_or_refused(text: str, cuts: list[tuple[int, int, str]]) -> None:
    for at, length, scrap in cuts:
        start = at % (len(text) + 1)
        text = text[:start] + scrap + text[start + length :]
    content = text.encode("utf-8", "replace")

    assert_told(read(content), content)


JSONISH = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.sampled_from(WORDS)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=3)),
    max_leaves=8,
)
SECTIONS = st.sampled_from(
    [
        *("projects", "phases", "gates", "risks", "kpis"),
        *("goals", "milestones", "pages", "closeout", "automations"),
        *("parameters", "calendars", "roles", "people_file", "changes", "resources", "reports"),
    ]
)


RULES = st.lists(st.dictionaries(st.sampled_from(WORDS), JSONISH, max_size=4), max_size=2)


@given(st.dictionaries(SECTIONS, st.one_of(JSONISH, RULES), max_size=3))
@settings(max_examples=100, deadline=None)
def test_values_of_any_kind_anywhere_are_read_or_refused(sections: dict[str, object]) -> None:
    content = yaml.safe_dump({"language": 1, **sections}, allow_unicode=True).encode("utf-8", "replace")

    assert_told(read(content), content)
