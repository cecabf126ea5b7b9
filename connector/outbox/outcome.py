"""What became of one write."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The product holds what the write asked for. `remote_id` is the product's id of what was made, if any.

    `is_gone`: what the natural key named is not there any more.
    """

    remote_id: str | None = None
    page: "PageLeft | None" = None
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLeft:
    """The state in which we left a page: its version and the hashes of our regions."""

    page_id: str
    version: int
    fingerprints: Mapping[str, str]
    was_written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """The product, or the world, does not allow the write. It becomes a dead letter with this reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """The write was surely not done; it is sent again later. `wait_s` when the product said how long."""

    reason: str
    wait_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsure:
    """Nobody knows whether the write was done: it is looked up before anything is sent again.

    `wait_s` when a look-up would find nothing sooner.
    """

    reason: str
    wait_s: float | None = None


Outcome = Done | Impossible | NotYet | Unsure
