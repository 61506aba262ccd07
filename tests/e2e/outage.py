#!/usr/bin/env python3
"""Watches a live run come back after an outage, from the first good answer of the server that was away.

    outage.py BACK REDIS_URL NAMESPACE BROKERS TOPIC BEGIN_MS RATE BEFORE

BACK is a command that answers with 0 once the server is there again; BEFORE how many records earlier producers
had sent. Says how long the first apply took, from that answer and from the first new record if that came later,
and how fast the backlog was worked off. Exit 1 when the first apply took more than 2 s or the rate was below
three times RATE; 5 s and twice in the short form, which a machine with other work has to pass as well. After an
absence of the brokers the backlog is with the collector, and who is never far behind what it has sent by then
cannot be faster.
"""
import os
import subprocess
import sys
import time

import redis_cells

back, url, namespace, brokers, topic = sys.argv[1:6]
begin_ms, rate, before = map(int, sys.argv[6:])
redis = redis_cells.Redis(url, namespace)
SHARD = f"rebato:{namespace}:{{0}}"
PATIENCE_S = 1500
LEAST, LONGEST_S = (2, 5) if os.environ.get("REBATO_FULL", "no") == "no" else (3, 2)
BEHIND_S = 5  # of input


def succeeds(command):
    return subprocess.run(command, shell=True, check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, timeout=30).returncode == 0


def counted():
    return sum(int(value) for field, value in redis.call("HGETALL", SHARD).items() if field.startswith("f:"))


def in_topic():
    partitions = [f"-t{topic}:{partition}:-1" for partition in range(4)]
    out = subprocess.run(["kcat", "-Q", "-b", brokers, *partitions], check=False, capture_output=True,
                         text=True).stdout
    return sum(int(line.rsplit(" ", 1)[1]) for line in out.splitlines() if "offset" in line)


def due():
    return before + rate * (time.time() * 1000 - begin_ms) / 1000


def main():
    while not succeeds(back):
        time.sleep(0.02)
    answered = time.monotonic()
    start = counted()
    there = answered
    while in_topic() <= start:
        time.sleep(0.02)
        there = time.monotonic()
    while counted() <= start:
        time.sleep(0.02)
    first = time.monotonic()
    behind, waiting = due() - start, 0
    end = first + PATIENCE_S
    while due() - counted() > 2 * rate and time.monotonic() < end:
        waiting = max(waiting, in_topic() - counted())
        time.sleep(0.2)
    spent = time.monotonic() - first
    speed = (counted() - start) / spent
    wait = first - max(answered, there)
    print(f"        first apply {wait:.2f} s after the first good answer ({first - answered:.2f} s"
          f" of which {max(0, there - answered):.2f} s until there was a record)")
    print(f"        {behind:.0f} records behind, worked off in {spent:.1f} s: {speed:.0f} a second,"
          f" {speed / rate:.1f} times the input; never more than"
          f" {waiting / rate:.1f} s of input behind what there was to read")
    return 0 if wait <= LONGEST_S and (speed >= LEAST * rate or waiting <= BEHIND_S * rate) else 1


sys.exit(main())
