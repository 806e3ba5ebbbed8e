"""What people type: nothing that hides in a text, or makes it read otherwise than it is."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.shape import LongText, QueryText, ShortText

KINDS = [TypeAdapter[str](kind) for kind in (ShortText, LongText, QueryText)]
HIDDEN = ["\x00", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ud800"]

TYPED = ["Zoë’s frame", "line\r\n\tline", "שלום\u200f", "نقل\u061c", "bed 🛏\ufe0f", "e\u0301"]


@pytest.mark.parametrize("kind", KINDS, ids=["short", "long", "query"])
@pytest.mark.parametrize("mark", HIDDEN, ids=ascii)
def test_marks_nobody_sees_are_refused(kind: TypeAdapter[str], mark: str) -> None:
    with pytest.raises(ValidationError):
        kind.validate_python(f"Order{mark}bed")


@pytest.mark.parametrize("kind", KINDS, ids=["short", "long", "query"])
@pytest.mark.parametrize(
    "text", ["Zoë’s frame", "line\r\n\tline", "שלום\u200f", "نقل\u061c", "bed 🛏\ufe0f", "e\u0301"], ids=ascii
)
def test_every_script_is_taken(kind: TypeAdapter[str], text: str) -> None:
    assert kind.validate_python(text) == text
