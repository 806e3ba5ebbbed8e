"""Which cluster covers somebody on a ward that several clusters share: by their specialty, or by where they live."""

from services.discharge.model.cover import CoveredWard
from services.discharge.model.hospital import SharedBy
from shared.contracts.encounters import EncounterState


def cluster_of(ward: CoveredWard | None, stay: EncounterState) -> str | None:
    """The cluster that covers this stay on `ward`: the one that has its code there, else the one without a condition.

    So it is where the code is not known. None: no cluster covers the ward.
    """
    if ward is None:
        return None
    if ward.shared_by is None:
        return ward.cluster_id
    return ward.clusters_by_code.get(_code(ward.shared_by, stay) or "", ward.cluster_id)


def covers(ward: CoveredWard | None, stay: EncounterState, cluster_name: str) -> str | None:
    """Why `cluster_name` covers this stay on `ward`, in a sentence; None where the ward is no shared one.

    What the hospital said of where the person lives is not repeated.
    """
    if ward is None or ward.shared_by is None:
        return None
    code = _code(ward.shared_by, stay)
    has = code is not None and code in ward.clusters_by_code
    if ward.shared_by is SharedBy.SPECIALTY:
        if code is None:
            return f"{cluster_name} covers {ward.name} for everybody whose specialty is not known."
        if has:
            return f"{cluster_name} covers {ward.name} for specialty {code}."
        return f"{cluster_name} covers {ward.name} for every specialty that no other cluster has there, such as {code}."
    if code is None:
        return f"{cluster_name} covers {ward.name} for everybody of whom it is not known where they live."
    if has:
        return f"{cluster_name} covers {ward.name} for people who live in the area of council {code}."
    return f"{cluster_name} covers {ward.name} for people of every council that no other cluster has there."


def _code(by: SharedBy, stay: EncounterState) -> str | None:
    said = stay.specialty if by is SharedBy.SPECIALTY else stay.person.council
    return said.strip().upper() or None if said else None
