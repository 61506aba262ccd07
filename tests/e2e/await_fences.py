#!/usr/bin/env python3
"""Waits until all records are behind the fences of every shard and the judge has closed what there is.

    await_fences.py REDIS_URL NAMESPACE RECORDS PARTITIONS SHARDS
"""
import sys
import time

import redis_cells

url, namespace, records, partitions, shards = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
redis = redis_cells.Redis(url, namespace)
end = time.monotonic() + 90
while time.monotonic() < end:
    fences = redis.fences()
    counted = {}
    for (_, _, shard), offset in fences.items():
        counted[shard] = counted.get(shard, 0) + offset
    if len(fences) == partitions * shards and set(counted.values()) == {records}:
        break
    time.sleep(0.3)
else:
    print(f"after 90 s the fences stand at {counted}, {records} expected in each of {shards} shards")
    sys.exit(1)
# Idle partitions leave the watermark after 15 s; then the last buckets are closed, judged and erased.
while time.monotonic() < end and redis.open_cells():
    time.sleep(0.5)
print(f"{records} records behind {len(fences)} fences, {len(redis.open_cells())} open cells left")
