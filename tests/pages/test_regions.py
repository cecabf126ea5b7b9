from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.pages.reading import NotStorage
from connector.pages.regions import Region, Spliced, find, splice, wrap

# What people and Confluence leave between regions; every one is well-formed by itself.
HUMAN = (
    "<p>Hello&nbsp;world &mdash; caf&eacute; &#128640; &#x4e2d;</p>",
    "<p>中文，全角标点。😀 𠮷</p>\r\n<p>CRLF\r\n</p>",
    "<!-- a comment with <p> and </ac:structured-macro> -->",
    '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[<ac:rich-text-body>&nbsp; ]] > </p>]]>'
    "</ac:plain-text-body></ac:structured-macro>",
    '<ac:structured-macro ac:name="expand" ac:macro-id="1"><ac:parameter ac:name="title">a &gt; b</ac:parameter>'
    '<ac:rich-text-body><ac:structured-macro ac:name="info"><ac:rich-text-body><p>in</p></ac:rich-text-body>'
    "</ac:structured-macro></ac:rich-text-body></ac:structured-macro>",
    '<p>a <ac:inline-comment-marker ac:ref="0d9c">word</ac:inline-comment-marker> b</p>',
    '<ac:structured-macro ac:name="details"><ac:rich-text-body><p>no id</p></ac:rich-text-body></ac:structured-macro>',
    "<table><tbody><tr><th>x</th><td title='a > b'>1 &lt; 2</td></tr></tbody></table>",
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body><ac:link>"
    '<ri:user ri:account-id="a" /></ac:link> do</ac:task-body></ac:task></ac:task-list>',
    "plain text, \t white   space\n\n",
    "&check;&NewLine;",
    "",
)
XML_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="<>&\r", exclude_categories=("Cc", "Cs")))
PIECES = st.lists(st.sampled_from(HUMAN) | XML_TEXT, max_size=5).map("".join)
INNER = st.sampled_from(("<p>old</p>", "", "<p>a</p>\r\n<p>&nbsp;</p>", "<p>数据 😀</p>"))


@settings(max_examples=200, deadline=None)
@given(before=PIECES, between=PIECES, after=PIECES, old=INNER, other=INNER, name=st.sampled_from(("kpis", "a-1")))
def test_every_byte_outside_a_region_stays(
    before: str, between: str, after: str, old: str, other: str, name: str
) -> None:
    body = before + wrap(name, old) + between + wrap("other", other) + after

    spliced = splice(body, {name: "<p>new &amp; 新</p>", "other": "<p>newer</p>"})

    assert (
        spliced.body.encode()
        == (before + wrap(name, "<p>new &amp; 新</p>") + between + wrap("other", "<p>newer</p>") + after).encode()
    )


@settings(max_examples=50, deadline=None)
@given(before=PIECES, after=PIECES)
def test_writing_twice_is_writing_once(before: str, after: str) -> None:
    once = splice(before + wrap("kpis", "<p>old</p>") + after, {"kpis": "<p>new</p>"})

    assert splice(once.body, {"kpis": "<p>new</p>"}) == Spliced(body=once.body, changed=False)


def test_a_region_is_found_with_its_place_in_bytes() -> None:
    body = "<p>中</p>" + wrap("kpis", "<p>1</p>")

    start = len("<p>中</p>".encode()) + wrap("kpis", "<p>1</p>").index("<p>1")
    assert find(body) == {"kpis": Region(start=start, end=start + 8, inner="<p>1</p>")}


def test_a_region_in_a_layout_is_written() -> None:
    start = '<ac:layout><ac:layout-section ac:type="single"><ac:layout-cell>'
    frame = start + "{}</ac:layout-cell></ac:layout-section></ac:layout>"

    spliced = splice(frame.format(wrap("kpis", "<p>1</p>")), {"kpis": "<p>2</p>"})

    assert spliced == Spliced(body=frame.format(wrap("kpis", "<p>2</p>")), changed=True)


@pytest.mark.parametrize(
    "macro",
    [
        pytest.param("{start}{id}</ac:structured-macro>", id="body-left-out"),
        pytest.param("{start}{id}<ac:rich-text-body/></ac:structured-macro>", id="body-as-an-empty-tag"),
        pytest.param("{start}{id}<ac:rich-text-body  ></ac:rich-text-body></ac:structured-macro>", id="body-empty"),
        pytest.param("{start}<ac:rich-text-body ></ac:rich-text-body>{id}</ac:structured-macro>", id="id-comes-last"),
        pytest.param(
            '{start}<ac:parameter ac:name="hidden">true</ac:parameter>{id}<ac:rich-text-body x="a>b" y=\'/>\'>'
            "</ac:rich-text-body></ac:structured-macro>",
            id="signs-in-attributes",
        ),
    ],
)
def test_an_emptied_region_is_filled_again(macro: str) -> None:
    start = '<ac:structured-macro data-layout="wide" ac:name="details" ac:macro-id="77">'
    body = macro.format(start=start, id='<ac:parameter ac:name="id">k&#112;is</ac:parameter>')

    spliced = splice(f"<p>1</p>{body}<p>2</p>", {"kpis": "<p>new</p>"})

    assert [region.inner for region in find(spliced.body).values()] == ["<p>new</p>"]
    assert spliced.body.startswith("<p>1</p>" + start)
    assert spliced.body.endswith("</ac:structured-macro><p>2</p>")


def test_a_deleted_region_stays_deleted() -> None:
    spliced = splice("<p>mine</p>", {"kpis": "<p>new</p>"})

    assert spliced == Spliced(body="<p>mine</p>", changed=False, missing=("kpis",))


def test_a_doubled_region_is_left_alone_and_told() -> None:
    body = wrap("kpis", "<p>1</p>") + wrap("kpis", "<p>1, with my notes</p>") + wrap("risks", "<p>1</p>")

    spliced = splice(body, {"kpis": "<p>2</p>", "risks": "<p>2</p>"})

    assert spliced == Spliced(
        body=wrap("kpis", "<p>1</p>") + wrap("kpis", "<p>1, with my notes</p>") + wrap("risks", "<p>2</p>"),
        changed=True,
        problems=("region kpis is on the page 2 times; delete all but one",),
    )


def test_a_region_inside_another_is_left_alone_and_told() -> None:
    body = wrap("outer", "<p>1</p>" + wrap("inner", "<p>1</p>"))

    spliced = splice(body, {"outer": "<p>2</p>", "inner": "<p>2</p>"})

    assert spliced == Spliced(
        body=body,
        changed=False,
        problems=(
            "region inner stands inside another page-properties macro; move it out",
            "region outer has region inner inside it; move that out",
        ),
    )


def test_a_region_that_says_the_same_keeps_its_bytes() -> None:
    body = (
        '<ac:structured-macro ac:name="details" ac:macro-id="9"><ac:parameter ac:name="id">kpis</ac:parameter>'
        '<ac:rich-text-body>\n<p local-id="4">a&nbsp;b <ac:inline-comment-marker ac:ref="r">c'
        "</ac:inline-comment-marker></p>\n</ac:rich-text-body></ac:structured-macro>"
    )

    assert splice(body, {"kpis": "<p>a b c</p>"}) == Spliced(body=body, changed=False)


@pytest.mark.parametrize(
    ("work", "words"),
    [
        pytest.param(lambda: find("<p>1"), "mismatched tag", id="page-cut-off"),
        pytest.param(lambda: find("</storage><storage>"), "junk after document element", id="page-closes-our-frame"),
        pytest.param(lambda: find('<!DOCTYPE a [<!ENTITY b "c">]><p>&b;</p>'), "invalid token", id="page-declares"),
        pytest.param(lambda: find("<p>\ud83d</p>"), "half a character", id="half-a-character"),
        pytest.param(lambda: splice("<p/>", {"kpis": "<p>1"}), "mismatched tag", id="new-content-cut-off"),
        pytest.param(lambda: splice("<p/>", {"kpis": "</p><p>"}), "mismatched tag", id="new-content-reaches-out"),
    ],
)
def test_what_is_not_storage_format_is_refused(work: Callable[[], object], words: str) -> None:
    with pytest.raises(NotStorage, match=words):
        work()
