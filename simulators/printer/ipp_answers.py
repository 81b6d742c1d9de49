"""The operations of an IPP card printer: bytes in, bytes out (RFC 8011 section 4).

Refuses what the standard tells a printer to refuse: wrong versions, request number 0,
missing or misplaced operation attributes, strange targets, formats and sizes it has not.

A job comes whole (Print-Job) or in steps (Create-Job, Send-Document, Close-Job).

Does not simulate: several documents in a job, printing by reference, compression, access rights.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from ippx import Attribute, IppDecodeError, IppMessage, Operation, Tag, decode, encode

from simulators.printer.ipp_attributes import (
    FORMATS,
    MEDIA,
    OPERATIONS,
    groups_of_printer,
    job_acknowledgement,
    job_attributes,
    printer_attributes,
    wanted_of,
)
from simulators.printer.ipp_jobs import IppJob, IppJobs

OK, BAD_REQUEST, NOT_POSSIBLE, NOT_FOUND = 0x0000, 0x0400, 0x0404, 0x0406
FORMAT_NOT_SUPPORTED, ATTRIBUTES_NOT_SUPPORTED, COMPRESSION_NOT_SUPPORTED = 0x040A, 0x040B, 0x040F
CHARSET_NOT_SUPPORTED, OPERATION_NOT_SUPPORTED, VERSION_NOT_SUPPORTED, BUSY = 0x040D, 0x0501, 0x0503, 0x0507
JOB_CANCELED, ONE_DOCUMENT_ONLY = 0x0508, 0x0509
_IGNORED = 0x0001
_VERSIONS = {(1, 1), (2, 0)}
_SIGNATURES = ((b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"%PDF-", "application/pdf"))
_TEMPLATE = {"copies": 1, "media": MEDIA, "sides": "one-sided", "print-quality": 4, "finishings": 3}
Groups = list[tuple[Tag, list[Attribute]]]


class _Refusal(Exception):
    """A status to answer with, and the attributes that are not supported."""

    def __init__(self, status: int, unsupported: list[Attribute] | None = None) -> None:
        super().__init__(f"{status:04x}")
        self.status = status
        self.unsupported = unsupported or []


class IppAnswers:
    """Answers for one printer at `uri`."""

    def __init__(self, jobs: IppJobs, uri: str) -> None:
        self._jobs = jobs
        self._uri = uri
        self._operations: dict[int, Callable[[IppMessage, dict[str, list[Any]]], Groups]] = {
            Operation.PRINT_JOB: self._print_job,
            Operation.VALIDATE_JOB: self._validate_job,
            Operation.CREATE_JOB: self._create_job,
            Operation.SEND_DOCUMENT: self._send_document,
            Operation.CLOSE_JOB: self._close_job,
            Operation.CANCEL_JOB: self._cancel_job,
            Operation.CANCEL_MY_JOBS: self._cancel_my_jobs,
            Operation.GET_JOB_ATTRIBUTES: self._get_job_attributes,
            Operation.GET_JOBS: self._get_jobs,
            Operation.GET_PRINTER_ATTRIBUTES: self._get_printer_attributes,
        }

    def answer(self, data: bytes, busy: bool = False) -> bytes:
        """Return the reply to a request, however wrong the request is."""
        try:
            request = decode(data)
        except IppDecodeError:
            number = struct.unpack(">I", data[4:8])[0] if len(data) >= 8 else 0
            return self._reply((1, 1), number, BAD_REQUEST, [])
        version = request.version if request.version in _VERSIONS else (1, 1)
        try:
            attributes = self._checked(request)
            if busy:
                raise _Refusal(BUSY)
            status, groups = OK, self._operations[request.code](request, attributes)
            if groups and groups[0][0] == Tag.UNSUPPORTED_ATTRS:
                status = _IGNORED
        except _Refusal as refusal:
            status = refusal.status
            groups = [(Tag.UNSUPPORTED_ATTRS, refusal.unsupported)] if refusal.unsupported else []
        return self._reply(version, request.request_id, status, groups)

    def _reply(self, version: tuple[int, int], number: int, status: int, groups: Groups) -> bytes:
        head = [
            Attribute("attributes-charset", Tag.CHARSET, ["utf-8"]),
            Attribute("attributes-natural-language", Tag.NATURAL_LANGUAGE, ["en"]),
        ]
        return encode(IppMessage(version, status, number, [(Tag.OPERATION_ATTRS, head), *groups]))

    def _checked(self, request: IppMessage) -> dict[str, list[Any]]:
        if request.version not in _VERSIONS:
            raise _Refusal(VERSION_NOT_SUPPORTED)
        if request.request_id == 0 or not request.groups or request.groups[0][0] != Tag.OPERATION_ATTRS:
            raise _Refusal(BAD_REQUEST)
        names = [attribute.name for attribute in request.groups[0][1]]
        if names[:2] != ["attributes-charset", "attributes-natural-language"] or len(set(names)) != len(names):
            raise _Refusal(BAD_REQUEST)
        if request.code not in OPERATIONS:
            raise _Refusal(OPERATION_NOT_SUPPORTED)
        attributes = {attribute.name: attribute.values for attribute in request.groups[0][1]}
        if str(attributes["attributes-charset"][0]).lower() != "utf-8":
            raise _Refusal(CHARSET_NOT_SUPPORTED)
        targets = [attributes[name][0] for name in ("printer-uri", "job-uri") if name in attributes]
        if not targets:
            raise _Refusal(BAD_REQUEST)
        return attributes

    def _print_job(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        ignored = self._validate_job(request, attributes)
        if not request.data:
            raise _Refusal(BAD_REQUEST)
        document_format = self._format(attributes, request.data)
        job = self._jobs.add(_name(attributes), _user(attributes), request.data, document_format)
        return [*ignored, (Tag.JOB_ATTRS, job_acknowledgement(job, self._uri))]

    def _create_job(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        ignored = self._validate_job(request, attributes)
        job = self._jobs.begin(_name(attributes), _user(attributes))
        return [*ignored, (Tag.JOB_ATTRS, job_acknowledgement(job, self._uri))]

    def _send_document(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        job, last = self._job(attributes), attributes.get("last-document")
        if last is None:
            raise _Refusal(BAD_REQUEST)
        if not job.active:
            raise _Refusal(JOB_CANCELED)
        if not job.open:
            raise _Refusal(NOT_POSSIBLE)
        if request.data and job.document:
            raise _Refusal(ONE_DOCUMENT_ONLY)
        if request.data:
            self._validate_job(request, attributes)
            job.document_format, job.document = self._format(attributes, request.data), request.data
        if last == [True]:
            self._jobs.finish(job)
        return [(Tag.JOB_ATTRS, job_acknowledgement(job, self._uri))]

    def _close_job(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        del request
        job = self._job(attributes)
        if not job.open:
            raise _Refusal(NOT_POSSIBLE)
        self._jobs.finish(job)
        return []

    def _cancel_my_jobs(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        del request
        numbers = attributes.get("job-ids")
        for job in self._jobs.of(completed=False):
            if job.user == _user(attributes) and (numbers is None or job.job_id in numbers):
                self._jobs.cancel(job)
        return []

    def _validate_job(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        if attributes.get("compression", ["none"]) != ["none"]:
            raise _Refusal(COMPRESSION_NOT_SUPPORTED)
        self._format(attributes, b"")
        asked = [attribute for tag, found in request.groups if tag == Tag.JOB_ATTRS for attribute in found]
        strange = [one for one in asked if one.name in _TEMPLATE and one.values != [_TEMPLATE[one.name]]]
        if strange and attributes.get("ipp-attribute-fidelity") == [True]:
            raise _Refusal(ATTRIBUTES_NOT_SUPPORTED, strange)
        return [(Tag.UNSUPPORTED_ATTRS, strange)] if strange else []

    def _format(self, attributes: dict[str, list[Any]], document: bytes) -> str:
        asked = str(attributes.get("document-format", ["application/octet-stream"])[0])
        if asked not in FORMATS:
            raise _Refusal(FORMAT_NOT_SUPPORTED)
        seen = next((kind for start, kind in _SIGNATURES if document.startswith(start)), "")
        if document and (not seen or asked not in (seen, "application/octet-stream")):
            raise _Refusal(FORMAT_NOT_SUPPORTED)
        return seen or asked

    def _cancel_job(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        del request
        job = self._job(attributes)
        if not job.active:
            raise _Refusal(NOT_POSSIBLE)
        self._jobs.cancel(job)
        return []

    def _get_job_attributes(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        del request
        return [(Tag.JOB_ATTRS, self._job_facts(self._job(attributes), attributes.get("requested-attributes", [])))]

    def _get_jobs(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        del request
        which = str(attributes.get("which-jobs", ["not-completed"])[0])
        if which not in ("completed", "not-completed"):
            refused = Attribute("which-jobs", Tag.KEYWORD, [which])
            raise _Refusal(ATTRIBUTES_NOT_SUPPORTED, [refused])
        found = self._jobs.of(completed=which == "completed")
        if attributes.get("my-jobs") == [True]:
            found = [job for job in found if job.user == _user(attributes)]
        limit = attributes.get("limit", [len(found)])[0]
        wanted = attributes.get("requested-attributes", ["job-id", "job-uri"])
        return [(Tag.JOB_ATTRS, self._job_facts(job, wanted)) for job in found[:limit]]

    def _get_printer_attributes(self, request: IppMessage, attributes: dict[str, list[Any]]) -> Groups:
        del request
        self._format(attributes, b"")
        wanted = attributes.get("requested-attributes", [])
        found = wanted_of(printer_attributes(self._jobs, self._uri), wanted, groups_of_printer(self._jobs, self._uri))
        return [(Tag.PRINTER_ATTRS, found)]

    def _job(self, attributes: dict[str, list[Any]]) -> IppJob:
        number = attributes.get("job-id", [None])[0]
        if number is None:
            last = str(attributes.get("job-uri", [""])[0]).rsplit("/", 1)[-1]
            number = int(last) if last.isdigit() else 0
        job = self._jobs.get(number) if isinstance(number, int) else None
        if job is None:
            raise _Refusal(NOT_FOUND)
        return job

    def _job_facts(self, job: IppJob, requested: list[Any]) -> list[Attribute]:
        facts = job_attributes(job, self._uri, self._jobs.up_s())
        groups = {"job-description": {attribute.name for attribute in facts}, "job-template": set()}
        return wanted_of(facts, requested, groups)


def _name(attributes: dict[str, list[Any]]) -> str:
    return str(attributes.get("job-name", attributes.get("document-name", ["tanpa nama"]))[0])


def _user(attributes: dict[str, list[Any]]) -> str:
    return str(attributes.get("requesting-user-name", ["anonymous"])[0])
