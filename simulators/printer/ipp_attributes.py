"""What an IPP card printer says of itself and of its jobs, as attributes (RFC 8011 section 5, PWG 5100.12).

Does not simulate: media-col, finishings, subscriptions, resources, PWG raster and the rest of IPP Everywhere, which
it does not claim to be.
"""

from __future__ import annotations

from typing import Any

from ippx import Attribute, Operation, PrinterState, Resolution, Tag

from simulators.printer.ipp_jobs import GIVE_UP_AFTER_S, IppJob, IppJobs
from simulators.printer.mechanism import PrinterMechanism
from station.devices.printer.interface import PrinterActivity, PrinterCondition

MEDIA = "custom_cr80_53.98x85.6mm"
FORMATS = ("image/png", "image/jpeg", "application/pdf", "application/octet-stream")
OPERATIONS = (
    Operation.PRINT_JOB,
    Operation.VALIDATE_JOB,
    Operation.CREATE_JOB,
    Operation.SEND_DOCUMENT,
    Operation.CANCEL_JOB,
    Operation.GET_JOB_ATTRIBUTES,
    Operation.GET_JOBS,
    Operation.GET_PRINTER_ATTRIBUTES,
    Operation.CANCEL_MY_JOBS,
    Operation.CLOSE_JOB,
)
_REASONS = {
    PrinterCondition.HOPPER_EMPTY: "media-empty-error",
    PrinterCondition.FEED_FAILED: "media-jam-error",
    PrinterCondition.CARD_JAM: "media-jam-error",
    PrinterCondition.COVER_OPEN: "cover-open-error",
    PrinterCondition.OUTPUT_FULL: "output-area-full-error",
    PrinterCondition.RIBBON_OUT: "marker-supply-empty-error",
    PrinterCondition.RIBBON_MISSING: "marker-print-ribbon-missing-error",
    PrinterCondition.FILM_OUT: "marker-supply-empty-error",
}
_TAGS = {bool: Tag.BOOLEAN, int: Tag.INTEGER, Resolution: Tag.RESOLUTION, tuple: Tag.RANGE}


def reasons(printer: PrinterMechanism) -> list[str]:
    """Return printer-state-reasons; what IPP has no word for is `other-error`."""
    found = [_REASONS.get(condition, "other-error") for condition in printer.conditions]
    if not printer.hopper and "media-empty-error" not in found:
        found.append("media-empty-error" if printer.activity is not PrinterActivity.PRINTING else "media-empty-report")
    return list(dict.fromkeys(found)) or ["none"]


def printer_state(printer: PrinterMechanism) -> PrinterState:
    """Return idle, processing or stopped."""
    if printer.activity in (PrinterActivity.PRINTING, PrinterActivity.FEEDING):
        return PrinterState.PROCESSING
    return PrinterState.STOPPED if reasons(printer) != ["none"] else PrinterState.IDLE


def printer_attributes(jobs: IppJobs, uri: str) -> list[Attribute]:
    """Return every attribute of the printer."""
    return [*_description(jobs, uri), *_state(jobs), *_job_template()]


def job_attributes(job: IppJob, uri: str, up_s: int) -> list[Attribute]:
    """Return every attribute of a job."""
    return [
        _of("job-id", job.job_id),
        Attribute("job-uri", Tag.URI, [f"{uri}/{job.job_id}"]),
        Attribute("job-printer-uri", Tag.URI, [uri]),
        Attribute("job-name", Tag.NAME, [job.name]),
        Attribute("job-originating-user-name", Tag.NAME, [job.user]),
        Attribute("job-state", Tag.ENUM, [int(job.state)]),
        Attribute("job-state-reasons", Tag.KEYWORD, list(job.reasons)),
        _of("time-at-creation", job.created_s),
        _moment("time-at-processing", job.began_s),
        _moment("time-at-completed", job.ended_s),
        _of("job-printer-up-time", up_s),
        _of("job-k-octets", -(-len(job.document) // 1024)),
        _of("job-impressions-completed", job.sheets),
        _of("job-media-sheets-completed", job.sheets),
        Attribute("document-format", Tag.MIME_TYPE, [job.document_format]),
        Attribute("attributes-charset", Tag.CHARSET, ["utf-8"]),
        Attribute("attributes-natural-language", Tag.NATURAL_LANGUAGE, ["en"]),
    ]


def job_acknowledgement(job: IppJob, uri: str) -> list[Attribute]:
    """Return what the answer to Print-Job carries."""
    wanted = ("job-id", "job-uri", "job-state", "job-state-reasons")
    return [attribute for attribute in job_attributes(job, uri, 1) if attribute.name in wanted]


def wanted_of(attributes: list[Attribute], requested: list[Any], groups: dict[str, set[str]]) -> list[Attribute]:
    """Return those attributes that were asked for, by name or by the name of a group."""
    if not requested or "all" in requested:
        return attributes
    names = {str(name) for name in requested}
    for group in names & set(groups):
        names = names | groups[group]
    return [attribute for attribute in attributes if attribute.name in names]


def groups_of_printer(jobs: IppJobs, uri: str) -> dict[str, set[str]]:
    """Return the names in each group that a client may ask for by one word."""
    template = {attribute.name for attribute in _job_template()}
    description = {attribute.name for attribute in [*_description(jobs, uri), *_state(jobs)]}
    return {"job-template": template, "printer-description": description}


def _description(jobs: IppJobs, uri: str) -> list[Attribute]:
    printer = jobs.printer
    device_id = f"MFG:Contoh;MDL:Pencetak Kartu IPP;SN:{printer.serial};CMD:PNG,JPEG,PDF;"
    return [
        Attribute("charset-configured", Tag.CHARSET, ["utf-8"]),
        Attribute("charset-supported", Tag.CHARSET, ["utf-8"]),
        _of("color-supported", True),
        Attribute("compression-supported", Tag.KEYWORD, ["none"]),
        Attribute("document-format-default", Tag.MIME_TYPE, ["image/png"]),
        Attribute("document-format-supported", Tag.MIME_TYPE, list(FORMATS)),
        Attribute("generated-natural-language-supported", Tag.NATURAL_LANGUAGE, ["en"]),
        Attribute("ipp-versions-supported", Tag.KEYWORD, ["1.1", "2.0"]),
        _of("job-ids-supported", True),
        _of("multiple-document-jobs-supported", False),
        _of("multiple-operation-time-out", GIVE_UP_AFTER_S),
        Attribute("multiple-operation-time-out-action", Tag.KEYWORD, ["abort-job"]),
        Attribute("natural-language-configured", Tag.NATURAL_LANGUAGE, ["en"]),
        Attribute("operations-supported", Tag.ENUM, [int(operation) for operation in OPERATIONS]),
        Attribute("pdl-override-supported", Tag.KEYWORD, ["attempted"]),
        Attribute("printer-device-id", Tag.TEXT, [device_id]),
        Attribute("printer-firmware-string-version", Tag.TEXT, ["SIMULASI 1.0"]),
        Attribute("printer-info", Tag.TEXT, ["Pencetak kartu"]),
        Attribute("printer-location", Tag.TEXT, ["Ruang cetak"]),
        Attribute("printer-make-and-model", Tag.TEXT, ["Contoh Pencetak Kartu IPP"]),
        Attribute("printer-more-info", Tag.URI, [uri.replace("ipp://", "http://", 1)]),
        Attribute("printer-name", Tag.NAME, ["Pencetak-Kartu"]),
        Attribute("printer-uri-supported", Tag.URI, [uri]),
        Attribute("uri-authentication-supported", Tag.KEYWORD, ["none"]),
        Attribute("uri-security-supported", Tag.KEYWORD, ["none"]),
        _of("pages-per-minute", 2),
        _of("pages-per-minute-color", 2),
    ]


def _state(jobs: IppJobs) -> list[Attribute]:
    supplies = jobs.printer.supplies()
    return [
        Attribute("printer-state", Tag.ENUM, [int(printer_state(jobs.printer))]),
        Attribute("printer-state-reasons", Tag.KEYWORD, reasons(jobs.printer)),
        _of("printer-is-accepting-jobs", True),
        _of("printer-up-time", jobs.up_s()),
        _of("queued-job-count", len(jobs.of(completed=False))),
        Attribute("marker-names", Tag.NAME, ["YMCKO ribbon", "Transfer film"]),
        Attribute("marker-types", Tag.KEYWORD, ["ink-ribbon", "transfer-unit"]),
        Attribute("marker-colors", Tag.NAME, ["#00FFFF#FF00FF#FFFF00#000000", "none"]),
        Attribute("marker-levels", Tag.INTEGER, [supplies.ribbon_percent, supplies.film_percent]),
    ]


def _job_template() -> list[Attribute]:
    resolution = Resolution(300, 300, 3)
    return [
        _of("copies-default", 1),
        _of("copies-supported", (1, 1)),
        Attribute("finishings-default", Tag.ENUM, [3]),
        Attribute("finishings-supported", Tag.ENUM, [3]),
        Attribute("media-default", Tag.KEYWORD, [MEDIA]),
        Attribute("media-ready", Tag.KEYWORD, [MEDIA]),
        Attribute("media-supported", Tag.KEYWORD, [MEDIA]),
        Attribute("orientation-requested-default", Tag.ENUM, [4]),
        Attribute("orientation-requested-supported", Tag.ENUM, [3, 4]),
        Attribute("output-bin-default", Tag.KEYWORD, ["face-up"]),
        Attribute("output-bin-supported", Tag.KEYWORD, ["face-up"]),
        Attribute("print-quality-default", Tag.ENUM, [4]),
        Attribute("print-quality-supported", Tag.ENUM, [4]),
        _of("printer-resolution-default", resolution),
        _of("printer-resolution-supported", resolution),
        Attribute("sides-default", Tag.KEYWORD, ["one-sided"]),
        Attribute("sides-supported", Tag.KEYWORD, ["one-sided"]),
    ]


def _of(name: str, value: bool | int | tuple[int, int] | Resolution) -> Attribute:
    return Attribute(name, _TAGS[type(value)], [value])


def _moment(name: str, seconds: int) -> Attribute:
    return Attribute(name, Tag.INTEGER, [seconds]) if seconds else Attribute(name, Tag.NO_VALUE, [None])
