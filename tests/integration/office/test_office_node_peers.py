"""tus-js-client against our server, our client against the Node reference server: `make test-peers`."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

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

pytestmark = pytest.mark.peers
PACKAGES = ("tus-js-client@4", "@tus/server@2", "@tus/file-store@2")
SCRIPTS = Path(__file__).parent / "node_peers"


@pytest.fixture(scope="module")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the scripts and the packages they need."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node is not installed: no tus-js-client to speak to")
    folder = tmp_path_factory.mktemp("node")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES]
    if subprocess.run(command, cwd=folder, check=False, timeout=110).returncode:
        pytest.skip("npm could not install the peers")
    for script in SCRIPTS.glob("*.mjs"):
        shutil.copy(script, folder)
    return folder


@pytest.fixture
def reference_server(node_folder: Path, tmp_path: Path) -> Iterator[int]:
    authority = create_authority("peer", datetime.now(UTC))
    server = Authority(authority).issue_to_server(("127.0.0.1",), datetime.now(UTC))
    write_durably(tmp_path / "authority.pem", authority.certificate_pem)
    write_durably(tmp_path / "server.pem", server.certificate_pem)
    write_durably(tmp_path / "server.key", server.key_pem)
    command = ["node", "serve.mjs", str(tmp_path)]
    with subprocess.Popen(command, cwd=node_folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


def test_tus_js_client_uploads_to_our_server(paired: TestKit, office: RunningOffice, node_folder: Path) -> None:
    packet = paired.seal(300_000)
    folder = paired.folder / "trust"
    trust = load_trust(folder)
    claim = SessionClaim(trust.kit_id, datetime.now(UTC), trust.certificate.fingerprint[:16], LedgerHead(0, b""))
    session = sign_session(paired.keys.signer, claim)
    arguments = [f"{office.url}/v1/packets", str(packet.path), packet.manifest.packet_id, session, str(folder)]
    done = subprocess.run(
        ["node", "upload.mjs", *arguments], cwd=node_folder, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(folder / "authority.pem")},
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("stored", "")
    with office.office.database.read() as connection:
        assert connection.execute(select(tables.packet.c.sha256)).scalar_one() == packet.sha256


def test_our_client_uploads_to_the_node_reference_server(reference_server: int, tmp_path: Path) -> None:
    content = random.Random(1).randbytes(200_000)
    (tmp_path / "packet").write_bytes(content)
    endpoint = Endpoint(f"https://127.0.0.1:{reference_server}", client_context(tmp_path / "authority.pem"))
    with HttpConnection(endpoint) as connection:
        reply = upload(connection, Upload("0" * 32, tmp_path / "packet", "/files"), dict, PieceSize())
    assert reply.headers["upload-offset"] == "200000"
    stored = [path for path in (tmp_path / "files").iterdir() if path.stat().st_size == 200_000]
    assert [path.read_bytes() for path in stored] == [content]
