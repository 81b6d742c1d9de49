"""kit.toml as frozen values; every default is visible here.

The address of a device is the only thing that differs between a real kit and a
bench of simulators.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from station.domain.errors import BadInput

SettingsT = TypeVar("SettingsT", "OfficeConfig", "LetterheadConfig", "CaptureConfig", "PrintConfig")


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """One device: kind (`fingerprint`), driver (`livescan`), address (`usbip://host:port/1-1`) and options."""

    kind: str
    driver: str
    address: str
    name: str
    spare: bool = False
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfficeConfig:
    """Where the office server is, by each link, and how it is trusted.

    `automatic` sends and asks by itself while the app is open; without it only a person does.
    """

    lan_url: str = ""
    m2m_url: str = ""
    authority_file: str = ""
    pairing_code: str = ""
    apn: str = "m2m.contoh"
    metered_budget_mib_per_day: int = 200
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class LetterheadConfig:
    """Names on letterhead, card and reports; all fictional unless the office fills them in.

    `logo_file` is a picture of the office's own (PNG or JPEG), set left of the letterhead of documents; none is
    shipped, and no card carries it.
    """

    regency_code: str = "63.11"
    regency: str = "KABUPATEN BALANGAN"
    province: str = "KALIMANTAN SELATAN"
    office: str = "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL"
    address: str = "Jalan Contoh Nomor 1"
    city: str = "Paringin"
    head_title: str = "KEPALA DINAS"
    head_name: str = "NAMA CONTOH"
    head_rank: str = "Pangkat Contoh"
    head_nip: str = "000000000000000000"
    logo_file: str = ""


@dataclass(frozen=True, slots=True)
class CaptureConfig:
    """Thresholds and tries of the capture steps; quality is our own 0-100.

    `same_finger_threshold` is higher than `match_threshold`: within a sitting 45 pairs are compared, and a false
    alarm would send a whole hand back to the glass.
    """

    finger_quality_min: int = 35
    iris_quality_min: int = 40
    face_quality_min: int = 40
    tries: int = 3
    match_threshold: float = 70.0
    same_finger_threshold: float = 110.0
    retention_days: int = 7
    finger_compression: str = "jpeg2000"
    backup_dirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintConfig:
    """Limits of the print room; temperature in degrees Celsius.

    `both_sides` prints the back too and needs a printer with a flipper; `film_cards` is the yield of a film when one
    side is printed. `spoil_warning_percent` is a share of the last `spoil_window_cards` cards.
    """

    room: str = "R-CETAK"
    both_sides: bool = True
    temperature_min_c: float = 160.0
    temperature_max_c: float = 170.0
    cleaning_every_cards: int = 1000
    calibration_every_days: int = 180
    spoil_warning_percent: float = 1.0
    spoil_window_cards: int = 200
    ribbon_cards: int = 500
    film_cards: int = 1500
    poll_s: float = 0.2
    event_photo_days: int = 30


@dataclass(frozen=True, slots=True)
class KitConfig:
    """Everything kit.toml says. Secrets are never in it, only the names of files that hold them.

    `tpm`: `auto` (what a kit.toml without it means) seals the kit's keys in the laptop's TPM where one may be used,
    `off` never, else the TCTI of a TPM.
    """

    kit_id: str
    data_dir: Path
    passphrase_file: Path | None
    time_zone: ZoneInfo
    language: str
    devices: tuple[DeviceConfig, ...]
    office: OfficeConfig
    letterhead: LetterheadConfig
    capture: CaptureConfig
    printing: PrintConfig
    tpm: str = "off"


def load_config(path: Path) -> KitConfig:
    """Read kit.toml; raises BadInput with the reason when it cannot be used."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadInput("config-missing", path=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput("config-unreadable", path=str(path), reason=str(error)) from error
    try:
        return _from_raw(raw, path.parent)
    except _Entry as error:
        raise BadInput(f"config-entry-{error.trouble}", path=str(path), entry=error.name) from error
    except (TypeError, ValueError, ZoneInfoNotFoundError) as error:
        raise BadInput("config-wrong", path=str(path), reason=str(error)) from error


class _Entry(Exception):
    """An entry that is missing or unknown, with its name as the file writes it."""

    def __init__(self, trouble: str, name: str) -> None:
        super().__init__(name)
        self.trouble, self.name = trouble, name


def _needed(table: dict[str, object], key: str, where: str) -> str:
    if key not in table:
        raise _Entry("missing", f"[{where}] {key}")
    return str(table[key])


def _settings(kind: type[SettingsT], table: dict[str, Any], where: str) -> SettingsT:
    """Return a group of settings."""
    _only(table, {field.name for field in fields(kind)}, f"[{where}]")
    return kind(**table)


def _only(table: dict[str, Any], known: set[str], where: str) -> None:
    """Tell an entry that does not exist: it is most likely misspelt, and nothing would come of it."""
    for key in table:
        if key not in known:
            raise _Entry("unknown", f"{where} {key}".strip())


def _from_raw(raw: dict[str, object], base: Path) -> KitConfig:
    _only(raw, {"kit", "device", "office", "letterhead", "capture", "print"}, "")
    kit = _table(raw, "kit")
    _only(kit, {"id", "data_dir", "passphrase_file", "time_zone", "language", "tpm"}, "[kit]")
    kit_id = _needed(kit, "id", "kit")
    passphrase = kit.get("passphrase_file")
    capture = dict(_table(raw, "capture"))
    if "backup_dirs" in capture:
        capture["backup_dirs"] = tuple(str(base / str(item)) for item in capture["backup_dirs"])
    office = dict(_table(raw, "office"))
    if office.get("authority_file"):
        office["authority_file"] = str(base / str(office["authority_file"]))
    letterhead = dict(_table(raw, "letterhead"))
    if letterhead.get("logo_file"):
        letterhead["logo_file"] = str(base / str(letterhead["logo_file"]))
    devices = raw.get("device", [])
    if not isinstance(devices, list):
        raise TypeError("device must be a list of tables")
    return KitConfig(
        kit_id=kit_id,
        data_dir=base / str(kit.get("data_dir", "data")),
        passphrase_file=base / str(passphrase) if passphrase else None,
        time_zone=ZoneInfo(str(kit.get("time_zone", "Asia/Makassar"))),
        language=str(kit.get("language", "id")),
        devices=tuple(_device(item, kit_id) for item in devices),
        office=_settings(OfficeConfig, office, "office"),
        letterhead=_settings(LetterheadConfig, letterhead, "letterhead"),
        capture=_settings(CaptureConfig, capture, "capture"),
        printing=_settings(PrintConfig, _table(raw, "print"), "print"),
        tpm=str(kit.get("tpm", "auto")),
    )


def _table(raw: dict[str, object], name: str) -> dict[str, Any]:
    value = raw.get(name, {})
    if not isinstance(value, dict):
        raise TypeError(f"{name} must be a table")
    return value


def _device(item: dict[str, object], kit_id: str) -> DeviceConfig:
    """Read one device; a printer shared by stations learns from the kit's own name who works with it."""
    options = item.get("options", {})
    if not isinstance(options, dict):
        raise TypeError("device.options must be a table")
    _only(item, {field.name for field in fields(DeviceConfig)}, "[[device]]")
    kind = _needed(item, "kind", "[device]")
    if kind == "printer":
        options = {"station": kit_id, **options}
    return DeviceConfig(
        kind=kind,
        driver=_needed(item, "driver", "[device]"),
        address=_needed(item, "address", "[device]"),
        name=str(item.get("name", kind)),
        spare=bool(item.get("spare", False)),
        options={str(key): str(value) for key, value in options.items()},
    )
