#!/usr/bin/env python3
"""Compares what was counted behind a gap with the cells that a replay wrote.

    compare_gap.py REDIS_URL NAMESPACE REPLAY_CELLS

Each brand's 10 s series begins with an entry `gap`: nothing up to its bucket is left, all behind it is whole.
"""
import sys

import redis_cells


def gaps(redis):
    """{brand: bucket_ms of its gap}"""
    found = {}
    for key in redis.keys("ts:10s:*"):
        for entry, fields in redis.call("XRANGE", key, "-", "+"):
            if "gap" in fields[::2]:
                found[key.rsplit(":", 1)[1]] = int(entry.split("-")[0])
    return found


def main():
    url, namespace, cells_file = sys.argv[1:]
    redis = redis_cells.Redis(url, namespace)
    live = redis.published_cells() + redis.open_cells()
    replay = redis_cells.replay_cells(cells_file)
    until = gaps(redis)
    before = [key for key in live if key[1] <= until.get(key[0], 0)]
    behind = {key: count for key, count in replay.items() if key[1] > until.get(key[0], 0)}
    wrong = [key for key in sorted(set(live) | set(behind)) if live[key] != behind.get(key, 0)]
    lost = len(replay) - len(behind)
    print(f"        {len(until)} brands with a gap: {lost} cells before it, {len(behind)} behind, "
          f"{len(wrong)} of these differ")
    for key in wrong[:10]:
        print(f"        {key}: live {live[key]}, replay {behind.get(key, 0)}")
    return 0 if until and behind and lost and not wrong and not before else 1


sys.exit(main())
