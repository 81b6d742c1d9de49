"""Writes the rows of packets, and with them the count of packets by kit and status that the dashboard reads."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from station.office.database import insert_new
from station.office.tables import packet, packet_count


def add_packet(connection: Connection, kit_id: str, packet_id: str, **values: Any) -> bool:
    """Insert a packet unless it is there; tell whether it was new."""
    new = insert_new(connection, packet, kit_id=kit_id, packet_id=packet_id, **values)
    if new:
        _count(connection, kit_id, values["status"], 1)
    return new


def set_packet(connection: Connection, kit_id: str, packet_id: str, **values: Any) -> None:
    """Change a packet's row; a changed status moves its count along, in the same transaction."""
    key = (packet.c.kit_id == kit_id, packet.c.packet_id == packet_id)
    steps: dict[str, int] = {}
    if "status" in values:
        before = connection.execute(select(packet.c.status).where(*key).with_for_update()).scalar()
        if before is not None and before != values["status"]:
            steps = {before: -1, values["status"]: 1}
    connection.execute(update(packet).where(*key).values(**values))
    for status in sorted(steps):  # always in the same order, so that two workers never wait for each other
        _count(connection, kit_id, status, steps[status])


def _count(connection: Connection, kit_id: str, status: str, step: int) -> None:
    if step > 0 and insert_new(connection, packet_count, kit_id=kit_id, status=status, packets=step):
        return
    row = (packet_count.c.kit_id == kit_id, packet_count.c.status == status)
    connection.execute(update(packet_count).where(*row).values(packets=packet_count.c.packets + step))
