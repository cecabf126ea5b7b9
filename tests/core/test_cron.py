import pytest

from connector.core.cron import BadCron, read_cron


def test_a_schedule_is_read_with_names_ranges_and_steps() -> None:
    cron = read_cron(" */15 9-17  * JAN,dec MON-FRI ")

    assert (cron.text, cron.minutes, cron.months) == (
        "*/15 9-17 * jan,dec mon-fri",
        frozenset({0, 15, 30, 45}),
        frozenset({1, 12}),
    )
    assert (cron.hours, cron.weekdays) == (frozenset(range(9, 18)), frozenset({1, 2, 3, 4, 5}))


def test_sunday_is_nought_and_seven() -> None:
    assert read_cron("0 0 * * 0").weekdays == read_cron("0 0 * * 7").weekdays == frozenset({0})
    assert read_cron("0 0 * * 5-7").weekdays == frozenset({5, 6, 0})


def test_either_kind_of_day_will_do_when_both_are_narrowed() -> None:
    assert read_cron("0 0 1 * MON").has_either_day is True
    assert read_cron("0 0 1 * *").has_either_day is False


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("0 9 * *", 0, "five parts"),
        ("61 9 * * *", 0, "'61' is no minute; it goes from 0 to 59"),
        ("0 9 * * MOX", 8, "'mox' is no day of the week"),
        ("0 9 31-1 * *", 4, "means no day of the month at all"),
        ("0 9 * * 1/0", 8, "means no day of the week at all"),
        ("0 9 30 2 *", 4, "no month has such a day"),
        ("0 9 ? * *", 4, "write *, a number"),
    ],
)
def test_what_is_no_schedule_says_where_and_why(text: str, at: int, said: str) -> None:
    with pytest.raises(BadCron, match=r".*") as caught:
        read_cron(text)

    assert (caught.value.at, said in str(caught.value)) == (at, True)
