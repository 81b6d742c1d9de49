"""`station office`: the office server, and codes that pair kits with it."""

from __future__ import annotations

import argparse
from pathlib import Path

from station.cli.adder import Adder
from station.cli.context import put
from station.messages.catalogue import Catalogue


def add_office(command: Adder) -> None:
    """Say the arguments."""
    serve = command.child("serve")
    serve.runs(_serve, as_json=False)
    _data(serve)
    serve.takes("--host", default="127.0.0.1")
    serve.takes("--port", type=int, default=8443)
    serve.takes("--centre", default="", metavar="URL")
    serve.takes("--database", default=None, metavar="URL")
    serve.takes("--storage", default=None, metavar="URL")
    code = command.child("code")
    code.runs(_code)
    _data(code)
    code.takes("--kit", required=True)


def _data(command: Adder) -> None:
    command.takes("--data", type=Path, default=Path("office"))


def _serve(arguments: argparse.Namespace, _catalogue: Catalogue) -> int:
    from station.office.serve import serve

    serve(arguments.data, arguments.host, arguments.port, arguments.centre, arguments.database, arguments.storage)
    return 0


def _code(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    from station.office.kits import new_code
    from station.office.serve import ServeOptions, open_office

    office = open_office(ServeOptions(arguments.data))
    try:
        code = new_code(office, arguments.kit)
    finally:
        office.database.close()
    put(
        arguments,
        {"kit": arguments.kit, "code": code},
        catalogue.text("cli-office-code-made", kit=arguments.kit, code=code),
    )
    return 0
