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


CARE = frozenset({Role.SOCIAL_WORKER, Role.LEAD, Role.WARD_STAFF})
"""The people who see and do the work on a case."""

SIGHT = CARE | {Role.BED_MANAGER}
"""The people who may see who is in which bed."""
