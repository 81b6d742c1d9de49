"""Everything the day leaves on paper, written as workbook and PDF into one folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from station.bootstrap import StationServices
from station.devices.check import CheckReport
from station.domain.clock import local_date

_DAYS_AHEAD = 30


def write_papers(services: StationServices, session_id: str, checklist: CheckReport | None, folder: Path) -> list[str]:
    """Write registers, reports, the daily text and the audit extract; returns the file names."""
    writer = services.registers
    day = local_date(services.clock.now(), services.config.time_zone)
    documents = [
        *writer.session_documents(session_id),
        *writer.day_documents(day),
        writer.usage_report(day.year, day.month),
        writer.programme_report(day, day),
        writer.need_report(day + timedelta(days=_DAYS_AHEAD)),
    ]
    if checklist is not None:
        documents.append(writer.kit_checklist(checklist))
    folder.mkdir(parents=True, exist_ok=True)
    written = writer.write_all(documents, folder)
    text = folder / f"laporan-harian-{day.isoformat()}.txt"
    text.write_text(writer.daily_text(writer.service_day(day, officer="Operator Contoh")), encoding="utf-8")
    extract = folder / "buku-blangko.audit"
    writer.write_audit_extract(extract)
    return [path.name for path in (*written, text, extract)]
