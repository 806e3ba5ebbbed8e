"""The front door of every service: routes with permissions, problem details, limits and headers."""

from shared.callers import Caller
from shared.refusals import FieldProblem, NotYet, Refused
from shared.web.application import DemonstrationExposed, check_demonstration, create_app
from shared.web.conditions import etag, has_seen, require_match, version_seen
from shared.web.idempotency import RequestKey, answer, once, the_request_key
from shared.web.preferences import MINIMAL, minimal, prefers_minimal
from shared.web.problems import problem
from shared.web.routing import PUBLIC, Allow, PermissionMissing, Router, the_caller
from shared.web.verifier import Verifier
from shared.web.wire import request_id_of

__all__ = [
    "MINIMAL",
    "PUBLIC",
    "Allow",
    "Caller",
    "DemonstrationExposed",
    "FieldProblem",
    "NotYet",
    "PermissionMissing",
    "Refused",
    "RequestKey",
    "Router",
    "Verifier",
    "answer",
    "check_demonstration",
    "create_app",
    "etag",
    "has_seen",
    "minimal",
    "once",
    "prefers_minimal",
    "problem",
    "request_id_of",
    "require_match",
    "the_caller",
    "the_request_key",
    "version_seen",
]
