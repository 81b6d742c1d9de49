"""Feed items as columns, kind by kind: the maps inside their bodies become columns too (docs/formats/columns.md)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import cbor2

from station.domain.columns import MOST_ROWS, pack, unpack
from station.domain.errors import BadInput

Item = tuple[str, int, bytes]


def pack_items(items: list[Item]) -> list[Any]:
    """Return kind, seconds and body of items as `[kinds, {kind: [count, bodies are maps, columns]}]`."""
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        groups[item[0]].append(item)
    return [[kind for kind, _at, _body in items], {kind: _packed(group) for kind, group in groups.items()}]


def unpack_items(packed: Any) -> list[Item]:
    """Return items from their columns; raises BadInput when they are none."""
    try:
        kinds, groups = packed
        if len(kinds) > MOST_ROWS:
            raise BadInput("sync-message-malformed")
        found = {kind: iter(_unpacked(kind, *group)) for kind, group in groups.items()}
        items = [next(found[kind]) for kind in kinds]
        if any(next(rest, None) is not None for rest in found.values()):
            raise BadInput("sync-message-malformed")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, StopIteration) as error:
        raise BadInput("sync-message-malformed") from error
    return items


def _packed(items: list[Item]) -> list[Any]:
    maps = [_map(body) for _kind, _at, body in items]
    if None in maps:
        return [len(items), False, pack([[at, body] for _kind, at, body in items])]
    return [len(items), True, pack([[at, values] for (_kind, at, _body), values in zip(items, maps, strict=True)])]


def _unpacked(kind: str, count: int, are_maps: bool, columns: Any) -> list[Item]:
    rows = unpack(columns, count)
    return [(kind, at, cbor2.dumps(body, canonical=True) if are_maps else body) for at, body in rows]


def _map(body: bytes) -> dict[str, Any] | None:
    """Return the map a body holds, or None when it would not be written in the same bytes again."""
    try:
        values = cbor2.loads(body)
    except Exception:  # noqa: BLE001 - whatever it is, it travels as it is
        return None
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        return None
    return values if cbor2.dumps(values, canonical=True) == body else None
