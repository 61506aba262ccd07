#!/usr/bin/env python3
"""How much of what invented people mean do the rules recognise?

    recognition.py ARCHIVE MATCHES

ARCHIVE: posts of `rebato scene`, each with its "truth". MATCHES: the lines of `rebato match` over it.
Exit 1 when less than 80 % of a signal's posts carry it, or more than 5 % of the chatter any complaint.
"""
import collections
import json
import sys

COMPLAINTS = {
    "outage", "degraded", "complaint", "demand-answer", "security", "privacy", "billing", "misinformation",
    "mistreatment", "reputation", "disruption", "exodus",
}
RECALL_MIN, FALSE_MAX, POSTS_MIN = 0.80, 0.05, 20


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main():
    posts, matches = read_lines(sys.argv[1]), read_lines(sys.argv[2])
    if len(posts) != len(matches):
        print(f"    {len(posts)} posts but {len(matches)} matches")
        return 1
    total, hit, example = collections.Counter(), collections.Counter(), {}
    for post, match in zip(posts, matches):
        truth, found = post["truth"], set(match.get("signals", []))
        good = not found & COMPLAINTS if truth == "none" else truth in found
        total[truth] += 1
        hit[truth] += good
        if not good:
            example.setdefault(truth, post["text"])
    failed = 0
    for truth in sorted(total):
        if truth not in COMPLAINTS and truth != "none":
            continue
        share, floor = hit[truth] / total[truth], RECALL_MIN if truth != "none" else 1 - FALSE_MAX
        if total[truth] >= POSTS_MIN and share < floor:
            failed += 1
            print(f"    {truth}: {share:.1%} of {total[truth]} as meant, {floor:.0%} wanted; e.g. {example[truth]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
