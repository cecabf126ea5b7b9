"""A Confluence to test: the sandbox's own app, without Jira's addresses, asked through its REST API."""

import base64
import io
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from connector.sandbox.confluence.routes import confluence_blueprints
from connector.sandbox.front import install
from connector.sandbox.world import Deployment, Locale, SandboxOptions, World


class Site:
    """One Confluence with the space OPS, and somebody asking."""

    def __init__(
        self,
        deployment: Deployment,
        *,
        locale: Locale = "en",
        now: datetime | None = None,
        record: Path | None = None,
        webhook: str | None = None,
        secret: str | None = None,
    ) -> None:
        options = SandboxOptions(
            port=0,
            deployment=deployment,
            locale=locale,
            record=record,
            confluence_webhook=webhook,
            webhook_secret=secret,
        )
        self.world = World(options)
        if now is not None:
            self.world.clock.set(now)
        self.app = Flask("confluence-under-test", static_folder=None)
        self.app.testing = True
        install(self.app, self.world)
        for blueprint in confluence_blueprints(self.world.is_cloud):
            self.app.register_blueprint(blueprint)
        self.client = self.app.test_client()
        ada = self.world.users.find("ada")
        assert ada is not None
        self.space = self.world.confluence.create_space("OPS", "Operations", ada)

    @property
    def home(self) -> str:
        return self.space.home

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        who: str = "ada",
        files: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        **query: object,
    ) -> TestResponse:
        """One request as somebody; query names are written with _ for -."""
        return self._request(method, path, body, who=who, files=files, headers=headers, query=query)

    def get(self, path: str, **query: str | int) -> Any:
        return self.told(self._request("GET", path, query=query), 200)

    def send(self, method: str, path: str, body: object = None, *, who: str = "ada", status: int = 200) -> Any:
        return self.told(self.ask(method, path, body, who=who), status)

    @staticmethod
    def told(answer: TestResponse, status: int) -> Any:
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json() if answer.mimetype == "application/json" and answer.data else None

    def new_page(self, title: str, body: str = "<p>Hello</p>", parent: str | None = None) -> str:
        """The id of a page just made by Ada."""
        if self.world.is_cloud:
            sent: dict[str, object] = {
                "spaceId": str(self.space.id),
                "status": "current",
                "title": title,
                "body": {"representation": "storage", "value": body},
            }
            return str(
                self.send("POST", "/wiki/api/v2/pages", {**sent, **({"parentId": parent} if parent else {})})["id"]
            )
        sent = {
            "type": "page",
            "title": title,
            "space": {"key": "OPS"},
            "ancestors": [{"id": parent or self.home}],
            "body": {"storage": {"value": body, "representation": "storage"}},
        }
        return str(self.send("POST", "/confluence/rest/api/content", sent)["id"])

    def body_of(self, page_id: str) -> str:
        return self.world.confluence.page(page_id).latest.body

    def _request(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        who: str = "ada",
        files: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        query: Mapping[str, object],
    ) -> TestResponse:
        sent: dict[str, Any] = {"json": body} if body is not None else {}
        if files is not None:
            sent = {"data": files, "content_type": "multipart/form-data"}
        if query:
            sent["query_string"] = {name.replace("_", "-"): value for name, value in query.items()}
        return self.client.open(path, method=method, headers={**self._signed_in(who), **(headers or {})}, **sent)

    def _signed_in(self, who: str) -> dict[str, str]:
        if not self.world.is_cloud:
            return {"Authorization": f"Bearer token-{who}"}
        pair = base64.b64encode(f"{who}@example.com:token-{who}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


def update(page_id: str, number: int, title: str, body: str, message: str = "") -> dict[str, object]:
    """A v2 request that writes a version of a page."""
    return {
        "id": page_id,
        "status": "current",
        "title": title,
        "body": {"representation": "storage", "value": body},
        "version": {"number": number, "message": message},
    }


def dc_update(number: int, title: str, body: str, **version: object) -> dict[str, object]:
    """A Data Center request that writes a version of a page."""
    return {
        "type": "page",
        "title": title,
        "version": {"number": number, **version},
        "body": {"storage": {"value": body, "representation": "storage"}},
    }


def upload(name: str, data: bytes, kind: str = "image/png") -> dict[str, object]:
    """The parts of a multipart request with one file."""
    return {"file": (io.BytesIO(data), name, kind), "minorEdit": "true", "comment": "a picture"}


class Hooks:
    """What a webhook's address has received: headers (lower case), raw body."""

    def __init__(self) -> None:
        self.letters: list[tuple[dict[str, str], bytes]] = []

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.letters]


@contextmanager
def listening() -> Iterator[tuple[str, Hooks]]:
    """An address that takes every webhook."""
    hooks = Hooks()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hooks.letters.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/confluence", hooks
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
