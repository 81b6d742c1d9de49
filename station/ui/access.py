"""The one place where a widget finds the app it lives in, with its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode

if TYPE_CHECKING:
    from station.ui.app import StationApp


def station_app(node: DOMNode) -> StationApp:
    """Return the running app, typed."""
    return cast("StationApp", node.app)
