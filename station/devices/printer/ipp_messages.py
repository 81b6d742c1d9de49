"""Requests and replies of the Internet Printing Protocol as values; no input or output (RFC 8010, RFC 8011).

The bytes are made and read by the library `ippx`; what it lets through and we do not is
refused here: a reply under another number, with another content, or longer than allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ippx import Attribute, IppDecodeError, IppMessage, JobState, Operation, Tag, decode, encode

from station.devices.errors import BadReply, DeviceRefused
from station.devices.printer.ipp_states import JobFacts

LONGEST_REPLY_BYTES = 1024 * 1024
CONTENT_TYPE = "application/ipp"
JOB_NAME_PREFIX = "station "
_VERSION = (2, 0)
_FIRST_ERROR = 0x0100
_JOB_FACTS = [
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-impressions-completed",
    "job-media-sheets-completed",
    "time-at-processing",
]
_WORDS_OF_STATUS = {
    0x0404: "not-possible",
    0x0406: "not-found",
    0x0408: "job-refused",
    0x040A: "job-refused",
    0x040B: "media-refused",
    0x040E: "media-refused",
    0x0410: "job-refused",
    0x0411: "job-refused",
    0x0504: "exception",
    0x0506: "paused",
    0x0507: "busy",
}
Attributes = dict[str, list[Any]]


class IppRequests:
    """Makes the requests to one printer; each has a number of its own."""

    def __init__(self, printer_uri: str, user: str) -> None:
        self._printer_uri = printer_uri
        self._user = user
        self._number = 0

    def printer_attributes(self, names: list[str]) -> IppMessage:
        """Return Get-Printer-Attributes; may be repeated."""
        return self._request(Operation.GET_PRINTER_ATTRIBUTES, _keywords("requested-attributes", names))

    def jobs(self, which: str, limit: int) -> IppMessage:
        """Return Get-Jobs for `completed` or `not-completed`; may be repeated."""
        return self._request(
            Operation.GET_JOBS,
            Attribute("limit", Tag.INTEGER, [limit]),
            _keywords("requested-attributes", _JOB_FACTS),
            _keywords("which-jobs", [which]),
        )

    def job(self, job_id: int) -> IppMessage:
        """Return Get-Job-Attributes; may be repeated."""
        number = Attribute("job-id", Tag.INTEGER, [job_id])
        return self._request(Operation.GET_JOB_ATTRIBUTES, number, _keywords("requested-attributes", _JOB_FACTS))

    def cancel(self, job_id: int) -> IppMessage:
        """Return Cancel-Job; may be repeated, since a job is cancelled once."""
        return self._request(Operation.CANCEL_JOB, Attribute("job-id", Tag.INTEGER, [job_id]))

    def print_job(self, operation_id: str, document: bytes, document_format: str, media: str) -> IppMessage:
        """Return Print-Job for one card; must never be repeated. The job's name carries our operation identifier.

        A printer that lacks the size asked for must refuse rather than print on another (RFC 8011, 4.2.1.1:
        ipp-attribute-fidelity).
        """
        request = self._request(
            Operation.PRINT_JOB,
            Attribute("job-name", Tag.NAME, [JOB_NAME_PREFIX + operation_id]),
            Attribute("ipp-attribute-fidelity", Tag.BOOLEAN, [bool(media)]),
            Attribute("document-format", Tag.MIME_TYPE, [document_format]),
        )
        template = [Attribute("copies", Tag.INTEGER, [1])]
        if media:
            template.append(Attribute("media", Tag.KEYWORD, [media]))
        request.groups.append((Tag.JOB_ATTRS, template))
        request.data = document
        return request

    def _request(self, operation: Operation, *more: Attribute) -> IppMessage:
        self._number = self._number % 0x7FFFFFFF + 1
        # charset and language first, then the target (RFC 8011, 4.1.4 and 4.1.5)
        attributes = [
            Attribute("attributes-charset", Tag.CHARSET, ["utf-8"]),
            Attribute("attributes-natural-language", Tag.NATURAL_LANGUAGE, ["en"]),
            Attribute("printer-uri", Tag.URI, [self._printer_uri]),
        ]
        attributes += [attribute for attribute in more if attribute.name == "job-id"]
        attributes.append(Attribute("requesting-user-name", Tag.NAME, [self._user]))
        attributes += [attribute for attribute in more if attribute.name != "job-id"]
        return IppMessage(_VERSION, operation, self._number, [(Tag.OPERATION_ATTRS, attributes)])


def encoded(request: IppMessage) -> bytes:
    """Return the bytes of a request."""
    return encode(request)


def read_reply(device: str, command: str, number: int, data: bytes) -> IppMessage:
    """Read the reply to request `number`.

    Raises BadReply when it is malformed or answers something else, DeviceRefused with the printer's status.
    """
    try:
        reply = decode(data)
    except IppDecodeError as error:
        raise BadReply(device, command) from error
    if reply.request_id != number or len(data) > LONGEST_REPLY_BYTES:
        raise BadReply(device, command)
    if reply.code >= _FIRST_ERROR:
        code = _WORDS_OF_STATUS.get(reply.code, f"refused-{reply.code:04x}")
        words = code if reply.code in _WORDS_OF_STATUS else "refused"
        raise DeviceRefused(device, command, code, f"printer-{words}")
    return reply


def printer_attributes(reply: IppMessage) -> Attributes:
    """Return the attributes of the printer, each a list of values."""
    found: Attributes = {}
    for tag, attributes in reply.groups:
        if tag == Tag.PRINTER_ATTRS:
            found.update({attribute.name: attribute.values for attribute in attributes})
    return found


def jobs_of(device: str, command: str, reply: IppMessage) -> list[JobFacts]:
    """Return the jobs of a reply; raises BadReply when one has no number or state."""
    found = []
    for tag, attributes in reply.groups:
        if tag == Tag.JOB_ATTRS:
            found.append(_job(device, command, {attribute.name: attribute.values for attribute in attributes}))
    return found


def _job(device: str, command: str, values: Mapping[str, list[Any]]) -> JobFacts:
    try:
        number, state = values["job-id"][0], JobState(values["job-state"][0])
        counts = [values.get(name, [None])[0] for name in ("job-media-sheets-completed", "job-impressions-completed")]
    except (KeyError, IndexError, ValueError) as error:
        raise BadReply(device, command) from error
    if not isinstance(number, int) or number < 1:
        raise BadReply(device, command)
    name = str(values.get("job-name", [""])[0])
    operation = name.removeprefix(JOB_NAME_PREFIX) if name.startswith(JOB_NAME_PREFIX) else ""
    reasons = tuple(str(reason) for reason in values.get("job-state-reasons", []))
    came_out = any(isinstance(count, int) and count > 0 for count in counts)
    # 'no-value' is how a printer says that a job has not been processed (RFC 8011, 5.3.14.2)
    began = values["time-at-processing"][0] is not None if "time-at-processing" in values else None
    return JobFacts(number, operation, state, reasons, came_out, began)


def _keywords(name: str, values: list[str]) -> Attribute:
    return Attribute(name, Tag.KEYWORD, list(values))
