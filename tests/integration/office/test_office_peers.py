"""Our server held to tus 1.0 by a client not written here, our client by a server not written here."""

from __future__ import annotations

import random
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import select
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from station.keys.certificates import Authority, create_authority
from station.keys.keystore import write_durably
from station.keys.tls import client_context
from station.office import tables
from station.office.serve import RunningOffice
from station.sync.connection import Endpoint, HttpConnection
from station.sync.trust import load_trust
from station.sync.upload import PieceSize, Upload, upload
from station.sync.wire import LedgerHead, SessionClaim, sign_session
from tests.integration.office.conftest import TestKit


def tuspy_for(kit: TestKit, url: str, monkeypatch: pytest.MonkeyPatch) -> TusClient:
    """Return tuspy with this kit's certificate and session."""
    folder = kit.folder / "trust"
    trust = load_trust(folder)
    claim = SessionClaim(trust.kit_id, datetime.now(UTC), trust.certificate.fingerprint[:16], LedgerHead(0, b""))
    headers = {"Authorization": sign_session(kit.keys.signer, claim)}
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "authority.pem"))
    return TusClient(f"{url}/v1/packets", headers, (str(folder / "kit.pem"), str(folder / "kit.key")))


def test_tuspy_uploads_in_pieces_to_our_server(
    paired: TestKit, office: RunningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = paired.seal(300_000)
    client = tuspy_for(paired, office.url, monkeypatch)
    with open(packet.path, "rb") as file:
        names = {"packet": packet.manifest.packet_id}
        uploader = client.uploader(file_stream=file, chunk_size=65_536, metadata=names)
        uploader.upload()

    assert uploader.offset == packet.size
    with office.office.database.read() as connection:
        assert connection.execute(select(tables.packet.c.sha256)).scalar_one() == packet.sha256


def test_tuspy_resumes_where_it_stopped(
    paired: TestKit, office: RunningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = paired.seal(300_000)
    client = tuspy_for(paired, office.url, monkeypatch)
    names = {"packet": packet.manifest.packet_id}
    with open(packet.path, "rb") as file:
        first = client.uploader(file_stream=file, chunk_size=100_000, metadata=names)
        first.upload_chunk()  # type: ignore[no-untyped-call]
        again = client.uploader(file_stream=file, chunk_size=100_000, url=first.url)
        assert again.offset == 100_000
        again.upload()
    assert again.offset == packet.size


def test_tuspy_is_refused_without_a_packet_name(
    paired: TestKit, office: RunningOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = tuspy_for(paired, office.url, monkeypatch)
    with open(paired.seal(1000).path, "rb") as file, pytest.raises(TusCommunicationError):
        client.uploader(file_stream=file).upload()


def test_our_client_uploads_to_tuspyserver(tmp_path: Path) -> None:
    peer = pytest.importorskip("tuspyserver", reason="tuspyserver is not installed: no foreign server to speak to")
    from fastapi import FastAPI

    authority = create_authority("peer", datetime.now(UTC))
    server = Authority(authority).issue_to_server(("127.0.0.1",), datetime.now(UTC))
    write_durably(tmp_path / "authority.pem", authority.certificate_pem)
    write_durably(tmp_path / "server.pem", server.certificate_pem)
    write_durably(tmp_path / "server.key", server.key_pem)
    app = FastAPI()
    app.include_router(peer.create_tus_router(prefix="files", files_dir=str(tmp_path / "files")))
    config = uvicorn.Config(
        app,
        port=0,
        log_config=None,
        ssl_certfile=str(tmp_path / "server.pem"),
        ssl_keyfile=str(tmp_path / "server.key"),
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not running.started:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    try:
        port = running.servers[0].sockets[0].getsockname()[1]
        content = random.Random(1).randbytes(200_000)
        (tmp_path / "packet").write_bytes(content)
        endpoint = Endpoint(f"https://127.0.0.1:{port}", client_context(tmp_path / "authority.pem"))
        with HttpConnection(endpoint) as connection:
            item = Upload("0" * 32, tmp_path / "packet", "/files")
            reply = upload(connection, item, dict, PieceSize())
        assert reply.headers["upload-offset"] == "200000"
        stored = [path for path in (tmp_path / "files").iterdir() if path.stat().st_size == 200_000]
        assert [path.read_bytes() for path in stored] == [content]
    finally:
        running.should_exit = True
        thread.join(10)
