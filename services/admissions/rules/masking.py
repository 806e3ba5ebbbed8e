"""The text of a message as people may see it without having asked for a patient's details. Pure.

What may be shown is listed; everything else is masked, what nobody thought of included. Separators stay, so that the
shape of a message can be judged.
"""

import json
import re
from typing import Final, cast

_ALL: Final = frozenset(range(100))
_SHOWN: Final[dict[str, frozenset[int]]] = {
    "MSH": _ALL,
    "EVN": frozenset({1, 2, 3, 4, 6}),
    "MSA": frozenset({1}),
    "PV1": frozenset({1, 2, 3, 4, 6, 10, 14, 18, 36, 37, 41, 42, 44, 45}),
    "PV2": frozenset({1, 2, 8, 9}),
    "ZBE": frozenset({2, 3, 4}),
}
_SHOWN_KEYS: Final = frozenset(
    {
        "sending_application",
        "sending_facility",
        "control_id",
        "trigger",
        "occurred_at",
        "recorded_at",
        "patient_class",
        "location",
        "prior_location",
        "ward_code",
        "bay",
        "bed",
        "site",
        "admitted_at",
        "discharged_at",
        "admission_method",
        "discharge_method",
        "discharge_destination",
        "expected_discharge_on",
    }
)
_SIGNS: Final = re.compile(r"[^\W_]")
MASK: Final = "*"


def masked_er7(raw: bytes) -> str:
    """ER7 with every letter and digit masked that is not known to be harmless; segments on lines of their own."""
    lines = [line for line in re.split(r"[\r\n]+", readable(raw)) if line]
    separator = lines[0][3:4] if lines and lines[0].startswith("MSH") else ""
    if not separator or separator.isalnum():
        return _SIGNS.sub(MASK, "\n".join(lines))
    return "\n".join(_segment(line, separator) for line in lines)


def masked_json(raw: bytes) -> str:
    """JSON with every value masked that is not known to be harmless."""
    try:
        return json.dumps(_value(json.loads(raw)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return _SIGNS.sub(MASK, readable(raw))


def masked(text: str) -> str:
    """`text` with every letter and digit masked."""
    return _SIGNS.sub(MASK, text)


def readable(raw: bytes) -> str:
    """The bytes as text a page can show: whatever is not a character is replaced."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text.replace("\x00", "")


def _segment(line: str, separator: str) -> str:
    fields = line.split(separator)
    name = fields[0]
    if name in _SHOWN:
        shown = _SHOWN[name]
        return separator.join(
            field if number == 0 or number in shown else _SIGNS.sub(MASK, field) for number, field in enumerate(fields)
        )
    is_name = re.fullmatch(r"[A-Z][A-Z0-9]{2}", name) is not None and len(fields) > 1
    rest = [_SIGNS.sub(MASK, field) for field in fields[1:]]
    return separator.join([name if is_name else _SIGNS.sub(MASK, name), *rest])


def _value(value: object, *, shown: bool = False) -> object:
    if isinstance(value, dict):
        return {
            _name(key): _value(inner, shown=key in _SHOWN_KEYS)
            for key, inner in cast("dict[str, object]", value).items()
        }
    if isinstance(value, list):
        return [_value(inner, shown=shown) for inner in cast("list[object]", value)]
    if shown or value is None:
        return value
    return MASK * 3


def _name(key: str) -> str:
    return key if re.fullmatch(r"[a-z][a-z_]{0,40}", key) else MASK
