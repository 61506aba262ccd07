#!/usr/bin/env python3
"""Worse days for Redis, under the same stream and the same oracle as quick.py. By hand; called by `full`.

    full.py --part redis|torn --redis FOLDER [the options of quick.py]

redis   kill -9 and a new start, the append-only file as it is
torn    kill -9, the end of the append-only file cut off at a random byte, a new start, and soon after that a
        second kill -9 and start: what was cut must not come back, what was written since must stay
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import time

import quick
import standing

# At most so much of the append-only file is cut off: about what a power failure takes.
CUT_MOST = 200_000
# Between a new start and the second kill -9 of a torn file.
SECOND_S = 0.8


class RedisKiller:
    """What quick.rain() wants of a killer, with Redis as the victim."""

    def __init__(self, run):
        self.run, self.options = run, run.options
        options = run.options
        self.random = random.Random(options.seed)
        self.left = options.kills
        self.every = options.mentions * 11 // 12 // max(1, options.kills)
        self.next_at = self.every // 2
        self.deaths = []  # bytes cut off, one a kill
        self.trouble = []

    def stack(self, *words):
        subprocess.run([self.options.stack, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def tail(self):
        """The file that Redis appends to; one manifest names it, and it is the newest."""
        folder = pathlib.Path(self.options.redis) / "appendonlydir"
        return max(folder.glob("*.incr.aof"), key=lambda path: path.stat().st_mtime)

    def cut(self):
        path = self.tail()
        size = path.stat().st_size
        lost = self.random.randrange(1, CUT_MOST)
        os.truncate(path, max(0, size - lost))
        return min(lost, size)

    def strike(self):
        self.stack("kill", "redis")
        cut = self.cut() if self.options.part == "torn" else 0
        self.stack("up", "redis")
        if self.options.part == "torn":
            time.sleep(SECOND_S)
            self.stack("kill", "redis")
            self.stack("up", "redis")
        self.deaths.append(cut)
        self.run.redis = standing.Redis(self.run.url, self.run.name)

    def turn(self, applied):
        if self.left and applied >= self.next_at:
            self.next_at += self.every
            self.left -= 1
            self.strike()
        self.trouble += [f"{process.name} ended by itself with {process.child.returncode}"
                         for process in self.run.processes if not process.running()]
        self.restart_all()

    def look(self):
        pass

    def finished(self):
        return not self.left

    def restart_all(self):
        for process in self.run.processes:
            if not process.running():
                process.start()


def judge(report, killer, wanted):
    report.check(f"Redis was killed {len(killer.deaths)} times, {sum(killer.deaths)} bytes cut off",
                 [] if len(killer.deaths) == wanted else [f"{wanted} were planned"])
    report.check("nobody ended by himself", killer.trouble)
    return f"{len(killer.deaths)} times Redis, {sum(killer.deaths)} bytes cut off"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=("redis", "torn"), required=True)
    parser.add_argument("--redis", required=True)
    options = quick.read_options(parser)
    return quick.conduct(f"chaos full {options.part}", options, RedisKiller, judge)


if __name__ == "__main__":
    sys.exit(main())
