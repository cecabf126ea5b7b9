"""A chat service on 127.0.0.1: keeps what is posted to it, and answers as the test says."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECRET = "T0K3N-that-nobody-may-see"
LOST = 0
"""Instead of a status: the message is taken, and the connection breaks before the answer."""


@dataclass
class Chat:
    """What was posted, and the answers to come; when they run out, 200."""

    port: int
    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def url(self, room: str = "room") -> str:
        return f"json://user:{SECRET}@127.0.0.1:{self.port}/{room}/{SECRET}"

    def says(self) -> list[str]:
        return [str(one["message"]) for one in self.got]

    def file(self, place: Path, **channels: object) -> Path:
        """A channels file; by default one with channel ops."""
        path = place / "channels.yaml"
        path.write_text(json.dumps(channels or {"ops": self.url()}), "utf-8")
        path.chmod(0o600)
        return path


@contextmanager
def chat() -> Iterator[Chat]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            room = self.path.split("/")[1]
            service.got.append({"room": room, "title": body["title"], "message": body["message"]})
            status = service.answers.pop(0) if service.answers else 200
            if status == LOST:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service = Chat(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
