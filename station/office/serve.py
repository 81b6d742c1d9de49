"""Starts the office server: opens or makes its data folder, listens with TLS 1.3, stops gracefully."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from station.domain.clock import Clock, SystemClock
from station.domain.errors import StorageFailure
from station.domain.identifiers import IdSource, RandomIds
from station.keys.tls import server_context
from station.office.accounts import first_administrator
from station.office.app import build_app
from station.office.centre_link import CentreLink, HttpCentre, NoCentre
from station.office.context import Office
from station.office.database import open_office_database
from station.office.intake import IntakeWorker
from station.office.keyring import open_secrets
from station.office.kits import new_code
from station.office.logs import log_to_standard_error
from station.office.protocol import OfficeProtocol
from station.office.schema import migrate
from station.office.storage import open_storage

DEFAULT_ZONE = "Asia/Makassar"
KEEP_ALIVE_S = 75
GRACE_S = 20
_START_S = 20.0


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve; everything has a default that suits one office on one machine."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8443
    centre_url: str = ""
    database_url: str | None = None
    storage_url: str | None = None
    storage_options: dict[str, str] | None = None
    host_names: tuple[str, ...] = ()
    zone: str = DEFAULT_ZONE
    intake: bool = True


def open_office(
    options: ServeOptions,
    clock: Clock | None = None,
    ids: IdSource | None = None,
    centre: CentreLink | None = None,
    serving: bool = True,
) -> Office:
    """Open the office's data folder, database and storage, making what is missing; raises StorageFailure.

    A command beside a running server says `serving=False`, so that the server's certificate stays.
    """
    clock = clock or SystemClock()
    names = tuple(dict.fromkeys((*options.host_names, options.host, "localhost", "127.0.0.1"))) if serving else ()
    secrets = open_secrets(options.data_dir / "keys", names, clock.now())
    database = open_office_database(options.database_url, options.data_dir / "office.db", secrets.database_key)
    migrate(database)
    if centre is None:
        centre = HttpCentre(options.centre_url) if options.centre_url else NoCentre()
    return Office(
        database=database,
        storage=open_storage(options.storage_url, options.data_dir, options.storage_options),
        secrets=secrets,
        centre=centre,
        clock=clock,
        ids=ids or RandomIds(),
        data_dir=options.data_dir,
        zone=ZoneInfo(options.zone),
    )


def make_server(office: Office, options: ServeOptions) -> uvicorn.Server:
    """Return a server that is ready to run."""

    @asynccontextmanager
    async def background() -> AsyncIterator[None]:
        worker = IntakeWorker(office)
        task = asyncio.create_task(worker.run())
        try:
            yield
        finally:
            worker.stop()
            await asyncio.wait({task}, timeout=GRACE_S)
            task.cancel()

    secrets = office.secrets

    def tls(_config: uvicorn.Config, _default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        return server_context(secrets.server_certificate_file, secrets.server_key_file, secrets.authority_file)

    config = uvicorn.Config(
        build_app(office, background if options.intake else None),
        host=options.host,
        port=options.port,
        http=OfficeProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        ssl_context_factory=tls,
    )
    return uvicorn.Server(config)


def serve(
    data_dir: Path,
    host: str = "127.0.0.1",
    port: int = 8443,
    centre_url: str = "",
    database_url: str | None = None,
    storage_url: str | None = None,
) -> None:
    """Serve until the process is told to stop."""
    log_to_standard_error()
    options = ServeOptions(Path(data_dir), host, port, centre_url, database_url, storage_url)
    office = open_office(options)
    try:
        first_administrator(office)
        make_server(office, options).run()
    finally:
        office.close()


def pairing_code(data_dir: Path, kit_id: str, database_url: str | None = None) -> str:
    """Return a fresh one-time code for a kit; works beside a running server."""
    office = open_office(ServeOptions(Path(data_dir), database_url=database_url), serving=False)
    try:
        return new_code(office, kit_id)
    finally:
        office.close()


class RunningOffice:
    """An office server in a thread of this process, for the bench and for tests; use as a context manager."""

    def __init__(self, options: ServeOptions, office: Office | None = None) -> None:
        self.office = office or open_office(options)
        self._server = make_server(self.office, options)
        self._thread = threading.Thread(target=self._server.run, name="office", daemon=True)
        self._host = options.host

    def __enter__(self) -> RunningOffice:  # noqa: PYI034 - final in practice, plain for readers
        self._thread.start()
        clock = SystemClock()
        deadline = clock.monotonic_s() + _START_S
        while not self._server.started:
            if clock.monotonic_s() > deadline or not self._thread.is_alive():
                raise StorageFailure("office-not-started")
            self._thread.join(0.02)
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()
        self.office.close()

    def stop(self) -> None:
        """Stop serving and wait; the database stays open."""
        self._server.should_exit = True
        self._thread.join(GRACE_S + 5)

    @property
    def port(self) -> int:
        """Return the port that was bound; ask for port 0 to get a free one."""
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        """Return the address kits are given."""
        return f"https://{self._host}:{self.port}"
