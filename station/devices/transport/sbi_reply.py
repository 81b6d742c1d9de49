"""Checks what an SBI device answered, every time and completely, before anything of it is used.

Order of the checks: the device's own error, number of parts, then for each part
signature and chain, transaction, time, version, part name, hash chain. Pure: the
present moment is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from station.devices.transport.sbi_messages import SPEC_VERSIONS, CapturePlan, chained_hash, read_moment
from station.devices.transport.sbi_trust import NotBelieved, SignedAnswer, TrustRoots, decoded


class DeviceSaid(Exception):
    """The device answered with its own error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SbiDevice:
    """One device behind the service, as its signed description says."""

    device_id: str
    status: str
    sub_ids: tuple[str, ...]
    spec_version: str
    firmware: str
    make: str
    model: str
    serial: str
    bio_type: str
    sub_type: str


@dataclass(frozen=True, slots=True)
class SbiPart:
    """One believed biometric record."""

    name: str
    record: bytes
    quality: int | None
    token: bytes
    hash: str
    captured_at: datetime


def read_devices(reply: object, trust: TrustRoots, now: datetime) -> list[SbiDevice]:
    """Return the believed devices in the answer to MOSIPDINFO; raises NotBelieved or DeviceSaid."""
    if not isinstance(reply, list):
        raise NotBelieved("sbi-malformed")
    devices = []
    for item in reply:
        entry = _table(item)
        _raise_device_error(entry.get("error"))
        info = trust.believe(_text(entry, "deviceInfo"), now).payload
        identity = trust.believe(_text(info, "digitalId"), now).payload
        versions = info.get("specVersion")
        known = [version for version in SPEC_VERSIONS if isinstance(versions, list) and version in versions]
        if not known:
            raise NotBelieved("sbi-version")
        devices.append(
            SbiDevice(
                device_id=_text(info, "deviceId"),
                status=_text(info, "deviceStatus"),
                sub_ids=tuple(str(sub_id) for sub_id in info.get("deviceSubId") or ()),
                spec_version=known[0],
                firmware=_text(info, "firmware"),
                make=_text(identity, "make"),
                model=_text(identity, "model"),
                serial=_text(identity, "serialNo"),
                bio_type=_text(identity, "type"),
                sub_type=_text(identity, "deviceSubType"),
            )
        )
    return devices


def read_capture(
    reply: object, plan: CapturePlan, device: SbiDevice, trust: TrustRoots, now: datetime, fresh_s: float
) -> list[SbiPart]:
    """Return the believed parts in the order wanted; raises NotBelieved or DeviceSaid. All parts or none."""
    items = _table(reply).get("biometrics")
    if not isinstance(items, list):
        raise NotBelieved("sbi-malformed")
    for item in items:
        _raise_device_error(_table(item).get("error"))
    if len(items) != len(plan.wanted):
        raise NotBelieved("sbi-count-wrong")
    parts: dict[str, SbiPart] = {}
    previous = plan.previous_hash
    for item in items:
        part = _read_part(item, plan, device, trust, now, fresh_s, previous)
        previous = part.hash
        parts[part.name] = part
    if set(parts) != set(plan.wanted):
        raise NotBelieved("sbi-wrong-part")
    return [parts[name] for name in plan.wanted]


def _read_part(
    item: dict[str, Any],
    plan: CapturePlan,
    device: SbiDevice,
    trust: TrustRoots,
    now: datetime,
    fresh_s: float,
    previous: str,
) -> SbiPart:
    if item.get("specVersion") not in SPEC_VERSIONS:
        raise NotBelieved("sbi-version")
    answer = trust.believe(_text(item, "data"), now)
    payload = answer.payload
    captured_at = _check_freshness(payload, plan, now, fresh_s)
    _check_origin(payload, plan, device, trust, now)
    try:
        record = decoded(_text(payload, "bioValue"))
    except ValueError as error:
        raise NotBelieved("sbi-malformed") from error
    claimed = _text(item, "hash")
    if claimed.upper() != chained_hash(previous, record):
        raise NotBelieved("sbi-hash-wrong")
    return _part(answer, record, claimed.upper(), captured_at)


def _check_freshness(payload: dict[str, Any], plan: CapturePlan, now: datetime, fresh_s: float) -> datetime:
    if payload.get("transactionId") != plan.transaction_id:
        raise NotBelieved("sbi-replayed")
    try:
        captured_at = read_moment(_text(payload, "timestamp"))
    except ValueError as error:
        raise NotBelieved("sbi-malformed") from error
    if abs(captured_at - now) > timedelta(seconds=fresh_s):
        raise NotBelieved("sbi-stale")
    return captured_at


def _check_origin(
    payload: dict[str, Any], plan: CapturePlan, device: SbiDevice, trust: TrustRoots, now: datetime
) -> None:
    identity = trust.believe(_text(payload, "digitalId"), now).payload
    if identity.get("serialNo") != device.serial:
        raise NotBelieved("sbi-device-changed")
    if payload.get("bioType") != plan.bio_type.value or payload.get("bioSubType") not in plan.wanted:
        raise NotBelieved("sbi-wrong-part")
    if payload.get("purpose") != "Registration" or payload.get("env") != plan.env:
        raise NotBelieved("sbi-environment")


def _part(answer: SignedAnswer, record: bytes, chain: str, captured_at: datetime) -> SbiPart:
    return SbiPart(
        name=_text(answer.payload, "bioSubType"),
        record=record,
        quality=_quality(answer.payload.get("qualityScore")),
        token=answer.token,
        hash=chain,
        captured_at=captured_at,
    )


def _quality(text: object) -> int | None:
    try:
        value = float(str(text))
    except ValueError:
        return None
    return round(value) if 0 <= value <= 100 else None


def _raise_device_error(error: object) -> None:
    if error is None:
        return
    code = str(_table(error).get("errorCode", ""))
    if code not in ("0", ""):
        raise DeviceSaid(code)


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotBelieved("sbi-malformed")
    return value


def _text(table: dict[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise NotBelieved("sbi-malformed")
    return value
