"""Devices: each module here measures one family of drivers against its barest client."""

from __future__ import annotations

import importlib
import pkgutil

from benchmarks.figures import Figure


def figures() -> list[Figure]:
    """Measure all families."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    families = [importlib.import_module(f"benchmarks.devices.{name}") for name in names]
    return [figure for family in families if hasattr(family, "figures") for figure in family.figures()]
