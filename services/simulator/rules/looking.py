"""Whom a co-ordinator has looked at already when the past is over: all but what is news since last evening."""

from datetime import datetime

from shared.contracts.api.discharge import CaseSummary

_OVERLOOKED_ONE_IN = 12


def is_news(case: CaseSummary, since: datetime) -> bool:
    """Whether whoever holds `case` has not looked at it: it came, left, died or became ready after `since` (UTC), or it
    is one of the few that nobody got round to.
    """
    events = (case.moments.admitted, case.ready_since, case.left_at, case.person.deceased_at)
    return any(at is not None and at > since for at in events) or _overlooked(case)


def _overlooked(case: CaseSummary) -> bool:
    return not case.person.deceased and sum(map(ord, case.person.mrn or "")) % _OVERLOOKED_ONE_IN == 0
