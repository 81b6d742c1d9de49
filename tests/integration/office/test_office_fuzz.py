"""Bodies, headers and addresses nobody would send, made from the interface's description: never a 5xx, always a reason.

Every request comes from a kit that is paired and a person who is signed in, so that what is
behind the doors is reached as well.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from starlette.routing import Route

from station.office import accounts
from station.office.app import build_app
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions
from station.sync.trust import load_trust
from station.sync.wire import LedgerHead, SessionClaim, sign_session
from tests.integration.office.conftest import make_kit

DESCRIPTION = Path(__file__).parents[3] / "docs" / "formats" / "office-http.json"
PASSWORD = "kata-sandi-contoh"
LONGEST_S = 20.0
schema = schemathesis.openapi.from_dict(json.loads(DESCRIPTION.read_text()))


@schemathesis.serializer("application/cbor", "application/cose", "application/offset+octet-stream")
def raw_bytes(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Send bytes as they are, and anything else as the text of it."""
    if isinstance(value, bytes):
        return value
    data = getattr(value, "data", None)
    return data if isinstance(data, bytes) else json.dumps(value, default=str).encode()


@dataclass(frozen=True)
class Visitor:
    """A kit's and a person's way into a running office."""

    url: str
    session: requests.Session
    authorization: str
    authority: str
    routes: frozenset[tuple[str, str]]

    def send(self, case: schemathesis.Case[Any]) -> schemathesis.Response:
        """Send one request."""
        case.query.pop("wait", None)
        headers = {"Authorization": self.authorization} if case.path.startswith("/v1") else {}
        return case.call(
            base_url=self.url, session=self.session, headers=headers, timeout=LONGEST_S, verify=self.authority
        )


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("fuzz")
    with RunningOffice(ServeOptions(folder / "office", port=0, intake=False)) as office:
        kit = make_kit(folder / "kit", office.url)
        asyncio.run(kit.engine.pair(new_code(office.office, "KIT-1")))
        accounts.create_account(office.office, "admin", "Administrator Contoh", PASSWORD, administrator=True)
        trust = load_trust(kit.folder / "trust")
        claim = SessionClaim(trust.kit_id, datetime.now(UTC), trust.certificate.fingerprint[:16], LedgerHead(0, b""))
        authority = str(kit.folder / "trust" / "authority.pem")
        routes = frozenset(
            (route.path, method)
            for route in build_app(office.office).routes
            if isinstance(route, Route)
            for method in route.methods or ()
        )
        with requests.Session() as session:
            session.trust_env = False
            session.verify = authority
            session.headers["Connection"] = "close"
            session.cert = (str(kit.folder / "trust" / "kit.pem"), str(kit.folder / "trust" / "kit.key"))
            entered = session.post(
                f"{office.url}/sign-in",
                data={"login": "admin", "password": PASSWORD},
                allow_redirects=False,
                timeout=LONGEST_S,
            )
            assert entered.status_code == 303
            yield Visitor(office.url, session, sign_session(kit.keys.signer, claim), authority, routes)
        with office.office.database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_brings_the_office_down(visitor: Visitor, case: schemathesis.Case[Any]) -> None:
    reply = visitor.send(case)
    assert reply.status_code < 500, case.as_curl_command()
    if reply.status_code >= 400 and case.path.startswith("/v1") and reply.status_code not in {404, 405}:
        assert reply.headers.get("station-reason"), case.as_curl_command()


def test_the_description_names_every_route(visitor: Visitor) -> None:
    methods = {"get", "head", "post", "patch", "delete", "options"}
    described = {
        (path, name.upper()) for path, item in schema.raw_schema["paths"].items() for name in methods & {*item}
    }
    answered_by_get = {(path, "HEAD") for path, name in described if name == "GET"}
    assert visitor.routes - described - answered_by_get == {("/", "GET"), ("/", "HEAD"), ("/sign-out", "POST")}
    assert described <= visitor.routes
