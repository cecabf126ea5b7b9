"""When a fixed backlog will be done, from the throughput of the past: exact, without a single random number.

Each future period is taken to be like one of the past periods, all equally likely. The distribution of the sum of n
periods is then the n-fold convolution of the samples. It is worked out in whole numbers: the ways in which n draws make
each sum are the digits of one long integer, in a base so large that no digit overflows. The same input gives the same
answer on every machine. The model is that of Magennis, Forecasting and Simulating Software Development Projects (2011).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from connector.core.figures.reading import Reading, measured, null

ENOUGH_SAMPLES = 6
COMMITMENT = 85
"""The percentile to promise by; the 50th is the coin flip."""
HORIZON = 1000
"""Periods after which a forecast looks no further."""
_WIDTH = 256
"""Bits of one digit. When the counts outgrow it they are cut to half of it: an error below 1e-24 of what is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The distribution of the number of periods until a backlog is done.

    `unfinished[n - 1]` of the `ways[n - 1]` equally likely ways that n periods may go leave work over. `backlog` is the
    work assumed, growth included. `notes`: `low_confidence` under six samples.
    """

    backlog: int
    samples: tuple[int, ...]
    unfinished: tuple[int, ...]
    ways: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def done_by(self) -> list[Fraction]:
        """The probability of being done at the end of the first, second … period."""
        return [1 - Fraction(left, ways) for left, ways in zip(self.unfinished, self.ways, strict=True)]

    def periods(self, percent: int) -> Reading:
        """The nearest-rank percentile: the first period by whose end the backlog is done with `percent` % probability.

        Periods. Null `finished` where nothing is left; null `no_data` without samples, where all are zero, or where the
        percentile lies beyond the horizon (note `beyond_horizon`).
        """
        if self.backlog == 0:
            return null("finished")
        if not any(self.samples):
            return null("no_data", used=len(self.samples), notes=self.notes)
        pairs = enumerate(zip(self.unfinished, self.ways, strict=True), 1)
        found = next((n for n, (left, ways) in pairs if left * 100 <= (100 - percent) * ways), None)
        if found is None:
            return null("no_data", used=len(self.samples), notes=(*self.notes, "beyond_horizon"))
        return measured(found, used=len(self.samples), notes=self.notes)

    def probability(self, periods: int) -> Reading:
        """The probability that the backlog is done within so many periods, 0 to 1. Null as `periods`.

        Beyond the last period looked at it stays at that period's value, a lower bound.
        """
        if self.backlog == 0:
            return null("finished")
        if not any(self.samples):
            return null("no_data", used=len(self.samples), notes=self.notes)
        if periods <= 0:
            return measured(0, used=len(self.samples), notes=self.notes)
        at = min(periods, len(self.ways)) - 1
        return measured(1 - Fraction(self.unfinished[at], self.ways[at]), used=len(self.samples), notes=self.notes)


def forecast(backlog: int, samples: Sequence[int]) -> Forecast:
    """The exact forecast for a fixed backlog. samples: items finished in each past period, zeros included.

    Looks ahead until the backlog is done with 99.9 % probability. Raises ValueError for a negative number.
    """
    if backlog < 0 or any(one < 0 for one in samples):
        raise ValueError("a backlog or a throughput below zero cannot be")
    notes = ("low_confidence",) if len(samples) < ENOUGH_SAMPLES else ()
    left, ways = _unfinished(backlog, samples) if backlog and any(samples) else ([], [])
    return Forecast(backlog=backlog, samples=tuple(samples), unfinished=tuple(left), ways=tuple(ways), notes=notes)


def sums(samples: Sequence[int], periods: int) -> list[Fraction]:
    """The distribution of the total of so many periods: the probability of each sum from 0 on, exact."""
    if not samples:
        raise ValueError("a distribution needs at least one sample")
    width = (len(samples) ** periods).bit_length() + 1
    step = sum(n << (width * value) for value, n in Counter(samples).items())
    ways, total = step**periods, len(samples) ** periods
    mask = (1 << width) - 1
    return [Fraction((ways >> (width * one)) & mask, total) for one in range(max(samples) * periods + 1)]


def at_least(samples: Sequence[int], periods: int, total: int) -> Fraction:
    """The probability that so many periods bring a total of `total` or more."""
    return sum(sums(samples, periods)[max(total, 0) :], Fraction(0))


def most_with(samples: Sequence[int], periods: int, percent: int) -> int:
    """The largest total that so many periods bring with `percent` % probability or more."""
    chances, reached = sums(samples, periods), Fraction(0)
    for total in range(len(chances) - 1, -1, -1):
        reached += chances[total]
        if reached >= Fraction(percent, 100):
            return total
    return 0


def finish_date(ends: Sequence[date], periods: Reading) -> date | None:
    """The date a forecast falls on. ends: the last working day of each future period, the first of them being now's.

    None while there is no forecast or the calendar does not reach so far.
    """
    if periods.value is None or not 1 <= periods.value <= len(ends):
        return None
    return ends[int(periods.value) - 1]


def merged(chances: Sequence[Fraction]) -> Fraction:
    """Merge bias: the probability that all of several independent paths are done by a day is the product of theirs."""
    product = Fraction(1)
    for one in chances:
        product *= one
    return product


def _unfinished(backlog: int, samples: Sequence[int]) -> tuple[list[int], list[int]]:
    """In how many ways the backlog is left unfinished after 1, 2, … periods, of how many there are."""
    moves = sorted(Counter(min(one, backlog) for one in samples).items())
    edge, ones = _WIDTH * backlog, (1 << _WIDTH) - 1
    kept = (1 << edge) - 1
    sums, mass, total, cut = 1, 1, 1, 0
    left: list[int] = []
    ways: list[int] = []
    while len(ways) < HORIZON and not (ways and left[-1] * 1000 <= ways[-1]):
        sums = _next(sums, moves)
        # What is done lies beyond the edge: a few digits, quickly added up. All digits together are a remainder.
        mass, sums = mass * len(samples) - (sums >> edge) % ones, sums & kept
        total *= len(samples)
        if mass.bit_length() > _WIDTH - 32:
            sums, cut = _cut(sums, backlog), cut + _WIDTH // 2
            mass = sums % ones
        left.append(mass << cut)
        ways.append(total)
    return left, ways


def _next(sums: int, moves: Sequence[tuple[int, int]]) -> int:
    """The ways to each sum after one period more. moves: what a period may bring, and how many samples bring it."""
    following = 0
    for value, n in moves:
        following += (sums if n == 1 else sums * n) << (_WIDTH * value)
    return following


def _cut(ways: int, backlog: int) -> int:
    """Every digit without its lower half. What is lost makes the backlog look done a shade sooner, never later."""
    digits = ways.to_bytes(_WIDTH * backlog // 8, "little")
    half, size = _WIDTH // 16, _WIDTH // 8
    parts = (digits[at + half : at + size] + bytes(half) for at in range(0, len(digits), size))
    return int.from_bytes(b"".join(parts), "little")
