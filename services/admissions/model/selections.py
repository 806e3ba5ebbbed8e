"""Which kept messages are meant."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.api.admissions import Outcome


@dataclass(frozen=True, slots=True)
class Selection:
    """Kept messages that are all of what is given: not those that wait, nor those that somebody discarded.

    From `since` on and before `until` (aware). `patient` is a hospital number and its issuer; None: any issuer.
    """

    feed: str | None = None
    sending_application: str | None = None
    sending_facility: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    outcome: Outcome | None = None
    trigger: str | None = None
    control_id: str | None = None
    patient: tuple[str, str | None] | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether something is given by which messages are found without looking at all of them."""
        found_by = (self.since, self.control_id, self.patient)
        return self.outcome is Outcome.QUARANTINED or any(one is not None for one in found_by)

    def told(self) -> str:
        """The selection in one line, without the patient's number."""
        said = {
            "feed": self.feed,
            "application": self.sending_application,
            "facility": self.sending_facility,
            "from": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "outcome": self.outcome.value if self.outcome else None,
            "trigger": self.trigger,
            "control id": self.control_id,
        }
        words = [f"{name} {value}" for name, value in said.items() if value is not None]
        return ", ".join([*words, *(["one patient"] if self.patient else [])]) or "every message"
