"""A real SMTP server on the loopback that misbehaves as a script says, and remembers what it took."""

import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

Answer = str | None
Script = Callable[["Sink", SMTP, str], Answer]


class Sink:
    """Handler of the server. `scripts` maps a step (RCPT, DATA) to an answer, or to a function that gives one."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.sessions = 0
        self.scripts: dict[str, Answer | Script] = {}
        self.senders: list[str] = []
        self.greetings: list[str] = []
        self.extensions: list[str] = []
        self.asked: list[str] = []

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(envelope.content, policy=policy.default) for envelope in self.taken]

    def _answer(self, step: str, server: SMTP, argument: str) -> Answer:
        script = self.scripts.get(step)
        return script(self, server, argument) if callable(script) else script

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greetings.append(hostname)
        self.sessions += 1
        return [*responses[:-1], *(f"250-{name}" for name in self.extensions), *responses[-1:]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self._answer("RCPT", server, address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self._answer("DATA", server, envelope.rcpt_tos[0])
        if answer and not answer.startswith("2"):
            return answer
        self.taken.append(envelope)
        return answer or f"250 taken as {len(self.taken)}"


class StrictSMTP(SMTP):
    """Knows neither 8BITMIME nor SMTPUTF8, and drops the line before DATA or after it when the script says so."""

    drop_at_data = False

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        """With what RFC 3461 adds, where the sink says that it knows it."""
        address, _space, asked = arg.partition(" NOTIFY=")
        self.event_handler.asked.append(asked)
        await super().smtp_RCPT(address if "DSN" in self.event_handler.extensions else arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if StrictSMTP.drop_at_data:
            self.transport.close()
            return
        await super().smtp_DATA(arg)


def drop(_sink: Sink, server: SMTP, _argument: str) -> Answer:
    """Cut the line without an answer."""
    server.transport.abort()
    return "250 never heard"


def drop_after_taking(sink: Sink, server: SMTP, argument: str) -> Answer:
    """Take the mail, then cut the line before the answer."""
    return drop(sink, server, argument)


def hang(seconds: float) -> Script:
    """Answer too late."""

    def wait(_sink: Sink, _server: SMTP, _argument: str) -> Answer:
        time.sleep(seconds)
        return None

    return wait


class SinkServer(Controller):
    """The server in its own thread on a free port."""

    def __init__(self, sink: Sink) -> None:
        super().__init__(sink, hostname="127.0.0.1", port=0, ready_timeout=5)

    def factory(self) -> SMTP:
        return StrictSMTP(self.handler, decode_data=False, enable_SMTPUTF8=False, hostname="sink.example")

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def settings(self) -> dict[str, Any]:
        """What the portal must be told to talk to this server."""
        return {
            "MAIL_TRANSPORT": "smtp",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.port,
            "EMAIL_TIMEOUT": 1,
        }
