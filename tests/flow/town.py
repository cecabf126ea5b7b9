"""A sandbox, the connector's doors on a real port, and its rooms stepped by hand: the whole way without processes."""

import os
import shlex
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import requests
from click.testing import CliRunner, Result
from sqlalchemy import Engine
from werkzeug.serving import make_server

from connector.cli.main import cli
from connector.sandbox.server import Sandbox
from connector.sandbox.world import SandboxOptions
from connector.settings import read_settings
from connector.store import inbox, outbox, projects
from connector.store.engine import reading
from connector.wiring.app import app_of
from connector.wiring.house import House

SECRET = "a secret between friends"
RULES = Path(__file__).parents[2] / "rules"
TEMPLATES = Path(__file__).parents[2] / "templates"
Deployment = Literal["cloud", "datacenter"]


class Town:
    """Both sides of the wire. `step()` carries everything through that waits; `ask` is a person's REST call."""

    def __init__(self, box: Sandbox, house: House, environment: Mapping[str, str] | None = None) -> None:
        self.box = box
        self.house = house
        self.environment = environment or {}
        self.is_cloud = box.world.is_cloud

    def ask(self, method: str, path: str, body: Any = None, person: str = "ada", **params: Any) -> Any:
        """A REST call of a person to Jira (path below /rest) or Confluence (path below the product's address)."""
        url = path if path.startswith("http") else f"{self.box.world.jira_url}/rest/{path}"
        found = self.box.world.users.find(person)
        assert found is not None
        auth = {"Authorization": f"Bearer {found.token}"}
        basic = (found.email or "", found.token) if self.is_cloud else None
        answer = requests.request(
            method, url, json=body, params=params, auth=basic, headers={} if basic else auth, timeout=20
        )
        assert answer.status_code < 300, f"{method} {url}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def make(self, type: str, summary: str, person: str = "ada", **fields: Any) -> str:
        """A new issue in OPS; its key. Field words of the sandbox (probability …) are translated to ids."""
        api = "api/2"
        values = {self.field(name): value for name, value in fields.items()}
        made = self.ask(
            "POST",
            f"{api}/issue",
            {"fields": {"project": {"key": "OPS"}, "issuetype": {"name": type}, "summary": summary, **values}},
            person,
        )
        return str(made["key"])

    def edit(self, key: str, person: str = "ada", **fields: Any) -> None:
        """Change fields of an issue."""
        self.ask("PUT", f"api/2/issue/{key}", {"fields": {self.field(k): v for k, v in fields.items()}}, person)

    def move(self, key: str, status: str, person: str = "ada") -> None:
        """Take the transition that leads to a status."""
        offered = self.ask("GET", f"api/2/issue/{key}/transitions", person=person)["transitions"]
        chosen = next(one for one in offered if one["to"]["name"] == status)
        self.ask("POST", f"api/2/issue/{key}/transitions", {"transition": {"id": chosen["id"]}}, person)

    def issue(self, key: str) -> dict[str, Any]:
        """The issue's fields as Jira has them."""
        return dict(self.ask("GET", f"api/2/issue/{key}")["fields"])

    def comments(self, key: str) -> list[str]:
        """The comments of an issue as text, oldest first."""
        return [str(one["body"]) for one in self.ask("GET", f"api/2/issue/{key}/comment")["comments"]]

    def field(self, word: str) -> str:
        """The field id of a word of the sandbox; system fields are their own."""
        if not hasattr(self, "_fields"):
            state = requests.get(f"{self.box.url}/sandbox/state", timeout=20).json()
            self._fields = {str(word): str(id) for word, id in state["fields"].items()}
        return self._fields.get(word, word)

    def page(self, title: str) -> Any:
        """The page of space OPS with this title, as the sandbox holds it; None where there is none."""
        with self.box.world.lock:
            return next((page for page in self.box.world.confluence.pages("OPS") if page.title == title), None)

    def engine(self) -> Engine:
        return self.house.engine

    def type(self, command: str, **given: Any) -> Result:
        """What a person types after `connector`, in this town."""
        others = {name: None for name in os.environ if name.startswith("CONNECTOR_")}
        return CliRunner().invoke(cli, shlex.split(command), env={**others, **self.environment}, **given)

    def step(self, within_s: float = 30) -> None:
        """Carry everything through until nothing waits on either side; what is put off for a while is waited for."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            self.hear()
            busy = False
            while self.house.pipeline.take_batch().letters:
                busy = True
            with reading(self.house.engine) as conn:
                due = projects.due(conn)
            for one in due:
                self.house.rollup.run(one.site, one.key, is_urgent=True)
                busy = True
            while self.house.outbox.send_due():
                busy = True
            if not busy and self._is_quiet():
                return
            if not busy:
                time.sleep(0.05)
        raise AssertionError("the connector does not come to rest")

    def hear(self, timeout_s: float = 20) -> None:
        """Wait until every webhook of the sandbox was delivered or given up."""
        deadline = time.monotonic() + timeout_s
        while self.box.world.webhooks.waiting() and time.monotonic() < deadline:
            time.sleep(0.005)
        assert not self.box.world.webhooks.waiting(), "webhooks still wait"

    def _is_quiet(self) -> bool:
        with reading(self.house.engine) as conn:
            return inbox.waiting(conn) == 0 and outbox.waiting(conn) == 0


@contextmanager
def town(
    place: Path,
    engine: Engine,
    *,
    deployment: Deployment = "cloud",
    locale: Literal["en", "zh_CN"] = "en",
    rules: Path = RULES,
    with_project: bool = True,
    **settings: str,
) -> Iterator[Town]:
    """A town in which nobody has done anything yet but, if asked, opened project OPS."""
    port = _free_port()
    box = Sandbox(
        SandboxOptions(
            port=0,
            deployment=deployment,
            locale=locale,
            jira_webhook=f"http://127.0.0.1:{port}/hooks/jira",
            confluence_webhook=f"http://127.0.0.1:{port}/hooks/confluence",
            webhook_secret=SECRET.replace(" ", "-"),
            data=place / "sandbox",
        )
    )
    given = {
        "DATABASE_URL": str(engine.url.render_as_string(hide_password=False)),
        "JIRA_URL": box.world.jira_url,
        "CONFLUENCE_URL": box.world.confluence_url,
        "RULES_DIR": str(rules),
        "TEMPLATES_DIR": str(TEMPLATES),
        "CLOCK_FILE": str(place / "sandbox" / "clock.json"),
        "LOCALE": locale,
        "TIMEZONE": "Asia/Shanghai",
        "PAGE_WINDOW_S": "0",
        "INDEX_LAG_S": "0",
        **{f"{p}_WEBHOOK_SECRET": SECRET.replace(" ", "-") for p in ("JIRA", "CONFLUENCE")},
        **{f"{p}_USER": "connector@example.com" for p in ("JIRA", "CONFLUENCE") if deployment == "cloud"},
        **{f"{p}_TOKEN": "token-connector" for p in ("JIRA", "CONFLUENCE")},
        **settings,
    }
    environment = {f"CONNECTOR_{name}": value for name, value in given.items()}
    house = House(read_settings(environment))
    server = make_server("127.0.0.1", port, app_of(house), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    with box:
        thread.start()
        try:
            if with_project:
                requests.post(
                    f"{box.url}/sandbox/projects", json={"key": "OPS", "name": "Operations"}, timeout=20
                ).raise_for_status()
            assert house.clients.learn(house.engine, "main")
            held = Town(box, house, environment)
            held.step()
            yield held
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            house.engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
