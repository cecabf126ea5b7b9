"""Somebody who speaks REST to a sandbox, in tests."""

import base64
from dataclasses import dataclass
from typing import Any

from connector.sandbox.server import Sandbox


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: dict[str, str]


class Visitor:
    def __init__(self, box: Sandbox, who: str = "ada", token: str | None = None) -> None:
        self.box = box
        self.is_cloud = box.world.is_cloud
        self.client = box.app.test_client()
        secret = token or f"token-{who}"
        basic = base64.b64encode(f"{who}@example.com:{secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {basic}" if self.is_cloud else f"Bearer {secret}"}
        self.api = "/rest/api/3" if self.is_cloud else "/jira/rest/api/2"
        self.agile = "/rest/agile/1.0" if self.is_cloud else "/jira/rest/agile/1.0"

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        address = path.replace("{agile}", self.agile) if path.startswith(("/", "{agile}")) else f"{self.api}/{path}"
        headers = {**self.headers, **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        found = self.client.open(address, method=method, headers=headers, **more)
        return Answer(found.status_code, found.get_json(silent=True), dict(found.headers))

    def get(self, path: str, **query: Any) -> Answer:
        return self.ask("GET", path, query_string=query)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.ask("POST", path, {} if body is None else body, **more)

    def put(self, path: str, body: Any, **more: Any) -> Answer:
        return self.ask("PUT", path, body, **more)

    def delete(self, path: str, **query: Any) -> Answer:
        return self.ask("DELETE", path, query_string=query)

    def text(self, words: str) -> Any:
        """A text as this deployment's API wants it."""
        if not self.is_cloud:
            return words
        inside = [{"type": "text", "text": words}]
        return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": inside}]}

    def person(self, name: str) -> dict[str, str]:
        found = self.box.world.users.find(name)
        assert found is not None
        return {"accountId": found.id} if self.is_cloud else {"name": found.name}

    def word(self, key: str) -> str:
        return self.box.world.words(key)

    def field(self, word: str) -> str:
        return next(one.id for one in self.box.world.jira.fields.values() if one.word == word)

    def project(self, key: str = "OPS", name: str = "Operations") -> str:
        made = self.client.post("/sandbox/projects", json={"key": key, "name": name})
        assert made.status_code == 201, made.get_data(as_text=True)
        return key

    def issue(self, word: str = "task", summary: str = "Answer the phone", **fields: Any) -> str:
        kind = {"name": self.word(word)}
        body = {"fields": {"project": {"key": "OPS"}, "issuetype": kind, "summary": summary, **fields}}
        made = self.post("issue", body)
        assert made.status == 201, made.body
        return str(made.body["key"])

    def fields(self, key: str) -> dict[str, Any]:
        found = self.get(f"issue/{key}")
        assert found.status == 200, found.body
        return dict(found.body["fields"])

    def move(self, key: str, *words: str, **fields: Any) -> None:
        for word in words:
            name = self.word(word)
            known = self.get(f"issue/{key}/transitions").body["transitions"]
            number = next(one["id"] for one in known if one["name"] == name)
            body = {"transition": {"id": number}, **({"fields": fields} if fields else {})}
            moved = self.post(f"issue/{key}/transitions", body)
            assert moved.status == 204, moved.body
