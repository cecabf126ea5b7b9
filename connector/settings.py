"""Settings: the CONNECTOR_* environment for one site, connector.toml for several. Every default is in one table."""

import difflib
import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connector.core.errors import ConnectorError

DoorMethod = Literal["hmac", "header", "basic", "path"]
Dispatch = Literal["local", "distributed"]
DISPATCHES: Mapping[str, Dispatch] = {"local": "local", "distributed": "distributed"}
DOOR_METHODS: Mapping[str, DoorMethod] = {"hmac": "hmac", "header": "header", "basic": "basic", "path": "path"}
PREFIX = "CONNECTOR_"

DEFAULTS: Mapping[str, str] = {
    "DATABASE_URL": "sqlite:///connector.db",
    "HOST": "127.0.0.1",
    "PORT": "8080",
    "RULES_DIR": "",
    "TEMPLATES_DIR": "",
    "PEOPLE_FILE": "",
    "CHANNELS_FILE": "",
    "WINDOW_S": "30",
    "PAGE_WINDOW_S": "900",
    "ADMIN_TOKEN": "",
    "LOCALE": "en",
    "TIMEZONE": "UTC",
    "CLOCK_FILE": "",
    "DISPATCH": "local",
    "WAKE_UPS": "on",
    "SWEEP_S": "5",
    "INDEX_LAG_S": "30",
    "CONFIG": "",
    "JIRA_URL": "",
    "JIRA_USER": "",
    "JIRA_TOKEN": "",
    "JIRA_WEBHOOK_SECRET": "",
    "JIRA_WEBHOOK_METHOD": "hmac",
    "CONFLUENCE_URL": "",
    "CONFLUENCE_USER": "",
    "CONFLUENCE_TOKEN": "",
    "CONFLUENCE_WEBHOOK_SECRET": "",
    "CONFLUENCE_WEBHOOK_METHOD": "hmac",
}
"""Every setting and what holds when it is not given. README.md explains each; a test keeps the two in step."""

SECRETS = frozenset(
    {"ADMIN_TOKEN", "JIRA_TOKEN", "CONFLUENCE_TOKEN", "JIRA_WEBHOOK_SECRET", "CONFLUENCE_WEBHOOK_SECRET"}
)
SITE_SETTINGS = tuple(
    f"{product}_{name}"
    for product in ("JIRA", "CONFLUENCE")
    for name in ("URL", "USER", "TOKEN", "WEBHOOK_SECRET", "WEBHOOK_METHOD")
)


class BadSetting(ConnectorError):
    """A setting is missing or cannot be used. Says which, what it is and what would do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How a webhook proves that it is from the product: the method and the secrets valid now (two while rotating)."""

    method: DoorMethod
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where a product answers and who we are there. `user` is empty for a personal access token."""

    url: str
    user: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A Jira and Confluence that belong together, under a name that is part of every key."""

    name: str
    jira: Access
    confluence: Access
    jira_door: Door
    confluence_door: Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one connector, checked."""

    database_url: str = field(repr=False)
    host: str
    port: int
    rules_dir: Path | None
    templates_dir: Path | None
    people_file: Path | None
    channels_file: Path | None
    window_s: float
    page_window_s: float
    admin_token: str = field(repr=False)
    locale: str
    timezone: ZoneInfo
    clock_file: Path | None
    dispatch: Dispatch
    has_wake_ups: bool
    sweep_s: float
    index_lag_s: float
    sites: tuple[Site, ...]

    def site(self, name: str) -> Site | None:
        """The site with this name."""
        return next((site for site in self.sites if site.name == name), None)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment, and from connector.toml where CONNECTOR_CONFIG names one.

    Raises BadSetting for the first setting that cannot be used.
    """
    given = os.environ if environment is None else environment
    _refuse_unknown(given)
    values = {name: _value(name, given) for name in DEFAULTS}
    config = _config(values["CONFIG"])
    values = {**values, **_overridden(config, given)}
    return Settings(
        database_url=_database_url(values["DATABASE_URL"]),
        host=values["HOST"],
        port=_port(values["PORT"]),
        rules_dir=_directory("RULES_DIR", values["RULES_DIR"]),
        templates_dir=_directory("TEMPLATES_DIR", values["TEMPLATES_DIR"]),
        people_file=Path(values["PEOPLE_FILE"]) if values["PEOPLE_FILE"] else None,
        channels_file=Path(values["CHANNELS_FILE"]) if values["CHANNELS_FILE"] else None,
        window_s=_seconds("WINDOW_S", values["WINDOW_S"]),
        page_window_s=_seconds("PAGE_WINDOW_S", values["PAGE_WINDOW_S"]),
        admin_token=values["ADMIN_TOKEN"],
        locale=_one_of("LOCALE", values["LOCALE"], ("en", "zh_CN")),
        timezone=_timezone(values["TIMEZONE"]),
        clock_file=Path(values["CLOCK_FILE"]) if values["CLOCK_FILE"] else None,
        dispatch=_dispatch(values["DISPATCH"], values["DATABASE_URL"]),
        has_wake_ups=_one_of("WAKE_UPS", values["WAKE_UPS"], ("on", "off")) == "on",
        sweep_s=_seconds("SWEEP_S", values["SWEEP_S"]),
        index_lag_s=_seconds("INDEX_LAG_S", values["INDEX_LAG_S"]),
        sites=_sites(values, config),
    )


def _value(name: str, given: Mapping[str, str]) -> str:
    """The setting's text: from CONNECTOR_NAME, or the file that CONNECTOR_NAME_FILE names, or the default."""
    text, file = given.get(PREFIX + name), given.get(f"{PREFIX}{name}_FILE")
    if text is not None and file is not None:
        raise BadSetting(f"{PREFIX}{name} and {PREFIX}{name}_FILE are both set; keep one of them")
    if file is not None:
        return _text_of(file, f"{PREFIX}{name}_FILE")
    return DEFAULTS[name] if text is None else text.strip()


def _text_of(file: str, setting: str) -> str:
    """What the file holds that a setting names, without the white space around it."""
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"{setting} is {file!r}, which cannot be read ({type(error).__name__}); "
            "name a text file that this user may read"
        ) from error


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = {PREFIX + name for name in DEFAULTS} | {f"{PREFIX}{name}_FILE" for name in DEFAULTS}
    names = sorted(one.removeprefix(PREFIX) for one in known)
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in known and not name.startswith(PREFIX + "TEST_"):
            # Without the prefix, which would make every name look like every other.
            close = difflib.get_close_matches(name.removeprefix(PREFIX), names, n=1)
            hint = f"; did you mean {PREFIX}{close[0]}?" if close else "; see README.md for the settings there are"
            raise BadSetting(f"{name} is not a setting{hint}")


def _config(path: str) -> Mapping[str, object]:
    """connector.toml as a mapping; empty when none is named and none lies in the working directory."""
    file = Path(path) if path else Path("connector.toml")
    if not path and not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{PREFIX}CONFIG is {path!r}, which cannot be read; name a connector.toml") from error
    except tomllib.TOMLDecodeError as error:
        raise BadSetting(f"{file}: not valid TOML: {error}; see README.md for an example") from error


def _overridden(config: Mapping[str, object], given: Mapping[str, str]) -> dict[str, str]:
    """What connector.toml says outside its sites; the environment is stronger."""
    values = {}
    for key, value in config.items():
        if key == "sites":
            continue
        name, text = _told(key, value, DEFAULTS, "connector.toml: ")
        if PREFIX + name not in given and f"{PREFIX}{name}_FILE" not in given:
            values[name] = text
    return values


def _told(key: str, value: object, known: Collection[str], where: str) -> tuple[str, str]:
    """One line of connector.toml: the setting and its text, read from a file where the key ends in `_file`."""
    is_file = key.endswith("_file") and key.upper() not in known
    name = key.upper().removesuffix("_FILE") if is_file else key.upper()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0].lower()}?" if close else ""
        raise BadSetting(f"{where}{key} is not a setting{hint}")
    return name, _text_of(str(value), f"{where}{key}") if is_file else str(value).strip()


def _sites(values: Mapping[str, str], config: Mapping[str, object]) -> tuple[Site, ...]:
    """The sites of connector.toml, or the one that the environment describes under the name `main`."""
    named = config.get("sites", {})
    if not isinstance(named, Mapping):
        raise BadSetting("connector.toml: sites must be tables such as [sites.main]")
    if named and any(values[name] for name in ("JIRA_URL", "CONFLUENCE_URL")):
        raise BadSetting(
            "sites are given in connector.toml and in CONNECTOR_JIRA_URL or CONNECTOR_CONFLUENCE_URL; keep one"
        )
    if named:
        return tuple(_named_site(str(name), table) for name, table in named.items())
    if not values["JIRA_URL"] and not values["CONFLUENCE_URL"]:
        return ()
    return (_site("main", values, PREFIX),)


def _named_site(name: str, table: object) -> Site:
    if not isinstance(table, Mapping):
        raise BadSetting(f"connector.toml: sites.{name} must be a table: [sites.{name}]")
    values = {key: DEFAULTS[key] for key in SITE_SETTINGS}
    for key, value in table.items():
        setting, text = _told(str(key), value, SITE_SETTINGS, f"connector.toml: sites.{name}.")
        values[setting] = text
    return _site(name, values, f"sites.{name}.")


def _site(name: str, values: Mapping[str, str], where: str) -> Site:
    return Site(
        name=name,
        jira=_access("JIRA", values, where),
        confluence=_access("CONFLUENCE", values, where),
        jira_door=_door("JIRA", values, where),
        confluence_door=_door("CONFLUENCE", values, where),
    )


def _access(product: str, values: Mapping[str, str], where: str) -> Access:
    url = values[f"{product}_URL"].rstrip("/")
    parts = _parts(url)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        example = "https://example.atlassian.net" + ("/wiki" if product == "CONFLUENCE" else "")
        raise BadSetting(f"{where}{product}_URL is {url!r}; set it to your site, such as {example}")
    if parts.username or parts.password:
        raise BadSetting(
            f"{where}{product}_URL holds a user name or password; put them in {where}{product}_USER and _TOKEN"
        )
    return Access(url=url, user=values[f"{product}_USER"], token=values[f"{product}_TOKEN"])


def _parts(url: str) -> SplitResult | None:
    """The address taken apart; None where its host or port cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _door(product: str, values: Mapping[str, str], where: str) -> Door:
    """The door's method and secrets. Two secrets, separated by a space, are both valid while one replaces the other."""
    setting = f"{where}{product}_WEBHOOK_METHOD"
    method = DOOR_METHODS.get(values[f"{product}_WEBHOOK_METHOD"])
    if method is None:
        raise BadSetting(
            f"{setting} is {values[f'{product}_WEBHOOK_METHOD']!r}; it must be hmac, header, basic or path"
        )
    secrets = tuple(values[f"{product}_WEBHOOK_SECRET"].split())
    if len(secrets) > 2:
        raise BadSetting(f"{where}{product}_WEBHOOK_SECRET holds {len(secrets)} words; give one, or two while rotating")
    return Door(method=method, secrets=secrets)


def _database_url(text: str) -> str:
    if text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        return text
    scheme = text.split(":", 1)[0]
    raise BadSetting(
        f"{PREFIX}DATABASE_URL begins with {scheme!r}; it must be sqlite:///file.db or postgresql://user@host/name"
    )


def _dispatch(text: str, database_url: str) -> Dispatch:
    dispatch = DISPATCHES[_one_of("DISPATCH", text, tuple(DISPATCHES))]
    if dispatch == "distributed" and not database_url.startswith("postgresql"):
        raise BadSetting(
            f"{PREFIX}DISPATCH is 'distributed', which needs PostgreSQL; set {PREFIX}DATABASE_URL to "
            f"postgresql://user@host/name, or {PREFIX}DISPATCH to local, which is all that one file needs"
        )
    return dispatch


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 <= int(text) <= 65535:
        return int(text)
    raise BadSetting(f"{PREFIX}PORT is {text!r}; it must be a number from 0 to 65535, such as 8080")


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise BadSetting(f"{PREFIX}{name} is {text!r}; it must be seconds from 0 to 86400, such as {DEFAULTS[name]}")
    return seconds


def _directory(name: str, text: str) -> Path | None:
    if not text:
        return None
    if not Path(text).is_dir():
        raise BadSetting(f"{PREFIX}{name} is {text!r}, which is not a directory; name one or leave it out")
    return Path(text)


def _one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    if text in choices:
        return text
    raise BadSetting(f"{PREFIX}{name} is {text!r}; it must be {' or '.join(choices)}")


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting(f"{PREFIX}TIMEZONE is {text!r}; it must be a name such as Asia/Shanghai or UTC") from error
