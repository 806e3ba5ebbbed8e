"""The MLLP door under TLS, spoken to by `openssl s_client` and by plain links."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop
from structlog.testing import capture_logs

from services.admissions.incoming import Incoming, Origin
from services.admissions.mllp import Listener, Policy
from services.admissions.mllp.encrypted import EncryptedPort
from services.admissions.mllp.encryption import CertificateUnusable, server_context
from shared.clock import SettableClock
from shared.hl7.framing import frame
from tests.services.mllp.authority import Authority, authority
from tests.services.mllp.test_listener import AT, QUICK, Keeper, message

PATIENCE = 60
CALM = Policy(block_seconds=PATIENCE, idle_seconds=PATIENCE, answer_seconds=PATIENCE)


@pytest.fixture
async def trust(tmp_path: Path) -> Authority:
    return await authority(tmp_path, "trust")


@asynccontextmanager
async def door(trust: Authority, keeper: Keeper, *, mutual: bool, policy: Policy = CALM) -> AsyncGenerator[Listener]:
    context = server_context(*await trust.certificate("door"), trust.file if mutual else None)
    listener = Listener(policy, keeper, SettableClock(AT), context)
    await listener.open("127.0.0.1", 0)
    try:
        async with asyncio.timeout(PATIENCE):
            yield listener
    finally:
        await listener.close()


@asynccontextmanager
async def s_client(port: int, trust: Authority, *more: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    words = ("-connect", f"127.0.0.1:{port}", "-CAfile", str(trust.file), "-verify_return_error", "-quiet", *more)
    process = await asyncio.create_subprocess_exec("openssl", "s_client", *words, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def answers(process: asyncio.subprocess.Process, messages: Sequence[bytes]) -> list[bytes]:
    """Send the messages at once; the acknowledgements."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"".join(frame(one) for one in messages))
    await process.stdin.drain()
    blocks = [await process.stdout.readuntil(b"\x1c\r") for _ in messages]
    return [block.split(b"MSA|")[1].strip(b"\x1c\r") for block in blocks]


async def ended(process: asyncio.subprocess.Process) -> None:
    """The door closes the connection, unheard."""
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(ConnectionError):
        process.stdin.write(frame(message(1)))
        await process.stdin.drain()
    assert await process.stdout.read() == b""
    await process.wait()


async def plain(port: int, said: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    heard = b""
    with contextlib.suppress(ConnectionError):
        heard = await reader.read()
    writer.close()
    return heard


def refusals(logs: Sequence[Any]) -> list[tuple[str, str]]:
    return [(one["peer"], one["reason"]) for one in logs if one["event"] == "link_not_encrypted"]


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
async def test_a_sender_who_speaks_tls_is_heard_and_answered_in_order(trust: Authority, version: str) -> None:
    keeper = Keeper()
    async with door(trust, keeper, mutual=False) as listener, s_client(listener.port, trust, version) as sender:
        assert await answers(sender, [message(1), message(2, "x" * 100_000)]) == [b"AA|C1", b"AA|C2"]
        assert await answers(sender, [message(3)]) == [b"AA|C3"]
    assert {one.origin.certified for one in keeper.kept} == {()}
    assert [(one.raw, one.peer) for one in keeper.kept][2] == (message(3), "127.0.0.1")


async def test_an_old_tls_is_not_spoken(trust: Authority) -> None:
    with capture_logs() as logs:
        async with door(trust, Keeper(), mutual=False) as listener:
            old = ("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
            async with s_client(listener.port, trust, *old) as sender:
                await ended(sender)
    assert len(refusals(logs)) == 1


@pytest.mark.parametrize("said", [frame(message(1)), b"GET / HTTP/1.1\r\n\r\n"])
async def test_a_plain_link_is_closed_unheard_with_one_line(trust: Authority, said: bytes) -> None:
    keeper = Keeper()
    with capture_logs() as logs:
        async with door(trust, keeper, mutual=False) as listener:
            assert not await plain(listener.port, said)
            snapshot = listener.snapshot()
            assert (snapshot.not_encrypted, snapshot.links_refused) == (1, 0)
            assert snapshot.last["not_encrypted"].peer == "127.0.0.1"
    assert keeper.kept == []
    ((peer, reason),) = refusals(logs)
    assert (peer, bool(reason)) == ("127.0.0.1", True)
    assert "Doris" not in str(logs)


async def test_only_senders_of_the_authority_are_heard(trust: Authority, tmp_path: Path) -> None:
    keeper = Keeper()
    stranger = await authority(tmp_path, "stranger")
    with capture_logs() as logs:
        async with door(trust, keeper, mutual=True) as listener:
            async with s_client(listener.port, trust) as nobody:
                await ended(nobody)
            made, key = await stranger.certificate("sender")
            async with s_client(listener.port, trust, "-cert", str(made), "-key", str(key)) as other:
                await ended(other)
            assert keeper.kept == []
            made, key = await trust.certificate("sender")
            async with s_client(listener.port, trust, "-cert", str(made), "-key", str(key)) as known:
                assert await answers(known, [message(1)]) == [b"AA|C1"]
            assert keeper.kept[0].origin == Origin("127.0.0.1", ("sender", "sender.example"))
    assert [reason for _, reason in refusals(logs)] == [
        "peer did not return a certificate",
        "certificate verify failed",
    ]


async def test_a_door_that_closes_answers_what_it_took(trust: Authority) -> None:
    taken, may_answer = asyncio.Event(), asyncio.Event()

    class Slow(Keeper):
        async def __call__(self, incoming: Incoming) -> bytes | None:
            taken.set()
            await may_answer.wait()
            return await super().__call__(incoming)

    async with door(trust, Slow(), mutual=False) as listener, s_client(listener.port, trust) as sender:
        asked = asyncio.create_task(answers(sender, [message(1)]))
        await taken.wait()
        closing = asyncio.create_task(listener.close())
        await asyncio.sleep(0)
        may_answer.set()
        assert await asked == [b"AA|C1"]
        await closing
        await sender.wait()


async def test_a_handshake_that_never_ends_does_not_hold_up_the_close(trust: Authority) -> None:
    async with door(trust, Keeper(), mutual=False, policy=QUICK) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        assert isinstance(listener._server, EncryptedPort)
        while not listener._server.shaking:  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0)
        await listener.close()
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()


def test_the_same_on_the_loop_that_production_runs_on(tmp_path: Path) -> None:
    async def heard() -> None:
        trust = await authority(tmp_path, "trust")
        await test_a_sender_who_speaks_tls_is_heard_and_answered_in_order(trust, "-tls1_3")
        await test_a_plain_link_is_closed_unheard_with_one_line(trust, frame(message(1)))
        await test_only_senders_of_the_authority_are_heard(trust, tmp_path)
        await test_a_door_that_closes_answers_what_it_took(trust)

    uvloop.run(heard())


def test_many_senders_at_once_are_all_heard_on_that_loop(tmp_path: Path) -> None:
    many = 20

    async def one(port: int, trust: Authority) -> list[bytes]:
        context = ssl.create_default_context(cafile=str(trust.file))
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        writer.write(frame(message(1)))
        answer = await reader.readuntil(b"\x1c\r")
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()
        return answer.split(b"MSA|")[1:]

    async def heard() -> None:
        trust = await authority(tmp_path, "trust")
        keeper = Keeper()
        async with door(trust, keeper, mutual=False) as listener:
            for _ in range(5):
                answered = await asyncio.gather(*(one(listener.port, trust) for _ in range(many)))
                assert all(said[0].startswith(b"AA|C1") for said in answered)
        assert len(keeper.kept) == 5 * many

    uvloop.run(heard())


async def test_files_that_cannot_be_used_are_named(trust: Authority, tmp_path: Path) -> None:
    made, key = await trust.certificate("door")
    other, _ = await trust.certificate("other")
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    wrong = [(tmp_path / "none.pem", None, None), (made, None, None), (other, key, None), (made, key, empty)]
    for files in wrong:
        with pytest.raises(CertificateUnusable, match=str(tmp_path)):
            server_context(*files)
    assert server_context(made, key, trust.file).verify_mode.name == "CERT_REQUIRED"
