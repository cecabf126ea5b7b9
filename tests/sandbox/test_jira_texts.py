"""Texts as wiki, as documents and as HTML."""

from typing import Any

import pytest

from connector.sandbox.jira.adf import adf_problem
from connector.sandbox.jira.text import from_adf, from_wiki, html_of, wiki_of

WIKI = """h2. Plan

Call *every* customer_id within {{24 h}}, see [the charter|https://example.com/c].

* first
** below
* second

# one
# two

||Who||When||
|Ada|Monday|

{info}
Mind the gap
{info}

{code}
x = 1
{code}

----

{quote}
So it goes
{quote}"""


def paragraph(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": list(nodes)}]}


def test_a_wiki_text_is_the_same_after_a_visit_to_a_document() -> None:
    text = from_wiki(WIKI)
    document = text["adf"]
    assert isinstance(document, dict)

    assert wiki_of(from_adf(document)) == WIKI


def test_every_document_made_of_wiki_is_one_that_jira_takes() -> None:
    assert adf_problem(from_wiki(WIKI)["adf"]) is None
    assert adf_problem(from_wiki("")["adf"]) is None


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("words", id="text"),
        pytest.param({"type": "doc", "content": []}, id="no-version"),
        pytest.param({"type": "doc", "version": 1}, id="no-content"),
        pytest.param({"version": 1, "type": "paragraph", "content": []}, id="no-doc"),
        pytest.param(paragraph({"type": "text", "text": ""}), id="empty-text"),
        pytest.param(paragraph({"type": "paragraph"}), id="block-in-line"),
        pytest.param(paragraph({"type": "text", "text": "x", "marks": [{"type": "blink"}]}), id="unknown-mark"),
        pytest.param(paragraph({"type": "text", "text": "x", "marks": [{"type": "link"}]}), id="link-without-href"),
        pytest.param(paragraph({"type": "mention", "attrs": {}}), id="mention-of-nobody"),
        pytest.param(paragraph({"type": "text", "text": "x", "colour": "red"}), id="unknown-member"),
        pytest.param({"type": "doc", "version": 1, "content": [{"type": "text", "text": "x"}]}, id="loose-text"),
        pytest.param(
            {"type": "doc", "version": 1, "content": [{"type": "bulletList", "content": []}]}, id="empty-list"
        ),
        pytest.param(
            {"type": "doc", "version": 1, "content": [{"type": "heading", "attrs": {"level": 7}, "content": []}]},
            id="seventh-level",
        ),
    ],
)
def test_a_document_that_jira_would_not_take_is_not_taken(document: object) -> None:
    assert adf_problem(document) is not None


def test_a_deeply_nested_document_is_refused_rather_than_followed() -> None:
    node: dict[str, Any] = {"type": "paragraph", "content": []}
    for _ in range(200):
        node = {"type": "bulletList", "content": [{"type": "listItem", "content": [node]}]}

    assert adf_problem({"type": "doc", "version": 1, "content": [node]}) == "more than 40 levels of nodes"


def test_html_shows_texts_escaped_and_no_script_links() -> None:
    link = {"type": "link", "attrs": {"href": "javascript:alert(1)"}}
    document = paragraph({"type": "text", "text": "<b>&", "marks": [link, {"type": "strong"}]})

    assert html_of(from_adf(document)) == "<p><b>&lt;b&gt;&amp;</b></p>"
