from connector.atlassian.pacing import Pacer


class Time:
    """Monotonic time that only pauses move."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def pacer(time: Time) -> Pacer:
    return Pacer(limits=((2, 2.0), (3, 30.0)), monotonic=time.monotonic, pause=time.pause)


def test_writes_within_the_limit_are_not_held_up() -> None:
    time = Time()
    paced = pacer(time)
    for _ in range(2):
        paced.wait_for("10001")

    assert time.pauses == []


def test_a_write_over_the_limit_waits_until_the_oldest_has_aged() -> None:
    time = Time()
    paced = pacer(time)
    for _ in range(3):
        paced.wait_for("10001")

    assert time.pauses == [2.0]


def test_the_longer_limit_holds_too() -> None:
    time = Time()
    paced = pacer(time)
    for _ in range(4):
        paced.wait_for("10001")

    assert time.pauses == [2.0, 28.0]


def test_other_issues_are_not_held_up() -> None:
    time = Time()
    paced = pacer(time)
    for issue in ("10001", "10001", "10002", "10003"):
        paced.wait_for(issue)

    assert time.pauses == []


def test_issues_written_long_ago_are_forgotten() -> None:
    time = Time()
    paced = pacer(time)
    for number in range(1000):
        paced.wait_for(str(number))
    time.now += 31
    paced.wait_for("new")

    assert list(paced._writes) == ["new"]
