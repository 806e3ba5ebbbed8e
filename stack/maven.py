"""Jars by Maven: what a pinned recipe names, fetched into a folder."""

import shutil
import subprocess
from pathlib import Path

from stack.errors import PartMissing, ServerFailed

SECONDS = 600.0


def fetch(recipe: Path, into: Path) -> None:
    """Put the jars of the `pom.xml` at `recipe` into `into`, made if needed; within `SECONDS`.

    Half of them may be there after a failure: fetch beside, and move into place. Raises PartMissing where there is no
    Maven, ServerFailed where it failed.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise PartMissing("Java's packages are fetched by Maven, which is not installed: `apt-get install maven`")
    command = [maven, "-q", "-B", "-f", str(recipe), "dependency:copy-dependencies", f"-DoutputDirectory={into}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)  # noqa: S603  # our own words
    if done.returncode != 0:
        raise ServerFailed(f"Maven could not fetch what {recipe} names: {done.stdout[-2000:]}{done.stderr[-2000:]}")
