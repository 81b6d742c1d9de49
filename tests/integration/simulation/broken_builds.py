"""Ways to build sync wrong, each of which the simulation must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from station.capture.packet import OuterManifest
from station.domain.identifiers import CountedIds
from station.office import batches, receive, tables
from station.office.context import Office
from station.office.kits import KnownKit
from station.sync.wire import Receipt, encode_receipt
from tests.integration.simulation.world_cast import KEYS


@dataclass
class Broken:
    """Ways to build it wrong; a right build has none."""

    no_fsync_at_office: bool = False
    acknowledge_before_commit: bool = False
    delete_on_last_byte: bool = False
    batch_not_idempotent: bool = False
    synchronous_normal: bool = False


class BuiltWorld(Protocol):
    """What a wrong build needs of a world: how it is built, what happens later, identifiers."""

    broken: Broken
    pending: list[Callable[[], None]]
    ids: CountedIds


@contextmanager
def built_as(world: BuiltWorld) -> Iterator[None]:
    """Build it wrong where the world asks for it, for as long as the block runs."""
    build: Any = batches
    commit, earlier, insert = receive._commit, build._earlier, build.insert_new
    if world.broken.acknowledge_before_commit:

        def later(office: Office, known: KnownKit, manifest: OuterManifest, sha256: bytes, size: int) -> bytes:
            world.pending.append(lambda: _ignore(commit(office, known, manifest, sha256, size)))
            return encode_receipt(KEYS.office, Receipt(manifest.packet_id, sha256, size, office.clock.now()))

        receive._commit = later
    if world.broken.batch_not_idempotent:
        build._earlier = lambda _connection, _content: None
        build.insert_new = lambda connection, table, **values: insert(
            connection, table, **(values | ({"event_id": world.ids.new()} if table is tables.event else {}))
        )
    try:
        yield
    finally:
        receive._commit, build._earlier, build.insert_new = commit, earlier, insert


def _ignore(_value: object) -> None: ...
