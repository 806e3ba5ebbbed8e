"""HAPI, an HL7 parser in Java: fetched once by Maven, its reading program compiled once, then run on many messages."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.hl7.framing import frame
from stack import maven

RECIPE = Path(__file__).parent / "hapi"
PROGRAM = RECIPE / "Reading.java"
SECONDS = 300.0

Repetition = list[list[str]]
"""Components, and of each its sub-components."""
Segment = tuple[str, list[list[Repetition]]]


def readings(messages: Sequence[bytes], folder: Path) -> list[list[Segment] | str]:
    """What HAPI reads in each message, sent to it as an MLLP block: its segments, or why it refused.

    `folder`, made for it, holds the blocks. Fails where Maven, Java or HAPI does.
    """
    home = _made()
    folder.mkdir()
    for number, raw in enumerate(messages):
        (folder / f"{number:06}").write_bytes(frame(raw))
    lines = _run("java", "-XX:TieredStopAtLevel=1", "-cp", f"{home}:{home}/*", "Reading", str(folder)).splitlines()
    told: list[Any] = [json.loads(line) for line in lines]
    assert len(told) == len(messages)
    return told


def _made() -> Path:
    """The folder of HAPI's jars and of the program's classes; another one whenever either is another."""
    recipe, program = RECIPE / "pom.xml", PROGRAM
    name = hashlib.sha256(recipe.read_bytes() + program.read_bytes()).hexdigest()[:16]
    home = Path.home() / ".cache" / "homeward" / f"hapi-{name}"
    if home.exists():
        return home
    # Made beside and moved into place: two processes may make it, none ever sees half.
    home.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="making-hapi-", dir=home.parent))
    try:
        maven.fetch(recipe, made)
        jars = os.pathsep.join(map(str, made.glob("*.jar")))
        (compiler,) = made.glob("ecj-*.jar")
        _run("java", "-jar", str(compiler), "-17", "-proc:none", "-cp", jars, "-d", str(made), str(program))
        made.rename(home)
    except OSError:
        if not home.exists():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return home


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)
    assert done.returncode == 0, f"{command[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout
