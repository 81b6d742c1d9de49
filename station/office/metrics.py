"""Health and OpenMetrics: numbers about the machine and the queue, nothing about persons."""

from __future__ import annotations

import os
from dataclasses import dataclass

from sqlalchemy import select

from station.domain.errors import StationError
from station.office.context import Office
from station.office.overview import Overview, read_overview
from station.office.tables import kit

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_LEAST_FREE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the parts answer."""

    database: bool
    storage: bool
    disk: bool

    @property
    def well(self) -> bool:
        """Tell whether everything answers."""
        return self.database and self.storage and self.disk


def check_health(office: Office) -> Health:
    """Ask database, storage and disk."""
    try:
        with office.database.read() as connection:
            connection.execute(select(kit.c.kit_id).limit(1)).first()
        database = True
    except StationError:
        database = False
    return Health(database, office.storage.healthy(), free_bytes(office) > _LEAST_FREE_BYTES)


def free_bytes(office: Office) -> int:
    """Return the free bytes of the disk that holds half-received packets."""
    if not hasattr(os, "statvfs"):
        return _LEAST_FREE_BYTES + 1
    usage = os.statvfs(office.data_dir)
    return usage.f_bavail * usage.f_frsize


def open_metrics(office: Office) -> str:
    """Return the metrics text (OpenMetrics 1.0)."""
    overview = read_overview(office)
    lines = [
        *_gauge("office_free_bytes", "Free bytes for half-received packets.", [("", free_bytes(office))]),
        *_gauge(
            "office_waiting",
            "Rows that wait to be worked off.",
            [('{kind="packet"}', overview.waiting_packets), ('{kind="event"}', overview.waiting_events)],
        ),
        *_gauge("office_failed", "Rows that were given up.", [("", overview.failed)]),
        *_gauge("office_conflicts", "Conflicts that wait for people.", [("", len(overview.conflicts))]),
        *_gauge(
            "office_records",
            "Records by status.",
            [(f'{{status="{_safe(line.status)}"}}', line.count) for line in overview.statuses],
        ),
        *_kit_lines(overview),
        "# EOF",
    ]
    return "\n".join(lines) + "\n"


def _kit_lines(overview: Overview) -> list[str]:
    def by_kit(values: dict[str, float]) -> list[tuple[str, float]]:
        return [(f'{{kit="{_safe(kit_id)}"}}', value) for kit_id, value in values.items()]

    kits = overview.kits
    ages = {line.kit_id: round((overview.at - line.last_seen).total_seconds()) for line in kits}
    return [
        *_gauge("office_kit_silence_seconds", "Seconds since a kit was heard.", by_kit(dict(ages))),
        *_gauge("office_kit_packets", "Packets stored.", by_kit({line.kit_id: line.packets for line in kits})),
        *_gauge(
            "office_kit_half", "Half-received packets.", by_kit({line.kit_id: line.half_received for line in kits})
        ),
        *_gauge(
            "office_kit_feed_behind", "Feed items not read.", by_kit({line.kit_id: line.feed_behind for line in kits})
        ),
        *_gauge(
            "office_kit_well",
            "1 when a kit is paired and not set apart.",
            by_kit({line.kit_id: int(line.state == "paired") for line in kits}),
        ),
    ]


def _gauge(name: str, words: str, samples: list[tuple[str, float]] | list[tuple[str, int]]) -> list[str]:
    return [f"# TYPE {name} gauge", f"# HELP {name} {words}", *(f"{name}{labels} {value}" for labels, value in samples)]


def _safe(value: str) -> str:
    return "".join(letter for letter in value if letter.isascii() and (letter.isalnum() or letter in "-_"))[:64]
