"""An Apache Kafka server of our own: its jars fetched once by Maven, started in a folder, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from stack import maven
from stack.errors import PartMissing, ServerFailed
from stack.ports import free_port

VERSION = "4.3.0"
START_SECONDS = 60.0
STOP_SECONDS = 20.0
_RECIPE = Path(__file__).resolve().parent.parent / "deploy" / "kafka"
_QUICKLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dlog4j2.level=WARN")


@dataclass(frozen=True, slots=True)
class Kafka:
    """A running server."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path

    @property
    def bootstrap(self) -> str:
        """What clients are told."""
        return f"127.0.0.1:{self.port}"


def jars(cache: Path | None = None) -> Path:
    """The folder of the server's jars, fetched by Maven the first time. Raises PartMissing or ServerFailed."""
    home = cache or Path.home() / ".cache" / "homeward" / f"kafka-{VERSION}"
    libraries = home / "libs"
    if (libraries / f"kafka_2.13-{VERSION}.jar").exists():
        return libraries
    # Fetched beside and moved into place: two processes may fetch, none ever sees half.
    fetched = home.parent / f"fetching-{os.getpid()}"
    maven.fetch(_RECIPE / "pom.xml", fetched)
    home.mkdir(parents=True, exist_ok=True)
    try:
        fetched.rename(libraries)
    except OSError:
        shutil.rmtree(fetched, ignore_errors=True)
    return libraries


def start(folder: Path, port: int | None = None, *, cache: Path | None = None) -> Kafka:
    """Start a server whose data lie in `folder` (made if needed), at `port` or any free one, and wait until it answers.

    Raises PartMissing or ServerFailed.
    """
    java = shutil.which("java")
    if java is None:
        raise PartMissing("Apache Kafka needs Java 17 or later: `apt-get install openjdk-17-jre-headless`")
    libraries = jars(cache)
    folder.mkdir(parents=True, exist_ok=True)
    properties = folder / "server.properties"
    port = port or free_port()
    template = (_RECIPE / "server.properties").read_text()
    properties.write_text(
        template.replace("{port}", str(port))
        .replace("{controller_port}", str(free_port()))
        .replace("{data}", str(folder / "data"))
    )
    classes = ["-cp", f"{libraries}/*"]
    if not (folder / "data" / "meta.properties").exists():
        _format(java, classes, properties)
    memory = ["-Xmx512m", *_QUICKLY]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # our own words
            [java, *memory, *classes, "kafka.Kafka", str(properties)],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    server = Kafka(process, port, folder)
    _wait(server)
    return server


def stop(server: Kafka) -> None:
    """Stop `server`: asked first, made to if it does not."""
    server.process.terminate()
    try:
        server.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        kill(server)


def kill(server: Kafka) -> None:
    """End `server` as a power cut would."""
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(STOP_SECONDS)


def _format(java: str, classes: list[str], properties: Path) -> None:
    # As Kafka's own `random-uuid` writes it, without the start of a second virtual machine.
    identity = urlsafe_b64encode(uuid4().bytes).rstrip(b"=").decode()
    tool = [java, *_QUICKLY, *classes, "kafka.tools.StorageTool"]
    done = subprocess.run(  # noqa: S603  # our own words
        [*tool, "format", f"--cluster-id={identity}", "-c", str(properties)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode != 0:
        raise ServerFailed(f"Kafka's folder could not be made: {done.stderr[-2000:]}{done.stdout[-2000:]}")


def _wait(server: Kafka) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.1)
    if server.process.poll() is None:
        kill(server)
    log = (server.folder / "log").read_text(errors="replace")
    raise ServerFailed(f"Apache Kafka did not start: {log[-3000:]}")
