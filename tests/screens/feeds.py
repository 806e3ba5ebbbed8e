"""The messages and the feeds of the frozen hospital. Identifiers are invented."""

from datetime import datetime

from shared.contracts.api.admissions import (
    DoorFault,
    FeedProfile,
    FeedSummary,
    MessageSummary,
    Outcome,
    RefusedMessage,
    StayOfMessage,
    WardCodeHeard,
)
from shared.contracts.api.hospital import UnmappedCode
from shared.contracts.encounters import EncounterStatus, PatientClass
from tests.screens.checklists import ago

ER7 = (
    "MSH|^~\\&|PAS|RX9|HOMEWARD|RX9|20261124075000||ADT^A01|00012345|P|2.4\r"
    "PID|1||*****^^^RX9||*****^*****\rPV1|1|I|ASH^2^A"
)


REFUSED = (
    RefusedMessage(
        refused_id="refused-1",
        feed="main",
        sending_application="PAS-TRAINING",
        sending_facility="RX9",
        control_id="00099001",
        trigger="A01",
        acknowledged_as="CR",
        first_at=ago(minutes=9),
        last_at=ago(minutes=1),
        times=1204,
        reason="processing-id",
        bytes=812,
    ),
    RefusedMessage(refused_id="refused-2", feed="maternity", first_at=ago(hours=30), reason="batch", bytes=90_112),
)
FAULTS = (DoorFault(kind="foreign", number=1, last_at=ago(minutes=9), last_peer="192.0.2.7"),)
UNMAPPED = (
    UnmappedCode(code="SDEC2", people=3, stays=5, since=ago(days=2)),
    UnmappedCode(code="OLD-ASH", people=0, stays=1, since=ago(days=6)),
)
CODES_HEARD = (
    WardCodeHeard(code="SDEC2", messages=17, first_at=ago(days=2, hours=1), last_at=ago(minutes=40)),
    WardCodeHeard(code="OLD-ASH", messages=2, first_at=ago(days=6), last_at=ago(days=6)),
)


def message(number: int) -> MessageSummary:
    """A message; what became of it goes by number."""
    outcome = (Outcome.APPLIED, Outcome.QUARANTINED, Outcome.NO_EFFECT, Outcome.WAITING)[number % 4]
    reason = {1: "no patient identifier in PID-3", 2: "not yet interpreted: A60"}.get(number % 4)
    return MessageSummary(
        message_id=f"message-{number}",
        feed="main",
        sending_application="PAS",
        sending_facility="RX9",
        control_id=f"{12345 + number:08d}",
        trigger=("A01", "A08", "A60", "A03")[number % 4],
        content_type="x-application/hl7-v2+er7",
        received_at=ago(minutes=2 + number * 3),
        outcome=outcome,
        reason=reason,
        acknowledged_as="AA",
        encounter_ids=("enc-001",) if number % 4 == 0 else (),
    )


STAY = StayOfMessage(
    encounter_id="enc-001",
    status=EncounterStatus.DISCHARGED,
    patient_class=PatientClass.INPATIENT,
    ward_code="ASH",
    bed="A",
    admitted_at=ago(hours=3),
    discharged_at=ago(days=2),
    flags=("discharge-before-admission",),
)


USUAL = FeedProfile(
    default_issuer="RX9",
    visits_within_person=False,
    control_ids_count_up=False,
    moves_by_update=False,
    class_by_update=False,
    may_end_stays=True,
    accepts_training=False,
    zone="Europe/London",
    times_are_local=False,
    null_policy="erases",
    classes={},
    fields={
        "patient_class": "PV1-2",
        "admission_method": "PV1-4",
        "consultant": "PV1-7",
        "specialty": "PV1-10",
        "discharge_method": "PV1-36",
        "discharge_destination": "PV1-37",
    },
    assumed=(
        *("default_issuer", "preferred_issuer", "visits_within_person", "control_ids_count_up", "moves_by_update"),
        *("accepts_training", "charset", "zone", "times_are_local", "null_policy", "empty_erases", "classes", "fields"),
        *("class_by_update", "may_end_stays", "version", "processing_id", "peers", "certificates"),
    ),
)
"""How a sender is read of which nothing is said."""

NAMED = USUAL.model_copy(
    update={
        "peers": ("192.0.2.0/24", "198.51.100.7/32", "2001:db8::/64"),
        "classes": {"IP": PatientClass.INPATIENT, "DC": PatientClass.DAY_CASE},
        "assumed": tuple(key for key in USUAL.assumed if key not in ("peers", "classes")),
    }
)


def earlier(feed: FeedSummary) -> FeedSummary:
    """The same feed on an earlier day: nothing of that day stands open any more."""
    return feed.model_copy(
        update={"received": 900, "applied": 880, "no_effect": 20, "quarantined": 0, "waiting": 0, "repeats": 0}
    )


def feeds(heard: datetime) -> tuple[FeedSummary, ...]:
    """Two feeds: one that talks, one that has been quiet for hours."""
    return (
        FeedSummary(
            feed="main",
            sending_application="PAS",
            sending_facility="RX9",
            last_heard_at=heard,
            named=True,
            profile=NAMED,
            received=1204,
            applied=1010,
            no_effect=180,
            quarantined=6,
            waiting=8,
            quarantined_now=9,
            waiting_now=8,
            repeats=3,
            links_open=2,
        ),
        FeedSummary(
            feed="maternity",
            sending_application="MATERNITY-SYSTEM",
            sending_facility="RX9",
            profile=USUAL,
            last_heard_at=ago(hours=5),
            stale_because="usually 40 messages by now on a Monday morning, none since 5am",
            received=12,
            applied=12,
            links_open=0,
            rejected_frames=1,
            faults=FAULTS,
            counted_since=ago(hours=30),
        ),
    )
