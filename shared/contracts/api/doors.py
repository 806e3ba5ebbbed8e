"""REST shapes of what stands at the doors of admissions: feeds, and messages that were refused."""

from datetime import date

from shared.contracts.encounters import PatientClass
from shared.contracts.shape import Instant, Published


class RefusedMessage(Published):
    """A message that was rejected because it was not for this system: noted once, however often it came.

    `first_at` is when it first came, `last_at` when last, `times` how often, `bytes` its length; the sender, the
    control id and the trigger are as MSH-3, 4, 10 and 9 say, where they could be read. `acknowledged_as` is how it was
    answered last (AR or CR), nothing where nobody was. `came_from` is the address it came from last, of what came over
    MLLP. What else it says is not shown here.

    `reason`: `empty`, `no-header`, `batch`, `batch-count` (a batch by Kafka said another number than it held; what it
    held is kept), `an-acknowledgement`, `processing-id` (MSH-11), `address` (its sender is not heard from there),
    `certificate` (nor with that certificate).
    """

    refused_id: str
    feed: str
    sending_application: str | None = None
    sending_facility: str | None = None
    control_id: str | None = None
    trigger: str | None = None
    acknowledged_as: str | None = None
    came_from: str | None = None
    first_at: Instant
    last_at: Instant | None = None
    times: int = 1
    reason: str
    bytes: int


class RefusedPage(Published):
    """Refused messages, newest first. `next` is the cursor of the next page, or nothing."""

    items: tuple[RefusedMessage, ...]
    next: str | None = None


class RefusedText(Published):
    """One refused message; `text` has identifiers masked unless they were asked for (which is recorded)."""

    summary: RefusedMessage
    text: str
    masked: bool


class DoorFault(Published):
    """What a door could not follow, or closed a link for: its kind, how often since the door opened, and the last time.

    Kinds, each counted by itself: `links_refused` (too many), `not_encrypted` (no TLS handshake), `foreign` (TLS or
    HTTP on a plain port), `oversize`, `partial` (broken off by the link's end), `slow`, `half_ended`, `nested_starts`,
    `end_without_start`, `empty_blocks`, `noise`, `late` and `unanswered` (no answer could be given), and `stray_bytes`
    (between messages: they close nothing).
    """

    kind: str
    number: int
    last_at: Instant | None = None
    last_peer: str | None = None


class FeedProfile(Published):
    """How a sender is read, and on which terms it is heard, by the keys that the setup file has for it.

    `assumed` are the keys that stand as they are taken to be of any sender; of one that set-up does not name, all.
    `fields` are where in PV1 each code is read, as `PV1-10` or `PV1-37.2`; `classes` are local spellings of PV1-2.
    `charset`, `version`, `processing_id` and `preferred_issuer`: nothing where any is taken; `peers` and
    `certificates`: empty where a sender is heard from anywhere, with any. `zone` is an IANA name; where
    it is assumed, an MSH-7 with an offset that is not that zone's at the time says in which its other times are.
    """

    default_issuer: str
    preferred_issuer: str | None = None
    visits_within_person: bool
    control_ids_count_up: bool
    moves_by_update: bool
    class_by_update: bool = False
    may_end_stays: bool = True
    accepts_training: bool
    charset: str | None = None
    zone: str
    times_are_local: bool
    null_policy: str
    empty_erases: tuple[str, ...] = ()
    classes: dict[str, PatientClass]
    fields: dict[str, str]
    version: str | None = None
    processing_id: str | None = None
    peers: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


class FeedSummary(Published):
    """One feed on the day of its list. The four outcomes, as they stand now, add up to what was `received` that day.

    `quarantined_now` and `waiting_now` are all of its messages that stand so now, of whatever day.
    `refused` messages are not among them: each is counted once, on the day it came last; `last_refused_at` is when the
    last of that day came. Of now, whatever the day, is `last_heard_at`, and `stale_because`, which says, in words, that
    the feed has been silent for longer than is usual for it at this hour; nothing: it has not, or too little is known
    of it.
    `named`: the setup file says how it speaks. `profile` is that, or what is assumed; only to those who run the
    interfaces, and of no line that is not a sender's.
    A sender that says no name (MSH-3, MSH-4) has neither application nor facility. So has the line of a door itself,
    beside it, which has only from `links_open` on: what this process's MLLP door has counted since it opened, at
    `counted_since`, whatever the day of the list.
    `rejected_frames` holds `oversize` and `partial`; `links_refused` were turned away unheard, `late` and `unanswered`
    were closed without an answer. `faults` tells the kinds apart.
    """

    feed: str
    sending_application: str | None = None
    sending_facility: str | None = None
    last_heard_at: Instant | None = None
    stale_because: str | None = None
    named: bool = False
    profile: FeedProfile | None = None
    received: int = 0
    applied: int = 0
    no_effect: int = 0
    quarantined: int = 0
    waiting: int = 0
    quarantined_now: int = 0
    waiting_now: int = 0
    repeats: int = 0
    refused: int = 0
    last_refused_at: Instant | None = None
    links_open: int = 0
    rejected_frames: int = 0
    links_refused: int = 0
    late: int = 0
    unanswered: int = 0
    oversize: int = 0
    partial: int = 0
    faults: tuple[DoorFault, ...] = ()
    counted_since: Instant | None = None


class FeedList(Published):
    """All feeds heard of, the `day` their figures are of (in England), and the instant they were read.

    `processing_id` is the MSH-11 that the doors take, whoever sends; said where the profiles are.
    """

    items: tuple[FeedSummary, ...]
    day: date | None = None
    processing_id: str | None = None
    at: Instant
    data_as_of: Instant | None = None


class LastHeard(Published):
    """When the newest message of the hospital came that has been read, of whatever feed and outcome; nothing: none has
    been. `at`: when this was asked.
    """

    data_as_of: Instant | None = None
    at: Instant
