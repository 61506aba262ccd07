#!/usr/bin/env python3
"""Stands between a client and a server and spoils what passes: a network on a bad day, from a seed.

    proxy.py HOST:PORT PORTFILE [SEED]

Listens on a free loopback port and writes its number to PORTFILE. About once a second one of the
faults below befalls one of the connections, until SIGUSR1 brings good weather. On SIGTERM the faults
that were injected go to standard output, one "name count" a line.
"""
import asyncio
import collections
import os
import random
import signal
import socket
import struct
import sys

CHUNK = 65536


class Connection:
    """Two directions; each fault is a state that the pumps look at before they pass bytes on."""

    def __init__(self, client, server):
        self.client = client  # (reader, writer)
        self.server = server
        self.delay_s = 0.0
        self.slices = False
        self.deaf = asyncio.Event()  # set: bytes flow
        self.deaf.set()
        self.replies_lost = False

    async def pump(self, reader, writer, is_reply):
        while data := await reader.read(CHUNK):
            await self.deaf.wait()
            if self.delay_s > 0:
                await asyncio.sleep(self.delay_s)
            if is_reply and self.replies_lost:
                continue
            if self.slices:
                for at in range(len(data)):
                    writer.write(data[at:at + 1])
                    await writer.drain()
                    await asyncio.sleep(0)
            else:
                writer.write(data)
                await writer.drain()

    def reset(self):
        """Not a close: what is on its way in either direction is gone."""
        for _, writer in (self.client, self.server):
            end = writer.get_extra_info("socket")
            if end is not None and end.fileno() >= 0:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


async def delay(connection, chance):
    connection.delay_s = chance.uniform(0.02, 0.4)
    await asyncio.sleep(chance.uniform(0.2, 1.0))
    connection.delay_s = 0.0


async def slices(connection, chance):
    connection.slices = True
    await asyncio.sleep(chance.uniform(0.2, 0.6))
    connection.slices = False


async def reset(connection, _chance):
    connection.reset()


async def half_close(connection, chance):
    """The client sees an end; what it had sent may still be carried out."""
    connection.replies_lost = True
    if connection.client[1].can_write_eof():
        connection.client[1].write_eof()
    await asyncio.sleep(chance.uniform(0.1, 0.5))
    connection.reset()


async def lost_reply(connection, chance):
    """Carried out, and nobody hears of it."""
    connection.replies_lost = True
    await asyncio.sleep(chance.uniform(0.05, 0.3))
    connection.reset()


async def black_hole(connection, chance):
    """Nothing moves for longer than anybody waits; then it arrives all the same, or never."""
    connection.deaf.clear()
    await asyncio.sleep(chance.uniform(0.5, 2.5))
    if chance.random() < 0.5:
        connection.reset()
    connection.deaf.set()


FAULTS = (delay, slices, reset, half_close, lost_reply, black_hole)


class Proxy:
    def __init__(self, host, port, seed):
        self.target = (host, port)
        self.chance = random.Random(seed)
        self.connections = set()
        self.injected = collections.Counter()

    async def serve(self, reader, writer):
        try:
            server = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        connection = Connection((reader, writer), server)
        self.connections.add(connection)
        pumps = [asyncio.ensure_future(connection.pump(reader, server[1], False)),
                 asyncio.ensure_future(connection.pump(server[0], writer, True))]
        try:
            # What the client sent before it went is carried out; what nobody asks for any more is not.
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.connections.discard(connection)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for end in (writer, server[1]):
                end.close()

    async def spoil(self):
        while True:
            await asyncio.sleep(self.chance.uniform(0.3, 1.5))
            if not self.connections:
                continue
            # Sorted by nothing but chance: connections have no names.
            victim = self.chance.choice(list(self.connections))
            fault = self.chance.choice(FAULTS)
            self.injected[fault.__name__] += 1
            asyncio.ensure_future(fault(victim, self.chance))


async def main():
    host, port = sys.argv[1].rsplit(":", 1)
    proxy = Proxy(host, int(port), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    listener = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        out.write(str(listener.sockets[0].getsockname()[1]))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    spoiler = asyncio.ensure_future(proxy.spoil())
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, spoiler.cancel)
    await stop.wait()
    for fault in FAULTS:
        print(fault.__name__, proxy.injected[fault.__name__])
    sys.stdout.flush()
    os._exit(0)  # connections are still open, and nobody has to be told politely


asyncio.run(main())
