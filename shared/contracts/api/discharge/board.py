"""REST shape of the bed manager's board: figures, and initials of those who are delayed or have nobody named."""

from datetime import timedelta

from pydantic import Field

from shared.contracts.shape import Instant, Published


class Answering(Published):
    """Who answers for a named co-ordinator who is not at work, until the instant (UTC) their next shift begins."""

    name: str
    phone: str | None = None
    until: Instant


class AtTheDesk(Published):
    """The duty desk: who answers for a person that has nobody named."""

    name: str
    phone: str | None = None


class InOwnWords(Published):
    """What somebody waits for and who has it, as people typed it. Alerts say it in general words."""

    waiting_for: str
    held_by: str


class BoardView(Published):
    """The board's figures, each with its change since midnight (London), and by case id the initials of whoever is
    delayed or has no named co-ordinator.

    Alerts carry no person, so that a board can show an alert as initials and bed this is read beside them.
    `answering`: by case id, of those whose co-ordinator is not at work at `at`; alerts know nothing of a rota.
    `in_own_words`: by case id, of those whose wait people described in words of their own.
    `limit` is how long after becoming ready a delay begins, `levels` how long after that each further level does.
    """

    counts: dict[str, int]
    since_midnight: dict[str, int]
    initials: dict[str, str]
    answering: dict[str, Answering] = Field(default_factory=dict)
    in_own_words: dict[str, InOwnWords] = Field(default_factory=dict)
    desk: AtTheDesk | None = None
    limit: timedelta | None = None
    levels: tuple[timedelta, ...] = ()
    data_as_of: Instant | None = None
    at: Instant


class Figures(Published):
    """The board's figures, each with its change since midnight (London). Nobody is named.

    `since_midnight` says nothing where nobody was known to be in hospital then.
    """

    counts: dict[str, int]
    since_midnight: dict[str, int]
    data_as_of: Instant | None = None
    at: Instant
