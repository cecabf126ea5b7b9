from pathlib import Path

import pytest

from connector.pages.templates import TemplateProblem, read_template, read_templates
from tests.pages.stories import TEMPLATES, findings, line, render, template_of


def test_the_shipped_templates_are_read() -> None:
    found = read_templates(TEMPLATES)

    assert {name: template.regions for name, template in found.items()} == {
        "closeout": ("result", "goals", "gates", "indicators", "risks", "slips", "timeline"),
        "status": ("overview", "gate", "indicators", "goals", "schedule", "risks", "done"),
    }


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        pytest.param(
            "a\n{% for %}", "own/page.md:2: Expected an expression, got 'end of statement block'", id="syntax"
        ),
        pytest.param("{% macro a() %}{% endmacro %}", "own/page.md:1: 'macro' is not part of", id="macro"),
        pytest.param("{% set a %}x{% endset %}", "own/page.md:1: 'set without =' is not part of", id="block-set"),
        pytest.param("\n{% include 'x' %}", "own/page.md:2: 'include' is not part of", id="include"),
        pytest.param("{{ name|safe }}", "own/page.md:1: No filter named 'safe'", id="safe"),
        pytest.param("{{ name|join }}", "own/page.md:1: No filter named 'join'", id="join"),
        pytest.param(
            '{{ _("page.stat") }}',
            "own/page.md:1: no message 'page.stat' in the catalogues; did you mean",
            id="message",
        ),
        pytest.param(
            '{% region "A b" %}{% endregion %}', "own/page.md: region 'A b': a region's name is", id="region-name"
        ),
        pytest.param(
            '{% region "a" %}{% endregion %}{% region "a" %}{% endregion %}',
            "own/page.md: region 'a' comes twice",
            id="twice",
        ),
        pytest.param(
            '{% region "a" %}{% region "b" %}{% endregion %}{% endregion %}',
            "own/page.md: region 'b' stands inside region 'a'",
            id="nested",
        ),
        pytest.param('{% region "a" %}', "own/page.md:1: Unexpected end of template", id="open-region"),
        pytest.param(
            "{% stamp %}{% endstamp %}", "own/page.md: a stamp stands outside of a region", id="stamp-outside"
        ),
        pytest.param("\ue000" + "0\ue001", "own/page.md: holds one of the characters U\\+E000", id="forged-token"),
    ],
)
def test_a_bad_template_is_refused_with_its_line(source: str, problem: str) -> None:
    with pytest.raises(TemplateProblem, match=f"^{problem}"):
        read_template("own", source, "own/page.md")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        pytest.param("a\n\n{{ nome }}", "own/page.md:3: 'nome' is undefined", id="unknown-name"),
        pytest.param("{{ overdue.first_one }}", "own/page.md:1: .* has no attribute 'first_one'", id="unknown-part"),
        pytest.param("\n{{ bar('x') }}", "own/page.md:2: ", id="wrong-argument"),
        pytest.param("{{ range(10 ** 9) }}", "own/page.md:1: range gives", id="endless-range"),
        pytest.param("{{ link.__globals__ }}", "own/page.md:1: access to attribute '__globals__'", id="into-python"),
        pytest.param("[a]({{ name }})", "own/page.md: a link's address holds a value", id="value-in-a-link"),
        pytest.param("[a](javascript:alert)", "own/page.md: a link leads to 'javascript:alert'", id="script-in-a-link"),
        pytest.param(
            '{% region "a" %}{{ note(name) }}{% endregion %}',
            "own/page.md: region 'a' holds a macro with a body",
            id="note",
        ),
        pytest.param(
            '{% for one in "ab" %}{% region "a" %}{% endregion %}{% endfor %}',
            "own/page.md: region 'a' comes twice",
            id="region-in-a-loop",
        ),
    ],
)
def test_a_template_that_fails_says_where(source: str, problem: str) -> None:
    with pytest.raises(TemplateProblem, match=f"^{problem}"):
        render(template_of(source), findings())


def test_a_folder_without_templates_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateProblem, match=r"holds no <name>/page\.md"):
        read_templates(tmp_path)


def test_a_template_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "page.md").write_bytes(b"\xff\xfe")

    with pytest.raises(TemplateProblem, match="cannot be read as UTF-8"):
        read_templates(tmp_path)


def test_markdown_becomes_storage_format() -> None:
    source = "# A & B\n\n*a* **b** `c<d>`\n\n- [x](https://example.com/?a=1&b=2)\n\n<b>no html</b>\n\n![i](https://example.com/i.png)\n"

    assert render(template_of(source), findings()).body == (
        "<h1>A &amp; B</h1><p><em>a</em> <strong>b</strong> <code>c&lt;d&gt;</code></p>"
        '<ul><li><a href="https://example.com/?a=1&amp;b=2">x</a></li></ul><p>&lt;b&gt;no html&lt;/b&gt;</p>'
        "<p>![i](https://example.com/i.png)</p>"
    )


def test_a_table_has_paragraphs_in_its_cells_and_keeps_its_alignment() -> None:
    body = render(template_of("| A | B |\n|---|--:|\n| {{ name }} | 1 |\n"), findings(name="x|y")).body

    assert body == (
        '<table><tbody><tr><th><p>A</p></th><th><p style="text-align: right;">B</p></th></tr>'
        '<tr><td><p>x|y</p></td><td><p style="text-align: right;">1</p></td></tr></tbody></table>'
    )


def test_a_table_without_a_head_has_headings_in_its_first_column() -> None:
    body = render(template_of("| | |\n|---|---|\n| A | 1 |\n| B | 2 |\n"), findings()).body

    assert body == (
        "<table><tbody><tr><th><p>A</p></th><td><p>1</p></td></tr><tr><th><p>B</p></th><td><p>2</p></td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("source", "body"),
    [
        pytest.param(
            '{{ table(["A"], [["<b>"]]) }}',
            "<table><tbody><tr><th><p>A</p></th></tr><tr><td><p>&lt;b&gt;</p></td></tr></tbody></table>",
            id="table",
        ),
        pytest.param(
            '{{ note("a & b") }}',
            '<ac:structured-macro ac:name="info" ac:schema-version="1"><ac:rich-text-body><p>a &amp; b</p>'
            "</ac:rich-text-body></ac:structured-macro>",
            id="note",
        ),
        pytest.param(
            '{{ jira_table("a = \\"b\\"", at_most=5) }}',
            '<ac:structured-macro ac:name="jira" ac:schema-version="1"><ac:parameter ac:name="jqlQuery">'
            "a = &quot;b&quot;</ac:parameter>"
            '<ac:parameter ac:name="columns">key,summary,assignee,due,status</ac:parameter>'
            '<ac:parameter ac:name="maximumIssues">5</ac:parameter></ac:structured-macro>',
            id="jira-table",
        ),
        pytest.param(
            '{{ search("a = \\"b&c\\"", "found") }}',
            '<p><a href="https://jira.example.com/issues/?jql=a%20%3D%20%22b%26c%22">found</a></p>',
            id="search",
        ),
        pytest.param(
            '{{ links(["A-1", "A-2"], 1) }}',
            '<p><a href="https://jira.example.com/browse/A-1">A-1</a> '
            '<a href="https://jira.example.com/issues/?jql=key%20in%20%28A-1%2C%20A-2%29">and 1 more</a></p>',
            id="links",
        ),
        pytest.param(
            '{{ person("a\\"b") }}', '<p><ac:link><ri:user ri:account-id="a&quot;b" /></ac:link></p>', id="person"
        ),
        pytest.param('{{ _(en="Hello <b>", zh_CN="你好") }}', "<p>Hello &lt;b&gt;</p>", id="own-text"),
        pytest.param("{{ percent(none) }} {{ date(none) }} {{ bar(none) }}", "<p>– – –</p>", id="nothing-is-a-dash"),
        pytest.param(
            '{{ link("A-1") ~ " & " ~ name }}',
            '<p><a href="https://jira.example.com/browse/A-1">A-1</a> &amp; *x*</p>',
            id="joined",
        ),
    ],
)
def test_functions_make_pieces_of_storage_format(source: str, body: str) -> None:
    assert render(template_of(source), findings(name="*x*")).body == body


def test_rows_come_from_lists() -> None:
    source = "| Key |\n|---|\n{% for one in overdue %}\n| {{ one.key }} |\n{% endfor %}\n"

    body = render(template_of(source), findings(overdue=(line("A-1", "x"), line("A-2", "y")))).body

    assert body.count("<tr>") == 3
