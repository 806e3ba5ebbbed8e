"""The times in a message: read by the clocks of its sender, with what was odd about them."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from services.admissions.model import HOME_ZONE, Flag, Precision, Trigger, When
from shared.hl7 import instants
from shared.hl7.forms import Said
from shared.hl7.instants import HospitalTime, Oddity, read_instant

_EARLIEST_YEAR = 1990
_MOST_AHEAD = timedelta(days=366)
_CLOCKS_DIFFER = timedelta(hours=1)
"""Up to so far ahead of its arrival a time may be a clock's fault; further ahead, nothing can have happened then."""
_ODD = {
    Oddity.AMBIGUOUS_HOUR: Flag.LOCAL_TIME_TWICE,
    Oddity.SECOND_PASSAGE: Flag.LOCAL_TIME_TWICE,
    Oddity.MISSING_HOUR: Flag.LOCAL_TIME_SKIPPED,
    Oddity.END_OF_DAY: Flag.HOUR_TWENTY_FOUR,
    Oddity.SECOND_SIXTY: Flag.SECOND_SIXTY,
    Oddity.IMPOSSIBLE: Flag.TIME_UNREADABLE,
}
TO_COME = frozenset(
    {
        Trigger.PREADMIT,
        Trigger.DISCHARGE,
        Trigger.PENDING_ADMIT,
        Trigger.PENDING_TRANSFER,
        Trigger.PENDING_DISCHARGE,
        Trigger.LEAVE,
    }
)
"""What may be told before it happens."""
_UNITS = {Precision.HOUR: timedelta(hours=1), Precision.MINUTE: timedelta(minutes=1)}
_PRECISIONS = tuple(
    Precision(max(Precision.YEAR, min(known, instants.Precision.SECOND))) for known in instants.Precision
)


class Times:
    """Reads times out of one message, gathering flags. `sent` is its MSH-7; `local`: its offsets are not believed.

    `zone` is the IANA name of the zone that times without an offset are of; "": Europe/London, unless MSH-7 has an
    offset that London has not at that instant. Then it is that offset (flagged), as HL7 has it of any MSH-7.
    """

    __slots__ = ("_by_sending_time", "_offset_trusted", "_received", "_sent", "_zone", "flags", "sent")

    def __init__(self, sent: Said, received: datetime, *, local: bool = False, zone: str = "") -> None:
        self.flags: set[Flag] = set()
        self._received = received
        self._offset_trusted = not local
        self._zone: tzinfo = _known_zone(zone or HOME_ZONE)
        self._by_sending_time = False
        self._sent = self.told(sent)
        self.sent = self._when(self._sent)
        if not zone and self.sent is not None and self._sent is not None and self._sent.offset is not None:
            away = self._sent.offset
            self._by_sending_time = self.sent.at.astimezone(self._zone).utcoffset() != away.utcoffset(None)
            self._zone = away if self._by_sending_time else self._zone

    def told(self, value: Said, sent: HospitalTime | None = None) -> HospitalTime | None:
        """The time or date a value tells, flagging nothing; None if it says nothing. As `read_instant`."""
        if not value or not isinstance(value, str):
            return None
        return read_instant(value, sent, offset_trusted=self._offset_trusted, zone=self._zone)

    def read(self, value: Said, *, planned: bool = False) -> When | None:
        """The time a value tells; None if nothing was said, or nothing possible. `planned`: it may well be to come.

        A year or a month alone is none: it would be every time in it, and its first instant is a guess.
        """
        return self._when(self.told(value, self._sent), planned=planned)

    def finer(self, told: When, *others: When | None) -> When:
        """The first of `others` that is told more finely than `told` and lies within it; else `told`.

        A date is not its midnight: with a time of that day to go by, it is not before what came earlier on it.
        """
        if told.precision is Precision.SECOND or not told.is_told:
            return told
        return next((one for one in others if one and one.precision > told.precision and self._holds(told, one)), told)

    def _holds(self, told: When, one: When) -> bool:
        if told.precision in _UNITS:
            return told.at <= one.at < told.at + _UNITS[told.precision]
        return told.at.astimezone(self._zone).date() == one.at.astimezone(self._zone).date()

    def _when(self, told: HospitalTime | None, *, planned: bool = False) -> When | None:
        if told is None:
            return None
        if told.oddities:
            self.flags.update(flag for oddity, flag in _ODD.items() if oddity in told.oddities)
        if told.at is None or told.precision is instants.Precision.NONE:
            self.flags.add(Flag.TIME_UNREADABLE)
            return None
        if told.at.year < _EARLIEST_YEAR or told.at > self._received + _MOST_AHEAD:
            self.flags.add(Flag.TIME_IMPLAUSIBLE)
            return None
        if told.precision < instants.Precision.DAY:
            self.flags.add(Flag.TIME_TOO_COARSE)
            return None
        if self._by_sending_time and told.offset is None:
            self.flags.add(Flag.ZONE_OF_SENDING_TIME)
        if not planned and ahead((told.at,), self._received):
            self.flags.add(Flag.TIME_AHEAD)
        return When(told.at, _PRECISIONS[told.precision])


@cache
def _known_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def occurred(trigger: Trigger, event: When | None, admit: When | None, discharge: When | None, recorded: When) -> When:
    """When it happened: EVN-6; else PV1-44 or PV1-45 by trigger; else EVN-2."""
    own: When | None = None
    match trigger:
        case Trigger.ADMIT | Trigger.REGISTER | Trigger.TO_INPATIENT:
            own = admit
        case Trigger.DISCHARGE:
            own = discharge
        case _:
            pass
    return event or own or recorded


def ahead(times: Iterable[datetime | None], received: datetime) -> bool:
    """Whether one of `times` is so far ahead of its message's arrival that nothing can have happened then."""
    return any(at is not None and at > received + _CLOCKS_DIFFER for at in times)
