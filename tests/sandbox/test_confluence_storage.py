import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.confluence.problem import BadStorage, ConfluenceProblem
from connector.sandbox.confluence.storage import count_places, marked, read, saved, unmarked

MACRO = (
    '<ac:structured-macro ac:name="details"><ac:parameter ac:name="id">kpis</ac:parameter>'
    '<ac:rich-text-body><p title="a > b">On&nbsp;time</p></ac:rich-text-body></ac:structured-macro>'
)
IDS = re.compile(r' ac:macro-id="[0-9a-f-]{36}"')


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("<p>open", "mismatched tag", id="not-closed"),
        pytest.param("<p>a & b</p>", "not well-formed", id="bare-ampersand"),
        pytest.param("<p>&foo;</p>", 'Undeclared general entity "foo"', id="unknown-entity-in-text"),
        pytest.param('<p title="&foo;"/>', 'Undeclared general entity "foo"', id="unknown-entity-in-attribute"),
        pytest.param("<!DOCTYPE p><p/>", "not well-formed", id="doctype"),
        pytest.param("<!ENTITY a 'b'><p/>", "not well-formed", id="entity-declaration"),
        pytest.param("</root><root>", "junk after", id="closes-what-it-did-not-open"),
        pytest.param("<x:y/>", "unbound prefix", id="unknown-prefix"),
        pytest.param("<ac:struktured-macro/>", "Unknown element <ac:struktured-macro>", id="misspelt-element"),
        pytest.param("<script>1</script>", "Element <script> is not allowed", id="script"),
        pytest.param("<p><IFRAME/></p>", "Element <IFRAME> is not allowed", id="iframe"),
        pytest.param('<p onclick="x()"/>', "Attribute onclick of <p> is not allowed", id="event-handler"),
        pytest.param('<a href=" javascript:x()">x</a>', "Attribute href of <a> is not allowed", id="javascript-link"),
        pytest.param("<?php x?>", "Processing instruction 'php' is not allowed", id="processing-instruction"),
        pytest.param("<ac:structured-macro/>", "<ac:structured-macro> has no ac:name", id="macro-without-name"),
        pytest.param('<ac:parameter ac:name="a">b</ac:parameter>', "<ac:parameter> inside <root>", id="lone-parameter"),
        pytest.param(
            '<ac:structured-macro ac:name="a"><ac:rich-text-body/><ac:plain-text-body/></ac:structured-macro>',
            "A macro has two bodies",
            id="two-bodies",
        ),
        pytest.param("<ac:task/>", "<ac:task> inside <root>", id="task-outside-list"),
        pytest.param("a\x00b", "not well-formed", id="null-character"),
        pytest.param("\ud800", "Illegal character", id="half-a-surrogate"),
    ],
)
def test_a_body_is_refused_with_the_reason(body: str, what: str) -> None:
    with pytest.raises(BadStorage, match=re.escape(what)) as caught:
        read(body)

    assert caught.value.status == 400
    assert caught.value.message.startswith("Error parsing xhtml: ")


def test_a_refusal_names_row_and_column_of_the_body() -> None:
    with pytest.raises(BadStorage) as caught:
        read("<p>one</p>\n <b>&nope;</b>")

    assert caught.value.message.endswith("[row,col {unknown-source}]: [2,5]")


def test_a_body_of_more_than_five_megabytes_is_refused_as_too_large() -> None:
    with pytest.raises(ConfluenceProblem) as caught:
        read("x" * (5 * 1024 * 1024 + 1))

    assert caught.value.status == 413


def test_saving_gives_each_macro_an_id_and_a_schema_version_and_changes_nothing_else() -> None:
    after = saved(MACRO)

    assert IDS.search(after)
    assert IDS.sub("", after).replace(' ac:schema-version="1"', "") == MACRO
    assert after.startswith('<ac:structured-macro ac:name="details" ac:schema-version="1" ac:macro-id="')


def test_saving_keeps_ids_that_are_there() -> None:
    once = saved(MACRO)

    assert saved(once) == once


def test_saving_does_not_touch_what_only_looks_like_a_macro() -> None:
    body = "<pre><![CDATA[<ac:structured-macro ac:name='x'>]]></pre><!-- <ac:structured-macro> --><p>&lt;</p>"

    assert saved(body) == body


def test_the_text_of_a_body_leaves_out_parameters_and_joins_split_words() -> None:
    found = read(f"<h1>风险</h1><p>de<strong>lay</strong>ed</p>{MACRO}")

    assert found.text == "风险 delayed On time"


def test_a_marker_is_put_around_the_chosen_place_only() -> None:
    body = '<p title="late">late</p><ac:structured-macro ac:name="status"><ac:parameter ac:name="title">late'
    body += "</ac:parameter></ac:structured-macro><p>very late &amp; red</p>"

    assert count_places(body, "late") == 2
    assert marked(body, "late & red", 0, "m-1") == body.replace(
        "late &amp; red", '<ac:inline-comment-marker ac:ref="m-1">late &amp; red</ac:inline-comment-marker>'
    )


def test_a_marker_needs_a_place() -> None:
    with pytest.raises(ConfluenceProblem, match="found 1 times"):
        marked("<p>once</p>", "once", 1, "m-1")


@given(st.text(alphabet="ab <>&é中\"'", min_size=1), st.text(alphabet="ab中", min_size=1))
def test_taking_a_marker_off_gives_back_the_body(text: str, wanted: str) -> None:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    body = f"<p>{safe}{wanted}</p>"

    after = marked(body, wanted, count_places(body, wanted) - 1, "m-1")

    assert read(after).markers == {"m-1"}
    assert unmarked(after, "m-1") == body
