"""The one error tree.

Every error an operator can meet carries the identifier of a message in the
catalogue and its parameters; the words are chosen where the error is shown.
"""

from __future__ import annotations

import errno

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_out_of_space(error: OSError) -> bool:
    """Tell whether the system refused to write for want of space: disk, quota or largest file."""
    return error.errno in _FULL


class StationError(Exception):
    """An error with words for the operator: a message identifier and its parameters."""

    def __init__(self, message_id: str, **params: object) -> None:
        super().__init__(message_id, params)
        self.message_id = message_id
        self.params: dict[str, object] = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.message_id}({details})"


class BadInput(StationError):
    """What was given cannot be used; nothing was changed."""


class Refused(StationError):
    """A rule of the field forbids the step; the message names the cause and what to do."""


class NotAllowed(StationError):
    """The person signed in has no role for the step, or a second person is needed."""


class NotFound(StationError):
    """The thing asked for does not exist here."""


class StorageFailure(StationError):
    """Something could not be made durable or be read back; what was captured before is kept."""


class Tampered(StationError):
    """Stored or received data does not match its hash, chain or signature."""
