"""Everything that the two products hold, in one place under one lock."""

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo

from connector.sandbox.clock import SandboxClock
from connector.sandbox.confluence.state import ConfluenceState
from connector.sandbox.faults import Faults
from connector.sandbox.jira.state import JiraState
from connector.sandbox.locale import Words
from connector.sandbox.recorder import Recorder
from connector.sandbox.users import People
from connector.sandbox.webhooks import WebhookSender

Deployment = Literal["cloud", "datacenter"]
Locale = Literal["en", "zh_CN"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """How a sandbox is started. `data` is a folder it keeps its state in; port 0 takes any free one."""

    port: int = 8010
    host: str = "127.0.0.1"
    deployment: Deployment = "cloud"
    locale: Locale = "en"
    seed: Path | None = None
    record: Path | None = None
    jira_webhook: str | None = None
    confluence_webhook: str | None = None
    webhook_secret: str | None = None
    data: Path | None = None


class World:
    """The state of one sandbox. Whoever reads or changes it holds `lock`; a request does so from first to last."""

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.is_cloud = options.deployment == "cloud"
        self.locale: str = options.locale
        self.site_url = f"http://{options.host}:{options.port}"
        self.lock = threading.RLock()
        self.timezone = ZoneInfo("Asia/Shanghai" if options.locale == "zh_CN" else "Etc/UTC")
        self.clock = SandboxClock(options.data / "clock.json" if options.data else None)
        self.words = Words(options.locale)
        self.users = People(locale=options.locale, time_zone=self.timezone.key)
        self.faults = Faults()
        self.recorder = Recorder(options.record)
        self.webhooks = WebhookSender(
            self.faults,
            is_cloud=self.is_cloud,
            jira=options.jira_webhook,
            confluence=options.confluence_webhook,
            secret=options.webhook_secret,
        )
        self.revision = 0
        self._ids: dict[str, int] = {}
        self.jira = JiraState(self.words, is_cloud=self.is_cloud)
        self.confluence = ConfluenceState(self)

    @property
    def jira_url(self) -> str:
        """Where Jira's pages and REST begin."""
        return self.site_url if self.is_cloud else f"{self.site_url}/jira"

    @property
    def confluence_url(self) -> str:
        """Where Confluence's pages and REST begin."""
        return f"{self.site_url}/wiki" if self.is_cloud else f"{self.site_url}/confluence"

    def listens_on(self, port: int) -> None:
        """Tell the world the port that it got."""
        self.site_url = f"http://{self.options.host}:{port}"
        self.jira.forget_shapes()

    def next_id(self, kind: str) -> int:
        """The next number of this kind, from 10001 upwards; no kind ever gives one twice."""
        self._ids[kind] = self._ids.get(kind, 10000) + 1
        return self._ids[kind]

    def keep_above(self, kind: str, number: int) -> None:
        """See to it that no new id of this kind is as low as `number`, which is taken."""
        self._ids[kind] = max(self._ids.get(kind, 10000), number)

    def changed(self) -> None:
        """Note that the state is no longer what was saved last."""
        self.revision += 1

    def now_text(self) -> str:
        """The moment now as Jira writes it: 2026-01-05T09:00:00.000+0800."""
        return jira_time(self.clock.now().astimezone(self.timezone))

    def now_ms(self) -> int:
        """The moment now in milliseconds since 1970."""
        return int(self.clock.now().timestamp() * 1000)

    def snapshot(self) -> dict[str, object]:
        """Everything, as plain data."""
        return {
            "format": 1,
            "deployment": self.options.deployment,
            "locale": self.locale,
            "ids": dict(self._ids),
            "clock": self.clock.told(),
            "users": self.users.snapshot(),
            "jira": self.jira.snapshot(),
            "confluence": self.confluence.snapshot(),
        }

    def load(self, data: dict[str, object]) -> None:
        """Take up the state that a snapshot holds."""
        self._ids = {kind: int(str(number)) for kind, number in _table(data, "ids").items()}
        self.clock.load(_table(data, "clock"))
        self.users.load(cast("list[dict[str, object]]", data["users"]))
        self.jira.load(_table(data, "jira"))
        self.confluence.load(_table(data, "confluence"))


def _table(data: dict[str, object], name: str) -> dict[str, object]:
    return cast("dict[str, object]", data[name])


def jira_time(moment: datetime) -> str:
    """2026-01-05T09:00:00.000+0800."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}" + moment.strftime("%z")
