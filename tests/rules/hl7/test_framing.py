"""MLLP framing: the same bytes give the same messages and faults, however they are split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.hl7.framing import Decoder, Fault, frame

LIMIT = 12


def fed(pieces: list[bytes], limit: int = LIMIT) -> tuple[list[bytes], Fault | None, bool, int]:
    decoder, found = Decoder(limit), list[bytes]()
    for piece in pieces:
        found += decoder.feed(piece)
    return found, decoder.fault, decoder.in_block, decoder.nested


@pytest.mark.parametrize(
    ("sent", "messages", "fault"),
    [
        (frame(b"x" * LIMIT), [b"x" * LIMIT], None),
        (frame(b"x" * (LIMIT + 1)), [], Fault.OVERSIZE),
        (b"\x0bab\x0bcd\x1c\r", [b"cd"], None),
        (b"\x0ba\x1cb\x1c\x1c\r", [b"a\x1cb\x1c"], None),
        (b"\x0b\x1c\r", [], Fault.EMPTY),
        (b"\x1c\r", [], Fault.END_WITHOUT_START),
        (b"POST /x", [], Fault.FOREIGN),
        (b"\x16\x03\x01", [], Fault.FOREIGN),
        (b"n" * 70_000, [], Fault.NOISE),
    ],
)
def test_framing(sent: bytes, messages: list[bytes], fault: Fault | None) -> None:
    assert fed([sent])[:2] == (messages, fault)


@given(
    st.lists(st.sampled_from([b"\x0b", b"\x1c", b"\r", b"a", b"\x1c\r", frame(b"ok"), b"x" * 11]), max_size=14),
    st.lists(st.integers(1, 6), min_size=1, max_size=8),
)
def test_arrival_changes_nothing(parts: list[bytes], sizes: list[int]) -> None:
    sent = b"".join(parts)
    pieces, at, turn = list[bytes](), 0, 0
    while at < len(sent):
        size = sizes[turn % len(sizes)]
        pieces.append(sent[at : at + size])
        at, turn = at + size, turn + 1
    singly = [bytes([byte]) for byte in sent]
    assert fed(pieces) == fed([sent]) == fed(singly)
    # An empty read in between, as a link that is kept alive may give.
    assert fed([b"", *(one for byte in singly for one in (byte, b""))]) == fed([sent])


@pytest.mark.parametrize(
    ("sent", "stray"),
    [
        (b"noise\x1c\rmore noise", 7),
        (b"GET /index HTTP/1.1\r\n", 4),
        (b"\x16\x03\x01\x02", 2),
        (b"n" * 70_000, 64 * 1024 + 1),
        (b"ab" + frame(b"x") + b"\r\n", 4),
    ],
)
def test_stray_bytes_are_counted_up_to_the_fault_however_they_came(sent: bytes, stray: int) -> None:
    for size in (1, 3, 7, len(sent)):
        decoder = Decoder(LIMIT)
        for at in range(0, len(sent), size):
            decoder.feed(sent[at : at + size])
        assert decoder.stray == stray, size
