"""The live feeds of discharge and notifications."""

from shared.contracts.shape import Published


class LiveEntry(Published):
    """One entry of a live feed: subject and version only. The reader fetches what it shows again."""

    subject: str
    version: int
