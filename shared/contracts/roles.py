"""Who a caller may be. A route names the roles that may call it."""

from enum import StrEnum


class Role(StrEnum):
    """What a signed-in person, or a machine with a token, is allowed to do."""

    SOCIAL_WORKER = "social_worker"
    LEAD = "lead"
    WARD_STAFF = "ward_staff"
    BED_MANAGER = "bed_manager"
    INTEGRATION_ENGINEER = "integration_engineer"
    ADMINISTRATOR = "administrator"
    INTAKE = "intake"
    SERVICE = "service"
    MONITOR = "monitor"


CARE = frozenset({Role.SOCIAL_WORKER, Role.LEAD, Role.WARD_STAFF})
"""The people who see and do the work on a case."""

SIGHT = CARE | {Role.BED_MANAGER}
"""The people who may see who is in which bed."""

TAKERS = frozenset({Role.SOCIAL_WORKER, Role.LEAD})
"""The people who may be the named co-ordinator of a case."""

ACKNOWLEDGERS = TAKERS | {Role.BED_MANAGER}
"""The people who may say that they are on to an alert."""

MESSAGE_READERS = frozenset({Role.INTEGRATION_ENGINEER, Role.ADMINISTRATOR})
"""The people who may read what the hospital's systems sent."""

WARD_MAPPERS = frozenset({Role.INTEGRATION_ENGINEER, Role.ADMINISTRATOR})
"""The people who may say which ward a code of the hospital's systems means."""

SETTERS_UP = frozenset({Role.ADMINISTRATOR})
"""The people who may say what the hospital is to be like: its wards, clusters, staff and rota."""
