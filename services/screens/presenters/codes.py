"""Codes with their words. No code is shown without them.

Source of criteria to reside and pathways: Hospital discharge and community support guidance (January 2024), Annex.
"""

from shared.contracts.api.discharge import Profession, TaskStatus, TaskView
from shared.contracts.cases import Pathway
from shared.words import PROFESSIONS

CRITERIA: dict[str, str] = {
    "CTR01": "Needs intensive or high-dependency care",
    "CTR02": "Needs oxygen therapy or non-invasive ventilation",
    "CTR03": "Needs intravenous fluids",
    "CTR04": "NEWS2 above 3 (use judgement with atrial fibrillation or chronic lung disease)",
    "CTR05": "Reduced consciousness where recovery is realistic",
    "CTR06": "Acute functional impairment beyond what home or community can give",
    "CTR07": "Last hours of life",
    "CTR08": "Intravenous medicine more than twice a day",
    "CTR09": "Lower-limb surgery within 48 hours",
    "CTR10": "Chest, abdominal or pelvic surgery within 72 hours",
    "CTR11": "Within 24 hours of an invasive procedure with risk of acute life-threatening deterioration",
}

PATHWAYS: dict[Pathway, str] = {
    Pathway.P0: "Pathway 0: home, no new or extra need",
    Pathway.P1: "Pathway 1: home with new or extra support",
    Pathway.P2: "Pathway 2: a short-term community bed to recover",
    Pathway.P3: "Pathway 3: long-term or most complex need, usually a care home",
}

SHORT_PATHWAYS: dict[Pathway, str] = {
    Pathway.P0: "Home",
    Pathway.P1: "Home with support",
    Pathway.P2: "Community bed",
    Pathway.P3: "Care home",
}

TASK_CHOICES: dict[TaskStatus, str] = {
    TaskStatus.OPEN: "Not started",
    TaskStatus.STARTED: "Started",
    TaskStatus.WAITING_EXTERNAL: "Waiting on somebody outside",
    TaskStatus.BLOCKED: "Blocked",
    TaskStatus.DONE: "Done",
    TaskStatus.NOT_NEEDED: "Not needed",
}

SEX: dict[str, str] = {"M": "Male", "F": "Female", "1": "Male", "2": "Female", "9": "Not specified", "O": "Other"}


def profession(code: str) -> str:
    """The words of a profession; a trust's own word stands as it is."""
    return PROFESSIONS[Profession(code)] if code in Profession.__members__ else code


def owner(held_by: Profession, name: str | None) -> str:
    """Who had a task, as "Asha Patel (equipment store)", of which they had it, or that alone when nobody was named."""
    return f"{name} ({_small(PROFESSIONS[held_by])})" if name else PROFESSIONS[held_by]


def has_it(task: TaskView) -> str:
    """Who has a task, as "Asha Patel (occupational therapist)", as what they work here, whosever the task is; the name
    alone of who works here no longer, or the profession whose it is when nobody is named.
    """
    if not task.owner_name:
        return PROFESSIONS[task.owner_profession]
    works_as = task.owner_works_as
    return f"{task.owner_name} ({_small(profession(works_as))})" if works_as else task.owner_name


def within(holder: str, profession: Profession) -> str:
    """Who has a task within a sentence: a profession is written small, as "ward nurse"; a name stands as it is."""
    return _small(holder) if holder == PROFESSIONS[profession] else holder


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
