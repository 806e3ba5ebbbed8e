"""Looking again at cases that are held: by the clock, and at those of somebody who leaves."""

from collections.abc import Mapping, Set
from datetime import datetime

from services.discharge.handlers.naming import naming
from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.rules.absence import agreed_anew
from services.discharge.rules.casework import receive
from services.discharge.rules.naming import needs_a_name
from shared.database import Reading


async def decided(
    reading: Reading, hospital: Hospital, files: Mapping[str, CaseFile], anew: Set[str], at: datetime
) -> list[tuple[CaseFile, CaseFile]]:
    """Each case before and after the look. Those to look at `anew`, and those that need a name, are placed anew.

    The clusters concerned and the cases are locked.
    """
    placed: dict[str, CaseFile] = {}
    for case_id, file in sorted(files.items()):
        again = case_id in anew or needs_a_name(file, hospital)
        found = receive(file, file.encounter, hospital, at, case_id) if again else None
        placed[case_id] = file if found is None else agreed_anew(found, hospital, at)
    names = await naming(reading, hospital, placed.values())
    pairs: list[tuple[CaseFile, CaseFile]] = []
    for case_id, file in placed.items():
        after = names.finish(file, at)
        names.count(files[case_id], after)
        pairs.append((files[case_id], after))
    return pairs
