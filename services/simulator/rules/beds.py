"""Who lies where: one person a bed."""

from dataclasses import dataclass, field
from random import Random

from services.simulator.model import Hospital, Place, WardKind


@dataclass(slots=True)
class Beds:
    """The beds of the hospital and who has them."""

    hospital: Hospital
    _taken: dict[Place, int] = field(default_factory=dict[Place, int])

    def take(self, kind: WardKind, story: int, random: Random) -> Place | None:
        """A free bed on a ward of this kind for the person of `story`, who leaves theirs; None if all are full."""
        free = [place for ward in self.hospital.of_kind(kind) for place in ward.places if place not in self._taken]
        if not free:
            return None
        self.leave(story)
        chosen = random.choice(free)
        self._taken[chosen] = story
        return chosen

    def take_another(self, place: Place, story: int, random: Random) -> Place | None:
        """Another free bed of the ward `place` is on, for the person of `story`, who leaves theirs; None if none is."""
        beds = [bed for ward in self.hospital.wards if ward.code == place.ward for bed in ward.places]
        free = [bed for bed in beds if bed not in self._taken]
        chosen = random.choice(free) if free else None
        return chosen if chosen is not None and self.take_this(chosen, story) else None

    def take_this(self, place: Place, story: int) -> bool:
        """This bed again, if nobody has it meanwhile."""
        if self._taken.get(place, story) != story:
            return False
        self.leave(story)
        self._taken[place] = story
        return True

    def leave(self, story: int) -> None:
        """The person of `story` is in no bed."""
        for place in [place for place, holder in self._taken.items() if holder == story]:
            del self._taken[place]

    def specialty(self, place: Place | None) -> str:
        """The treatment function of the ward this bed is on."""
        code = place.ward if place else ""
        return next((ward.specialty for ward in self.hospital.wards if ward.code == code), "300")
