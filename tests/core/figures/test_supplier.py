from datetime import date
from decimal import Decimal

from connector.core.figures.reading import measured, null
from connector.core.figures.supplier import (
    Delivery,
    accepted_first_time,
    on_time_delivery,
    on_time_in_full,
    supplier_score,
)

FIRST, LAST, TODAY = date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 20)


def day(n: int) -> date:
    return date(2026, 3, n)


def delivery(key: str, promised: int, *receipts: tuple[int, int], closed_short: int | None = None) -> Delivery:
    return Delivery(
        key=key,
        promised=day(promised),
        ordered=Decimal(10),
        receipts=tuple((day(at), Decimal(quantity)) for at, quantity in receipts),
        closed_short=None if closed_short is None else day(closed_short),
    )


def otd(*deliveries: Delivery) -> Decimal | None:
    return on_time_delivery(deliveries, FIRST, LAST, TODAY).value


def test_on_time_delivery_is_received_by_the_promise_of_those_promised_in_the_window() -> None:
    before = Delivery(key="before", promised=date(2026, 2, 28), ordered=Decimal(1))

    assert otd(delivery("kept", 10, (10, 10)), delivery("late", 10, (11, 10)), before) == Decimal("0.5")


def test_a_partial_delivery_is_late_until_it_is_complete() -> None:
    assert otd(delivery("a", 10, (5, 4), (12, 6))) == 0
    assert otd(delivery("a", 10, (5, 4), (9, 6))) == 1


def test_open_and_overdue_deliveries_count_and_open_ones_not_yet_due_do_not() -> None:
    found = on_time_delivery(
        [delivery("overdue", 19), delivery("today", 20), delivery("later", 30)], FIRST, LAST, TODAY
    )

    assert (found.value, found.used) == (0, 1)


def test_a_delivery_accepted_short_may_be_on_time_and_is_never_in_full() -> None:
    short = delivery("a", 10, (9, 7), closed_short=10)

    assert otd(short) == 1
    assert on_time_in_full([short], FIRST, LAST, TODAY).value == 0


def test_otif_counts_what_is_there_in_full_by_the_promise() -> None:
    lines = [delivery("a", 10, (9, 6), (10, 4)), delivery("b", 10, (9, 6), (11, 4))]

    assert on_time_in_full(lines, FIRST, LAST, TODAY).behind == ("a",)


def test_without_a_due_delivery_there_is_no_rate() -> None:
    assert on_time_delivery([], FIRST, LAST, TODAY).reason == "no_data"
    assert on_time_in_full([delivery("later", 30)], FIRST, LAST, TODAY).reason == "no_data"


def test_quality_is_accepted_at_the_first_inspection_of_those_inspected() -> None:
    assert accepted_first_time({"a"}, ["a", "b", "c", "d"]).value == Decimal("0.25")
    assert accepted_first_time(set(), []).reason == "no_data"


WEIGHTS = {"on_time": Decimal(5), "quality": Decimal(3), "price": Decimal(2)}


def test_a_suppliers_score_is_the_weighted_mean_of_the_metrics_that_have_a_value() -> None:
    metrics = {"on_time": measured(Decimal("0.9")), "quality": measured(Decimal("0.5")), "price": null("no_data")}
    found = supplier_score(metrics, WEIGHTS)

    assert (found.value, found.left_out) == (Decimal("0.75"), ("price",))


def test_a_score_without_most_of_its_weight_is_null() -> None:
    assert supplier_score({"quality": measured(1)}, WEIGHTS).reason == "low_coverage"
    assert supplier_score({}, {}).reason == "no_data"
