"""Keep first, answer after: the group commit every door shares.

There is no timer. Whatever arrives while a commit is in progress is the next group.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

from services.admissions.arrivals import NOBODY, Arrival, claimant
from services.admissions.handlers.keeping import Fate, NotStored, Stored, TurnedAway, keep_group
from services.admissions.incoming import Origin
from services.admissions.model import Feed, Sender
from services.admissions.rules.terms import has_terms, refusal
from services.admissions.store import feeds as feed_store
from services.admissions.store import intake as store
from shared.crashpoints import reached
from shared.database import Database, DatabaseUnavailable

MOST_MESSAGES: Final = 500
MOST_BYTES: Final = 16 * 1024 * 1024
ATTEMPTS: Final = 2
PRESSING: Final = 16
"""Messages waiting to be answered at once that make a burst: feeds that each wait for their answer are seldom so many,
and at an ordinary rate one or two wait."""
PRESSED_SECONDS: Final = 0.02
"""For so long after the last such moment, or as long as an answer took lately if that is longer, intake counts as
pressed: those who were answered are about to send again."""
KNOWN_SECONDS: Final = 1.0
"""For so long what was read of trusts and their feeds is taken to be so: another process may set up another trust."""

T = TypeVar("T")

log = structlog.get_logger("homeward.admissions")


@dataclass(slots=True)
class _Waiting:
    arrival: Arrival
    answer: str
    deadline: float
    told: Callable[[Fate], Any]
    end: asyncio.Future[Any]


class Intake:
    """Takes arrivals from every door of one process and keeps them together. Belongs to one event loop.

    `deadline` is in seconds from being offered to being answered. `woken` is called after commits that kept something.
    `refused` counts what was noted as not for us, by feed and why.
    """

    def __init__(self, database: Database, *, deadline: float, woken: Callable[[], None]) -> None:
        self.refused: Counter[tuple[str, str]] = Counter()
        self._database = database
        self._deadline = deadline
        self._woken = woken
        # Two commits overlap on PostgreSQL; SQLite has one writer.
        self._most_flushers = 2 if database.dialect == "postgresql" else 1
        self._flushers: set[asyncio.Task[None]] = set()
        self._flushing = 0
        self._not_stored = 0
        self._pending: deque[_Waiting] = deque()
        self._outstanding: deque[_Waiting] = deque()
        self._pressed_until = 0.0
        self._took = 0.0
        self._sweeper: asyncio.TimerHandle | None = None
        self._only_trust: str | None = None
        self._known_until = 0.0
        self._learning = asyncio.Lock()
        self._trusts: frozenset[str] = frozenset()
        self._feed_trusts: dict[Sender, str] = {}
        self._terms: dict[str, dict[Sender, Feed]] = {}

    async def learn(self) -> None:
        """Read again which trusts are set up and which feed belongs to which. Raises DatabaseUnavailable."""
        async with self._database.reading() as reading:
            trusts = await store.trusts(reading)
            named = await feed_store.named(reading)
        self._feed_trusts = {sender: trust for trust, of_one in named.items() for sender in of_one}
        self._terms = {trust: of_one for trust, of_one in named.items() if any(map(has_terms, of_one.values()))}
        self._only_trust = trusts[0] if len(trusts) == 1 else None
        self._known_until = asyncio.get_running_loop().time() + KNOWN_SECONDS if trusts else 0.0
        self._trusts = frozenset(trusts)

    @property
    def only_trust(self) -> str | None:
        """The trust of every feed: nothing while none is set up, or several, or it is too long since we looked."""
        return self._only_trust if self._known else None

    @property
    def _known(self) -> bool:
        return asyncio.get_running_loop().time() < self._known_until

    async def serves(self, trust: str) -> bool:
        """Whether `trust` is set up: the messages of another would be kept and read by nobody."""
        if trust not in self._trusts:
            await self.learn()
        else:
            await self._known_by_now()  # if it cannot be, what was known holds; what comes is then not stored either
        return trust in self._trusts

    def on_terms(self, arrival: Arrival, origin: Origin | None = None) -> Arrival:
        """The arrival, its trust known: rejected where its sender is not heard so. `origin`: the link it came by."""
        rejected = arrival.rejected
        if rejected is None and (named := self._terms.get(arrival.trust)) is not None:
            sender = (arrival.feed, arrival.sending_application, arrival.sending_facility)
            feed = feed_store.named_as(named, sender)
            rejected = None if feed is None else refusal(feed, origin, arrival.processing_id)
        return arrival if rejected is None else arrival._replace(rejected=rejected, peer=origin.peer if origin else "")

    @property
    def pressed(self) -> bool:
        """Whether, now or an instant ago, so many waited for their answer that what can wait should."""
        return asyncio.get_running_loop().time() < self._pressed_until

    async def trust_of(self, feed: str, application: str, facility: str) -> str | None:
        """The trust a feed belongs to: the only one, or of several the one that set-up named, or NOBODY if none did.

        A feed that nobody named is never guessed: its people would be shown to another trust. Nothing while it cannot
        be said: no trust is set up, or the database is away.
        """
        if not await self._known_by_now() or not self._trusts:
            return None
        return self._only_trust or claimant(self._feed_trusts, feed, application, facility) or NOBODY

    async def _known_by_now(self) -> bool:
        async with self._learning:
            return self._known or await self._learned()

    async def _learned(self) -> bool:
        for _ in range(ATTEMPTS):
            try:
                await self.learn()
            except DatabaseUnavailable:
                continue
            return True
        return False

    def offer(self, arrival: Arrival) -> asyncio.Future[Fate]:
        """Have `arrival` kept, its sender to be given no acknowledgement of HL7. Gives its fate, as `have_kept`."""
        return self.have_kept(arrival, "", lambda fate: fate)

    def have_kept(self, arrival: Arrival, answer: str, told: Callable[[Fate], T]) -> asyncio.Future[T]:
        """Have `arrival` kept, its sender to be answered `answer` (MSA-1; empty: nothing).

        Gives what `told` makes of its fate, after the commit or at the deadline.
        """
        loop = asyncio.get_running_loop()
        now = loop.time()
        end: asyncio.Future[T] = loop.create_future()
        waiting = _Waiting(arrival, answer, now + self._deadline, told, end)
        self._pending.append(waiting)
        self._outstanding.append(waiting)
        if len(self._outstanding) >= PRESSING:
            self._pressed_until = now + max(PRESSED_SECONDS, self._took)
        if self._sweeper is None:
            self._sweeper = loop.call_at(waiting.deadline, self._sweep)
        if self._flushing < self._most_flushers:
            self._flushing += 1
            flusher = asyncio.create_task(self._flush(), name="admissions-intake")
            self._flushers.add(flusher)
            flusher.add_done_callback(self._flushers.discard)
        return end

    async def close(self) -> None:
        """Finish what is in progress. Offer nothing after this."""
        while self._flushers:
            await asyncio.wait(self._flushers)
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None

    def _sweep(self) -> None:
        """Give up on whatever passed its deadline; look again at the next deadline."""
        loop = asyncio.get_running_loop()
        while self._outstanding and (self._outstanding[0].end.done() or self._outstanding[0].deadline <= loop.time()):
            _settle(self._outstanding.popleft(), NotStored(late=True))
        self._sweeper = loop.call_at(self._outstanding[0].deadline, self._sweep) if self._outstanding else None

    async def _flush(self) -> None:
        try:
            while self._pending:
                if group := self._take():
                    await self._keep(group, ATTEMPTS)
        finally:
            # At once, not when the task is reaped: whoever offers in between must know that nobody looks any more.
            self._flushing -= 1

    def _take(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        size = 0
        while self._pending and len(group) < MOST_MESSAGES and size < MOST_BYTES:
            waiting = self._pending.popleft()
            if not waiting.end.done():
                group.append(waiting)
                size += len(waiting.arrival.raw)
        return group

    async def _keep(self, group: Sequence[_Waiting], attempts: int) -> None:
        answers = {waiting.arrival.id: waiting.answer for waiting in group}
        try:
            fates = await keep_group(self._database, [waiting.arrival for waiting in group], answers)
        except DatabaseUnavailable as away:
            if attempts > 1:
                await self._keep(group, attempts - 1)
                return
            self._missed(len(group), away)
            self._settle_all(group, [NotStored()] * len(group))
        except Exception as refused:  # noqa: BLE001  # whatever it was, the neighbours must not suffer and the sender must hear
            await self._keep_apart(group, refused)
        else:
            reached("stored")
            self._settle_all(group, fates)
            self._stores_again()
            if any(isinstance(fate, Stored) and not fate.repeat for fate in fates):
                self._woken()
            for waiting, fate in zip(group, fates, strict=True):
                if isinstance(fate, TurnedAway):
                    self.refused[waiting.arrival.feed, fate.why.value] += 1

    def _missed(self, count: int, why: DatabaseUnavailable) -> None:
        """Say once why nothing can be stored; how much was not is said when it can be again."""
        if not self._not_stored:
            log.error("intake_cannot_store", why=str(why), senders="answered AE, and will send again")
        self._not_stored += count

    def _stores_again(self) -> None:
        if self._not_stored:
            log.warning("intake_stores_again", not_stored=self._not_stored)
            self._not_stored = 0

    async def _keep_apart(self, group: Sequence[_Waiting], refused: Exception) -> None:
        if len(group) > 1:
            middle = len(group) // 2
            await self._keep(group[:middle], ATTEMPTS)
            await self._keep(group[middle:], ATTEMPTS)
            return
        log.error("intake_refused", kind=type(refused).__name__, arrival=group[0].arrival.id)
        self._settle_all(group, [NotStored()])

    def _settle_all(self, group: Sequence[_Waiting], fates: Sequence[Fate]) -> None:
        now = asyncio.get_running_loop().time()
        self._took = now + self._deadline - group[0].deadline
        for waiting, fate in zip(group, fates, strict=True):
            _settle(waiting, fate if waiting.deadline > now else NotStored(late=True))
        while self._outstanding and self._outstanding[0].end.done():
            self._outstanding.popleft()


def _settle(waiting: _Waiting, fate: Fate) -> None:
    if waiting.end.done():
        return
    try:
        waiting.end.set_result(waiting.told(fate))
    except Exception as fault:  # noqa: BLE001  # whoever offered it hears of it; its neighbours must not
        waiting.end.set_exception(fault)
