"""What is read from a page's body."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connector.normalise.storage import BODY_LIMIT, outline
from connector.normalise.texts import plain

PIECES = ["<h1>", "</h1>", "<p>", "</p>", "x", "&amp;", "&", "&nbsp;", "&no;", "<", ">", "<ac:task>", "<tr>", "</page>"]
PIECES += ["<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x>", "<table>", "\x00", "\ud800", '<a b="', "<?x?>"]


def headings(body: str) -> list[tuple[int, str, bool]]:
    found = outline(body)["headings"]
    assert isinstance(found, list)
    return [(one["level"], one["text"], one["has_text"]) for one in found]


def test_a_heading_has_text_when_something_stands_below_it() -> None:
    body = (
        "<h1>Goals &amp; scope</h1><p>Answer within a day.</p>"
        "<h2>Budget</h2><p>&nbsp;</p>"
        "<h2>Risks</h2><table><tbody><tr><td>Late</td></tr></tbody></table>"
        "<h1>Team</h1>"
    )

    assert headings(body) == [
        (1, "Goals & scope", True),
        (2, "Budget", False),
        (2, "Risks", True),
        (1, "Team", False),
    ]


def test_text_below_a_subheading_counts_for_the_heading_above_it() -> None:
    assert headings("<h1>Goals</h1><h2>First</h2><p>x</p>") == [(1, "Goals", True), (2, "First", True)]


def test_a_placeholder_or_a_table_of_contents_is_no_text() -> None:
    body = (
        "<h1>Goals</h1><p><ac:placeholder>Write the goals here</ac:placeholder></p>"
        '<ac:structured-macro ac:name="toc"><ac:parameter ac:name="maxLevel">2</ac:parameter></ac:structured-macro>'
    )

    assert headings(body) == [(1, "Goals", False)]


def test_a_list_of_issues_or_a_picture_is_something() -> None:
    macro = (
        '<ac:structured-macro ac:name="jira"><ac:parameter ac:name="jqlQuery">x</ac:parameter></ac:structured-macro>'
    )
    picture = '<ac:image><ri:attachment ri:filename="plan.png" /></ac:image>'

    assert headings(f"<h1>Issues</h1>{macro}<h1>Plan</h1>{picture}") == [(1, "Issues", True), (1, "Plan", True)]


def test_an_empty_panel_is_nothing_and_a_written_one_is_something() -> None:
    def panel(text: str) -> str:
        return (
            f'<ac:structured-macro ac:name="info"><ac:rich-text-body>{text}</ac:rich-text-body></ac:structured-macro>'
        )

    assert headings(f"<h1>A</h1>{panel('<p> </p>')}<h1>B</h1>{panel('<p>b</p>')}") == [(1, "A", False), (1, "B", True)]


def test_headings_inside_a_layout_are_found_in_any_language() -> None:
    cell = "<ac:layout-cell><h2>项目<em>目标</em></h2><p>缩短</p></ac:layout-cell>"
    body = f"<ac:layout><ac:layout-section>{cell}</ac:layout-section></ac:layout>"

    assert headings(body) == [(2, "项目目标", True)]


def test_tables_are_read_row_by_row_and_nested_ones_apart() -> None:
    body = (
        "<table><tbody><tr><th><p>Goal</p></th><th>Target</th></tr>"
        "<tr><td>Answer</td><td>24&nbsp;h<table><tr><td>in</td></tr></table></td></tr></tbody></table>"
    )

    assert outline(body)["tables"] == [[["Goal", "Target"], ["Answer", "24 h in"]], [["in"]]]


def test_tasks_are_read_with_their_state() -> None:
    def task(number: int, status: str, text: str) -> str:
        return (
            f"<ac:task><ac:task-id>{number}</ac:task-id><ac:task-status>{status}</ac:task-status>"
            f"<ac:task-body>{text}</ac:task-body></ac:task>"
        )

    body = (
        f"<ac:task-list>{task(1, 'complete', 'Call <strong>Mina</strong>')}{task(2, 'incomplete', '')}</ac:task-list>"
    )

    assert outline(body)["tasks"] == [
        {"id": "1", "text": "Call Mina", "is_done": True},
        {"id": "2", "text": "", "is_done": False},
    ]


def test_a_body_beyond_the_limit_is_read_and_not_kept() -> None:
    found = outline("<h1>Goals</h1>" + "x" * BODY_LIMIT)

    assert "body" not in found
    assert found["headings"] == [{"level": 1, "text": "Goals", "has_text": True}]


def test_an_entity_that_a_page_declares_is_never_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("swordfish")
    declared = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]><h1>A &a; B</h1>'

    assert headings("<h1>A &a; B</h1>") == [(1, "A &a; B", False)]
    assert "swordfish" not in str({**outline(declared), "body": None})


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_body_is_too_broken_to_be_read(body: str) -> None:
    assert outline(body)["body"] == body


def test_plain_text_stays_and_a_document_becomes_text() -> None:
    document = {
        "type": "doc",
        "content": [
            {"type": "heading", "content": [{"type": "text", "text": "Why"}]},
            {
                "type": "bulletList",
                "content": [
                    {"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": one}]}]}
                    for one in ("slow", "costly")
                ],
            },
            {
                "type": "paragraph",
                "content": [
                    {"type": "mention", "attrs": {"text": "@Mina"}},
                    {"type": "hardBreak"},
                    {"type": "inlineCard", "attrs": {"url": "https://example.org/1"}},
                ],
            },
        ],
    }

    assert plain(document) == "Why\nslow\ncostly\n@Mina\nhttps://example.org/1"
    assert plain("h1. Why") == "h1. Why"
    assert plain({"type": "doc"}) == {"type": "doc"}
