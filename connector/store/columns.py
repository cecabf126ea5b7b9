"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from connector.store.coding import decode, decode_tagged, encode


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored in UTC: timestamptz, or on SQLite ISO text of one width so that it sorts."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Timestamptz on PostgreSQL, text on SQLite."""
        return DateTime(timezone=True) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """To UTC. Raises ValueError for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; moments are stored in UTC")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.isoformat(timespec="microseconds")

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Back to an aware datetime in UTC."""
        if value is None:
            return None
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return found.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text that sorts by code point on both databases.

    PostgreSQL refuses NUL and no database takes half a surrogate pair; both become U+FFFD, so that a stranger's text
    cannot stop the house.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text, with the collation "C" on PostgreSQL."""
        return TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what no database can hold."""
        if value is None:
            return None
        if "\0" in value:
            value = value.replace("\0", "\ufffd")
        if value.isascii():
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Json(TypeDecorator[object]):
    """Strangers' JSON as canonical text. Not jsonb: that refuses the NUL that a stranger's text may hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """To canonical JSON; None is NULL."""
        return None if value is None else encode(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Back to plain values."""
        return None if value is None else decode(value)


class Coded(Json):
    """Values of our own (dataclasses, Decimal, moments) as canonical text; read back as a tree for `coding.rebuild`."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Back to a tree with Decimal, datetime and date restored."""
        return None if value is None else decode_tagged(value)


RowId = BigInteger().with_variant(Integer, "sqlite")
"""A row's own number. SQLite numbers rows by itself only under the type INTEGER."""
