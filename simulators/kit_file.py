"""Writes the kit.toml of a bench: the only place where a bench differs from a kit.

Does not simulate: anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device of kit.toml."""

    kind: str
    driver: str
    address: str
    name: str
    spare: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


def write_kit_file(path: Path, devices: list[DeviceLine], tables: Mapping[str, Mapping[str, object]]) -> None:
    """Write the settings; values are strings, numbers, booleans or lists of strings."""
    blocks = [
        f"[{name}]\n" + "".join(_pair(key, value) for key, value in table.items()) for name, table in tables.items()
    ]
    for device in devices:
        lines = f"[[device]]\nkind = {_quoted(device.kind)}\ndriver = {_quoted(device.driver)}\n"
        lines += f"address = {_quoted(device.address)}\nname = {_quoted(device.name)}\n"
        lines += "spare = true\n" if device.spare else ""
        if device.options:
            pairs = ", ".join(f"{key} = {_quoted(value)}" for key, value in device.options.items())
            lines += f"options = {{ {pairs} }}\n"
        blocks.append(lines)
    path.write_text("# Written by the bench of simulators; a real kit has real addresses here.\n\n" + "\n".join(blocks))


def _pair(key: str, value: object) -> str:
    if isinstance(value, bool):
        return f"{key} = {str(value).lower()}\n"
    if isinstance(value, int | float):
        return f"{key} = {value}\n"
    if isinstance(value, list | tuple):
        return f"{key} = [{', '.join(_quoted(str(item)) for item in value)}]\n"
    return f"{key} = {_quoted(str(value))}\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
