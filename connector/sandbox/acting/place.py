"""People who act in a running sandbox through its REST API, each with their own token, as their browser would.

For stories and trials that need somebody at the other end. What an address answers is given back as plain JSON.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

from connector.core.errors import ConnectorError
from connector.sandbox.locale import Words

LONGEST_ANSWER_S = 20
Json = dict[str, object]


class Declined(ConnectorError):
    """The sandbox did not do what a person asked, or did not answer."""


class Overtaken(Declined):
    """Somebody else has saved in between: what is there now must be read first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person's accounts: `id` is what Cloud knows them by, `name` and `key` what Data Center does."""

    id: str
    name: str
    key: str
    display_name: str
    email: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A running sandbox: where its products answer, its words and custom field ids, who lives there by short name."""

    url: str
    jira: str
    confluence: str
    is_cloud: bool
    words: Words
    fields: Mapping[str, str]
    people: Mapping[str, Somebody]
    app: Somebody


def visit(url: str) -> Place:
    """Ask a running sandbox what it is. Raises Declined."""
    told = as_map(fetch(f"{url}/sandbox/state"))
    people = {str(one["name"]): _somebody(one) for one in maps(told, "people")}
    app = next(str(one["name"]) for one in maps(told, "people") if one["app"] is True)
    return Place(
        url=url,
        jira=str(told["jira"]),
        confluence=str(told["confluence"]),
        is_cloud=told["deployment"] == "cloud",
        words=Words(str(told["locale"])),
        fields={word: str(number) for word, number in as_map(told["fields"]).items()},
        people=people,
        app=people[app],
    )


def fetch(url: str) -> object:
    """What an address answers to anybody, as JSON. Raises Declined."""
    with requests.Session() as session:
        return _answered(_sent(session, "GET", url, {}))


def fetch_text(url: str) -> str:
    """What an address answers to anybody, as text. Raises Declined."""
    with requests.Session() as session:
        answer = _sent(session, "GET", url, {})
        _answered_well(answer)
        return answer.text


def tell(url: str, body: Json) -> object:
    """Post to one of the sandbox's own switches. Raises Declined."""
    with requests.Session() as session:
        return _answered(_sent(session, "POST", url, {"json": body}))


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody's connection to both products."""

    place: Place
    who: Somebody
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def ask(self, method: str, url: str, body: object = None, query: Mapping[str, object] | None = None) -> object:
        """One request and what was answered. Raises Declined when it is refused."""
        sent: Json = {"params": dict(query or {}), "headers": {"Accept": "application/json"}}
        if self.place.is_cloud:
            sent["auth"] = (self.who.email, self.who.token)
        else:
            sent["headers"] = {"Accept": "application/json", "Authorization": f"Bearer {self.who.token}"}
        if body is not None:
            sent["json"] = body
        return _answered(_sent(self.session, method, url, sent))

    def close(self) -> None:
        """Hang up."""
        self.session.close()

    def person(self, name: str) -> Json:
        """How this deployment's API names a person."""
        found = self.place.people[name]
        return {"accountId": found.id} if self.place.is_cloud else {"name": found.name}


def as_map(value: object) -> Json:
    """The value as a JSON object; an empty one when it is none."""
    return value if isinstance(value, dict) else {}


def maps(value: object, name: str) -> list[Json]:
    """The objects in the list that stands under a name."""
    found = as_map(value).get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text_within(value: object, *path: str) -> str:
    """The text at the end of a path of names; empty where the path breaks off."""
    for name in path:
        value = as_map(value).get(name)
    return value if isinstance(value, str) else ""


def plain(value: object) -> str:
    """The words of a text, be it a document or wiki markup."""
    if isinstance(value, str):
        return value
    node = as_map(value)
    return " ".join(part for part in (_own_words(node), *_inner_words(maps(node, "content"))) if part)


def _own_words(node: Json) -> str:
    return str(node.get("text", ""))


def _inner_words(nodes: Iterable[Json]) -> list[str]:
    return [plain(one) for one in nodes]


def _somebody(told: Json) -> Somebody:
    return Somebody(
        id=str(told["account_id"]),
        name=str(told["name"]),
        key=str(told["key"]),
        display_name=str(told["display_name"]),
        email=str(told["email"]),
        token=str(told["token"]),
    )


def _sent(session: requests.Session, method: str, url: str, sent: Mapping[str, object]) -> requests.Response:
    session.trust_env = False
    try:
        return session.request(method, url, timeout=LONGEST_ANSWER_S, **sent)  # type: ignore[arg-type]
    except requests.RequestException as error:
        raise Declined(f"{method} {_spot(url)}: no answer ({type(error).__name__}); is the program running?") from None


def _answered(answer: requests.Response) -> object:
    _answered_well(answer)
    return answer.json() if answer.content else None


def _answered_well(answer: requests.Response) -> None:
    if answer.status_code >= 300:
        kind = Overtaken if answer.status_code == 409 else Declined
        raise kind(
            f"{answer.request.method} {_spot(str(answer.request.url))}: {answer.status_code} {answer.text[:300]}"
        )


def _spot(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
