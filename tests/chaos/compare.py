#!/usr/bin/env python3
"""Compares what stands in Redis with the truth of streams that were sent one after the other.

    compare.py REDIS_URL NAMESPACE LOOK_BACK TRUTH...
"""
import sys

import oracle
import standing


def main():
    url, namespace, look_back, *paths = sys.argv[1:]
    truth = oracle.read(paths, oracle.Rules(max_age_ms=1 << 60, look_back=int(look_back)))
    found = standing.Standing(standing.Redis(url, namespace))
    wrong = standing.cell_differences(truth, found)
    print(f"        {len(found.cells)} cells, {len(wrong)} differ; fates: {dict(sorted(truth.fates.items()))}")
    for text in wrong[:10]:
        print(f"        {text}")
    return 0 if found.cells and not wrong else 1


sys.exit(main())
