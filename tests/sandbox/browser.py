"""Somebody with a browser at a sandbox, in tests: pages as trees, forms with the token that the page carried."""

from collections.abc import Iterator
from typing import Any

from lxml import html
from werkzeug.test import TestResponse

from connector.sandbox.server import Sandbox
from connector.sandbox.users import Person
from connector.sandbox.world import Deployment, Locale, SandboxOptions
from tests.sandbox.visitor import Visitor


class Browser:
    def __init__(self, box: Sandbox, who: str | None = None) -> None:
        self.box = box
        self.world = box.world
        self.client = box.app.test_client()
        self.jira = "" if self.world.is_cloud else "/jira"
        self.wiki = "/wiki" if self.world.is_cloud else "/confluence"
        self.token = str(self.tree("/").xpath("string(//input[@name='token']/@value)"))
        if who is not None:
            self.post("/people/act", person=who)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, buffered=True)

    def tree(self, path: str, status: int = 200) -> Any:
        answer = self.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.get_data(as_text=True)[:2000])
        return html.fromstring(answer.get_data(as_text=True))

    def post(self, path: str, data: Any = None, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"token": self.token, **(data or {}), **fields})

    def done(self, path: str, data: Any = None, **fields: Any) -> str:
        """Send a form that is to succeed; the address it leads to."""
        answer = self.post(path, data, **fields)
        assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
        return answer.headers["Location"]

    def refused(self, path: str, data: Any = None, **fields: Any) -> list[str]:
        """Send a form that is to be refused; what the page says about it."""
        answer = self.post(path, data, **fields)
        assert 400 <= answer.status_code < 500, answer.status_code
        return said(html.fromstring(answer.get_data(as_text=True)))

    def person(self, name: str) -> Person:
        found = self.world.users.find(name)
        assert found is not None
        return found


def said(tree: Any) -> list[str]:
    """What a page says went wrong."""
    return [text(one) for one in tree.xpath("//*[@role='alert']//p | //p[@class='why'] | //*[@class='problem']/p")]


def text(element: Any) -> str:
    return " ".join(element.text_content().split())


def texts(tree: Any, path: str) -> list[str]:
    return [text(one) for one in tree.xpath(path)]


def browsing(deployment: Deployment = "cloud", locale: Locale = "en") -> Iterator[tuple[Browser, Visitor]]:
    """A browser and a REST visitor at the same new sandbox with the project OPS."""
    box = Sandbox(SandboxOptions(port=0, deployment=deployment, locale=locale))
    visitor = Visitor(box)
    visitor.project()
    yield Browser(box), visitor
    box.stop()
