#!/usr/bin/env python3
"""How well do the rules tell which of a brand's replies apologise?

    apology.py REPLIES MATCHES [--show]

REPLIES: labelled replies of brands ("Apologize" among label.intents); MATCHES: the lines of `rebato match` over them.
Exit 1 when F1 is below 0.95. --show prints what was decided wrongly, by id.
"""
import json
import sys

F1_MIN = 0.95


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def main():
    replies, matches = read_lines(sys.argv[1]), read_lines(sys.argv[2])
    if len(replies) != len(matches):
        print(f"{len(replies)} replies but {len(matches)} matches")
        return 1
    both = missed = wrong = 0
    for reply, match in zip(replies, matches):
        meant = "Apologize" in reply["label"]["intents"]
        found = "official-apology" in match.get("signals", [])
        both += meant and found
        missed += meant and not found
        wrong += found and not meant
        if "--show" in sys.argv and meant != found:
            print("missed" if meant else "wrong ", reply["id"])
    precision, recall = both / max(both + wrong, 1), both / max(both + missed, 1)
    f1 = 2 * both / max(2 * both + missed + wrong, 1)
    print(f"{len(replies)} replies, {both + missed} apologise: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    return 0 if f1 >= F1_MIN else 1


if __name__ == "__main__":
    sys.exit(main())
