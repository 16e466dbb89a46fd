"""A real web server on loopback that takes notices as scripted: statuses, redirects, silence, drips, a cut line."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

DROP, HANG, DRIP = "drop", "hang", "drip"
DRIP_SECONDS = 0.02


@dataclass
class Taken:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What the next requests are answered (the last answer is repeated), and what came in."""

    answers: list[int | str] = field(default_factory=lambda: [204])
    taken: list[Taken] = field(default_factory=list)
    port: int = 0
    is_over: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/notices?of=rating"

    def next_answer(self) -> int | str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiver(*answers: int | str) -> Iterator[Receiver]:
    """A server that lives as long as the block."""
    kept = Receiver(list(answers) or [204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.taken.append(
                Taken(self.path, {key.lower(): value for key, value in self.headers.items()}, body)
            )
            answer = kept.next_answer()
            if answer == HANG:
                kept.is_over.wait(10)
            if answer == DRIP:
                self.drip()
            if isinstance(answer, str):
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(answer)
            if 300 <= answer < 400:
                self.send_header("location", "/elsewhere")
            self.end_headers()
            self.wfile.write("Принято\n\x00".encode() if answer != 204 else b"")

        def drip(self) -> None:
            """Says again and again that the answer is about to come, until nobody listens."""
            try:
                while not kept.is_over.wait(DRIP_SECONDS):
                    self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            except OSError:
                self.close_connection = True

        def log_message(self, *_arguments: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield kept
    finally:
        kept.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
