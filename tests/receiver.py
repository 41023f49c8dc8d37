"""A service on this machine that gets notifications over HTTP, as Apprise's `json://` sends them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.secrecy import hold_secret

__all__ = ["Receiver", "receiving"]


@dataclass
class Receiver:
    """What came in, oldest first. `status` is what it answers with; `is_slow` keeps everybody waiting until
    the test is over. `place` is where a redirect leads. `after` runs behind each message, before its answer.
    """

    port: int
    messages: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: int = 200
    is_slow: bool = False
    place: str = ""
    after: Callable[[], None] = field(default=lambda: None)
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, secret: str, audiences: str = "") -> str:
        """A line of `notify-urls` that leads here, with a credential as user, password and path."""
        front = f"{audiences}= " if audiences else ""
        return f"{front}json://hook:{secret}@127.0.0.1:{self.port}/{secret}"

    def titles(self) -> list[str]:
        """The titles of what came in."""
        return [str(message["title"]) for message in self.messages]

    def keys(self) -> list[str]:
        """The deduplication keys of what came in."""
        return [str(message["key"]) for message in self.messages]

    def events(self, path: str = "") -> list[str]:
        """The kinds of news that came in, by their keys; those on one path alone where it is given."""
        wanted = [message for message in self.messages if path in ("", message["path"])]
        return [str(message["key"]).split(":")[1] for message in wanted]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A service that takes everything, on a free port of the loopback interface. No token reaches it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            receiver.paths.append(self.path)
            if receiver.is_slow:
                receiver.over.wait(60)
                return
            if receiver.status < 300:
                receiver.messages.append({**json.loads(body), "path": self.path.strip("/")})
                receiver.after()
            self.send_response(receiver.status)
            if receiver.place:
                self.send_header("Location", receiver.place)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
    hold_secret(map(repr, receiver.messages))
