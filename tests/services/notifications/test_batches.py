"""Several things said of a case at once: the newest counts, and what we heard of never becomes older."""

from datetime import timedelta

from shared.contracts.cases import CaseState
from shared.contracts.envelope import Announcement
from shared.eventlog.consumer import take
from shared.eventlog.events import Delivered, Event
from tests.services.notifications.test_alerts import NOON, Bench, bench

_ = bench


async def _at_once(bench: Bench, *delays: int) -> None:
    """Versions 1, 2, … of one case in one batch, each with its level of delay."""
    said: list[Event] = []

    async def gathered(subject: str, version: int, data: bytes) -> None:
        said.append(Event(f"{subject}/{version}", "case", subject, "RZZ", version, bench.clock.now(), data))

    bench.event = gathered  # type: ignore[method-assign]
    for delayed in delays:
        await bench.case(delayed=delayed)
    assert [Announcement[CaseState].model_validate_json(one.data).data.version for one in said] == [
        *range(1, len(delays) + 1)
    ]
    await take(bench.reader, [Delivered(one, 1, one.version) for one in said])


async def test_of_several_versions_in_a_batch_the_newest_is_told(bench: Bench) -> None:
    await _at_once(bench, 0, 1, 2)
    assert [one["level"] for one in (await bench.board())["items"]] == [2]


async def test_what_was_so_for_a_moment_only_is_not_told(bench: Bench) -> None:
    await _at_once(bench, 1, 0)
    assert (await bench.board())["items"] == []
    assert await bench.announced() == []


async def test_the_age_of_what_was_heard_never_grows_by_hearing_more(bench: Bench) -> None:
    await bench.case("new", learned_at=NOON + timedelta(hours=1))
    await bench.case("old", learned_at=NOON - timedelta(hours=1))
    assert (await bench.board())["data_as_of"] == "2026-11-23T13:00:00Z"
