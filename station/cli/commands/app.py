"""`station` without a command: the full-screen app."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from station.cli.context import passphrase, settings
from station.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from station.bootstrap import StationServices


def open_app(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Open the app, which unlocks the kit behind its first frame; it returns when the user leaves."""
    from station.ui import run

    config = settings(arguments)
    secret = passphrase(config, catalogue)
    opened: list[StationServices] = []

    def open_kit() -> StationServices:
        from station.bootstrap import open_station

        services = open_station(config, secret, catalogue)
        opened.append(services)
        services.put_in_order()
        return services

    try:
        return run(open_kit, catalogue)
    finally:
        for services in opened:
            services.close()
