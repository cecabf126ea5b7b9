"""Writes that take back what other writes did. Each does so only where the product still holds what we wrote.

Each bears the natural key of the write it takes back (`of`), so that the two come one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBackFields:
    """The issue's fields that still hold `ours` hold `values` again, which are as a read of REST v2 gives them."""

    of: str
    issue: str
    key: str
    ours: Mapping[str, object]
    values: Mapping[str, object]

    @property
    def natural_key(self) -> str:
        """The key of what is taken back."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOffLabel:
    """The issue does not carry this label."""

    of: str
    issue: str
    key: str
    label: str

    @property
    def natural_key(self) -> str:
        """The key of what is taken back."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteComment:
    """The comment with this id is gone, unless somebody has edited it or written after it. `says` is its first line."""

    of: str
    issue: str
    key: str
    comment: str
    says: str

    @property
    def natural_key(self) -> str:
        """The key of what is taken back."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBackProperty:
    """The issue's property, if it still holds `ours`, holds `value` again; None takes it off."""

    of: str
    issue: str
    key: str
    name: str
    ours: object
    value: object

    @property
    def natural_key(self) -> str:
        """The key of what is taken back."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink:
    """The two issues, by id, are not linked by a type of one of these names, in either direction."""

    of: str
    source: str
    target: str
    names: tuple[str, ...]

    @property
    def natural_key(self) -> str:
        """The key of what is taken back."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBackRegions:
    """The regions of the page (by id) that still hold `ours` hold these bodies again. All else stays byte for byte."""

    of: str
    page: str
    ours: Mapping[str, str]
    regions: Mapping[str, str]

    @property
    def natural_key(self) -> str:
        """The key of what is taken back."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePageComment:
    """The page's comment with this id is gone, unless somebody has edited or answered it. `ours` is its body."""

    of: str
    page: str
    comment: str
    ours: str

    @property
    def natural_key(self) -> str:
        """The key of what is taken back."""
        return self.of


TakingBack = (
    PutBackFields | TakeOffLabel | DeleteComment | PutBackProperty | Unlink | PutBackRegions | DeletePageComment
)
