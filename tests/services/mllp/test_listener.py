"""The MLLP door on real sockets: every row of the framing corpus, limits of time and number, order, drain."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from services.admissions.incoming import FAULTS, Incoming
from services.admissions.mllp import Listener, Policy, serve
from shared.clock import SettableClock
from shared.hl7.acknowledgement import Outcome, acknowledge
from shared.hl7.framing import frame
from shared.hl7.header import read_header

AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
QUICK = Policy(block_seconds=0.5, half_end_seconds=0.2, idle_seconds=5.0, answer_seconds=1.0, drain_seconds=2.0)


def message(number: int, extra: str = "") -> bytes:
    return (
        f"MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|20260329003000||ADT^A01|C{number}|P|2.4\r"
        f"PID|1||H1^^^RZZ^MR||Example^Doris{extra}\r"
    ).encode()


class Keeper:
    """Keeps what arrives, and answers as a store that has committed would."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []

    async def __call__(self, incoming: Incoming) -> bytes | None:
        self.kept.append(incoming)
        return acknowledge(read_header(incoming.raw), Outcome.ACCEPTED, at=AT, control_id=f"H{len(self.kept)}")


@asynccontextmanager
async def door(
    receive: Callable[[Incoming], Awaitable[bytes | None]], policy: Policy = QUICK
) -> AsyncGenerator[Listener]:
    listener = Listener(policy, receive, SettableClock(AT))
    await listener.open("127.0.0.1", 0)
    try:
        yield listener
    finally:
        await listener.close()


async def talk(port: int, pieces: Sequence[bytes], *, end: bool = True) -> list[bytes]:
    """Send the pieces one by one; give the control ids answered (or the raw answer) until the door closes the link."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        if end:
            writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 8)
    except ConnectionError:
        answer = b""
    finally:
        writer.close()
    return [block.split(b"MSA|")[1].strip(b"\x1c\r") for block in answer.split(b"\x0b")[1:]]


BIG = Policy(largest_message=200, block_seconds=0.5, half_end_seconds=0.2, answer_seconds=1.0)
ROWS = {
    "a valid message": (frame(message(1)), [b"AA|C1"], {}),
    "bytes before the start": (b"junk" + frame(message(1)), [b"AA|C1"], {"stray_bytes": 4}),
    "an end with no start": (frame(message(1)) + b"\x1c\r" + frame(message(2)), [b"AA|C1"], {"end_without_start": 1}),
    "a start inside a message": (b"\x0bMSH|half" + frame(message(2)), [b"AA|C2"], {"nested_starts": 1}),
    "an empty block": (frame(message(1)) + b"\x0b\x1c\r" + frame(message(3)), [b"AA|C1"], {"empty_blocks": 1}),
    "an end of stream in mid-message": (frame(message(1)) + frame(message(2))[:-9], [b"AA|C1"], {"partial": 1}),
    "an FS inside a field": (frame(message(1, "\x1cx")), [b"AA|C1"], {}),
    "three messages": (b"".join(frame(message(n)) for n in (1, 2, 3)), [b"AA|C1", b"AA|C2", b"AA|C3"], {}),
    "too large a message": (frame(message(1)) + frame(message(2, "x" * 150)), [b"AA|C1"], {"oversize": 1}),
    "blanks between messages": (frame(message(1)) + b"\r\n" + frame(message(2)), [b"AA|C1", b"AA|C2"], {}),
    "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00", [], {"foreign": 1}),
    "an HTTP request": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", [], {"foreign": 1}),
}


@pytest.mark.parametrize("split", [0, 1, 7], ids=["at once", "byte by byte", "by sevens"])
@pytest.mark.parametrize("row", ROWS)
async def test_each_framing_has_one_answer_however_it_is_split(row: str, split: int) -> None:
    sent, answers, counted = ROWS[row]
    keeper = Keeper()
    pieces = [sent[at : at + split] for at in range(0, len(sent), split)] if split else [sent]
    async with door(keeper, BIG) as listener:
        assert await talk(listener.port, pieces) == answers
        snapshot = listener.snapshot()
    assert len(keeper.kept) == len(answers) == snapshot.messages == snapshot.answered
    assert {name: getattr(snapshot, name) for name in counted} == counted
    assert all(incoming.received_at == AT and incoming.peer == "127.0.0.1" for incoming in keeper.kept)


@pytest.mark.parametrize("sent", [b"\x16\x03\x01", b"GET / HTTP/1.1\r\n", b"\x1c\r", b"\x0b\x1c\r"])
async def test_what_is_not_mllp_is_closed_by_the_door(sent: bytes) -> None:
    async with door(Keeper(), Policy()) as listener:
        assert await talk(listener.port, [sent], end=False) == []


@pytest.mark.parametrize(("accept", "answers"), [(True, [b"AA|C1"]), (False, [])])
async def test_an_fs_without_its_cr(*, accept: bool, answers: list[bytes]) -> None:
    policy = Policy(half_end_seconds=0.2, idle_seconds=0.6, accept_half_end=accept)
    async with door(Keeper(), policy) as listener:
        assert await talk(listener.port, [frame(message(1))[:-1]], end=False) == answers
        assert listener.snapshot().half_ended == 1


async def test_a_slow_block_is_closed_though_bytes_keep_coming() -> None:
    async with door(Keeper()) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"\x0b")
        while not reader.at_eof():
            writer.write(b"M")
            try:
                await asyncio.wait_for(reader.read(1), 0.05)
            except TimeoutError:
                continue
            except ConnectionError:
                break
        writer.close()
        assert listener.snapshot().slow == 1


async def test_an_idle_link_is_closed() -> None:
    async with door(Keeper(), Policy(idle_seconds=0.2)) as listener:
        assert await talk(listener.port, [b""], end=False) == []
        assert listener.snapshot().idle == 1


async def test_keeping_a_link_alive_is_no_fault_and_changes_no_message() -> None:
    """TCP's own probes, and the empty lines, blanks and NULs some engines send for the same purpose."""
    keeper = Keeper()
    async with door(keeper, Policy(idle_seconds=3.0)) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        link = writer.get_extra_info("socket")
        for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1)):
            link.setsockopt(socket.IPPROTO_TCP, option, value)
        link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sent = frame(message(1))
        for alive in (b"", b"\r", b"\n", b"\r\n", b" ", b"\x00", b"\r", b"\n", b"\x00"):
            writer.write(alive)
            await asyncio.sleep(0.4)  # all together longer than a link may be idle
        writer.write(sent[:20])
        await asyncio.sleep(1.2)  # in mid-message the kernel probes the link
        writer.write(sent[20:])
        assert b"MSA|AA|C1" in await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 8)
        snapshot = listener.snapshot()
        writer.close()
    assert [incoming.raw for incoming in keeper.kept] == [message(1)]
    assert (snapshot.links_open, snapshot.idle) == (1, 0)
    assert {name: getattr(snapshot, name) for name in FAULTS if getattr(snapshot, name)} == {"stray_bytes": 9}


async def test_a_late_answer_is_never_written() -> None:
    async def late(incoming: Incoming) -> bytes | None:
        await asyncio.sleep(0.6)
        return b"MSA|AA|late"

    async with door(late, Policy(answer_seconds=0.2)) as listener:
        assert await talk(listener.port, [frame(message(1))], end=False) == []
        await asyncio.sleep(0.6)
        assert (listener.snapshot().late, listener.snapshot().answered) == (1, 0)


async def test_no_answer_closes_after_the_answers_before_it() -> None:
    keeper = Keeper()

    async def second_fails(incoming: Incoming) -> bytes | None:
        return None if b"|C2|" in incoming.raw else await keeper(incoming)

    async with door(second_fails) as listener:
        sent = b"".join(frame(message(n)) for n in (1, 2, 3))
        assert await talk(listener.port, [sent], end=False) == [b"AA|C1"]
        assert listener.snapshot().unanswered == 1


async def test_a_failing_store_closes_and_logs_nothing_of_the_message() -> None:
    async def fails(incoming: Incoming) -> bytes | None:
        raise RuntimeError(incoming.raw.decode())

    with capture_logs() as logged:
        async with door(fails) as listener:
            assert await talk(listener.port, [frame(message(1))], end=False) == []
    assert [(line["event"], line["kind"]) for line in logged] == [
        ("answer_failed", "RuntimeError"),
        ("link_fault", "unanswered"),
    ]
    assert "Doris" not in str(logged)


async def test_an_empty_answer_writes_nothing_and_keeps_the_link() -> None:
    keeper = Keeper()

    async def silent_once(incoming: Incoming) -> bytes | None:
        return b"" if b"|C1|" in incoming.raw else await keeper(incoming)

    async with door(silent_once) as listener:
        assert await talk(listener.port, [frame(message(1)), frame(message(2))]) == [b"AA|C2"]


async def test_answers_keep_the_order_of_messages_that_finish_out_of_order() -> None:
    keeper = Keeper()

    async def first_is_slowest(incoming: Incoming) -> bytes | None:
        await asyncio.sleep(0.2 if b"|C0|" in incoming.raw else 0)
        return await keeper(incoming)

    async with door(first_is_slowest, Policy(pipelined=8)) as listener:
        sent = b"".join(frame(message(n)) for n in range(200))
        assert await talk(listener.port, [sent]) == [f"AA|C{n}".encode() for n in range(200)]
    assert b"|C0|" not in keeper.kept[0].raw


async def test_of_one_link_only_so_many_messages_are_in_hand_at_once() -> None:
    keeper, begun, committed = Keeper(), list[int](), asyncio.Event()

    async def waits(incoming: Incoming) -> bytes | None:
        begun.append(1)
        await committed.wait()
        return await keeper(incoming)

    async with door(waits, Policy()) as listener:
        talking = asyncio.create_task(talk(listener.port, [frame(message(n)) for n in range(200)]))
        await asyncio.sleep(0.3)
        assert len(begun) == 64
        committed.set()
        assert await talking == [f"AA|C{n}".encode() for n in range(200)]


async def test_a_peer_has_only_so_many_links() -> None:
    async with door(Keeper(), Policy(links_per_peer=2)) as listener:
        held = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(2)]
        await talk(listener.port, [frame(message(9))], end=False)
        assert listener.snapshot().links_refused == 1
        assert listener.snapshot().links_open == 2
        for _, writer in held:
            writer.close()


async def test_stopping_answers_what_was_taken_and_nothing_more() -> None:
    keeper, begun, stop = Keeper(), asyncio.Event(), asyncio.Event()
    # The deadline is not what is shown here, and a slow machine must not meet it.
    patient = replace(QUICK, answer_seconds=30.0, drain_seconds=30.0)
    ready: asyncio.Future[Listener] = asyncio.get_running_loop().create_future()

    async def slow(incoming: Incoming) -> bytes | None:
        begun.set()
        await asyncio.sleep(0.3)
        return await keeper(incoming)

    serving = asyncio.create_task(
        serve("127.0.0.1", 0, patient, slow, SettableClock(AT), stop, opened=ready.set_result)
    )
    listener = await ready
    talking = asyncio.create_task(talk(listener.port, [frame(message(1)), frame(message(2))[:-5]], end=False))
    await begun.wait()
    stop.set()
    await asyncio.wait_for(serving, 5)
    assert await talking == [b"AA|C1"]
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", listener.port)


async def test_a_store_that_hangs_does_not_hold_up_stopping() -> None:
    begun = asyncio.Event()

    async def hangs(incoming: Incoming) -> bytes | None:
        begun.set()
        await asyncio.Event().wait()
        return None

    async with door(hangs, Policy(drain_seconds=0.2)) as listener:
        talking = asyncio.create_task(talk(listener.port, [frame(message(1))], end=False))
        await begun.wait()
    assert await talking == []


async def test_a_link_that_is_turned_away_says_why_who_and_when_and_nothing_of_what_it_sent() -> None:
    with capture_logs() as logs:
        async with door(Keeper(), BIG) as listener:
            await talk(listener.port, [b"GET / HTTP/1.1\r\n\r\n"])
            await talk(listener.port, [frame(message(2, "x" * 300))])
            await talk(listener.port, [b"junk" + frame(message(1))[:-9]])
            snapshot = listener.snapshot()
    told = [(one["kind"], one["peer"]) for one in logs if one["event"] == "link_fault"]
    assert told == [("foreign", "127.0.0.1"), ("oversize", "127.0.0.1"), ("partial", "127.0.0.1")]
    assert {kind: (last.at, last.peer) for kind, last in snapshot.last.items()} == dict.fromkeys(
        ("foreign", "oversize", "partial"), (AT, "127.0.0.1")
    )
    assert snapshot.stray_bytes == 4 + len(b"GET ")
    assert "Doris" not in str(logs)
