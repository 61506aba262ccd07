#!/usr/bin/env python3
"""Compares what two live processes left in Redis with a replay of the same archives, and with the truth.

    check_line.py REDIS_URL NAMESPACE REPLAY_CELLS BRANDS_FILE ARCHIVE...
"""
import collections
import sys

import redis_cells
import truth


def differences(left, right):
    return [(key, left[key], right[key]) for key in sorted(set(left) | set(right))
            if left[key] != right[key]]


def say(title, rows, names):
    print(f"{title}: {len(rows)} differences")
    for key, one, other in rows[:10]:
        print(f"    {key}: {names[0]} {one}, {names[1]} {other}")
    return not rows


def main():
    url, namespace, cells_file, brand_file, *archives = sys.argv[1:]
    redis = redis_cells.Redis(url, namespace)
    published, still_open = redis.published_cells(), redis.open_cells()
    live = published + still_open
    replay = redis_cells.replay_cells(cells_file)
    late = sum(n for (_, _, dim, is_late), n in live.items() if is_late and dim == "total")
    total = sum(n for (_, _, dim, is_late), n in live.items() if not is_late and dim == "total")
    print(f"live: {len(live)} cells, {total} mentions of brands, {late} late, "
          f"{len(published)} cells published, {len(still_open)} open")
    fine = say("live against replay, cell by cell", differences(live, replay), ("live", "replay"))

    hours = collections.Counter()
    for (brand, bucket, dim, _), count in live.items():
        if dim == "total":
            hours[(brand, bucket // 3600000 * 3600000)] += count
    expected = truth.count(archives, brand_file)
    fine &= say("live against an independent count, per brand and hour",
                differences(hours, expected), ("live", "counted"))
    fine &= total > 0 and len(live) > 100
    print("the same" if fine else "NOT the same")
    return 0 if fine else 1


sys.exit(main())
