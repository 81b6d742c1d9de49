"""The office's HTTP side: routes and their handlers; what they do is in the modules they call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from station.domain.errors import BadInput
from station.office import batches, feed, pairing
from station.office.context import Office
from station.office.dashboard import Dashboard
from station.office.http import asking_kit, bounded_body, errors_as_replies
from station.office.uploads import PacketUploads
from station.sync.wire import FeedPage, encode_page

_COSE = "application/cose"
_CBOR = "application/cbor"
_LONGEST_WAIT_S = 25.0
_WAIT_STEP_S = 0.25
LARGEST_PAIRING_BYTES = 16 * 1024


class KitDoor:
    """What kits may ask besides packets."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def authority(self, _request: Request) -> Response:
        """Return the office's authority certificate; a kit checks it against its pairing code."""
        return Response(self._office.secrets.authority.certificate_pem, media_type="application/x-pem-file")

    async def pair(self, request: Request) -> Response:
        """Pair a kit by one-time code."""
        body = await bounded_body(request, LARGEST_PAIRING_BYTES)
        return Response(await asyncio.to_thread(pairing.pair, self._office, body), media_type=_CBOR)

    async def renew(self, request: Request) -> Response:
        """Renew a kit's certificate."""
        body = await bounded_body(request, LARGEST_PAIRING_BYTES)
        return Response(await asyncio.to_thread(pairing.renew, self._office, body), media_type=_CBOR)

    async def batch(self, request: Request) -> Response:
        """Take ledger entries and events."""
        known = await asking_kit(self._office, request)
        body = await bounded_body(request)
        return Response(await asyncio.to_thread(batches.take, self._office, known, body), media_type=_COSE)

    async def feed(self, request: Request) -> Response:
        """Return what is new for a kit after a number; `wait` seconds long when there is nothing."""
        known = await asking_kit(self._office, request)
        after = _number(request.query_params.get("after", "0"))
        in_columns = request.query_params.get("columns") == "1"
        wait_s = min(_number(request.query_params.get("wait", "0")), _LONGEST_WAIT_S)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        while True:
            page = await asyncio.to_thread(self._page, known.kit_id, after, in_columns)
            if page.items or loop.time() >= deadline:
                return Response(encode_page(self._office.secrets.signer, page), media_type=_COSE)
            await asyncio.sleep(_WAIT_STEP_S)

    def _page(self, kit_id: str, after: int, in_columns: bool) -> FeedPage:
        with self._office.database.read() as connection:
            served = feed.served(connection, kit_id)
            items, last = feed.page(connection, kit_id, after)
            new = feed.acknowledged(connection, kit_id) < after <= last
        newest = items[-1].number if items else after
        if new or newest > served:
            with self._office.database.write() as connection:
                if after > served:
                    feed.follow(connection, kit_id, after)
                    items, last = feed.page(connection, kit_id, after)
                    newest = items[-1].number if items else after
                feed.note_served(connection, kit_id, min(newest, last))
                feed.acknowledge(connection, kit_id, after)
        return FeedPage(kit_id, after, last, tuple(items), self._office.clock.now(), in_columns)


def build_app(office: Office, background: Callable[[], AbstractAsyncContextManager[None]] | None = None) -> Starlette:
    """Return the application; `background` runs while it serves."""
    door, uploads = KitDoor(office), PacketUploads(office)

    def route(path: str, handler: Callable[[Request], object], method: str) -> Route:
        return Route(path, errors_as_replies(office, handler), methods=[method])  # type: ignore[arg-type]

    item = "/v1/packets/{packet_id}"
    routes = [
        route("/v1/authority", door.authority, "GET"),
        route("/v1/pair", door.pair, "POST"),
        route("/v1/renew", door.renew, "POST"),
        route("/v1/batches", door.batch, "POST"),
        route("/v1/feed", door.feed, "GET"),
        route("/v1/packets", uploads.options, "OPTIONS"),
        route("/v1/packets", uploads.create, "POST"),
        route(item + "/receipt", uploads.receipt, "GET"),
        route(item, uploads.head, "HEAD"),
        route(item, uploads.patch, "PATCH"),
        route(item, uploads.terminate, "DELETE"),
    ]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        if background is None:
            yield
            return
        async with background():
            yield

    return Starlette(routes=[*routes, *Dashboard(office).routes()], lifespan=lifespan)


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise BadInput("office-number-wrong")
    return int(value)
