"""The peer's way from arrival to named co-ordinator: store, poll the outbox every 100 ms, send one by one, consume one by one.

`python -m tests.bench.peer.pipeline` runs relay and consumer on PEER_DATABASE and PEER_KAFKA until it is stopped.
"""

import asyncio
import os

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlalchemy import select

from tests.bench.peer.app import sessions
from tests.bench.peer.casework import handle, parsed
from tests.bench.peer.models import InboundMessage

TOPIC = "peer-messages"


async def relay(kafka: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    while True:
        async with sessions() as opened:
            waiting = await opened.execute(
                select(InboundMessage).where(~InboundMessage.published).order_by(InboundMessage.id).limit(100)
            )
            for message in waiting.scalars():
                await producer.send_and_wait(TOPIC, message.raw, key=message.control_id.encode())
                message.published = True
            await opened.commit()
        await asyncio.sleep(0.1)


async def consume(kafka: str) -> None:
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=kafka, group_id="peer", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    async for record in consumer:
        async with sessions() as opened:
            await handle(opened, (record.key or b"").decode(), parsed(record.value or b""))
        await consumer.commit()


async def main() -> None:
    kafka = os.environ["PEER_KAFKA"]
    await asyncio.gather(relay(kafka), consume(kafka))


if __name__ == "__main__":
    asyncio.run(main())
