"""Small shared pieces of the HTTP side: who is asking, errors as replies, bounded bodies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from station.domain.errors import BadInput, NotAllowed, NotFound, Refused, StationError, StorageFailure, Tampered
from station.office.context import Office
from station.office.kits import ClockWrong, KnownKit, find_kit, identify
from station.office.logs import fields
from station.office.protocol import CERTIFICATE, CONNECTION

_log = logging.getLogger("station.office.http")
LARGEST_BODY_BYTES = 8 * 1024 * 1024
_KIT = "kit_id"
_STATUS: tuple[tuple[type[StationError], int], ...] = (
    (ClockWrong, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (Refused, 409),
    (Tampered, 422),
    (StorageFailure, 503),
    (BadInput, 400),
)
_UNAUTHENTICATED = 401
_TOO_LARGE = 413


class NotIdentified(NotAllowed):
    """The connection has not said yet which kit it is."""


async def asking_kit(office: Office, request: Request) -> KnownKit:
    """Return the kit of this connection; its standing is read anew on each request."""
    memory: dict[str, str] = request.scope.get(CONNECTION, {})
    certificate: bytes | None = request.scope.get(CERTIFICATE)
    if certificate is None:
        raise NotAllowed("office-certificate-missing")
    authorization = request.headers.get("authorization", "")
    if authorization:
        known = await asyncio.to_thread(identify, office, authorization, certificate)
        memory[_KIT] = known.kit_id
        return known
    if _KIT not in memory:
        raise NotIdentified("office-session-missing")
    return await asyncio.to_thread(_again, office, memory[_KIT])


async def bounded_body(request: Request, limit: int = LARGEST_BODY_BYTES) -> bytes:
    """Read a body up to a bound; raises BadInput beyond it."""
    body = bytearray()
    async for block in request.stream():
        body += block
        if len(body) > limit:
            raise BadInput("office-body-too-large", bytes=limit)
    return bytes(body)


def error_reply(office: Office, error: StationError) -> Response:
    """Return an error as status, reason and the office's time; no details that would help a stranger."""
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    if isinstance(error, NotIdentified):
        status = _UNAUTHENTICATED
    if error.message_id == "office-body-too-large":
        status = _TOO_LARGE
    headers = {"Station-Reason": error.message_id, "Station-Time": str(int(office.clock.now().timestamp()))}
    if status == 503:
        headers["Retry-After"] = "5"
    return Response(error.message_id, status, headers, "text/plain")


def errors_as_replies(
    office: Office, handler: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """Wrap a handler so that every error of ours becomes a reply."""

    async def answer(request: Request) -> Response:
        started_s = office.clock.monotonic_s()
        try:
            reply = await handler(request)
        except StationError as error:
            reply = error_reply(office, error)
        _note(request, reply, office.clock.monotonic_s() - started_s)
        return reply

    return answer


def _note(request: Request, reply: Response, seconds: float) -> None:
    memory: dict[str, str] = request.scope.get(CONNECTION, {})
    details = {
        "kit": memory.get(_KIT, ""),
        "method": request.method,
        "path": request.url.path[:80],
        "status": reply.status_code,
        "reason": reply.headers.get("station-reason", ""),
        "ms": round(seconds * 1000),
    }
    _log.info("request", extra=fields(**details))


def _again(office: Office, kit_id: str) -> KnownKit:
    with office.database.read() as connection:
        return find_kit(connection, kit_id)
