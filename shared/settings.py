"""Everything read from the environment, once, by the composition root. Only `crashpoints`, for tests, reads it too."""

import socket
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # addresses to listen at, the name of nobody
Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """The settings of a process. Each is the environment variable of its name with `HOMEWARD_` before it.

    A database URL and a Kafka address decide where it runs: without `kafka` the event log is followed in place.
    Times are in seconds unless the name says otherwise.
    """

    model_config = SettingsConfigDict(env_prefix="HOMEWARD_", frozen=True, extra="ignore")

    data: Path = Field(default=Path(".homeward"), description="Where the embedded database and the keys lie.")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; SQLite in `data` when absent.")
    kafka: str | None = Field(default=None, description="Kafka bootstrap servers; the embedded carrier when absent.")
    host: str = Field(default="127.0.0.1", description="The address every HTTP door listens at.")
    screens_port: Port = Field(default=8000, description="Port of the screens.")
    admissions_port: Port = Field(default=8001, description="Port of admissions' REST.")
    discharge_port: Port = Field(default=8002, description="Port of discharge's REST.")
    notifications_port: Port = Field(default=8003, description="Port of notifications' REST.")
    hosts: str = Field(
        default="",
        description="Host names the HTTP doors answer to besides loopback, `host` and the names in the services' URLs; "
        "commas between.",
    )
    mllp_host: str = Field(default="127.0.0.1", description="The address the MLLP door listens at.")
    mllp_port: Port = Field(default=2575, description="Port of the MLLP door (2575 is IANA's for HL7).")
    mllp_certificate: Path | None = Field(
        default=None, description="PEM file of the MLLP door's certificate; the door then speaks TLS only."
    )
    mllp_key: Path | None = Field(default=None, description="Its private key, PEM; in the same file when absent.")
    mllp_clients: Path | None = Field(
        default=None, description="PEM file of the authorities of the senders' certificates; others are not heard."
    )
    mllp_accept_half_end: bool = Field(
        default=False, description="Take a message whose FS comes without its CR; else its link is closed."
    )
    admissions_url: str | None = Field(default=None, description="Where screens find admissions; by port when absent.")
    discharge_url: str | None = Field(default=None, description="Where screens find discharge; by port when absent.")
    notifications_url: str | None = Field(
        default=None, description="Where screens find notifications; by port when absent."
    )
    demonstration: bool = Field(default=False, description="Let people sign in by choosing a name. Loopback only.")
    pass_keys: Path | None = Field(default=None, description="Folder of the passes' keys; in `data` when absent.")
    audit_key: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="Key of the audit rows' HMAC, 32 characters or more; a file when absent.",
    )
    processing_id: Literal["P", "T", "D"] = Field(default="P", description="The MSH-11 this instance accepts.")
    ack_deadline: float = Field(default=5.0, gt=0, le=60, description="Past it a link is closed, never answered late.")
    message_limit: int = Field(default=10 * 1024 * 1024, gt=0, description="The largest message taken, in bytes.")
    parking_limit: int = Field(
        default=100, gt=0, description="Subjects parked in an hour after which a reader stops loudly."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="How much is logged.")

    @field_validator("database_url")
    @classmethod
    def _sqlite_or_postgresql(cls, given: str | None) -> str | None:
        """What is wrong is said without the URL, which may hold a password."""
        if given is None:
            return given
        try:
            url = make_url(given)
        except (ArgumentError, ValueError):
            raise ValueError("is not a database URL, such as postgresql://user:password@host:5432/homeward") from None
        kind = url.get_backend_name()
        if kind not in ("sqlite", "postgresql", "postgres"):
            raise ValueError(f"Homeward keeps its data in SQLite or PostgreSQL, not in {kind}")
        if kind == "sqlite" and (url.database or ":memory:") == ":memory:":
            raise ValueError("SQLite must be a file, such as sqlite:////var/lib/homeward/homeward.db")
        return given

    @field_validator("mllp_key", "mllp_clients")
    @classmethod
    def _with_a_certificate(cls, given: Path | None, info: ValidationInfo) -> Path | None:
        """A key or authorities alone would leave the door open in plain text."""
        if given is not None and info.data.get("mllp_certificate") is None:
            raise ValueError("is of no use without HOMEWARD_MLLP_CERTIFICATE")
        return given

    def url(self) -> str:
        """The database's URL, the embedded file's when none was given."""
        return self.database_url or f"sqlite:///{(self.data / 'homeward.db').resolve()}"

    def service_url(self, service: Literal["admissions", "discharge", "notifications"]) -> str:
        """Where the REST of `service` is found, without a slash at the end."""
        given = {
            "admissions": self.admissions_url,
            "discharge": self.discharge_url,
            "notifications": self.notifications_url,
        }[service]
        port = {
            "admissions": self.admissions_port,
            "discharge": self.discharge_port,
            "notifications": self.notifications_port,
        }[service]
        return (given or f"http://{self.host}:{port}").rstrip("/")

    def answers_to(self) -> frozenset[str]:
        """The host names the HTTP doors answer to, in lower case, IPv6 addresses in brackets."""
        urls = (self.admissions_url, self.discharge_url, self.notifications_url)
        names = [self.host, *self.hosts.split(","), *(urlsplit(url).hostname or "" for url in urls if url)]
        plain = LOOPBACK | {one.strip().strip("[]").lower() for one in names}
        return frozenset(f"[{one}]" if ":" in one else one for one in plain - EVERYWHERE)

    def instance(self, port: int) -> str:
        """The process that listens at `port`, named among its equals; the same over a restart.

        Kafka then gives a killed reader's partitions back at once, not when its session ends.
        """
        return f"{socket.gethostname()}-{port}"

    @property
    def training(self) -> bool:
        """Whether this instance is for training or testing: what it takes is marked so (MSH-11)."""
        return self.processing_id != "P"

    def keys(self) -> Path:
        """The folder of the keys that sign and check passes."""
        return self.pass_keys or self.data / "keys"
