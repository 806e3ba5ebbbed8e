"""`homeward topics`: the topics of Kafka, as `deploy/topics.yaml` names them."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from services.commands import saying
from shared.eventlog.kafka import ensure_topics
from shared.eventlog.topics import Topic, TopicsNotMade

FILE = Path(__file__).parents[2] / "deploy" / "topics.yaml"
IN_SYNC = "min.insync.replicas"


def wanted(replicas: int | None) -> list[Topic]:
    """The topics of the file; with `replicas` as many copies as that, of which all but one must be in step."""
    found: list[Topic] = []
    entries: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["topics"]
    for entry in entries:
        copies = replicas or int(entry["replicas"])
        settings = {name: str(value) for name, value in entry["settings"].items()}
        settings[IN_SYNC] = str(min(int(settings[IN_SYNC]), max(1, copies - 1)))
        found.append(Topic(entry["name"], int(entry["partitions"]), copies, settings))
    return found


async def made(bootstrap: str, replicas: int | None) -> list[str]:
    """Make the topics that are missing; their names. Raises TopicsNotMade."""
    return await ensure_topics(bootstrap, wanted(replicas))


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def topics(
        replicas: Annotated[
            int | None, typer.Option(min=1, help="Copies of each; as the file says when absent.")
        ] = None,
    ) -> None:
        """Make the topics that are missing in Kafka (HOMEWARD_KAFKA). Those that exist are left as they are."""
        bootstrap = saying.settings().kafka
        if bootstrap is None:
            saying.fail("HOMEWARD_KAFKA is not set: without Kafka the event log is followed in place", 2)
        try:
            names = saying.run(lambda: made(bootstrap, replicas))
        except TopicsNotMade as fault:
            saying.fail(f"Kafka at {bootstrap} did not make them: {fault}", saying.REFUSED)
        saying.out.print(f"Made {', '.join(names)}." if names else "All are there.")

    _ = topics
