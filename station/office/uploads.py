"""Receives packets by tus 1.0 (core, creation, termination, checksum-free): POST, HEAD, PATCH, DELETE, OPTIONS.

A kit that comes back takes its upload over from a connection that is still half open.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from station.domain.errors import BadInput, NotFound, Refused
from station.office import incoming, receive
from station.office.context import Office
from station.office.http import asking_kit
from station.office.kits import KnownKit
from station.sync.wire import is_packet_id

TUS_VERSION = "1.0.0"
SYNC_EVERY_BYTES = 256 * 1024
_MOST_HELD_BYTES = 4 * 1024 * 1024
_TAKE_OVER_S = 10.0
_LAST_BYTES_S = 0.3
_OFFSET_TYPE = "application/offset+octet-stream"


@dataclass(slots=True)
class _Active:
    reader: asyncio.Task[None] | None = None
    finished: asyncio.Event = field(default_factory=asyncio.Event)


class PacketUploads:
    """The /v1/packets collection of one worker process."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._active: dict[tuple[str, str], _Active] = {}

    async def options(self, _request: Request) -> Response:
        """Say what this server can do."""
        headers = {
            "Tus-Version": TUS_VERSION,
            "Tus-Extension": "creation,termination",
            "Tus-Max-Size": str(incoming.LARGEST_PACKET_BYTES),
        }
        return _reply(204, headers)

    async def create(self, request: Request) -> Response:
        """Announce a packet; Upload-Metadata carries its identifier under `packet` and nothing else."""
        known = await asking_kit(self._office, request)
        _need_version(request)
        packet_id = _packet_id_of(request.headers.get("upload-metadata", ""))
        length = _whole_number(request.headers.get("upload-length", ""))
        await self._take_over(known.kit_id, packet_id)
        await asyncio.to_thread(incoming.begin, self._office, known.kit_id, packet_id, length)
        state = await asyncio.to_thread(incoming.settle, self._office, known.kit_id, packet_id)
        headers = {"Location": f"/v1/packets/{packet_id}", **_state_headers(state)}
        return _reply(201, headers)

    async def head(self, request: Request) -> Response:
        """Tell how much is durable here; a half-open PATCH of the same packet is ended first."""
        known, packet_id = await self._addressed(request)
        await self._take_over(known.kit_id, packet_id)
        state = await asyncio.to_thread(incoming.settle, self._office, known.kit_id, packet_id)
        headers = {"Upload-Length": str(state.length), "Cache-Control": "no-store", **_state_headers(state)}
        return _reply(200, headers)

    async def patch(self, request: Request) -> Response:
        """Append bytes; with the last one the packet is verified, stored and receipted."""
        known, packet_id = await self._addressed(request)
        _need_version(request)
        if request.headers.get("content-type", "") != _OFFSET_TYPE:
            return _reply(415, {"Station-Reason": "office-content-type-wrong"})
        offset = _whole_number(request.headers.get("upload-offset", ""))
        await self._take_over(known.kit_id, packet_id)
        active = self._active[(known.kit_id, packet_id)] = _Active()
        try:
            return await self._receive(request, known, packet_id, offset, active)
        finally:
            active.finished.set()
            if self._active.get((known.kit_id, packet_id)) is active:
                del self._active[(known.kit_id, packet_id)]

    async def terminate(self, request: Request) -> Response:
        """Forget an unfinished upload; a stored packet stays."""
        known, packet_id = await self._addressed(request)
        await self._take_over(known.kit_id, packet_id)
        state = await asyncio.to_thread(incoming.look, self._office, known.kit_id, packet_id)
        if state.receipt is not None:
            raise Refused("office-packet-stored")
        await asyncio.to_thread(incoming.discard, self._office, known.kit_id, packet_id)
        return _reply(204, {})

    async def receipt(self, request: Request) -> Response:
        """Return the signed receipt of a stored packet."""
        known, packet_id = await self._addressed(request)
        found = await asyncio.to_thread(receive.existing_receipt, self._office, known.kit_id, packet_id)
        if found is None:
            raise NotFound("office-receipt-none")
        return Response(found, 200, media_type="application/cose")

    async def _receive(
        self, request: Request, known: KnownKit, packet_id: str, offset: int, active: _Active
    ) -> Response:
        state = await asyncio.to_thread(incoming.settle, self._office, known.kit_id, packet_id)
        if state.receipt is not None:
            return _reply(204, _state_headers(state))
        if offset != state.offset:
            raise Refused("office-offset-differs", have=state.offset, sent=offset)
        path = incoming.partial_path(self._office, known.kit_id, packet_id)
        if state.offset < state.length:
            file = await asyncio.to_thread(incoming.PartialFile, self._office, known.kit_id, packet_id, offset)
            await _Writer(file, state.length, active).run(request)
            state = incoming.UploadState(state.length, file.offset)
        if state.offset < state.length:
            return _reply(204, _state_headers(state))
        receipt = await asyncio.to_thread(receive.take, self._office, known, packet_id, path)
        return _reply(204, _state_headers(incoming.UploadState(state.length, state.length, receipt)))

    async def _addressed(self, request: Request) -> tuple[KnownKit, str]:
        known = await asking_kit(self._office, request)
        packet_id = str(request.path_params["packet_id"])
        if not is_packet_id(packet_id):
            raise NotFound("office-packet-unknown")
        return known, packet_id

    async def _take_over(self, kit_id: str, packet_id: str) -> None:
        active = self._active.get((kit_id, packet_id))
        if active is None:
            return
        if await _ends_within(active, _LAST_BYTES_S):
            return
        if active.reader is not None:
            active.reader.cancel()
        try:
            await asyncio.wait_for(active.finished.wait(), _TAKE_OVER_S)
        except TimeoutError as error:
            raise Refused("office-upload-busy") from error


class _Writer:
    """Reads a body as it comes and writes it in synced portions beside; a cut loses nothing that arrived."""

    def __init__(self, file: incoming.PartialFile, length: int, active: _Active) -> None:
        self._file, self._length, self._active = file, length, active
        self._held = bytearray()
        self._writing: asyncio.Task[None] | None = None

    async def run(self, request: Request) -> None:
        """Receive until the end, a cut or a take-over; what arrived is durable afterwards."""
        reader = asyncio.create_task(self._read(request))
        self._active.reader = reader
        try:
            await asyncio.wait({reader})
        finally:
            reader.cancel()
            if self._writing is not None:
                await asyncio.wait({self._writing})
                self._writing.result()
            if self._held:
                await asyncio.to_thread(self._file.append, bytes(self._held))
        if not reader.cancelled():
            reader.result()

    async def _read(self, request: Request) -> None:
        received = self._file.offset
        try:
            async for block in request.stream():
                received += len(block)
                if received > self._length:
                    raise BadInput("office-packet-longer-than-announced")
                self._held += block
                if len(self._held) >= SYNC_EVERY_BYTES:
                    await self._write_beside()
        except ClientDisconnect:
            return

    async def _write_beside(self) -> None:
        if self._writing is not None and not self._writing.done():
            if len(self._held) < _MOST_HELD_BYTES:
                return
            await asyncio.wait({self._writing})
        if self._writing is not None:
            self._writing.result()
        portion, self._held = bytes(self._held), bytearray()
        self._writing = asyncio.create_task(asyncio.to_thread(self._file.append, portion))


async def _ends_within(active: _Active, seconds: float) -> bool:
    """Give a connection that was just cut the time to hand over its last bytes."""
    try:
        await asyncio.wait_for(active.finished.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _reply(status: int, headers: dict[str, str]) -> Response:
    return Response(None, status, {"Tus-Resumable": TUS_VERSION, **headers})


def _state_headers(state: incoming.UploadState) -> dict[str, str]:
    headers = {"Upload-Offset": str(state.offset)}
    if state.receipt is not None:
        headers["Station-Receipt"] = base64.b64encode(state.receipt).decode()
    return headers


def _packet_id_of(metadata: str) -> str:
    for pair in metadata.split(","):
        name, _space, value = pair.strip().partition(" ")
        if name == "packet":
            try:
                packet_id = base64.b64decode(value, validate=True).decode("ascii")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise BadInput("office-metadata-wrong") from error
            if is_packet_id(packet_id):
                return packet_id
    raise BadInput("office-metadata-wrong")


def _whole_number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise BadInput("office-number-wrong")
    return int(value)


def _need_version(request: Request) -> None:
    if request.headers.get("tus-resumable", "") != TUS_VERSION:
        raise BadInput("office-tus-version")
