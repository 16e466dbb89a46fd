"""A small IMAP server on the loopback (RFC 3501, what the portal says to it), with scripts of how it misbehaves."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "bounces@portal.example", "p:ss/word 1"


@dataclass
class Box:
    """The folder of the server, and what it was asked. `fails` names commands that are refused."""

    messages: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fails: set[str] = field(default_factory=set)
    hangs_up_after: str = ""
    knows_keywords: bool = True
    port: int = 0

    def add(self, content: bytes) -> int:
        uid = 100 + len(self.messages)
        self.messages[uid], self.flags[uid] = content, set()
        return uid

    def url(self, scheme: str = "imap", password: str = "p%3Ass%2Fword%201") -> str:  # noqa: S107
        return f"{scheme}://bounces%40portal.example:{password}@127.0.0.1:{self.port}/INBOX"


class _Talk(socketserver.StreamRequestHandler):
    """One conversation."""

    @property
    def box(self) -> Box:
        return self.server.box  # type: ignore[attr-defined,no-any-return]

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def handle(self) -> None:
        self.say(b"* OK ready")
        while line := self.rfile.readline():
            tag, _space, rest = line.decode().strip().partition(" ")
            name = rest.split(" ")[1 if rest.upper().startswith("UID ") else 0].upper()
            self.box.asked.append(rest)
            if name in self.box.fails:
                self.say(f"{tag} NO not today".encode())
                continue
            answer = getattr(self, f"on_{name.lower()}")(rest)
            if name == self.box.hangs_up_after:
                return
            self.say(f"{tag} {answer}".encode())
            if name == "LOGOUT":
                return

    def on_capability(self, _rest: str) -> str:
        self.say(b"* CAPABILITY IMAP4rev1")
        return "OK done"

    def on_login(self, rest: str) -> str:
        return "OK done" if rest == f'LOGIN {USER} "{PASSWORD}"' else "NO wrong"

    def on_select(self, _rest: str) -> str:
        self.say(f"* {len(self.box.messages)} EXISTS".encode())
        return "OK [READ-WRITE] done"

    def on_search(self, _rest: str) -> str:
        hidden = {"\\Seen", "\\Deleted", "ProfportalRead"}
        found = [str(uid) for uid, flags in self.box.flags.items() if not flags & hidden]
        self.say(" ".join(["* SEARCH", *found]).encode())
        return "OK done"

    def on_fetch(self, rest: str) -> str:
        uid = int(rest.split(" ")[2])
        content = self.box.messages[uid]
        if "RFC822.SIZE" in rest:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(content)})".encode())
        else:
            assert "BODY.PEEK[]" in rest
            self.wfile.write(
                f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"
            )
        return "OK done"

    def on_store(self, rest: str) -> str:
        uid, flags = int(rest.split(" ")[2]), re.findall(r"[\\\w]+", rest.partition("(")[2])
        if not self.box.knows_keywords and not flags[0].startswith("\\"):
            return "NO no such flag"
        self.box.flags[uid].update(flags)
        return "OK done"

    def on_logout(self, _rest: str) -> str:
        self.say(b"* BYE")
        return "OK done"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, box: Box, certificate: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.box = box
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up in the middle is what some tests want."""


@contextmanager
def imap_server(certificate: Path | None = None) -> Iterator[Box]:
    """The server in its own thread on a free port while the block runs; with a certificate (and its key) over TLS."""
    box = Box()
    server = _Server(box, certificate)
    box.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
