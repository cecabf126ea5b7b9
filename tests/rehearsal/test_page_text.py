from connector.pages.regions import wrap
from connector.rehearsal.page_text import as_lines, region_diff, regions_of

TABLE = (
    "<table><tbody><tr><th><p>KPI</p></th><th><p>Value</p></th></tr>"
    "<tr><td>Overdue</td><td><p>2</p></td></tr></tbody></table>"
)


def test_a_page_is_read_as_a_line_for_each_paragraph_bullet_and_row() -> None:
    storage = f"<h2>Now</h2><p>All&nbsp;is <strong>well</strong></p><ul><li>One</li><li>Two</li></ul>{TABLE}"

    assert as_lines(storage) == ["Now", "All is well", "One", "Two", "KPI | Value", "Overdue | 2"]


def test_parameters_of_macros_are_not_shown() -> None:
    storage = (
        '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">RED</ac:parameter></ac:structured-macro>'
    )

    assert as_lines(storage) == ["[status]"]


def test_a_region_that_changes_is_told_by_the_lines_that_do() -> None:
    before, after = "<p>Phase: planning</p><p>Two late</p>", "<p>Phase: planning</p><p>Three late</p>"

    assert region_diff("now", before, after) == ("now: @@ -1,2 +1,2 @@", " Phase: planning", "-Two late", "+Three late")


def test_a_new_region_is_all_new_and_an_equal_one_has_no_lines() -> None:
    assert region_diff("now", None, "<p>One</p>") == ("now: @@ -0,0 +1 @@", "+One")
    assert region_diff("now", "<p>One</p>", "<p>One</p>") == ()


def test_regions_of_a_broken_body_are_none() -> None:
    assert regions_of(wrap("now", "<p>One</p>")) == {"now": "<p>One</p>"}
    assert regions_of("<p>One") == {}
