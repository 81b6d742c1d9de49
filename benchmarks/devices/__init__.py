"""Devices: each module here measures one family of drivers against its barest client."""

from __future__ import annotations

import importlib
import multiprocessing
import pkgutil
from concurrent.futures import ProcessPoolExecutor

from benchmarks.figures import Figure


def figures() -> list[Figure]:
    """Measure all families, each in its own process: a process meets only the first PC/SC service it looked for."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as processes:
        return [figure for found in processes.map(_family, names) for figure in found]


def _family(name: str) -> list[Figure]:
    module = importlib.import_module(f"benchmarks.devices.{name}")
    return module.figures() if hasattr(module, "figures") else []
