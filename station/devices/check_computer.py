"""The computer's share of the kit check: disk, battery, backup media. Blocking; run on a worker thread."""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_MIB = 1024 * 1024
_DISK_STOP_MIB = 1024
_DISK_CARE_MIB = 5 * 1024
_BACKUP_STOP_MIB = 512
_BATTERY_CARE_PERCENT = 50
_PROBE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """What one item of the check found: good, or may go all the same, or not; texts are message identifiers."""

    good: bool
    may_go: bool
    facts: dict[str, str] = field(default_factory=dict)
    causes: tuple[str, ...] = ()
    params: dict[str, object] = field(default_factory=dict)

    @classmethod
    def care(cls, cause: str, **params: object) -> Finding:
        """Return a finding that does not keep the kit at home."""
        return cls(False, True, {}, (cause,), params)

    @classmethod
    def stop(cls, cause: str, **params: object) -> Finding:
        """Return a finding that keeps the kit at home."""
        return cls(False, False, {}, (cause,), params)


def check_disk(data_dir: Path) -> Finding:
    """Check the free space where recordings are kept."""
    try:
        free_mib = shutil.disk_usage(_existing(data_dir)).free // _MIB
    except OSError as error:
        return Finding.stop("check-disk-unreadable", path=str(data_dir), reason=error.strerror or "")
    facts = {"check-free-mib": str(free_mib)}
    if free_mib < _DISK_CARE_MIB:
        return Finding(False, free_mib >= _DISK_STOP_MIB, facts, ("check-disk-low",), {"free_mib": free_mib})
    return Finding(True, True, facts)


def check_battery() -> Finding:
    """Check the battery where the system tells about one."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is None:
        return Finding(True, True, {"check-battery-percent": "-"})
    facts = {"check-battery-percent": f"{battery.percent:.0f}"}
    if battery.power_plugged or battery.percent >= _BATTERY_CARE_PERCENT:
        return Finding(True, True, facts)
    return Finding(False, True, facts, ("check-battery-low",), {"percent": round(battery.percent)})


def check_backup_dir(folder: str) -> Finding:
    """Write a file to a backup medium, read it back, remove it."""
    path = Path(folder)
    if not path.is_dir():
        return Finding.stop("check-backup-missing", path=folder)
    probe = path / f".check-{secrets.token_hex(8)}"
    data = secrets.token_bytes(_PROBE_BYTES)
    try:
        with probe.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        read_back = probe.read_bytes()
        free_mib = shutil.disk_usage(path).free // _MIB
    except OSError as error:
        return Finding.stop("check-backup-unwritable", path=folder, reason=error.strerror or "")
    finally:
        probe.unlink(missing_ok=True)
    facts = {"check-free-mib": str(free_mib)}
    if read_back != data:
        return Finding.stop("check-backup-unfaithful", path=folder)
    if free_mib < _BACKUP_STOP_MIB:
        return Finding(False, False, facts, ("check-disk-low",), {"free_mib": free_mib})
    return Finding(True, True, facts)


def _existing(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
