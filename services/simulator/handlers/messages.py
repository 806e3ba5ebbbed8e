"""A message of the story as bytes, its times being real ones."""

from dataclasses import replace
from datetime import datetime

from services.simulator.model import Adt, Hospital
from services.simulator.rules.er7 import write
from services.simulator.store.progress import Progress


def bytes_of(adt: Adt, hospital: Hospital, progress: Progress) -> bytes:
    """The message as the PAS sends it; the same bytes whenever it is sent."""

    def real(at: datetime | None) -> datetime | None:
        return None if at is None else progress.wall(at)

    told = replace(
        adt,
        recorded=progress.wall(adt.recorded),
        occurred=progress.wall(adt.occurred),
        admitted=real(adt.admitted),
        discharged=real(adt.discharged),
        # As many days ahead as in the story, however fast it goes, and the same when the rest of it goes otherwise.
        expected=None if adt.expected is None else progress.wall(adt.recorded) + (adt.expected - adt.recorded),
        died=real(adt.died),
    )
    return write(told, hospital.trust, hospital.site)
