"""The peer's HTTP intake: `uvicorn tests.bench.peer.app:app`, the database in PEER_DATABASE."""

import datetime as dt
import os
from collections.abc import AsyncIterator

import hl7
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from tests.bench.peer.models import InboundMessage

engine = create_async_engine(os.environ.get("PEER_DATABASE", "postgresql+asyncpg://localhost/peer"))
sessions = async_sessionmaker(engine)
app = FastAPI()


class Stored(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    control_id: str
    received_at: dt.datetime


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


async def store(opened: AsyncSession, raw: bytes, message: hl7.Message) -> InboundMessage:
    """Look for the duplicate, add, commit, refresh."""
    control_id = str(message.segment("MSH")[10])
    found = (
        await opened.execute(select(InboundMessage).where(InboundMessage.control_id == control_id))
    ).scalar_one_or_none()
    if found is not None:
        return found
    kept = InboundMessage(
        sender=str(message.segment("MSH")[3]), control_id=control_id, raw=raw, received_at=dt.datetime.now(dt.UTC)
    )
    opened.add(kept)
    await opened.commit()
    await opened.refresh(kept)
    return kept


@app.post("/messages", response_model=Stored)
async def receive(request: Request, opened: AsyncSession = Depends(session)) -> InboundMessage:
    raw = await request.body()
    return await store(opened, raw, hl7.parse(raw.decode()))
