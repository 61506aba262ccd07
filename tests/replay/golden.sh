#!/bin/sh
# The incident log of the demo's scene, byte by byte: a change of rules, judge or scene shows its effect as a diff.
#   REBATO=build/release/rebato tests/replay/golden.sh [--update]
# The summary is left out: it carries the digest of the rules.
set -u
# shellcheck source=tests/replay/kit.inc disable=SC1091
. "$(dirname "$0")/kit.inc"

golden=$here/golden/demo.ndjson

"$rebato" scene demo > "$work/posts.ndjson" &&
    "$rebato" replay "$work/posts.ndjson" --quiet --format ndjson > "$work/replay" || exit 1
grep '"type":"incident"' "$work/replay" > "$work/incidents"

if [ "${1:-}" = --update ]; then
    cp "$work/incidents" "$golden"
    echo "$(wc -l < "$golden") lines written to $golden; read them before you commit"
    exit 0
fi
for workers in 1 2 8; do
    "$rebato" replay "$work/posts.ndjson" --quiet --format ndjson --workers "$workers" | cmp - "$work/replay" || {
        echo "with $workers workers the replay says something else"
        exit 1
    }
done
if [ ! -s "$work/incidents" ]; then
    echo "the replay has no incident at all"
    exit 1
fi
if ! diff -u "$golden" "$work/incidents"; then
    echo "the incident log of the demo has changed; if that is meant: tests/replay/golden.sh --update"
    exit 1
fi
