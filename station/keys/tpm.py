"""The laptop's TPM 2.0 keeps one secret that leaves it only for the right authorisation value, on this machine only.

The object sealed in it obeys the TPM's own lock-out: after a number of wrong values, counted by the chip and not by
this program, it answers nobody for a while. Value and secret cross the bus encrypted (a session salted with the
storage key), so that a probe on its pins learns nothing. Built on tpm2-pytss (extra `tpm`), loaded when asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from station.domain.errors import NotAllowed, StorageFailure

OFF, AUTOMATIC = "off", "auto"
SECRET_BYTES = 32
_RESOURCE_MANAGER = Path("/dev/tpmrm0")
_STORAGE_KEY = "ecc256:aes128cfb"
_SEALED_ATTRIBUTES = "userwithauth|fixedtpm|fixedparent"
# Response codes of TPM 2.0 part 2, 6.6.3; the low byte of a format-one code, without its parameter number.
_FORMAT_ONE, _CODE_OF_FORMAT_ONE = 0x080, 0x0BF
_WRONG_VALUE = {0x08E, 0x0A2}
_OTHER_TPM = {0x09F, 0x0A4}
_LOCKED_OUT = 0x921

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """What the TPM gave out to be kept in a file: useless without this very TPM and the value."""

    public: bytes
    private: bytes


class Tpm:
    """One TPM, named by its TCTI (`device:/dev/tpmrm0`); opened for each call and closed again."""

    def __init__(self, tcti: str) -> None:
        self.tcti = tcti

    def seal(self, secret: bytes, value: bytes) -> SealedSecret:
        """Seal a secret under an authorisation value of at most 32 bytes; raises StorageFailure."""
        return self._asked(lambda esys, lib: _seal(esys, lib, secret, value))

    def unseal(self, sealed: SealedSecret, value: bytes) -> bytes:
        """Return the secret; raises NotAllowed for a wrong value, a locked TPM or another machine's secret."""
        return self._asked(lambda esys, lib: _unseal(esys, lib, sealed, value))

    def seconds_per_try(self) -> int:
        """Return how long a locked TPM needs to forgive one wrong value; 0 when it does not say."""
        return self._asked(_lockout_interval)

    def _asked(self, work: Callable[[Any, Any], T]) -> T:
        with _opened(self.tcti) as (esys, lib):
            try:
                return work(esys, lib)
            except lib.TSS2_Exception as error:
                code = int(error.rc)
                if code == _LOCKED_OUT:
                    minutes = -(-_lockout_interval(esys, lib) // 60)
                    raise NotAllowed("keystore-tpm-locked", minutes=minutes) from error
                plain = code & _CODE_OF_FORMAT_ONE if code & _FORMAT_ONE else 0
                if plain in _WRONG_VALUE:
                    raise NotAllowed("passphrase-wrong") from error
                if plain in _OTHER_TPM:
                    raise NotAllowed("keystore-other-machine") from error
                raise StorageFailure("keystore-tpm-failed", reason=f"0x{code:x}") from error


def find_tpm(setting: str) -> Tpm | None:
    """Return the TPM that kit.toml names: `off` none, `auto` the one there is and may be used, else a TCTI.

    Raises StorageFailure when one is named and the library is not installed.
    """
    if setting == OFF:
        return None
    if setting == AUTOMATIC:
        usable = os.access(_RESOURCE_MANAGER, os.R_OK | os.W_OK) and _library_is_there()
        return Tpm(f"device:{_RESOURCE_MANAGER}") if usable else None
    if not _library_is_there():
        raise StorageFailure("keystore-tpm-library-missing")
    return Tpm(setting)


def _library_is_there() -> bool:
    try:
        import tpm2_pytss  # noqa: F401 - only whether it loads
    except (ImportError, OSError, RuntimeError):
        return False
    return True


@contextmanager
def _opened(tcti: str) -> Iterator[tuple[Any, Any]]:
    if not _library_is_there():
        raise StorageFailure("keystore-tpm-library-missing")
    import tpm2_pytss as lib

    os.environ.setdefault("TSS2_LOG", "all+NONE")  # its complaints would be written over the screen
    try:
        esys = lib.ESAPI(tcti)
    except (lib.TSS2_Exception, ValueError, RuntimeError) as error:
        raise StorageFailure("keystore-tpm-missing", tpm=tcti) from error
    with esys:
        yield esys, lib


def _seal(esys: Any, lib: Any, secret: bytes, value: bytes) -> SealedSecret:
    with _storage_key(esys, lib) as parent, _session(esys, lib, parent) as session:
        sensitive = lib.TPM2B_SENSITIVE_CREATE(
            lib.TPMS_SENSITIVE_CREATE(userAuth=lib.TPM2B_AUTH(value), data=lib.TPM2B_SENSITIVE_DATA(secret))
        )
        template = lib.TPM2B_PUBLIC.parse("keyedhash", objectAttributes=_SEALED_ATTRIBUTES)
        private, public, *_rest = esys.create(parent, sensitive, template, session1=session)
    return SealedSecret(public.marshal(), private.marshal())


def _unseal(esys: Any, lib: Any, sealed: SealedSecret, value: bytes) -> bytes:
    public, _used = lib.TPM2B_PUBLIC.unmarshal(sealed.public)
    private, _used = lib.TPM2B_PRIVATE.unmarshal(sealed.private)
    with _storage_key(esys, lib) as parent, _session(esys, lib, parent) as session:
        handle = esys.load(parent, private, public)
        try:
            esys.tr_set_auth(handle, value)
            return bytes(esys.unseal(handle, session1=session))
        finally:
            esys.flush_context(handle)


@contextmanager
def _storage_key(esys: Any, lib: Any) -> Iterator[Any]:
    """Make the storage key anew: the same in the same TPM until its owner clears it, and nothing permanent in it."""
    try:
        handle, *_rest = esys.create_primary(None, _STORAGE_KEY, lib.ESYS_TR.OWNER)
    except lib.TSS2_Exception as error:  # an owner's password, say: nothing the kit's passphrase could mend
        raise StorageFailure("keystore-tpm-failed", reason=f"0x{int(error.rc):x}") from error
    try:
        yield handle
    finally:
        esys.flush_context(handle)


@contextmanager
def _session(esys: Any, lib: Any, salt_key: Any) -> Iterator[Any]:
    session = esys.start_auth_session(
        tpm_key=salt_key,
        bind=lib.ESYS_TR.NONE,
        session_type=lib.TPM2_SE.HMAC,
        symmetric=lib.TPMT_SYM_DEF(
            algorithm=lib.TPM2_ALG.AES,
            keyBits=lib.TPMU_SYM_KEY_BITS(sym=128),
            mode=lib.TPMU_SYM_MODE(sym=lib.TPM2_ALG.CFB),
        ),
        auth_hash=lib.TPM2_ALG.SHA256,
    )
    encrypted = lib.TPMA_SESSION.DECRYPT | lib.TPMA_SESSION.ENCRYPT
    esys.trsess_set_attributes(session, encrypted | lib.TPMA_SESSION.CONTINUESESSION)
    try:
        yield session
    finally:
        esys.flush_context(session)


def _lockout_interval(esys: Any, lib: Any) -> int:
    wanted = lib.TPM2_PT.LOCKOUT_INTERVAL
    _more, found = esys.get_capability(lib.TPM2_CAP.TPM_PROPERTIES, wanted, 1)
    for entry in found.data.tpmProperties:
        if entry.property == wanted:
            return int(entry.value)
    return 0
