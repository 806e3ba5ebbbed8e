"""Short passes: who has signed in, said by the service that owns sign-in, checked by every service for itself.

A pass is a JWT (RFC 7519) signed with Ed25519 (RFC 8037, named as RFC 9864 has it). With the difference that clocks may
have it is refused a minute after it was made, so it is good for less than a minute after its person signed out. Its
header is one constant, compared byte for byte before anything is decoded: a pass that names another algorithm, brings
a key or points at one is not looked at any further.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.callers import Caller
from shared.contracts.roles import Role
from shared.refusals import signed_out

LIFE: Final = timedelta(seconds=55)
SKEW: Final = timedelta(seconds=5)
ISSUER: Final = "homeward-discharge"
AUDIENCE: Final = "homeward"
ALGORITHM: Final = "Ed25519"
LONGEST: Final = 4096

_HEADER: Final = {"alg": ALGORITHM, "typ": "homeward-pass"}
_HEADER_PART: Final = urlsafe_b64encode(b'{"alg":"Ed25519","typ":"homeward-pass"}').rstrip(b"=").decode()
_PRIVATE = "pass-private.pem"
_PUBLIC = "pass-public.pem"


@dataclass(frozen=True, slots=True)
class PassSigner:
    """Makes passes. Only the service that owns sign-in has one."""

    key: OKPKey

    def sign(self, caller: Caller, at: datetime, *, life: timedelta = LIFE) -> str:
        """A pass for `caller`, good from `at` for `life` (at most `LIFE`; ValueError above)."""
        if not timedelta(0) < life <= LIFE:
            raise ValueError("a pass lives at most 55 seconds")
        issued = int(at.timestamp())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": caller.id,
            "sid": caller.session,
            "name": caller.name,
            "trust": caller.trust,
            "roles": sorted(caller.roles),
            "clusters": list(caller.clusters),
            "iat": issued,
            "exp": issued + int(life.total_seconds()),
        }
        return jwt.encode(dict(_HEADER), claims, self.key, algorithms=[ALGORITHM], default_type=None)


@dataclass(frozen=True, slots=True)
class PassReader:
    """Checks passes, with one public key that never comes from the pass itself."""

    key: OKPKey

    def read(self, text: str, at: datetime) -> Caller:
        """The caller that the pass `text` names at `at`. Raises `Refused` (401), always alike, unless it is good."""
        if len(text) > LONGEST or not text.startswith(_HEADER_PART + ".") or not text.isascii():
            raise signed_out()
        try:
            claims = cast("Mapping[str, object]", jwt.decode(text, self.key, algorithms=[ALGORITHM]).claims)
            _check_times(claims, at)
            return _caller(claims)
        except (JoseError, ValueError, TypeError):
            raise signed_out() from None


def _check_times(claims: Mapping[str, object], at: datetime) -> None:
    issued, expires = _whole(claims.get("iat")), _whole(claims.get("exp"))
    now, skew = at.timestamp(), SKEW.total_seconds()
    if not 0 < expires - issued <= LIFE.total_seconds():
        raise ValueError("lives too long")
    if issued > now + skew or now >= expires + skew:
        raise ValueError("not now")
    if "nbf" in claims and _whole(claims["nbf"]) > now + skew:
        raise ValueError("not yet")


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a number of seconds")
    return value


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise TypeError("not a text")
    return value


def _texts(claims: Mapping[str, object], name: str) -> tuple[str, ...]:
    values = claims.get(name)
    if not isinstance(values, list) or not all(isinstance(one, str) for one in cast("list[object]", values)):
        raise TypeError("not a list of texts")
    return tuple(cast("list[str]", values))


def _caller(claims: Mapping[str, object]) -> Caller:
    if claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE:
        raise ValueError("not for us")
    return Caller(
        kind="person",
        id=_text(claims, "sub"),
        name=_text(claims, "name"),
        roles=frozenset(Role(one) for one in _texts(claims, "roles")),
        trust=_text(claims, "trust"),
        clusters=_texts(claims, "clusters"),
        session=_text(claims, "sid"),
    )


def ensure_keys(directory: Path) -> None:
    """Make the pair of keys in `directory` where there is none, readable by their owner only (0600)."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = directory / _PRIVATE
    if not private.exists():
        write_once(private, OKPKey.generate_key("Ed25519").as_pem(private=True))
    if not (directory / _PUBLIC).exists():
        write_once(directory / _PUBLIC, _key(private).as_pem(private=False))


def write_once(path: Path, content: bytes) -> None:
    """Put `content` at `path`, mode 0600, whole or not at all; whoever came first stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _key(path: Path) -> OKPKey:
    return OKPKey.import_key(path.read_bytes())


def load_signer(directory: Path) -> PassSigner:
    """The signer whose private key lies in `directory`. Raises FileNotFoundError without one (see `ensure_keys`)."""
    return PassSigner(_key(directory / _PRIVATE))


def load_reader(directory: Path) -> PassReader:
    """The reader whose public key lies in `directory`. Raises FileNotFoundError without one."""
    return PassReader(_key(directory / _PUBLIC))
