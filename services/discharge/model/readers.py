"""Who looks at a list or a case, as much as deciding what is theirs to do needs of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a staff id (or a machine's), the clusters whose hand-overs they are asked to accept, whether they are
    on the duty desk now, whether they lead, and whether they take cases.
    """

    id: str
    clusters: tuple[str, ...] = ()
    at_the_desk: bool = False
    leads: bool = False
    takes: bool = True
