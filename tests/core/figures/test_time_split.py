from datetime import UTC, datetime, timedelta
from decimal import Decimal

from connector.core.figures.time_split import Spent, Stay, flow_efficiency, spent

DAY0 = datetime(2026, 3, 2, tzinfo=UTC)


def hour(n: float) -> datetime:
    return DAY0 + timedelta(hours=n)


def test_time_is_split_by_status_and_blocked_time_goes_before_both() -> None:
    stays = [
        Stay(status="doing", since=hour(0), until=hour(4)),
        Stay(status="review queue", since=hour(4), until=hour(10)),
        Stay(status="doing", since=hour(10), until=hour(12)),
    ]

    found = spent(stays, frozenset({"doing"}), [(hour(3), hour(5))])

    assert found == Spent(active_s=5 * 3600, waiting_s=5 * 3600, blocked_s=2 * 3600)


def test_blocks_that_overlap_or_reach_beyond_the_work_count_once() -> None:
    stays = [Stay(status="doing", since=hour(0), until=hour(4))]

    found = spent(stays, frozenset({"doing"}), [(hour(3), hour(9)), (hour(2), hour(3.5)), (hour(-5), hour(-1))])

    assert found == Spent(active_s=2 * 3600, waiting_s=0, blocked_s=2 * 3600)


def test_flow_efficiency_is_active_of_all_time_over_all_items_together() -> None:
    long, short = Spent(active_s=30, waiting_s=60, blocked_s=10), Spent(active_s=100, waiting_s=0, blocked_s=0)

    assert flow_efficiency({"OPS-1": long, "OPS-2": short}).value == Decimal("0.65")


def test_items_without_a_history_are_left_out_of_flow_efficiency() -> None:
    known = Spent(active_s=1, waiting_s=1, blocked_s=0)
    found = flow_efficiency({"OPS-1": known, "OPS-2": None})

    assert (found.value, found.left_out, found.is_low_confidence) == (Decimal("0.5"), ("OPS-2",), True)
    assert flow_efficiency({"OPS-1": known, "OPS-2": None, "OPS-3": None}).reason == "low_coverage"


def test_flow_efficiency_of_nothing_or_of_no_time_is_null() -> None:
    assert flow_efficiency({}).reason == "no_data"
    assert flow_efficiency({"OPS-1": Spent(active_s=0, waiting_s=0, blocked_s=0)}).reason == "div_zero"
