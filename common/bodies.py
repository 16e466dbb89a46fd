"""What stands in front of Django: bodies that nobody will read do not reach the disk.

Django writes the whole body of a request to a temporary file before any middleware runs. So the size is judged
here, and the sentence about it is said by `common.http.RequestLimitsMiddleware`, in the language of the reader.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]

UNMEASURED = "portal_unmeasured_body"
"""Set in the scope of a request that brought a body without saying its length."""
PATIENCE = 4
"""A body this many times over the limit is heard out, so that a browser gets to the answer; a longer one is not."""


class BodyGate:
    """Hands on bodies of a stated length within MAX_BODY_BYTES; instead of any other the application gets none."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = self._guarded(scope, receive)
        await self.application(scope, receive, send)

    @staticmethod
    def _guarded(scope: Message, receive: Receive) -> Receive:
        lengths = [value for name, value in scope["headers"] if name == b"content-length"]
        if not lengths:
            return _without_length(scope, receive)
        length = lengths[0].decode("latin-1")
        if length.isdecimal() and int(length) <= settings.MAX_BODY_BYTES:
            return receive
        return _discarded(receive)


def _without_length(scope: Message, receive: Receive) -> Receive:
    """Lets an empty body pass; another one is marked in the scope and thrown away."""

    async def guarded() -> Message:
        message = await receive()
        if message["type"] != "http.request" or not (message.get("body") or message.get("more_body")):
            return message
        heard = await _hear_out(message, receive)
        if heard["type"] == "http.request":
            scope[UNMEASURED] = scope.get(UNMEASURED, False) or heard["size"] > 0
        return _without_body(heard)

    return guarded


def _discarded(receive: Receive) -> Receive:
    async def guarded() -> Message:
        message = await receive()
        if message["type"] != "http.request":
            return message
        return _without_body(await _hear_out(message, receive))

    return guarded


async def _hear_out(message: Message, receive: Receive) -> Message:
    """The end of the body or of the connection, with the number of bytes that went by."""
    size = len(message.get("body", b""))
    while message.get("more_body") and size <= PATIENCE * settings.MAX_BODY_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            return message
        size += len(message.get("body", b""))
    return {"type": "http.request", "size": size}


def _without_body(message: Message) -> Message:
    if message["type"] != "http.request":
        return message
    return {"type": "http.request", "body": b"", "more_body": False}
