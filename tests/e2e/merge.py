#!/usr/bin/env python3
"""Merges NDJSON archives by event time into "key <tab> ms <tab> json" lines, for e2e_produce.

The key is the mention's id, so that a post that comes twice comes twice in the same partition.
"""
import datetime
import json
import sys


def rows():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                at = datetime.datetime.fromisoformat(record["created_at"].replace("Z", "+00:00"))
                yield int(at.timestamp() * 1000), record["id"], line.rstrip("\n")


for time_ms, key, line in sorted(rows(), key=lambda row: row[0]):
    print(f"{key}\t{time_ms}\t{line}")
