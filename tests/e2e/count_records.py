#!/usr/bin/env python3
"""How many records an archive holds, counted by Python's own JSON reader: lines, elements of an array, or the
statuses of a search page.

    count_records.py FILE
"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    content = file.read()
try:
    whole = json.loads(content)
except ValueError:
    whole = None
if isinstance(whole, dict):
    whole = whole.get("statuses", [whole])
print(len(whole) if whole is not None else sum(1 for line in content.split("\n") if line.strip()))
