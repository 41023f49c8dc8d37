"""A server in GitHub's place that refuses every request at once, for good, and notes when the first came."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class ClosedDoor:
    """`first` is when the first request came, by `time.perf_counter`; None before that."""

    url: str = ""
    first: float | None = None
    authorizations: list[str] = field(default_factory=list)


@contextmanager
def closed_door() -> Iterator[ClosedDoor]:
    """Listen on this machine until the block ends."""
    door = ClosedDoor()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            door.first = door.first or time.perf_counter()
            door.authorizations.append(self.headers.get("Authorization", ""))
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b'{"message": "Bad credentials"}'
            self.send_response(401)  # as GitHub answers to a token that it does not know; no retry helps
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815 - the base class's name

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield door
    finally:
        server.shutdown()
        server.server_close()
