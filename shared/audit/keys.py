"""The key of the audit rows' and seals' HMAC, and how they are made."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from shared.passes import write_once

KEY_BYTES: Final = 32
_FILE: Final = "audit.key"


def key_of(given: SecretStr | None, directory: Path) -> bytes:
    """The key that was `given`, or else the one in `directory`, made there (0600) where there is none."""
    return ensure_key(directory) if given is None else given.get_secret_value().encode()


def kept_key(given: SecretStr | None, directory: Path) -> bytes:
    """As `key_of`, but makes none: raises FileNotFoundError where there is none."""
    return _read(directory / _FILE) if given is None else given.get_secret_value().encode()


def ensure_key(directory: Path) -> bytes:
    """The key in `directory`, made there (0600) where there is none."""
    path = directory / _FILE
    if not path.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, secrets.token_hex(KEY_BYTES).encode())
    return _read(path)


def of_owner(key: bytes, owner: str) -> bytes:
    """The key of one owner's rows and seals, so that none of another's is taken for one of its own."""
    return hmac.new(key, f"homeward audit of {owner}".encode(), hashlib.sha256).digest()


def mac(key: bytes, said: Mapping[str, object]) -> str:
    """HMAC-SHA256, in hexadecimal, over everything that is `said`: JSON, keys sorted, instants as UTC microseconds."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_instant)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_mac(key: bytes, said: Mapping[str, object], claimed: str) -> bool:
    """True when `claimed` is the HMAC of what is `said`."""
    return hmac.compare_digest(mac(key, said).encode(), claimed.encode())


def _instant(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError("an audit row holds texts, numbers, lists and instants")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _read(path: Path) -> bytes:
    return bytes.fromhex(path.read_text().strip())
