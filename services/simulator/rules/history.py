"""The past, put in the order in which it is worth telling: those who are still here before those who have left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.simulator.model import ChoosePathway, Done, Expect, Review, Sent, Step, TaskBecomes

_COMES = frozenset({"A01", "A06", "A13"})
_GOES = frozenset({"A03", "A11"})


@dataclass(frozen=True, slots=True)
class History:
    """Messages about people who are in hospital now, the acts about them, and the messages about all others."""

    here: tuple[Sent, ...]
    acts: tuple[Done, ...]
    gone: tuple[Sent, ...]

    @property
    def people(self) -> frozenset[str]:
        """The hospital numbers of the people the acts are about."""
        return frozenset(act.mrn for act in self.acts)


def arranged(steps: Iterable[Step]) -> History:
    """The history that `steps` are. Of what was recorded about a person only what still matters is told, those who are
    ready first.
    """
    told = list(steps)
    sent = [step for step in told if isinstance(step, Sent)]
    here = _still_here(sent)
    acts: dict[int, list[Done]] = {}
    for step in told:
        if isinstance(step, Done) and step.story in here:
            acts.setdefault(step.story, []).append(step)
    kept = {story: _that_matter(of) for story, of in acts.items()}
    order = sorted(kept, key=lambda story: (not _ready(kept[story]), story))
    return History(
        here=tuple(step for step in sent if step.story in here),
        acts=tuple(act for story in order for act in kept[story] if _ready(kept[story]) or story % 7),
        gone=tuple(step for step in sent if step.story not in here),
    )


def _still_here(sent: Sequence[Sent]) -> frozenset[int]:
    inside: set[int] = set()
    for step in sorted(sent, key=lambda one: one.adt.recorded):
        if step.adt.trigger in _COMES and step.adt.patient_class == "I":
            inside.add(step.story)
        elif step.adt.trigger in _GOES and step.adt.patient_class == "I":
            inside.discard(step.story)
    return frozenset(inside)


def _that_matter(acts: Sequence[Done]) -> list[Done]:
    """The last two reviews, in their order, then the newest of everything else."""
    reviews = [act for act in acts if isinstance(act.act, Review)][-2:]
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
    return [*reviews, *([pathway] if pathway else []), *newest.values()]


def _ready(acts: Sequence[Done]) -> bool:
    reviews = [act.act for act in acts if isinstance(act.act, Review)]
    return bool(reviews) and not reviews[-1].meets
