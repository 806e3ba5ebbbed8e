"""REST shape of the measure of people who had no named co-ordinator: minutes, by day and ward cluster."""

from datetime import date

from shared.contracts.shape import Instant, Published


class UncoveredMinutes(Published):
    """How many minutes people had no named co-ordinator on a day (London), together, in a ward cluster.

    `cluster_id` is of the cluster that covered their ward then; absent where none did, or the ward was not known.
    """

    day: date
    cluster_id: str | None = None
    minutes: int


class UncoveredMeasure(Published):
    """The minutes of the days from `first_day` to `last_day`, as known at `at` (UTC); days and clusters with none are
    not there.

    A minute counts when its mark on the clock passes: whoever is uncovered from 10:59:50 to 11:00:10 was so for one. It
    counts from when Homeward knew of the stay, and not for stays that were taken back since. `uncovered_now`: how many
    people have no named co-ordinator at `at`.
    """

    first_day: date
    last_day: date
    items: tuple[UncoveredMinutes, ...]
    total: int
    uncovered_now: int
    at: Instant
