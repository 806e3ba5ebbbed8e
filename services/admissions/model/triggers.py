"""The ADT events (HL7 table 0003): what each is read as, and what it does. One table, for the code and for people.

`docs/triggers.md` and `homeward conformance` are made from this table and from the stories that show what it claims.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Trigger(StrEnum):
    """The ADT events that are interpreted (HL7 table 0003); those that mean the same are read as one."""

    ADMIT = "A01"
    TRANSFER = "A02"
    DISCHARGE = "A03"
    REGISTER = "A04"
    PREADMIT = "A05"
    TO_INPATIENT = "A06"
    TO_OUTPATIENT = "A07"
    UPDATE = "A08"
    DEPART = "A09"
    ARRIVE = "A10"
    CANCEL_ADMIT = "A11"
    CANCEL_TRANSFER = "A12"
    CANCEL_DISCHARGE = "A13"
    PENDING_ADMIT = "A14"
    PENDING_TRANSFER = "A15"
    PENDING_DISCHARGE = "A16"
    LEAVE = "A21"
    RETURN = "A22"
    DELETE_VISIT = "A23"
    LINK = "A24"
    CANCEL_PENDING_DISCHARGE = "A25"
    CANCEL_PENDING_TRANSFER = "A26"
    CANCEL_PENDING_ADMIT = "A27"
    ADD_PERSON = "A28"
    DELETE_PERSON = "A29"
    UPDATE_PERSON = "A31"
    CANCEL_ARRIVE = "A32"
    CANCEL_DEPART = "A33"
    UNLINK = "A37"
    CANCEL_PREADMIT = "A38"
    MERGE = "A40"
    MERGE_VISITS = "A42"
    MOVE_NUMBERS = "A43"
    MOVE_ACCOUNT = "A44"
    MOVE_VISIT = "A45"
    CHANGE_ACCOUNT = "A49"
    CHANGE_VISIT = "A50"
    CANCEL_LEAVE = "A52"
    CANCEL_RETURN = "A53"
    CHANGE_CONSULTANT = "A54"
    CANCEL_CONSULTANT = "A55"


IDENTITY: Final = frozenset(
    {
        Trigger.MERGE,
        Trigger.LINK,
        Trigger.UNLINK,
        Trigger.DELETE_PERSON,
        Trigger.MERGE_VISITS,
        Trigger.MOVE_NUMBERS,
        Trigger.MOVE_ACCOUNT,
        Trigger.MOVE_VISIT,
        Trigger.CHANGE_ACCOUNT,
        Trigger.CHANGE_VISIT,
    }
)
"""What says who and what is another now, and is no news of a stay itself."""


class Event(NamedTuple):
    """An event: its name, what it is read as (None: kept, and nothing comes of it), and what it does or why nothing.

    `in_groups`: it may tell of several patients or visits, each a fact of its own.
    """

    name: str
    read_as: Trigger | None
    does: str
    in_groups: bool = False


EVENTS: Final[Mapping[str, Event]] = {
    "A01": Event("admit", Trigger.ADMIT, "opens the stay"),
    "A02": Event("transfer", Trigger.TRANSFER, "moves the person to another bed; none, where it is the same bed"),
    "A03": Event("discharge", Trigger.DISCHARGE, "ends the stay, once its time has come"),
    "A04": Event("register", Trigger.REGISTER, "makes the person known; an attendance is no stay"),
    "A05": Event("pre-admit", Trigger.PREADMIT, "makes a planned stay"),
    "A06": Event("outpatient to inpatient", Trigger.TO_INPATIENT, "opens the stay, and takes the attendance into it"),
    "A07": Event("inpatient to outpatient", Trigger.TO_OUTPATIENT, "ends the stay as reclassified, not as a discharge"),
    "A08": Event("update", Trigger.UPDATE, "changes details; another bed corrects the bed, or moves, as the feed says"),
    "A09": Event("departing", Trigger.DEPART, "says where the person is on the way to; the bed is kept"),
    "A10": Event("arriving", Trigger.ARRIVE, "says where the person is for a while, or back in bed; the bed is kept"),
    "A11": Event("cancel admit", Trigger.CANCEL_ADMIT, "cancels the stay"),
    "A12": Event("cancel transfer", Trigger.CANCEL_TRANSFER, "takes the move back"),
    "A13": Event("cancel discharge", Trigger.CANCEL_DISCHARGE, "opens the stay again"),
    "A14": Event("pending admit", Trigger.PENDING_ADMIT, "makes a planned stay"),
    "A15": Event("pending transfer", Trigger.PENDING_TRANSFER, "says where the person is going to; no move"),
    "A16": Event("pending discharge", Trigger.PENDING_DISCHARGE, "says that and when a discharge is expected"),
    "A17": Event("swap", Trigger.TRANSFER, "moves two people to each other's beds", in_groups=True),
    "A18": Event("merge (old)", Trigger.MERGE, "as A40", in_groups=True),
    "A19": Event("query", None, "a query: it tells nothing"),
    "A20": Event("bed status", None, "the status of a bed: it tells nothing of a person"),
    "A21": Event("leave of absence", Trigger.LEAVE, "on leave: still admitted, in nobody's bed count"),
    "A22": Event("return from leave", Trigger.RETURN, "ends the leave"),
    "A23": Event("delete visit", Trigger.DELETE_VISIT, "takes the stay out of all counts; a later A01 brings it back"),
    "A24": Event("link", Trigger.LINK, "says of two records that each is linked; nothing is merged", in_groups=True),
    "A25": Event("cancel pending discharge", Trigger.CANCEL_PENDING_DISCHARGE, "takes back what A16 said"),
    "A26": Event("cancel pending transfer", Trigger.CANCEL_PENDING_TRANSFER, "takes back what A15 said"),
    "A27": Event("cancel pending admit", Trigger.CANCEL_PENDING_ADMIT, "cancels the planned stay"),
    "A28": Event("add person", Trigger.ADD_PERSON, "makes the person known"),
    "A29": Event(
        "delete person", Trigger.DELETE_PERSON, "takes away all told before; the number stays", in_groups=True
    ),
    "A30": Event("merge person (old)", Trigger.MERGE, "as A40", in_groups=True),
    "A31": Event("update person", Trigger.UPDATE_PERSON, "changes the person's details"),
    "A32": Event("cancel arriving", Trigger.CANCEL_ARRIVE, "takes back what A10 said"),
    "A33": Event("cancel departing", Trigger.CANCEL_DEPART, "takes back what A09 said"),
    "A34": Event("merge, number only (old)", Trigger.MERGE, "as A40", in_groups=True),
    "A35": Event("merge, account only (old)", Trigger.CHANGE_ACCOUNT, "as A49", in_groups=True),
    "A36": Event("merge, number and account (old)", Trigger.MERGE, "as A40, and as A49", in_groups=True),
    "A37": Event("unlink", Trigger.UNLINK, "takes A24 back", in_groups=True),
    "A38": Event("cancel pre-admit", Trigger.CANCEL_PREADMIT, "cancels the planned stay that A05 made"),
    "A39": Event("merge person (old)", Trigger.MERGE, "as A40", in_groups=True),
    "A40": Event("merge identifiers", Trigger.MERGE, "the numbers in MRG-1 are the person in PID-3", in_groups=True),
    "A41": Event("merge account", Trigger.CHANGE_ACCOUNT, "as A49", in_groups=True),
    "A42": Event("merge visit", Trigger.MERGE_VISITS, "two stays are one, begun with the earlier", in_groups=True),
    "A43": Event("move numbers", Trigger.MOVE_NUMBERS, "as A40, out of whatever they were merged into", in_groups=True),
    "A44": Event("move account", Trigger.MOVE_ACCOUNT, "the account's stays are another person's", in_groups=True),
    "A45": Event("move visit", Trigger.MOVE_VISIT, "the stay is another person's", in_groups=True),
    "A46": Event("change patient id (old)", Trigger.MERGE, "as A47, where the number changes", in_groups=True),
    "A47": Event(
        "change number", Trigger.MERGE, "as A40; an NHS number in MRG-1 changes the person alone", in_groups=True
    ),
    "A48": Event("change alternate id (old)", Trigger.MERGE, "as A47, where the number changes", in_groups=True),
    "A49": Event("change account", Trigger.CHANGE_ACCOUNT, "the account in MRG-3 is the one in PID-18", in_groups=True),
    "A50": Event(
        "change visit number", Trigger.CHANGE_VISIT, "the visit in MRG-5 is the one in PV1-19", in_groups=True
    ),
    "A51": Event("change alternate visit id", None, "no stay is known by its alternate visit id here"),
    "A52": Event("cancel leave", Trigger.CANCEL_LEAVE, "takes back what A21 said"),
    "A53": Event("cancel return", Trigger.CANCEL_RETURN, "takes back what A22 said: on leave still"),
    "A54": Event("change consultant", Trigger.CHANGE_CONSULTANT, "changes the consultant"),
    "A55": Event("cancel change of consultant", Trigger.CANCEL_CONSULTANT, "gives the consultant before A54 back"),
    "A60": Event("update allergies", None, "allergies are not kept here"),
    "A61": Event("change consulting doctor", None, "consulting doctors are not kept here"),
    "A62": Event("cancel change of consulting doctor", None, "consulting doctors are not kept here"),
    "Z99": Event(
        "update of a movement (IHE)", None, "without a ZBE-6 nothing is updated; with one, as the event it names"
    ),
}
