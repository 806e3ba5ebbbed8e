"""The names a sender's certificate bears."""

import asyncio
from typing import Any, Final, cast

_COMMON_NAME: Final = "commonName"
_OF_A_MACHINE: Final = "DNS"


def certified_names(transport: asyncio.BaseTransport) -> tuple[str, ...]:
    """The common name and the DNS names of the certificate the other side showed, where it was verified; else none."""
    shown = cast("dict[str, Any] | None", transport.get_extra_info("peercert"))
    if not shown:
        return ()
    subject = [name for part in shown.get("subject", ()) for kind, name in part if kind == _COMMON_NAME]
    others = [name for kind, name in shown.get("subjectAltName", ()) if kind == _OF_A_MACHINE]
    return tuple(dict.fromkeys([*subject, *others]))
