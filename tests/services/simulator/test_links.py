"""The simulator's links against the real MLLP door: order inside a story, many links at once, a link that is lost."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.admissions.incoming import Incoming
from services.admissions.mllp import Listener, Policy
from services.simulator.channels.mllp import Link, send_all
from shared.clock import SystemClock
from shared.hl7.acknowledgement import Outcome, acknowledge
from shared.hl7.header import read_header


def message(story: int, number: int) -> bytes:
    return f"MSH|^~\\&|PAS|RZZ|HOMEWARD|RZZ|20261123120000||ADT^A08|{story}-{number}|P|2.4\r".encode()


class Keeper:
    """Keeps control ids in the order they came, and acknowledges; the first `lost` never, the first `full` with AE."""

    def __init__(self, lost: int = 0, full: int = 0) -> None:
        self.came: list[str] = []
        self.lost = lost
        self.full = full

    async def __call__(self, incoming: Incoming) -> bytes | None:
        header = read_header(incoming.raw)
        self.came.append(incoming.raw.split(b"|")[9].decode())
        if self.lost:
            self.lost -= 1
            return None
        self.full -= 1
        outcome = Outcome.ERROR if self.full >= 0 else Outcome.ACCEPTED
        return acknowledge(header, outcome, at=datetime.now(UTC), control_id="H1")


async def opened(keeper: Keeper) -> tuple[Listener, int]:
    listener = Listener(Policy(answer_seconds=0.3), keeper, SystemClock())
    return listener, await listener.open("127.0.0.1", 0)


async def test_a_story_keeps_its_order_over_many_links() -> None:
    keeper = Keeper()
    listener, port = await opened(keeper)
    links = [Link("127.0.0.1", port) for _ in range(4)]
    told = [(story, message(story, number)) for number in range(20) for story in range(9)]
    await send_all(links, told)
    for link in links:
        await link.close()
    await listener.close()
    assert sum(link.answers["AA"] for link in links) == len(told) == len(keeper.came)
    for story in range(9):
        assert [one for one in keeper.came if one.startswith(f"{story}-")] == [f"{story}-{n}" for n in range(20)]


async def test_what_was_not_answered_is_sent_again_and_in_the_end_given_up() -> None:
    keeper = Keeper(lost=4)
    listener, port = await opened(keeper)
    link = Link("127.0.0.1", port)
    for number in range(3):
        await link.send(message(1, number))
    await link.close()
    await listener.close()
    assert keeper.came == ["1-0", "1-0", "1-0", "1-1", "1-1", "1-2"]
    assert dict(link.answers) == {"unanswered": 1, "AA": 2}


async def test_what_could_not_be_kept_is_sent_again() -> None:
    keeper = Keeper(full=2)
    listener, port = await opened(keeper)
    link = Link("127.0.0.1", port)
    await link.send(message(1, 1))
    await link.close()
    await listener.close()
    assert keeper.came == ["1-1"] * 3
    assert dict(link.answers) == {"AA": 1}


async def test_a_hospital_waits_for_a_listener_that_is_not_there_yet() -> None:
    keeper = Keeper()
    listener, port = await opened(keeper)
    await listener.close()
    waited: list[str] = []
    link = Link("127.0.0.1", port, waited.append)
    sending = asyncio.create_task(link.send(message(1, 1)))
    await asyncio.wait({sending}, timeout=0.2)
    assert not sending.done()
    assert waited[0] == f"127.0.0.1:{port}"
    listener = Listener(Policy(), keeper, SystemClock())
    await listener.open("127.0.0.1", port)
    await asyncio.wait_for(sending, timedelta(seconds=20).total_seconds())
    await link.close()
    await listener.close()
    assert keeper.came == ["1-1"]
