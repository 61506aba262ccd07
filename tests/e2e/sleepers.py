#!/usr/bin/env python3
"""Paces records so that some partitions fall asleep and come back late.

    sleepers.py REDIS_URL NAMESPACE PARTITIONS SLEEPERS < "key <tab> ms <tab> json" lines, by time

The stream is cut into pieces of equal length in time. In every other piece the last SLEEPERS partitions are
silent until most of what the others brought is closed, which it is once they have left the watermark; then
theirs of that piece come, and most are late. Keys are replaced by such as Kafka's murmur2 sends to the partition that is meant.
"""
import sys
import time
import zlib

import redis_cells

PIECES = 6
PIECE_SECONDS = 1.2
PATIENCE_SECONDS = 25


def murmur2(data):
    m, mask = 0x5BD1E995, 0xFFFFFFFF
    h = (0x9747B28C ^ len(data)) & mask
    at = 0
    while len(data) - at >= 4:
        k = int.from_bytes(data[at:at + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = h * m & mask ^ k
        at += 4
    rest = data[at:]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def keys_of(count):
    keys, number = {}, 0
    while len(keys) < count:
        key = f"p{number}".encode()
        keys.setdefault((murmur2(key) & 0x7FFFFFFF) % count, key)
        number += 1
    return keys


def send(rows, seconds):
    begin = time.monotonic()
    for number, row in enumerate(rows):
        wait = begin + seconds * number / len(rows) - time.monotonic()
        if wait > 0.01:
            sys.stdout.buffer.flush()
            time.sleep(wait)
        sys.stdout.buffer.write(row)
    sys.stdout.buffer.flush()


def await_closed(redis, ms):
    """Until every shard has closed the bucket of that time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        keys = redis.keys("{?}")
        closed = [int(redis.call("HGET", key, "closed") or 0) for key in keys]
        if closed and min(closed) >= ms // 10000:
            return
        time.sleep(0.2)
    print("sleepers.py: the judge does not get on", file=sys.stderr)


def main():
    redis = redis_cells.Redis(sys.argv[1], sys.argv[2])
    count, sleepers = int(sys.argv[3]), int(sys.argv[4])
    keys = keys_of(count)
    pieces = [([], []) for _ in range(PIECES)]
    lines = [line.split(b"\t", 2) for line in sys.stdin.buffer]
    first, last = int(lines[0][1]), int(lines[-1][1])
    for key, ms, body in lines:
        partition = zlib.crc32(key) % count
        piece = min(PIECES - 1, (int(ms) - first) * PIECES // (last - first))
        pieces[piece][partition >= count - sleepers].append(b"\t".join((keys[partition], ms, body)))
    for number, (awake, asleep) in enumerate(pieces):
        if number % 2 == 0:
            both = sorted(awake + asleep, key=lambda row: int(row.split(b"\t", 2)[1]))
            send(both, PIECE_SECONDS)
        else:
            send(awake, PIECE_SECONDS)
            await_closed(redis, int(awake[len(awake) * 4 // 5].split(b"\t", 2)[1]))
            send(asleep, PIECE_SECONDS)


main()
