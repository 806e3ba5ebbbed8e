"""`make fuzz`: bytes that no hospital would send, found by coverage, for FUZZ_SECONDS (600).

What is worth keeping of the corpus is in `corpus`; what is new goes to build/fuzz, and a fault's bytes with it. Each
fault found becomes an ordinary test.
"""

import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shared.hl7", "services.admissions"]):  # type: ignore[attr-defined]  # it is there at run time
    from tests.fuzz import reading

HERE = Path(__file__).parent
FOUND = Path("build/fuzz")
HANGS_AFTER = 60


def main() -> None:
    """Run until the time is over or a fault is found."""
    seconds = os.environ.get("FUZZ_SECONDS", "600")
    FOUND.mkdir(parents=True, exist_ok=True)
    settings = [
        f"-max_total_time={seconds}",
        f"-timeout={HANGS_AFTER}",
        f"-max_len={reading.LARGEST}",
        "-rss_limit_mb=1500",
        f"-artifact_prefix={FOUND}/fault-",
        f"-dict={HERE / 'words.dict'}",
        "-print_final_stats=1",
    ]
    reading.watch_logs()
    atheris.Setup([sys.argv[0], *settings, *sys.argv[1:], str(FOUND), str(HERE / "corpus")], reading.examine)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
