"""A setup file in the body of a request: read away from the loop, refused with every mistake and its line."""

import asyncio

from services.discharge.model.hospital import Setup
from services.discharge.rules.setup_file import read_setup
from shared.contracts.api.setups import LONGEST_SETUP
from shared.refusals import FieldProblem, Refused

BODY_LIMIT = 3 * LONGEST_SETUP
"""A file as JSON, its line ends and marks escaped."""


async def setup_in(text: str) -> Setup:
    """What a setup file says. Raises `Refused` (422) with all that is wrong with it, by line."""
    found = await asyncio.to_thread(read_setup, text, with_feeds=False)
    if isinstance(found, Setup):
        return found
    fields = [FieldProblem("body.file", "not-valid", str(one)) for one in found]
    raise Refused("not-valid", status=422, title="The request is not valid", fields=fields)
