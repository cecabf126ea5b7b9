"""The stage: a sandbox in this process and an unchanged `connector serve` beside it, and whether all is quiet."""

import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from connector.core.errors import ConnectorError
from connector.sandbox.acting.place import Declined, Place, fetch, fetch_text, tell, visit
from connector.sandbox.ports import check_ports
from connector.sandbox.server import Sandbox
from connector.sandbox.world import Deployment, Locale, SandboxOptions

HOST = "127.0.0.1"
SECRET = "a-secret-of-the-demo"
TIMEZONE = "Asia/Shanghai"
READY_WITHIN_S = 90.0
ENDS_WITHIN_S = 40.0
LOOK_EVERY_S = 0.2
LINE_LENGTH = 1000
ENVIRONMENT = "connector.env"
"""In the demo's folder: the settings with which commands are typed on its story."""
WINDOWS: Mapping[str, str] = {"WINDOW_S": "0.3", "PAGE_WINDOW_S": "0.5", "SWEEP_S": "0.5", "INDEX_LAG_S": "0"}
"""Half a year passes in a minute, so what waits half a minute elsewhere waits a third of a second here."""
_LEARNT = re.compile(r'^connector_atlassian_requests_total\{[^}]*product="confluence"[^}]*\} [1-9]', re.MULTILINE)


class FolderTaken(ConnectorError):
    """The folder in which the demo is to be kept holds something already."""


class NotServing(ConnectorError):
    """`connector serve` did not come up, or ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOptions:
    """How the demo is put on. Port 0 takes a free one. `keep` is a folder in which everything is left afterwards."""

    port: int = 8080
    sandbox_port: int = 8010
    deployment: Deployment = "cloud"
    locale: Locale = "en"
    record: Path | None = None
    keep: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Both sides, up and running."""

    box: Sandbox
    place: Place
    connector_url: str
    log: Path
    process: subprocess.Popen[bytes]

    def set_clock(self, moment: datetime) -> None:
        """Jump to a moment of the story; the clock runs on from there."""
        tell(f"{self.place.url}/sandbox/clock", {"now": moment.isoformat(), "rate": 1})

    def is_quiet(self) -> bool:
        """Whether no webhook, no event and no write waits. Raises NotServing when the connector has ended."""
        self.check()
        if self.box.world.webhooks.waiting():
            return False
        waiting = gauges(fetch_text(f"{self.connector_url}/metrics"))
        return not waiting["connector_inbox_waiting"] and not waiting["connector_outbox_waiting"]

    def check(self) -> None:
        """Raises NotServing when the connector has ended."""
        if self.process.poll() is not None:
            raise NotServing(f"connector serve ended with status {self.process.returncode}:\n{tail(self.log)}")


@contextmanager
def on_stage(options: StageOptions) -> Iterator[Stage]:
    """Put up both sides, and take them down again. Raises PortTaken, FolderTaken or NotServing."""
    port = options.port or _free_port()
    check_ports({"--port": port, "--sandbox-port": options.sandbox_port})
    with (
        _folder(options.keep) as folder,
        Sandbox(_sandbox_options(options, port, folder)) as box,
        _serving(_environment(_settings(options, box, port, folder)), folder) as (process, log),
    ):
        url = f"http://{HOST}:{port}"
        stage = Stage(box=box, place=visit(box.url), connector_url=url, log=log, process=process)
        _wait_until_ready(stage)
        yield stage


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where everything of the demo lies: a folder of its own that goes with it, or the one that is kept."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="connector-demo-") as name:
            yield Path(name)
        return
    folder = keep.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FolderTaken(f"{keep} is not empty; name a new folder for the demo with --keep")
    yield folder


def gauges(exposition: str) -> dict[str, float]:
    """The metrics without labels in Prometheus' text format, by name."""
    lines = (line.split(" ") for line in exposition.splitlines() if line and line[0] != "#" and "{" not in line)
    return {words[0]: float(words[1]) for words in lines if len(words) == 2}


def tail(log: Path, lines: int = 12) -> str:
    """The end of a log: what it says to people, or where it says nothing to them its last lines."""
    told = log.read_text("utf-8", errors="replace").splitlines()
    to_people = next((at for at, line in enumerate(told) if line.startswith("connector: ")), len(told))
    return "\n".join(line[:LINE_LENGTH] for line in told[to_people:] or told[-lines:])


def _sandbox_options(options: StageOptions, port: int, folder: Path) -> SandboxOptions:
    return SandboxOptions(
        port=options.sandbox_port,
        deployment=options.deployment,
        locale=options.locale,
        record=options.record,
        jira_webhook=f"http://{HOST}:{port}/hooks/jira",
        confluence_webhook=f"http://{HOST}:{port}/hooks/confluence",
        webhook_secret=SECRET,
        data=folder / "sandbox",
    )


def _settings(options: StageOptions, box: Sandbox, port: int, folder: Path) -> dict[str, str]:
    """The connector's settings in the demo, as environment variables; a file in its folder holds them for people."""
    app = box.world.users.app
    config = folder / "connector.toml"
    config.write_text("", "utf-8")
    settings = {
        **WINDOWS,
        "CONFIG": str(config),
        "DATABASE_URL": f"sqlite:///{folder / 'connector.db'}",
        "HOST": HOST,
        "PORT": str(port),
        "LOCALE": options.locale,
        "TIMEZONE": TIMEZONE,
        "CLOCK_FILE": str(folder / "sandbox" / "clock.json"),
        "JIRA_URL": box.world.jira_url,
        "CONFLUENCE_URL": box.world.confluence_url,
    }
    for product in ("JIRA", "CONFLUENCE"):
        settings[f"{product}_TOKEN"] = app.token
        settings[f"{product}_WEBHOOK_SECRET"] = SECRET
        if options.deployment == "cloud":
            settings[f"{product}_USER"] = str(app.email)
    told = {f"CONNECTOR_{name}": value for name, value in settings.items()}
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in told.items()]
    (folder / ENVIRONMENT).write_text("".join(lines), "utf-8")
    return told


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """What `connector serve` is told: this machine's environment, with settings of the demo alone."""
    # Rules and templates may be a person's own; nothing else of their settings holds here.
    kept = {"CONNECTOR_RULES_DIR", "CONNECTOR_TEMPLATES_DIR"}
    others = {key: value for key, value in os.environ.items() if not key.startswith("CONNECTOR_") or key in kept}
    return {**others, **settings}


@contextmanager
def _serving(environment: Mapping[str, str], folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    log = folder / "connector.log"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "connector.cli", "serve"]
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield process, log
        finally:
            process.terminate()
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(stage: Stage) -> None:
    """Wait until deliveries can be stored and the connector knows whom it talks to."""
    is_up = _patiently(lambda: fetch(f"{stage.connector_url}/readyz") is not None, stage)
    if is_up and _patiently(lambda: _LEARNT.search(fetch_text(f"{stage.connector_url}/metrics")) is not None, stage):
        return
    raise NotServing(f"connector serve is not ready after {READY_WITHIN_S:.0f} s:\n{tail(stage.log)}")


def _patiently(is_so: Callable[[], bool], stage: Stage) -> bool:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        stage.check()
        try:
            if is_so():
                return True
        except Declined:
            pass
        time.sleep(LOOK_EVERY_S)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
