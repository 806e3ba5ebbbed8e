"""The peer's MLLP intake, on python-hl7's own server: `python -m tests.bench.peer.mllp PORT`, database in PEER_DATABASE."""

import asyncio
import sys

from hl7.mllp import HL7StreamReader, HL7StreamWriter, start_hl7_server

from tests.bench.peer.app import sessions, store


async def answer(reader: HL7StreamReader, writer: HL7StreamWriter) -> None:
    try:
        while not writer.is_closing():
            message = await reader.readmessage()
            async with sessions() as opened:
                await store(opened, str(message).encode(), message)
            writer.writemessage(message.create_ack())
            await writer.drain()
    except asyncio.IncompleteReadError:
        writer.close()


async def main(port: int) -> None:
    async with await start_hl7_server(answer, "127.0.0.1", port, encoding="utf-8") as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
