#!/usr/bin/env python3
"""Counts what ctest wrote with --output-junit.

usage: junit.py FILE

Prints "PASSED FAILED SKIPPED" on one line, then one line for every test that did not pass:
its verdict, its name and the last line it said. ctest files a test whose program is missing
under "not run" beside those that skipped themselves; here it is a failure.
"""
import sys
import xml.etree.ElementTree as ElementTree


def verdict(case):
    if case.get("status") == "run":
        return "passed"
    skipped = case.find("skipped")
    said = skipped.get("message", "") if skipped is not None else ""
    return "skipped" if said.startswith("SKIP_") else "failed"


def last_line(case):
    lines = (case.findtext("system-out") or "").strip().splitlines()
    return lines[-1].strip() if lines else ""


def main():
    cases = list(ElementTree.parse(sys.argv[1]).getroot().iter("testcase"))
    verdicts = [verdict(case) for case in cases]
    print(*(verdicts.count(name) for name in ("passed", "failed", "skipped")))
    for case, name in zip(cases, verdicts):
        if name != "passed":
            print(f"{name} {case.get('name')}: {last_line(case)}")


main()
