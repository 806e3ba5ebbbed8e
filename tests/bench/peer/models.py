"""The peer's objects."""

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import DateTime


class Base(AsyncAttrs, DeclarativeBase):
    type_annotation_map = {dt.datetime: DateTime(timezone=True)}


class InboundMessage(Base):
    __tablename__ = "peer_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(String(120))
    control_id: Mapped[str] = mapped_column(String(120), unique=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[dt.datetime]
    published: Mapped[bool] = mapped_column(default=False, index=True)


class Coordinator(Base):
    __tablename__ = "peer_coordinators"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    ward: Mapped[str] = mapped_column(index=True)
    on_duty: Mapped[bool] = mapped_column(default=True)


class Case(Base):
    __tablename__ = "peer_cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    visit: Mapped[str] = mapped_column(unique=True)
    mrn: Mapped[str]
    name: Mapped[str]
    ward: Mapped[str]
    status: Mapped[str] = mapped_column(default="open", index=True)
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("peer_coordinators.id"))
    named_at: Mapped[dt.datetime | None]
    tasks: Mapped[list["Task"]] = relationship(back_populates="case")
    coordinator: Mapped[Coordinator | None] = relationship()


class Task(Base):
    __tablename__ = "peer_tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("peer_cases.id"), index=True)
    code: Mapped[str]
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    due_at: Mapped[dt.datetime | None]
    case: Mapped[Case] = relationship(back_populates="tasks")


class ProcessedEvent(Base):
    __tablename__ = "peer_processed"
    event_id: Mapped[str] = mapped_column(primary_key=True)
