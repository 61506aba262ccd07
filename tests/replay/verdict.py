#!/usr/bin/env python3
"""Compares what a replay said with what its scene expects.

    verdict.py EXPECT REPLAY MATCHES

EXPECT: the lines of `rebato scene NAME --expect`. REPLAY: the lines of `rebato replay --format ndjson`.
MATCHES: the lines of `rebato match` over the same posts; what a brand says itself is counted there.
Exit 0 when every expectation holds; else 1, after saying which one failed, why, and what came instead.
The claims and their keys are described in rules/scenarios/README.md.
"""
import collections
import json
import sys
from datetime import datetime, timedelta

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def time_of(text):
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00"))


def span_of(text):
    number, unit = (text[:-1], text[-1]) if text[-1] in UNITS else (text, "s")
    return timedelta(seconds=int(number) * UNITS[unit])


def incidents_of(lines):
    """Events by incident, in order; each list begins with its opening."""
    incidents = {}
    for line in lines:
        if line.get("type") == "incident":
            incidents.setdefault(line["id"], []).append(line)
    return list(incidents.values())


def ticks_of(event):
    return {tick["step"]: time_of(tick["at"]) for tick in event["playbook"]}


def check_order(want, ticks):
    missing = [step for step in want if step not in ticks]
    if missing:
        return "not ticked: " + ", ".join(missing)
    times = [ticks[step] for step in want]
    if times != sorted(times):
        return "ticked out of order: " + ", ".join(f"{s} {ticks[s]:%H:%M:%S}" for s in want)
    return None


def check_facet(name, event):
    dims = event["scope"]["dims"]
    if not any(f"{dim}.".startswith(f"f.{name}.") for dim in dims):
        return f"no facet {name} in the scope: {sorted(dims)}"
    return None


def check_incident(claim, events):
    """The reasons why this incident is not the one that is claimed; the first event is the opening."""
    opened, last = events[0], events[-1]
    clock = last["clock"]
    replies = clock["replies"] or {"naming": 0, "different": 0}
    ticks = ticks_of(last)
    at = time_of(claim["at"])
    delay = time_of(opened["time"]) - at
    checks = {
        "signal": lambda want: None if want in last["signals"] else f"signals are {last['signals']}",
        "severity": lambda want: None if last["severity"] == want else f"severity is {last['severity']}",
        "within": lambda want: None
        if timedelta(0) <= delay <= span_of(want)
        else f"opened {delay.total_seconds() / 60:+.1f} min from {claim['at']}",
        "fired": lambda want: None
        if want in opened["why"]["fired"]
        else f"opened by {opened['why']['fired']}",
        "answered": lambda want: None
        if (clock["answered"] is not None) == want
        else f"answered: {clock['answered']}",
        "grades": lambda want: None if clock["grade"] in want else f"grade is {clock['grade']}",
        "ticks_in_order": lambda want: check_order(want, ticks),
        "not_ticked": lambda want: None
        if not set(want) & set(ticks)
        else f"ticked: {sorted(set(want) & set(ticks))}",
        "reminders_at_least": lambda want: None
        if clock["reminders"] >= want
        else f"{clock['reminders']} reminders",
        "replies_at_least": lambda want: None
        if replies["naming"] >= want
        else f"{replies['naming']} replies name it",
        "own_words_at_least": lambda want: None
        if replies["different"] >= want
        else f"{replies['different']} replies in words of their own",
        "own_words_at_most": lambda want: None
        if replies["different"] <= want
        else f"{replies['different']} replies in words of their own",
        "resolved": lambda want: None
        if (last["state"] == "resolved") == want
        else f"state at the end is {last['state']}",
        "authors_at_least": lambda want: None
        if last["scope"]["authors"] >= want
        else f"{last['scope']['authors']} authors",
        "denied_by_others_at_least": lambda want: None
        if last["scope"]["denied_by_others"] >= want
        else f"denied by {last['scope']['denied_by_others']} others",
        "impostors_at_least": lambda want: None
        if clock["impostors"] >= want
        else f"{clock['impostors']} impostors",
        "kin": lambda want: None
        if (last["kin"] or {"before": 0})["before"] == want
        else f"kin is {last['kin']}",
        "facet": lambda want: check_facet(want, last),
    }
    reasons = [checks[key](want) for key, want in claim.items() if key in checks]
    return [reason for reason in reasons if reason is not None]


def judge_incident(claim, incidents, _counts):
    mine = [events for events in incidents if events[0]["brand"] == claim["brand"]]
    if not mine:
        return ["no incident of this brand"]
    # One incident must satisfy all of it; the nearest miss is the one worth showing.
    return min((check_incident(claim, events) for events in mine), key=len)


def judge_pages(claim, incidents, _counts):
    brand = claim.get("brand")
    count = sum(1 for events in incidents if brand in (None, events[0]["brand"]))
    return [] if count <= claim["at_most"] else [f"{count} incidents opened"]


def judge_replay(_claim, _incidents, _counts):
    """An option for whoever replays; nothing can be wrong with it here."""
    return []


def judge_surge(claim, _incidents, counts):
    """One that began at most `within` after `at`, and is of these brands and no other."""
    at = time_of(claim["at"])
    for surge in counts.surges:
        if (timedelta(0) <= time_of(surge["begun"]) - at <= span_of(claim["within"])
                and sorted(surge["brands"]) == sorted(claim["brands"])):
            return []
    return [f"surges are {counts.surges}"]


def judge_surges(claim, _incidents, counts):
    return [] if len(counts.surges) <= claim["at_most"] else [f"surges are {counts.surges}"]


def judge_input(claim, _incidents, counts):
    brand = counts.brands[claim["brand"]]
    found = {"late": brand["late"]}
    for sort in ("missing", "stale"):
        found[sort] = timedelta(seconds=brand.get(sort, {"seconds": 0})["seconds"])
    reasons = []
    for key, want in claim.items():
        sort, _, bound = key.partition("_at_")
        if bound:
            want = want if sort == "late" else span_of(want)
            if found[sort] < want if bound == "least" else found[sort] > want:
                reasons.append(f"{sort} {found[sort]}")
    return reasons


def judge_counted(claim, _incidents, counts):
    count = counts[claim["brand"]][claim["signal"]]
    if count < claim.get("at_least", 0) or count > claim.get("at_most", count):
        return [f"counted {count}; all of the brand: {dict(counts[claim['brand']])}"]
    return []


class Counts(collections.defaultdict):
    """Signals by brand, and what the summary says beside them."""

    def __init__(self, summary):
        super().__init__(collections.Counter)
        self.brands = summary["brands"]
        self.surges = summary["surges"]


def count_signals(matches, summary):
    """By brand: complaints as the ledger counted them, official signals as the matcher found them."""
    counts = Counts(summary)
    for brand, row in summary["brands"].items():
        counts[brand].update(row["signals"])
    for match in matches:
        official = [signal for signal in match.get("signals", []) if signal.startswith("official-")]
        for brand in match.get("brands", []) if official else []:
            counts[brand].update(signal for signal in official if signal not in summary["brands"][brand]["signals"])
    return counts


JUDGES = {
    "incident": judge_incident,
    "pages": judge_pages,
    "counted": judge_counted,
    "replay": judge_replay,
    "input": judge_input,
    "surge": judge_surge,
    "surges": judge_surges,
}


def show(events):
    for event in events:
        why, clock = event["why"], event["clock"]
        print(
            f"      {event['time']} {event['brand']} {event['kind']} {event['severity']}"
            f" {'+'.join(event['signals'])} authors {why['authors']} of {why['expected']} expected,"
            f" fired {why['fired']}, grade {clock['grade']}, reminders {clock['reminders']},"
            f" ticks {sorted(ticks_of(event))}"
        )


def main():
    claims, lines, matches = (read_lines(path) for path in sys.argv[1:4])
    incidents = incidents_of(lines)
    summaries = [line for line in lines if line.get("type") == "summary"]
    if not claims or len(summaries) != 1 or lines[-1] is not summaries[0]:
        print("    a verdict needs expectations, and a replay that ends with its summary")
        return 1
    counts = count_signals(matches, summaries[0])
    failed = 0
    for claim in claims:
        reasons = JUDGES[claim["claim"]](claim, incidents, counts)
        failed += bool(reasons)
        if reasons:
            print(f"    expected {json.dumps(claim, ensure_ascii=False)}")
            for reason in reasons:
                print(f"      but: {reason}")
    if failed:
        print(f"    what came ({len(incidents)} incidents):")
        for events in incidents:
            show(events)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
