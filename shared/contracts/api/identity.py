"""REST shapes of identity: messages that say who is who, what people decided about them, and numbers in dispute."""

from enum import StrEnum

from shared.contracts.shape import Asked, Instant, LongText, Published


class IdentityKind(StrEnum):
    """What a message about identity says, as it is read; the word is the HL7 event it amounts to."""

    LINK = "A24"
    DELETE_PERSON = "A29"
    UNLINK = "A37"
    MERGE = "A40"
    MERGE_VISITS = "A42"
    MOVE_NUMBERS = "A43"
    MOVE_ACCOUNT = "A44"
    MOVE_VISIT = "A45"
    CHANGE_ACCOUNT = "A49"
    CHANGE_VISIT = "A50"


class IdentityDecision(Published):
    """Somebody (`by`, a name) decided that a message is believed, or that it is not: it is set aside."""

    believed: bool
    reason: str
    at: Instant
    by: str


class MergeSummary(Published):
    """A message that says who or what is another, without anything of the patient.

    `kinds` is what it says, in order; `parts` how many times it says so. `decided` is the last decision about it.
    """

    message_id: str
    trigger: str | None = None
    kinds: tuple[IdentityKind, ...]
    parts: int = 1
    feed: str
    sending_application: str | None = None
    sending_facility: str | None = None
    control_id: str | None = None
    received_at: Instant
    flags: tuple[str, ...] = ()
    set_aside: bool = False
    decided: IdentityDecision | None = None


class MergePage(Published):
    """Messages about identity, newest first. `next` is the cursor of the next page, or nothing."""

    items: tuple[MergeSummary, ...]
    next: str | None = None


class NumberSaid(Published):
    """A hospital, visit or account number as a message says it, and who issued it; masked as the message is."""

    value: str
    issuer: str


class IdentitySaid(Published):
    """One part of such a message: the person it is about, and the numbers that are now, or were, theirs.

    `others` are the hospital numbers that are merged into, moved to or linked with `patient`, or whose visit or account
    is moved. Of a visit or an account: what it is now, and what it was before.
    """

    kind: IdentityKind
    patient: NumberSaid
    others: tuple[NumberSaid, ...] = ()
    visit: NumberSaid | None = None
    prior_visit: NumberSaid | None = None
    account: NumberSaid | None = None
    prior_account: NumberSaid | None = None


class MergeDetail(Published):
    """One message about identity: what it says, and everything that was decided about it, newest first."""

    summary: MergeSummary
    says: tuple[IdentitySaid, ...]
    masked: bool
    decisions: tuple[IdentityDecision, ...] = ()


class StayBecomes(StrEnum):
    """What would become of a stay.

    `of-another`: it goes to another hospital number. `parted`: it is a stay of its own again. `joined`: it is part of
    another. `withdrawn`: nothing is left of it. `back`: it was withdrawn, and is a stay again. `changed`: its details.
    """

    NEW = "new"
    OF_ANOTHER = "of-another"
    PARTED = "parted"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"
    BACK = "back"
    CHANGED = "changed"


class StayForeseen(Published):
    """A stay that would change. One that there is not yet has no id."""

    encounter_id: str | None = None
    becomes: StayBecomes
    is_open: bool
    would_be_open: bool


class PersonForeseen(Published):
    """A person who would have other hospital numbers: how many now, and then. One that there is not yet has no id."""

    person_id: str | None = None
    numbers: int
    would_have: int


class MergePreview(Published):
    """What would change if the message were set aside or, where it is (`set_aside`), were believed again."""

    message_id: str
    set_aside: bool
    stays: tuple[StayForeseen, ...] = ()
    persons: tuple[PersonForeseen, ...] = ()


class Reasoned(Asked):
    """Why somebody decides so."""

    reason: LongText


class SharedNumber(StrEnum):
    """What several patients bear, and only one can."""

    NHS_NUMBER = "nhs-number"
    VISIT_NUMBER = "visit-number"


class ConflictMessage(Published):
    """A message that says so."""

    message_id: str
    trigger: str | None = None
    control_id: str | None = None
    received_at: Instant


class Conflict(Published):
    """One number that several patients bear, and the newest messages that say so. Whose it is, is not guessed.

    `patients` is how many hospital numbers those messages give it to.
    """

    shared: SharedNumber
    patients: int
    messages: tuple[ConflictMessage, ...]


class ConflictList(Published):
    """The conflicts among the newest messages that say so, the newest first. `more`: there are older ones."""

    items: tuple[Conflict, ...]
    more: bool = False
