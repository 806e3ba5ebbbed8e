"""TLS for the doors: who we are to a sender, and which senders we hear."""

import ssl
from pathlib import Path

from shared.faults import Mendable


class CertificateUnusable(Mendable):
    """A certificate, its key or the list of authorities cannot be used. Its words name the file, never its content."""


def server_context(certificate: Path, key: Path | None = None, clients: Path | None = None) -> ssl.SSLContext:
    """TLS 1.2 or newer, with `certificate` (PEM, its chain after it) and `key` (in the same file when None).

    With `clients`, only senders whose certificate is of one of these authorities (PEM) are heard: mutual TLS.
    Raises `CertificateUnusable`.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as fault:
        files = f"{certificate} with the key {key}" if key else f"{certificate}"
        raise CertificateUnusable(f"the certificate {files} cannot be used ({_why(fault)})") from None
    if clients is not None:
        try:
            context.load_verify_locations(clients)
        except (OSError, ValueError) as fault:
            raise CertificateUnusable(f"the authorities {clients} cannot be used ({_why(fault)})") from None
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _no_password() -> str:
    raise ValueError("the key has a password")


def _why(fault: Exception) -> str:
    if isinstance(fault, ssl.SSLError):
        return fault.reason or "not PEM"
    return fault.strerror or "not readable" if isinstance(fault, OSError) else str(fault)
