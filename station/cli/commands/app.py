"""`station` without a command: the full-screen app."""

from __future__ import annotations

import argparse

from station.cli.context import opened
from station.messages.catalogue import Catalogue


def open_app(arguments: argparse.Namespace, catalogue: Catalogue) -> int:
    """Unlock the kit and open the app; it returns when the user leaves."""
    with opened(arguments, catalogue) as services:
        from station.ui import run

        run(services, catalogue)
    return 0
