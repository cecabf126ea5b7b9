"""How moments, people, types and priorities look on the web pages."""

import re
from datetime import date, datetime
from zlib import crc32
from zoneinfo import ZoneInfo

from markupsafe import Markup

from connector.core.fields import instant_of
from connector.sandbox.jira.rows import IssueType, Named
from connector.sandbox.jira.text import html_of
from connector.sandbox.users import People, Person
from connector.sandbox.web.clean import cleaned

TINTS = 8
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BY_NAME = (
    (re.compile(r"bug|defect|缺陷|故障", re.IGNORECASE), "bug"),
    (re.compile(r"story|故事", re.IGNORECASE), "story"),
    (re.compile(r"risk|风险", re.IGNORECASE), "risk"),
    (re.compile(r"goal|目标", re.IGNORECASE), "goal"),
    (re.compile(r"gate|关口|milestone|里程碑", re.IGNORECASE), "gate"),
    (re.compile(r"change|变更|decision|决策", re.IGNORECASE), "change"),
)
_PRIORITY = (
    (re.compile(r"highest|blocker|critical|最高|紧急", re.IGNORECASE), "highest"),
    (re.compile(r"lowest|trivial|最低", re.IGNORECASE), "lowest"),
    (re.compile(r"high|major|高", re.IGNORECASE), "high"),
    (re.compile(r"low|minor|低", re.IGNORECASE), "low"),
)
_ARROWS = {"highest": "⇈", "high": "↑", "medium": "＝", "low": "↓", "lowest": "⇊"}
_MENTION = re.compile(r"<span>@([^<]{1,200})</span>")


class Looks:
    """The looks of one world's things for a reader of one language and time zone."""

    def __init__(self, *, locale: str, zone: ZoneInfo, people: People) -> None:
        self._is_chinese = locale == "zh_CN"
        self._zone = zone
        self._people = people

    def moment(self, value: object) -> str:
        """A moment as people write it: 5 Jan 2026, 09:00 or 2026年1月5日 09:00; nothing for none."""
        found = value if isinstance(value, datetime) else instant_of(value)
        if found is None:
            return ""
        local = found.astimezone(self._zone)
        return f"{self.day(local.date().isoformat())}{' ' if self._is_chinese else ', '}{local:%H:%M}"

    def day(self, value: object) -> str:
        """A day as people write it: 5 Jan 2026 or 2026年1月5日; a text that is no date stays."""
        try:
            found = date.fromisoformat(str(value)[:10])
        except ValueError:
            return str(value or "")
        if self._is_chinese:
            return f"{found.year}年{found.month}月{found.day}日"
        return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"

    def person(self, account_id: object) -> Person | None:
        """Who this is."""
        return self._people.find(account_id)

    def text(self, stored: object) -> Markup:
        """A stored Jira text as safe HTML, people in it by name."""
        return cleaned(_MENTION.sub(self._named, html_of(stored)))

    def _named(self, found: re.Match[str]) -> str:
        person = self._people.find(found[1])
        return str(Markup("<span>@{}</span>").format(person.display_name)) if person else found[0]


def initials(name: str) -> str:
    """What stands in the circle of somebody without a picture."""
    words = name.split()
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][-2:] if ord(words[0][0]) > 0x2E80 else words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


def tint(text: str) -> int:
    """One of the tints, always the same for the same text."""
    return crc32(text.encode()) % TINTS


def type_look(row: IssueType) -> str:
    """The class that gives an issue type its colour."""
    if row.level:
        return "epic" if row.level > 0 else "sub"
    return next((look for pattern, look in _BY_NAME if pattern.search(row.name)), "task")


def priority_look(row: Named) -> tuple[str, str]:
    """The class and the sign of a priority."""
    look = next((look for pattern, look in _PRIORITY if pattern.search(row.name)), "medium")
    return look, _ARROWS[look]


def size_text(size: int) -> str:
    """12 B, 3.4 KB, 5.6 MB."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.1f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"
