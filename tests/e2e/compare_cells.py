#!/usr/bin/env python3
"""Compares what live processes left in Redis with the cells that a replay wrote.

    compare_cells.py REDIS_URL NAMESPACE REPLAY_CELLS
"""
import sys

import redis_cells


def main():
    url, namespace, cells_file = sys.argv[1:]
    redis = redis_cells.Redis(url, namespace)
    live = redis.published_cells() + redis.open_cells()
    replay = redis_cells.replay_cells(cells_file)
    wrong = [key for key in sorted(set(live) | set(replay)) if live[key] != replay[key]]
    print(f"        {len(live)} cells live, {len(replay)} in the replay, {len(wrong)} differ")
    for key in wrong[:10]:
        print(f"        {key}: live {live[key]}, replay {replay[key]}")
    return 0 if live and not wrong else 1


sys.exit(main())
