"""Addresses and moments as Confluence writes them."""

from datetime import UTC, datetime
from urllib.parse import quote, quote_plus
from zoneinfo import ZoneInfo

from connector.sandbox.confluence.model import Attachment, Page


def ms(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def iso(moment: datetime, zone: str | None = None) -> str:
    """2026-01-05T09:00:00.000Z, or with the offset of a zone."""
    if zone is None:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")


def space_path(key: str) -> str:
    """Where a space is looked at, after Confluence's own address."""
    return f"/spaces/{quote(key)}"


def page_path(page: Page) -> str:
    """Where a page is looked at, after Confluence's own address."""
    return f"/spaces/{quote(page.space)}/pages/{page.id}/{quote_plus(page.title)}"


def file_path(attachment: Attachment) -> str:
    """Where a file is fetched, after Confluence's own address."""
    latest = attachment.latest
    return f"/download/attachments/{attachment.page}/{quote(attachment.name)}?version={latest.number}&api=v2"
