"""Puts the sandbox together and serves it."""

import os
import threading
from types import TracebackType
from typing import Self

import orjson
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from connector.sandbox.confluence.routes import confluence_blueprints
from connector.sandbox.control import control
from connector.sandbox.front import install
from connector.sandbox.jira.routes.register import register_jira
from connector.sandbox.ports import check_ports
from connector.sandbox.seed.fill import seed_from
from connector.sandbox.web.routes import web_blueprints
from connector.sandbox.world import SandboxOptions, World

SAVE_EVERY_S = 5.0


def create_app(world: World) -> Flask:
    """The WSGI app of one world."""
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    install(app, world)
    app.register_blueprint(control)
    register_jira(app, is_cloud=world.is_cloud)
    for blueprint in (*confluence_blueprints(world.is_cloud), *web_blueprints(world.is_cloud)):
        app.register_blueprint(blueprint)
    return app


class Sandbox:
    """A small Jira and Confluence, served from a thread of this process.

    With `data` it takes up what it saved there, saves every few seconds what changed, and once more when it stops.
    """

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self.world = World(options)
        self._state_file = options.data / "state.json" if options.data else None
        self.app = create_app(self.world)
        check_ports({"--port": options.port}, options.host)
        self._server: BaseWSGIServer = make_server(
            options.host, options.port, self.app, threaded=True, request_handler=_Quiet
        )
        self.world.listens_on(self.port)
        try:
            self._fill()
        except BaseException:
            self._server.server_close()
            raise
        self._thread: threading.Thread | None = None
        self._is_serving = False
        self._ended = threading.Event()
        self._saver = threading.Thread(target=self._keep_saving, name="sandbox-saver", daemon=True)
        self._saved = -1

    @property
    def port(self) -> int:
        """The port that it got."""
        return int(self._server.server_port)

    @property
    def url(self) -> str:
        """http://host:port."""
        return self.world.site_url

    def start(self) -> None:
        """Serve from a background thread."""
        self._begin()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
        self._is_serving = True
        self._thread.start()

    def serve_forever(self) -> None:
        """Serve in this thread until another one calls `stop`, or an exception (KeyboardInterrupt) ends it."""
        self._begin()
        self._is_serving = True
        try:
            self._server.serve_forever(0.05)
        finally:
            self.stop()

    def stop(self) -> None:
        """Take no more requests, stop sending webhooks, save."""
        if self._ended.is_set():
            return
        self._ended.set()
        if self._is_serving:
            self._server.shutdown()
        if self._thread is not None:
            self._thread.join()
        self._server.server_close()
        self.world.webhooks.stop()
        if self._saver.is_alive():
            self._saver.join()
        self.save()

    def save(self) -> None:
        """Write the whole state into the data folder, when there is one and something changed."""
        if self._state_file is None:
            return
        with self.world.lock:
            if self._saved == self.world.revision:
                return
            self._saved = self.world.revision
            raw = orjson.dumps(self.world.snapshot(), option=orjson.OPT_NON_STR_KEYS)
        self._state_file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._state_file.with_suffix(".new")
        beside.write_bytes(raw)
        os.replace(beside, self._state_file)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _fill(self) -> None:
        if self._state_file and self._state_file.exists():
            self.world.load(orjson.loads(self._state_file.read_bytes()))
        elif self.options.seed:
            seed_from(self.world, self.options.seed)
        self.world.clock.save()

    def _begin(self) -> None:
        self.world.webhooks.start()
        self._saver.start()

    def _keep_saving(self) -> None:
        while not self._ended.wait(SAVE_EVERY_S):
            self.save()


class _Quiet(WSGIRequestHandler):
    """Writes no access log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: what was asked is in the record."""
