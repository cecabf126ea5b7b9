from dataclasses import replace

from connector.dispatch.windows import Windows
from connector.store.projects import DueProject


def due(key: str, *, urgent: bool = False) -> DueProject:
    return DueProject(site="main", key=key, dirty_n=1, urgent=urgent, pages_at=None)


def ready(windows: Windows, now_s: float, *dirty: DueProject) -> list[str]:
    return [one.key for one in windows.ready(dirty, now_s)]


def test_a_project_is_due_when_its_window_is_over_however_often_it_changes_meanwhile() -> None:
    windows = Windows(30)

    found = [ready(windows, now_s, due("OPS")) for now_s in (100, 115, 129.9, 130)]

    assert found == [[], [], [], ["OPS"]]


def test_an_urgent_project_is_due_at_once() -> None:
    windows = Windows(30)

    assert ready(windows, 100, due("OPS"), due("MKT", urgent=True)) == ["MKT"]


def test_a_project_that_was_rolled_up_gets_a_window_of_its_own_for_its_next_change() -> None:
    windows = Windows(30)
    ready(windows, 100, due("OPS"))
    windows.done(due("OPS"))

    assert (ready(windows, 131, due("OPS")), ready(windows, 161, due("OPS"))) == ([], ["OPS"])


def test_a_project_that_somebody_else_rolled_up_is_forgotten() -> None:
    windows = Windows(30)
    ready(windows, 100, due("OPS"))

    assert ready(windows, 120) == []
    assert windows.next_s(120) is None
    assert ready(windows, 131, due("OPS")) == []


def test_the_next_deadline_is_that_of_the_project_that_waits_longest() -> None:
    windows = Windows(30)
    ready(windows, 100, due("OPS"))
    ready(windows, 110, due("OPS"), due("MKT"))

    assert (windows.next_s(110), windows.next_s(135)) == (20, 0.0)


def test_a_project_that_could_not_be_rolled_up_rests_for_a_window_however_urgent_it_is() -> None:
    windows = Windows(30)
    assert ready(windows, 100, due("OPS", urgent=True)) == ["OPS"]

    windows.put_off(due("OPS", urgent=True), 101)

    assert windows.next_s(101) == 30
    found = [ready(windows, now_s, due("OPS", urgent=True)) for now_s in (101, 130.9, 131, 131)]
    assert found == [[], [], ["OPS"], ["OPS"]]


def test_what_fails_rests_even_where_there_is_no_window() -> None:
    windows = Windows(0)
    windows.put_off(due("OPS"), 100)

    assert (ready(windows, 100, due("OPS")), ready(windows, 101, due("OPS"))) == ([], ["OPS"])


def test_a_project_that_another_machine_rolled_up_meanwhile_has_a_new_window() -> None:
    windows = Windows(30)
    ready(windows, 100, due("OPS"))

    found = [ready(windows, now_s, replace(due("OPS"), rolled_n=1)) for now_s in (129, 131, 159)]

    assert found == [[], [], ["OPS"]]
