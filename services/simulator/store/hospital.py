"""The fictional hospital, out of the same file that sets up the trust."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

import yaml

from services.simulator.model import Hospital, Place, Ward, WardKind

_KINDS: Mapping[str, WardKind] = {
    "emergency": "emergency",
    "assessment": "assessment",
    "inpatient": "base",
    "critical": "critical",
    "paediatric": "children",
    "lounge": "lounge",
}

_ESCALATION = "ESC"
"""The bay of the beds that stay closed here, so that whoever is admitted by hand lies in a bed that nobody else has."""


def read(path: Path) -> Hospital:
    """The hospital that the setup file at `path` describes. Raises ValueError if it has no ward to play on."""
    said: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    file = _mapping(said)
    trust = str(_mapping(file.get("trust")).get("code", ""))
    wards = tuple(_wards(_list(file.get("wards"))))
    if not trust or not any(ward.kind == "base" and ward.places for ward in wards):
        raise ValueError(f"{path.name} describes no trust with an inpatient ward and beds")
    return Hospital(trust, f"{trust}01", wards)


def _wards(said: Sequence[object]) -> Iterable[Ward]:
    for one in map(_mapping, said):
        kind = _KINDS.get(str(one.get("kind", "inpatient")))
        codes = [str(code) for code in _list(one.get("codes"))]
        if kind is None or not codes:
            continue
        code = codes[0]
        yield Ward(code, kind, tuple(_places(code, _mapping(one.get("bays")))), str(one.get("specialty") or "300"))


def _places(code: str, bays: Mapping[str, object]) -> Iterable[Place]:
    for bay, beds in bays.items():
        if bay == _ESCALATION:
            continue
        for number in range(1, int(str(beds)) + 1):
            yield Place(code, str(bay), f"{bay}{number}")


def _mapping(said: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", said) if isinstance(said, dict) else {}


def _list(said: object) -> Sequence[object]:
    if isinstance(said, list):
        return cast("Sequence[object]", said)
    return [] if said is None else [said]
