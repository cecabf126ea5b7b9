"""One step of taking a run back."""

from dataclasses import dataclass

from connector.core.actions import Write
from connector.store.outbox import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of one write: `write` takes it back, or it is withdrawn before it is sent, or it stays.

    `back` says in words what is put back, `left` what is left as it is and why.
    """

    row: OutboxRow
    write: Write | None = None
    is_withdrawn: bool = False
    back: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def taken(row: OutboxRow, write: Write, words: str) -> Step:
    """This write takes it back."""
    return Step(row=row, write=write, back=(words,))


def left(row: OutboxRow, words: str) -> Step:
    """It stays as it is."""
    return Step(row=row, left=(words,))
