"""TLS 1.3 contexts of both ends: own authority only, one session ticket, small handshakes (RFC 8446)."""

from __future__ import annotations

import ssl
from pathlib import Path


def server_context(certificate: Path, key: Path, authority: Path) -> ssl.SSLContext:
    """Return the office's side: a client certificate is asked for and, when one is shown, must be ours."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(authority)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.num_tickets = 1
    return context


def client_context(authority: Path, certificate: Path | None = None, key: Path | None = None) -> ssl.SSLContext:
    """Return the kit's side: only this authority is believed, the host name is checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(authority)
    if certificate is not None and key is not None:
        context.load_cert_chain(certificate, key)
    return context


def introduction_context() -> ssl.SSLContext:
    """Return a context that believes anyone: good for one thing, to fetch an authority that is then checked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
