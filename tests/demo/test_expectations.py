import pytest

from connector.demo.expectations import (
    Unexpected,
    expect,
    expect_within,
    keys_in,
    outside,
    region_words,
    rows_about,
    until,
)
from connector.pages.regions import wrap

TABLE = "<table><tbody><tr><th>Item</th><th>Days</th></tr><tr><td><a href='/x'>OPS-7</a> Upgrade</td><td>28</td></tr>"
PAGE = f"<p>Ours &amp; yours</p>{wrap('schedule', TABLE + '</tbody></table>')}<p>é</p>"


def test_what_is_unexpected_says_what_was_expected_and_what_was_there() -> None:
    with pytest.raises(Unexpected) as caught:
        expect("score of OPS-7", 20, 9)

    assert str(caught.value) == "score of OPS-7: expected 20; got 9"


def test_a_part_that_is_missing_from_a_text_is_named() -> None:
    with pytest.raises(Unexpected) as caught:
        expect_within("the overview", ["OPS", "closed"], "OPS is open")

    assert str(caught.value) == "the overview: expected “closed” in it; got OPS is open"


def test_the_words_of_a_region_are_those_a_reader_sees() -> None:
    assert region_words(PAGE, "schedule") == "Item Days OPS-7 Upgrade 28"


def test_a_page_without_the_region_is_unexpected() -> None:
    with pytest.raises(Unexpected, match="expected goals; got schedule"):
        region_words(PAGE, "goals")


def test_rows_are_found_by_the_whole_key() -> None:
    assert rows_about(PAGE, "schedule", "OPS-7") == [["OPS-7 Upgrade", "28"]]
    assert rows_about(PAGE, "schedule", "OPS-77") == []


def test_bytes_outside_of_regions_do_not_hold_what_is_inside() -> None:
    changed = PAGE.replace("28", "29")

    assert outside(changed) == outside(PAGE)
    assert outside(PAGE.replace("é", "e")) != outside(PAGE)
    assert b"28" not in outside(PAGE)


def test_keys_are_told_from_other_words() -> None:
    assert keys_in("OPS-1, see /browse/OPS-12 and 24-hour, not ops-3 or A-0") == {"OPS-1", "OPS-12"}


def test_what_comes_late_is_waited_for() -> None:
    answers = iter([9, 20])

    def see() -> str:
        expect("score", 20, next(answers))
        return "seen"

    assert until(see, lambda: True) == "seen"


def test_patience_ends_with_what_was_unexpected_last() -> None:
    with pytest.raises(Unexpected, match="score: expected 20; got 9"):
        until(lambda: expect("score", 20, 9), lambda: True, patience_s=0)


def test_a_connector_that_never_rests_is_unexpected() -> None:
    with pytest.raises(Unexpected, match="still waiting"):
        until(lambda: None, lambda: False, patience_s=0)
