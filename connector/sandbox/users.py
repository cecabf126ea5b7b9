"""The invented people of the sandbox, and who may act in whose name."""

import base64
import binascii
import hmac
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from connector.sandbox.thaw import thaw

_NAMESPACE = uuid.UUID("6f0d7f0e-7a0e-5d51-9f0a-2f6f0a3b9c11")


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody with an account: `id` is the accountId on Cloud, `name` and `key` are Data Center's.

    A viewer may read everything and write nothing (403); only an administrator may do what needs Administer Projects.
    """

    id: str
    name: str
    key: str
    display_name: str
    email: str | None
    token: str
    time_zone: str
    is_active: bool = True
    is_app: bool = False
    is_admin: bool = False
    is_viewer: bool = False


#         name          English            Chinese     what they are
_STAFF = (
    ("connector", "Lifecycle Connector", "项目生命周期连接器", "app"),
    ("ada", "Ada Lindqvist", "林雅达", "admin"),
    ("ben", "Ben Okafor", "欧本", "member"),
    ("chen", "Chen Yue", "陈悦", "member"),
    ("dana", "Dana Petrov", "戴娜", "member"),
    ("emil", "Emil Varga", "魏弥", "member"),
    ("fay", "Fay Nakamura", "方菲", "member"),
    ("gus", "Gus Moreau", "顾思", "member"),
    ("hana", "Hana Silva", "韩娜", "member"),
    ("ivo", "Ivo Brandt", "伊沃", "viewer"),
)


class People:
    """Everybody of one sandbox, found by account id, name, key, e-mail or token."""

    def __init__(self, *, locale: str, time_zone: str) -> None:
        self._time_zone = time_zone
        self._by_id: dict[str, Person] = {}
        self._index: dict[str, Person] = {}
        for name, english, chinese, role in _STAFF:
            self.add(
                name=name,
                display_name=chinese if locale == "zh_CN" else english,
                is_app=role == "app",
                is_admin=role in ("app", "admin"),
                is_viewer=role == "viewer",
            )

    @property
    def app(self) -> Person:
        """The account that the connector itself uses."""
        return next(one for one in self._by_id.values() if one.is_app)

    def all(self) -> list[Person]:
        """Everybody, in the order they came."""
        return list(self._by_id.values())

    def add(
        self,
        *,
        name: str,
        display_name: str,
        account_id: str | None = None,
        key: str | None = None,
        email: str | None = None,
        time_zone: str | None = None,
        is_active: bool = True,
        is_app: bool = False,
        is_admin: bool = False,
        is_viewer: bool = False,
    ) -> Person:
        """Make an account; its token is `token-` and the name."""
        person = Person(
            id=account_id or f"712020:{uuid.uuid5(_NAMESPACE, name)}",
            name=name,
            key=key or f"JIRAUSER{10100 + len(self._by_id)}",
            display_name=display_name,
            email=email or f"{name}@example.com",
            token=f"token-{name}",
            time_zone=time_zone or self._time_zone,
            is_active=is_active,
            is_app=is_app,
            is_admin=is_admin,
            is_viewer=is_viewer,
        )
        return self._keep(person)

    def find(self, text: object) -> Person | None:
        """The person with this account id, name, key or e-mail."""
        return self._index.get(text) if isinstance(text, str) else None

    def matching(self, query: str) -> list[Person]:
        """Those whose shown name, name or e-mail starts with, or has a word that starts with, the query."""
        wanted = query.casefold()
        return [one for one in self.all() if any(text.startswith(wanted) for text in _words(one))]

    def by_basic(self, encoded: str) -> Person | None:
        """Whose e-mail (or name) and token a Basic header carries."""
        try:
            who, _, token = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        person = self.find(who)
        return person if person and _same(person.token, token) else None

    def by_token(self, token: str) -> Person | None:
        """Whose personal access token this is."""
        return next((one for one in self._by_id.values() if _same(one.token, token)), None)

    def snapshot(self) -> list[dict[str, object]]:
        """Everybody as plain data."""
        return [asdict(one) for one in self.all()]

    def load(self, rows: Iterable[dict[str, object]]) -> None:
        """Replace everybody by those of a snapshot."""
        self._by_id.clear()
        self._index.clear()
        for row in rows:
            self._keep(thaw(Person, row))

    def _keep(self, person: Person) -> Person:
        self._by_id[person.id] = person
        for text in (person.id, person.name, person.key, person.email):
            if text:
                self._index.setdefault(text, person)
        return person


def _words(person: Person) -> list[str]:
    shown = person.display_name.casefold()
    return [shown, *shown.split(), person.name.casefold(), (person.email or "").casefold()]


def _same(mine: str, theirs: str) -> bool:
    return hmac.compare_digest(mine.encode(), theirs.encode())
