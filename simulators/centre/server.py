"""The centre's HTTP interface (docs/formats/centre.md), CBOR bodies, for offices only.

Does not simulate: authentication of offices; it listens on loopback.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cbor2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.centre.authorisation import PrintAuthority
from simulators.centre.enrolments import Enrolments
from simulators.centre.register import PopulationRegister
from station.domain.clock import Clock, SystemClock
from station.domain.identifiers import RandomIds

_START_S = 20.0
_STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class CentreOptions:
    """How the centre runs; `delay_s` passes between receipt and decision."""

    population: Path
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 0
    delay_s: float = 0.2


class Centre:
    """The handlers."""

    def __init__(self, options: CentreOptions, clock: Clock) -> None:
        self._register = PopulationRegister.from_file(options.population)
        self._authority = PrintAuthority(options.data_dir / "signing.key", clock, RandomIds())
        self.enrolments = Enrolments(self._register, options.data_dir / "enrolments", clock, options.delay_s)
        self.reports: list[dict[str, Any]] = []
        self.policy: dict[str, Any] = {"number": 0, "scarcity": False}

    async def key(self, _request: Request) -> Response:
        """Return the public key that signs print authorisations."""
        return Response(self._authority.public_der, media_type="application/octet-stream")

    async def siak(self, request: Request) -> Response:
        """Look people up."""
        body = cbor2.loads(await request.body())
        records, missing = self._register.look_up([str(nik) for nik in body["niks"]])
        return _cbor({"records": records, "missing": missing})

    async def enrol(self, request: Request) -> Response:
        """Take an opened packet."""
        body = await request.body()
        await asyncio.to_thread(self.enrolments.submit, _packet_id(request), body)
        return _cbor({})

    async def statuses(self, request: Request) -> Response:
        """Tell the standing of many packets."""
        body = cbor2.loads(await request.body())
        found = self.enrolments.standings([str(item) for item in body["packets"]])
        rows = [
            {"packet_id": one.packet_id, "status": one.status, "at": one.at.isoformat(), "note": one.note}
            for one in found
        ]
        return _cbor(rows)

    async def print_record(self, request: Request) -> Response:
        """Return a print-ready record with its signed authorisation."""
        packet_id = _packet_id(request)
        submission = self.enrolments.ready(packet_id)
        person = None if submission is None else self._register.find(submission.nik)
        if submission is None or person is None:
            return Response("not print-ready", 404)
        record = await asyncio.to_thread(self._authority.record, packet_id, submission, person.as_dict())
        return _cbor(record)

    async def report(self, request: Request) -> Response:
        """Keep a report of a card or a correction request."""
        self.reports.append(cbor2.loads(await request.body()))
        return _cbor({})

    async def revoke_signer(self, request: Request) -> Response:
        """Revoke a card signer by its certificate's serial, as the ministry does when a module was stolen."""
        self._authority.revoke(int(str(cbor2.loads(await request.body())["serial"]), 16))
        self.policy["number"] += 1
        return _cbor({})

    async def national_policy(self, request: Request) -> Response:
        """Return the policy in force, or set it (POST), as the ministry does in times of scarcity."""
        if request.method == "POST":
            change = cbor2.loads(await request.body())
            self.policy = {**self.policy, **change, "number": self.policy["number"] + 1}
        trust = base64.b64encode(self._authority.card_trust()).decode()
        return _cbor({**self.policy, "card_trust": trust})

    def app(self) -> Starlette:
        """Return the application."""

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            self.enrolments.start()
            yield
            await asyncio.to_thread(self.enrolments.stop)

        item = "/v1/enrolments/{packet_id}"
        routes = [
            Route("/v1/key", self.key, methods=["GET"]),
            Route("/v1/siak", self.siak, methods=["POST"]),
            Route(item, self.enrol, methods=["PUT"]),
            Route("/v1/statuses", self.statuses, methods=["POST"]),
            Route(item + "/print", self.print_record, methods=["GET"]),
            Route("/v1/reports", self.report, methods=["POST"]),
            Route("/v1/card-signers/revoked", self.revoke_signer, methods=["POST"]),
            Route("/v1/policy", self.national_policy, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes, lifespan=lifespan)


def make_server(options: CentreOptions, clock: Clock | None = None) -> tuple[Centre, uvicorn.Server]:
    """Return the centre and a server that is ready to run."""
    centre = Centre(options, clock or SystemClock())
    config = uvicorn.Config(
        centre.app(), host=options.host, port=options.port, log_config=None, access_log=False, ws="none", lifespan="on"
    )
    return centre, uvicorn.Server(config)


class RunningCentre:
    """A centre in a thread of this process, for tests; use as a context manager."""

    def __init__(self, options: CentreOptions) -> None:
        self.centre, self._server = make_server(options)
        self._thread = threading.Thread(target=self._server.run, name="centre", daemon=True)
        self._host = options.host

    def __enter__(self) -> RunningCentre:  # noqa: PYI034 - final in practice, plain for readers
        self._thread.start()
        clock = SystemClock()
        deadline = clock.monotonic_s() + _START_S
        while not self._server.started:
            if clock.monotonic_s() > deadline or not self._thread.is_alive():
                raise RuntimeError("the centre did not start")
            self._thread.join(0.02)
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = True
        self._thread.join(_STOP_S)

    @property
    def url(self) -> str:
        """Return the address offices use."""
        port = int(self._server.servers[0].sockets[0].getsockname()[1])
        return f"http://{self._host}:{port}"


def _packet_id(request: Request) -> str:
    packet_id = str(request.path_params["packet_id"])
    if len(packet_id) != 32 or not set(packet_id) <= set("0123456789abcdef"):
        raise ValueError("a packet identifier has 32 hexadecimal digits")
    return packet_id


def _cbor(value: object) -> Response:
    return Response(cbor2.dumps(value, canonical=True), media_type="application/cbor")
