"""Passes: one good one, and everything that looks like one."""

import base64
import hashlib
import hmac
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from shared.callers import Caller
from shared.contracts.roles import Role
from shared.passes import PassReader, PassSigner, ensure_keys, load_reader, load_signer
from shared.refusals import Refused

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = int(AT.timestamp())
HEADER = {"alg": "Ed25519", "typ": "homeward-pass"}
ANN = Caller("person", "ann", "Ann Lee", frozenset({Role.LEAD, Role.SOCIAL_WORKER}), "RZZ", ("medicine",), "s1")
CLAIMS: dict[str, object] = {
    "iss": "homeward-discharge",
    "aud": "homeward",
    "sub": "ann",
    "sid": "s1",
    "name": "Ann Lee",
    "trust": "RZZ",
    "roles": ["lead"],
    "clusters": [],
    "iat": NOW,
    "exp": NOW + 55,
}

KEY = OKPKey.generate_key("Ed25519")
OTHER = OKPKey.generate_key("Ed25519")
PUBLIC_PEM = KEY.as_pem(private=False)
READER = PassReader(OKPKey.import_key(PUBLIC_PEM))


def _b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _parts(header: object, claims: object) -> str:
    return f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"


def _signed(claims: dict[str, object] | None = None, header: dict[str, object] | None = None, key: OKPKey = KEY) -> str:
    chosen = {**HEADER, **(header or {})}
    return jwt.encode(chosen, {**CLAIMS, **(claims or {})}, key, algorithms=["Ed25519"], default_type=None)


def _unsigned(alg: str) -> str:
    return _parts({"alg": alg, "typ": "homeward-pass"}, CLAIMS) + "."


def _by_public_key_as_secret() -> str:
    said = _parts({"alg": "HS256", "typ": "homeward-pass"}, CLAIMS)
    return f"{said}.{_b64(hmac.new(PUBLIC_PEM, said.encode(), hashlib.sha256).digest())}"


def _by_zero_ecdsa() -> str:
    return f"{_parts({'alg': 'ES256', 'typ': 'homeward-pass'}, CLAIMS)}.{_b64(bytes(64))}"


def _by_ecdsa() -> str:
    return jwt.encode({"alg": "ES256"}, dict(CLAIMS), ECKey.generate_key("P-256"), algorithms=["ES256"])


def _without(name: str) -> str:
    left = {key: value for key, value in CLAIMS.items() if key != name}
    return jwt.encode(dict(HEADER), left, KEY, algorithms=["Ed25519"], default_type=None)


def _with_raw_header(header: object) -> str:
    """Signed by the right key over a header it would never write."""
    said = _parts(header, CLAIMS)
    key = KEY.private_key
    assert isinstance(key, Ed25519PrivateKey)
    return f"{said}.{_b64(key.sign(said.encode()))}"


def _tampered() -> str:
    header, _, signature = _signed().split(".")
    return f"{header}.{_b64(json.dumps({**CLAIMS, 'roles': ['administrator']}).encode())}.{signature}"


ATTACKS: dict[str, Callable[[], str]] = {
    "alg none": lambda: _unsigned("none"),
    "alg nOnE": lambda: _unsigned("nOnE"),
    "lower-case alg": lambda: _with_raw_header({"alg": "ed25519", "typ": "homeward-pass"}),
    "HS256 with the public key": _by_public_key_as_secret,
    "key in the header": lambda: _signed(header={"jwk": OTHER.as_dict(private=False)}, key=OTHER),
    "address of keys": lambda: _with_raw_header({**HEADER, "jku": "https://evil.example/keys"}),
    "address of a certificate": lambda: _with_raw_header({**HEADER, "x5u": "https://evil.example/cert"}),
    "kid is a path": lambda: _with_raw_header({**HEADER, "kid": "../../dev/null"}),
    "kid is SQL": lambda: _with_raw_header({**HEADER, "kid": "' OR 1=1 --"}),
    "unknown crit": lambda: _with_raw_header({**HEADER, "crit": ["exp2"], "exp2": 1}),
    "signed by another": lambda: _signed(key=OTHER),
    "wrong audience": lambda: _signed({"aud": "elsewhere"}),
    "list of audiences": lambda: _signed({"aud": ["homeward", "elsewhere"]}),
    "wrong issuer": lambda: _signed({"iss": "https://evil.example"}),
    "expired": lambda: _signed({"iat": NOW - 120, "exp": NOW - 60}),
    "of the future": lambda: _signed({"iat": NOW + 60, "exp": NOW + 120}),
    "not before later": lambda: _signed({"nbf": NOW + 60}),
    "no expiry": lambda: _without("exp"),
    "no issue": lambda: _without("iat"),
    "no session": lambda: _without("sid"),
    "no trust": lambda: _without("trust"),
    "lives an hour": lambda: _signed({"exp": NOW + 3600}),
    "expiry is a text": lambda: _signed({"exp": str(NOW + 60)}),
    "expiry is true": lambda: _signed({"iat": 0, "exp": True}),
    "an ID token": lambda: _with_raw_header({"alg": "Ed25519", "typ": "JWT"}),
    "unknown role": lambda: _signed({"roles": ["root"]}),
    "roles as a text": lambda: _signed({"roles": "lead"}),
    "ES256, r = s = 0": _by_zero_ecdsa,
    "ES256": _by_ecdsa,
    "changed claims": _tampered,
    "two dots": lambda: "..",
    "empty": lambda: "",
    "nested": lambda: _b64(_signed().encode()) + "." + _signed(),
    "1 MB": lambda: _signed() + "A" * 1_000_000,
    "not base64": lambda: _signed().rsplit(".", 1)[0] + ".!!!!",
    "signature cut": lambda: _signed()[:-4],
    "signature gone": lambda: _signed().rsplit(".", 1)[0] + ".",
    "not ASCII": lambda: _signed()[:-1] + "é",
    "list of claims": lambda: _signed().split(".")[0] + "." + _b64(b"[]") + ".AAAA",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_not_a_good_pass_is_refused_alike(name: str) -> None:
    with pytest.raises(Refused) as refused:
        READER.read(ATTACKS[name](), AT)
    assert (refused.value.status, refused.value.code) == (401, "not-signed-in")


def test_the_claims_of_the_attacks_are_good_without_the_attack() -> None:
    assert READER.read(_signed(), AT).roles == {Role.LEAD}


def test_a_pass_says_who_it_was_made_for() -> None:
    assert READER.read(PassSigner(KEY).sign(ANN, AT), AT) == ANN


@pytest.mark.parametrize(("after", "good"), [(0, True), (54, True), (59, True), (60, False), (-5, True), (-7, False)])
def test_a_pass_is_refused_a_minute_after_it_was_made_with_what_clocks_differ(after: int, *, good: bool) -> None:
    bearer, then = PassSigner(KEY).sign(ANN, AT), AT + timedelta(seconds=after)
    if good:
        assert READER.read(bearer, then).id == "ann"
    else:
        with pytest.raises(Refused):
            READER.read(bearer, then)


def test_no_pass_is_made_for_longer() -> None:
    with pytest.raises(ValueError, match="55 seconds"):
        PassSigner(KEY).sign(ANN, AT, life=timedelta(seconds=56))


def test_keys_are_made_once_and_are_the_owners_alone(tmp_path: Path) -> None:
    ensure_keys(tmp_path / "keys")
    bearer = load_signer(tmp_path / "keys").sign(ANN, AT)
    ensure_keys(tmp_path / "keys")
    assert load_reader(tmp_path / "keys").read(bearer, AT) == ANN
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}
    assert len([*(tmp_path / "keys").iterdir()]) == 2
