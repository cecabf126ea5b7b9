import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.atlassian.texts import adf, adf_of_text, wiki, wiki_text
from connector.core.actions import Line

SITE = "https://acme.atlassian.net"


def text(value: str, *marks: dict[str, object]) -> dict[str, object]:
    return {"type": "text", "text": value, **({"marks": list(marks)} if marks else {})}


def paragraph(*nodes: dict[str, object]) -> dict[str, object]:
    return {"type": "paragraph", "content": list(nodes)}


def doc(*blocks: dict[str, object]) -> dict[str, object]:
    return {"type": "doc", "version": 1, "content": list(blocks)}


def test_paragraphs_bullets_and_strong_lines_become_a_document() -> None:
    lines = [
        Line(text="Not ready", is_strong=True),
        Line(text="No owner", is_bullet=True),
        Line(text="No date", is_bullet=True),
        Line(text="Please mend"),
    ]

    found = adf(lines, SITE)

    items = [{"type": "listItem", "content": [paragraph(text(one))]} for one in ("No owner", "No date")]
    assert found == doc(
        paragraph(text("Not ready", {"type": "strong"})),
        {"type": "bulletList", "content": items},
        paragraph(text("Please mend")),
    )


def test_issues_of_a_line_become_links_to_the_site() -> None:
    found = adf([Line(text="Waits for", issues=("OPS-7", "OPS-9"))], SITE)

    def link(key: str) -> dict[str, object]:
        return text(key, {"type": "link", "attrs": {"href": f"{SITE}/browse/{key}"}})

    assert found == doc(paragraph(text("Waits for"), text(" "), link("OPS-7"), text(" "), link("OPS-9")))


def test_what_is_no_issue_key_becomes_no_link() -> None:
    found = adf([Line(text="", issues=("javascript:alert(1)",))], SITE)

    assert found == doc(paragraph(text("javascript:alert(1)")))


def test_a_text_with_line_breaks_and_control_signs_stays_one_paragraph() -> None:
    found = adf([Line(text="one\n\ntw\x00o")], SITE)

    assert found == doc(paragraph(text("one"), {"type": "hardBreak"}, {"type": "hardBreak"}, text("two")))


def test_a_plain_text_is_a_document_of_its_lines() -> None:
    found = adf_of_text("*one*\n\n{code}")

    assert found == doc(paragraph(text("*one*")), paragraph(), paragraph(text("{code}")))


def test_lines_become_wiki_markup() -> None:
    lines = [
        Line(text="Not ready", is_strong=True),
        Line(text="No owner", is_bullet=True, issues=("OPS-7",)),
        Line(text="No date", is_bullet=True),
        Line(text="Please mend"),
    ]

    found = wiki(lines, "https://jira.acme.example/jira")

    assert found == (
        "*Not ready*\n\n* No owner [OPS-7|https://jira.acme.example/jira/browse/OPS-7]\n* No date\n\nPlease mend"
    )


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("{code}x{code}", r"\{code\}x\{code\}"),
        ("[click|javascript:x]", r"\[click\|javascript:x\]"),
        ("!http://spy/x.png!", r"\!http&#58;//spy/x.png\!"),
        ("*bold* _it_ -gone- ??who??", r"\*bold\* \_it\_ \-gone\- \?\?who\?\?"),
        ("slip-OPS-9 of snake_case", "slip-OPS-9 of snake_case"),
        ("__a__ a--b", r"\_\_a\_\_ a\-\-b"),
        (r"C:\*x*", r"C:&#92;\*x\*"),
        ("h1. Big", "&#104;1. Big"),
        ("bq. said", "&#98;q. said"),
        ("# one", r"\# one"),
        ("---- ", r"\-\-\-\-"),
        ("|a|b|", r"\|a\|b\|"),
        ("&lt;b&gt; AT&T", "&#38;lt;b&#38;gt; AT&T"),
        (":D (y)", r"&#58;D \(y\)"),
        ("[~admin] @here", r"\[\~admin\] \@here"),
        ("概率-影响：高", "概率-影响：高"),
        ("one\nh1. two", "one h1. two"),
    ],
)
def test_a_text_is_escaped_so_that_it_stays_text(given_text: str, expected: str) -> None:
    found = wiki([Line(text=given_text)], "")

    assert found == expected


def test_a_plain_text_keeps_its_lines_in_wiki_markup() -> None:
    found = wiki_text("h1. one\n* two")

    assert found == "&#104;1. one\n\\* two"


@given(st.text())
def test_no_text_reaches_the_renderer_as_markup(given_text: str) -> None:
    found = wiki([Line(text=given_text)], "")

    # The renderer's own rule: a backslash protects these signs unless another one stands before it.
    protected = re.sub(r"(?<!\\)\\[-#*_+?^~|%{}\[\]()!@]", "", found)
    assert not set(re.sub(r"&#\d+;", "", protected)) & set("#*+?^~|%{}[]()!@\\")
    assert "\n" not in found
