#!/usr/bin/env python3
"""Passes standard input on line by line, spread evenly over some seconds.

    pace.py SECONDS < lines
"""
import sys
import time

lines = sys.stdin.buffer.readlines()
begin = time.monotonic()
for number, line in enumerate(lines):
    wait = begin + float(sys.argv[1]) * number / len(lines) - time.monotonic()
    if wait > 0.01:
        sys.stdout.buffer.flush()
        time.sleep(wait)
    sys.stdout.buffer.write(line)
sys.stdout.buffer.flush()
