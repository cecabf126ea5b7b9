"""The channels file: names of channels with the addresses behind them. The addresses hold secrets: nothing quotes one.

A TOML or YAML file of `name: address` or `name: [address, address]`; an address is a URL as apprise takes it.
"""

import difflib
import stat
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from connector.core.errors import ConnectorError

MOST_BYTES = 1_000_000


class BadChannels(ConnectorError):
    """The channels file cannot be used. Says where and why, and never what stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of a channel; `name` says which without telling it: `ops, address 2 (slack)`."""

    name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """The channels that a file names, by name."""

    file: str
    addresses: Mapping[str, tuple[Address, ...]]

    def lack(self, channel: str) -> str:
        """What to do about a channel that is not there."""
        close = difflib.get_close_matches(channel, self.addresses, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "add it there, with one address or several"
        return f"there is no channel {channel!r} in {self.file}; {hint}"


def read_channels(path: Path) -> Channels:
    """Read the channels file. Raises BadChannels."""
    told = _parsed(path)
    if not isinstance(told, Mapping):
        raise BadChannels(f"{path}: this is no list of channels; write name: address, a line for each")
    addresses = {str(name): _addresses(path, str(name), value) for name, value in told.items()}
    return Channels(file=path.name, addresses=addresses)


def exposure(path: Path) -> str | None:
    """What to warn of when others than the connector's account can read the file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if not mode & (stat.S_IROTH | stat.S_IWOTH):
        return None
    return f"{path.name}: everybody on this machine can read the secrets of the channels; chmod 640 {path.name}"


def lacking(channels: Channels, wanted: Collection[str]) -> dict[str, str]:
    """By name what to do about those of the wanted channels that are not there."""
    return {name: channels.lack(name) for name in sorted(set(wanted)) if name not in channels.addresses}


def _parsed(path: Path) -> object:
    text = _text(path)
    try:
        return tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except tomllib.TOMLDecodeError:
        # Neither library's words are passed on: they quote what they stumbled over.
        problem = "this is not valid TOML"
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = "this is not valid YAML" + (f" (line {mark.line + 1})" if mark is not None else "")
    raise BadChannels(f"{path}: {problem}; write name: address, a line for each")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadChannels(f"{path} is larger than {MOST_BYTES:,} bytes; name the file that lists the channels")
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadChannels(
            f"{path} cannot be read ({type(error).__name__}); make it a text file that the connector's account may read"
        ) from None


def _addresses(path: Path, name: str, value: object) -> tuple[Address, ...]:
    urls = value if isinstance(value, list) else [value]
    if not urls or not all(isinstance(url, str) and "://" in url for url in urls):
        raise BadChannels(
            f"{path}: channel {name!r} has something else than addresses; write URLs such as slack://… or mailto://…"
        )
    return tuple(
        Address(name=f"{name}, address {number} ({url.partition('://')[0].strip()[:20]})", url=url)
        for number, url in enumerate(map(str, urls), 1)
    )
