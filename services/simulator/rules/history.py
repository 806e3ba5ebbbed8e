"""The past, put in the order in which it is worth telling: those who are still here before those who have left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.simulator.model import ChoosePathway, Done, Expect, Review, Sent, Step, TaskBecomes

_COMES = frozenset({"A01", "A06", "A13"})
_GOES = frozenset({"A03", "A11"})
CALLED = TaskBecomes("T51", "done")
FORGOTTEN_ONE_IN = 40
_TURNS = 3


@dataclass(frozen=True, slots=True)
class History:
    """Messages about people who are in hospital now, the acts about them, and the messages about all others.

    Those of the others come person by person, so that nobody seems to be in hospital for longer than need be.
    `calls` are what was recorded about people who have left: that they were telephoned.
    """

    here: tuple[Sent, ...]
    acts: tuple[Done, ...]
    gone: tuple[Sent, ...]
    calls: tuple[Done, ...]

    def __len__(self) -> int:
        """How many messages and acts."""
        return len(self.here) + len(self.acts) + len(self.gone) + len(self.calls)

    @property
    def people(self) -> frozenset[str]:
        """The hospital numbers of the people the acts are about."""
        return frozenset(act.mrn for act in self.acts)


def arranged(steps: Iterable[Step]) -> History:
    """The history that `steps` are. Of what was recorded about a person only what still matters is told: first that
    people are ready, then the other reviews and the expected dates, then all else; those who are ready first.
    """
    told = list(steps)
    sent = [step for step in told if isinstance(step, Sent)]
    done = [step for step in told if isinstance(step, Done)]
    here = _still_here(sent)
    acts: dict[int, list[Done]] = {}
    for step in done:
        if step.story in here:
            acts.setdefault(step.story, []).append(step)
    kept = {story: _that_matter(of, story) for story, of in acts.items()}
    order = sorted(kept, key=lambda story: (not _ready(kept[story]), story))
    return History(
        here=tuple(step for step in sent if step.story in here),
        acts=tuple(
            act
            for turn in range(_TURNS)
            for story in order
            for act in kept[story]
            if _turn(act, ready=_ready(kept[story])) == turn
        ),
        gone=tuple(sorted((step for step in sent if step.story not in here), key=lambda step: step.story)),
        calls=tuple(step for step in done if step.story not in here and step.act == CALLED),
    )


def _turn(act: Done, *, ready: bool) -> int:
    match act.act:
        case Review():
            return 0 if ready else 1
        case Expect():
            return 1
        case ChoosePathway() | TaskBecomes():
            return 2


def _still_here(sent: Sequence[Sent]) -> frozenset[int]:
    inside: set[int] = set()
    for step in sorted(sent, key=lambda one: one.adt.recorded):
        if step.adt.trigger in _COMES and step.adt.patient_class == "I":
            inside.add(step.story)
        elif step.adt.trigger in _GOES and step.adt.patient_class == "I":
            inside.discard(step.story)
    return frozenset(inside)


def _that_matter(acts: Sequence[Done], story: int) -> list[Done]:
    """The reviews that count, in their order, then the newest of everything else."""
    newest: dict[str, Done] = {}
    for act in acts:
        match act.act:
            case Review():
                pass
            case Expect():
                newest["expected"] = act
            case ChoosePathway():
                newest["pathway"] = act
            case TaskBecomes(code):
                newest.pop(code, None)
                newest[code] = act
    pathway = newest.pop("pathway", None)
    return [*_that_count(_reviews(acts), story), *([pathway] if pathway else []), *newest.values()]


def _that_count(reviews: list[Done], story: int) -> list[Done]:
    """The last two of somebody who is ready; of the others the last, but for those who were forgotten today."""
    if _ready(reviews):
        return reviews[-2:]
    return reviews[-1:] if story % FORGOTTEN_ONE_IN else []


def _reviews(acts: Sequence[Done]) -> list[Done]:
    return [act for act in acts if isinstance(act.act, Review)]


def _ready(acts: Sequence[Done]) -> bool:
    last = next((act.act for act in reversed(acts) if isinstance(act.act, Review)), None)
    return last is not None and not last.meets
