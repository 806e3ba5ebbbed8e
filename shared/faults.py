"""Saying what failed without saying about whom."""

import traceback


class Mendable(Exception):
    """What whoever runs this installation can put right. Its words are one clear line, and name no person."""


def why(error: BaseException) -> str:
    """The kind of `error` and the line it came from. Not its words: they may hold a patient's."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {'/'.join(frames[-1].filename.split('/')[-2:])}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
