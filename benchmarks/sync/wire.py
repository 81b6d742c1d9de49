"""Bytes and seconds of one packet: our client and server, tuspy with tuspyserver, a plain PUT, in the same run.

`python -m benchmarks.sync.wire [--size 2000000]`. TCP payload through a counting proxy at 2 Mbit/s or `--rate`.
Without cuts and with cuts about every 200 kB; a plain PUT never finishes with cuts and is only measured without.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import random
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from station.keys.certificates import Authority, create_authority
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions
from tests.integration.office.conftest import make_kit
from tests.integration.office.cut_proxy import CutProxy
from tests.integration.office.hurry import Hurry

CUT_BYTES = 200_000
SEED = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2_000_000)
    parser.add_argument("--rate", type=float, default=1_000_000.0, help="bytes per second")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        content = random.Random(SEED).randbytes(arguments.size)
        (folder / "content").write_bytes(content)
        for cut in (0, CUT_BYTES):
            _show("station", cut, *asyncio.run(_ours(folder / f"ours-{cut}", cut, arguments)))
            _show("tuspy + tuspyserver", cut, *_tuspy(folder, cut, arguments))
        _show("plain PUT", 0, *_put(folder, content, arguments))


def _show(name: str, cut: int, wire: int, size: int, seconds: float) -> None:
    overhead = 100 * (wire - size) / size
    print(f"{name:22} cut every {cut:>7}: +{overhead:6.2f} % wire bytes, {seconds:6.1f} s")


async def _ours(folder: Path, cut: int, arguments: argparse.Namespace) -> tuple[int, int, float]:
    with RunningOffice(ServeOptions(folder / "office", port=0, intake=False)) as office:
        kit = make_kit(folder / "kit", office.url)
        await kit.engine.pair(new_code(office.office, "KIT-1"))
        packet = kit.seal(arguments.size)
        kit.queue(packet)
        with CutProxy(office.port, cut, SEED, arguments.rate) as proxy:
            kit.at(f"https://127.0.0.1:{proxy.port}", Hurry(SEED))
            started = time.monotonic()
            report = await kit.engine.run_once("lan")
            seconds = time.monotonic() - started
            if report.receipts != 1:
                raise SystemExit(f"not sent: {report.problems}")
            return proxy.total, packet.size, seconds


def _tuspy(folder: Path, cut: int, arguments: argparse.Namespace) -> tuple[int, int, float]:
    import tuspyserver
    from fastapi import FastAPI
    from tusclient.client import TusClient

    app = FastAPI()
    app.include_router(tuspyserver.create_tus_router(prefix="files", files_dir=str(folder / f"files-{cut}")))
    with _serving(folder, app) as port, CutProxy(port, cut, SEED, arguments.rate) as proxy:
        started = time.monotonic()
        os.environ["REQUESTS_CA_BUNDLE"] = str(folder / "authority.pem")
        client = TusClient(f"https://127.0.0.1:{proxy.port}/files/")
        with open(folder / "content", "rb") as file:
            names = {"filename": "content", "filetype": "application/octet-stream"}
            uploader = client.uploader(
                file_stream=file, retries=200, retry_delay=0.06, chunk_size=arguments.size, metadata=names
            )
            # The server answers with an address without the proxy in it: keep to the proxy.
            url = uploader.create_url().replace(f":{port}/", f":{proxy.port}/")
            uploader.set_url(url)
            uploader.upload()
        return proxy.total, arguments.size, time.monotonic() - started


def _put(folder: Path, content: bytes, arguments: argparse.Namespace) -> tuple[int, int, float]:
    async def take(request: Request) -> Response:
        (folder / "put").write_bytes(await request.body())
        return Response()

    app = Starlette(routes=[Route("/put", take, methods=["PUT"])])
    with _serving(folder, app) as port, CutProxy(port, 0, SEED, arguments.rate) as proxy:
        started = time.monotonic()
        context = ssl.create_default_context(cafile=str(folder / "authority.pem"))
        connection = http.client.HTTPSConnection("127.0.0.1", proxy.port, context=context)
        connection.request("PUT", "/put", body=content)
        connection.getresponse().read()
        connection.close()
        return proxy.total, arguments.size, time.monotonic() - started


@contextmanager
def _serving(folder: Path, app: Starlette) -> Iterator[int]:
    authority = create_authority("bench", datetime.now(UTC))
    server = Authority(authority).issue_to_server(("127.0.0.1",), datetime.now(UTC))
    (folder / "authority.pem").write_bytes(authority.certificate_pem)
    (folder / "server.pem").write_bytes(server.certificate_pem)
    (folder / "server.key").write_bytes(server.key_pem)
    config = uvicorn.Config(
        app, port=0, log_config=None, ssl_certfile=folder / "server.pem", ssl_keyfile=str(folder / "server.key")
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    try:
        yield int(running.servers[0].sockets[0].getsockname()[1])
    finally:
        running.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    main()
