#!/bin/sh
# The calendar of a brand: a final that would page does not, an outage during it does and says what was asked of it. The
# same story without the calendar pages, so the calendar is what decides.
#   REBATO=build/release/rebato tests/replay/planned.sh
set -u
# shellcheck source=tests/replay/kit.inc disable=SC1091
. "$(dirname "$0")/kit.inc"

rules=$here/../../rules

# replay RULES POSTS [OPTION...]: the incident log in the file "log".
replay() {
    brands=$1
    posts=$2
    shift 2
    "$rebato" replay --quiet --format ndjson -r "$brands" -r "$rules/es" -r "$rules/en" "$work/$posts" "$@" |
        grep '"type":"incident"' >"$work/log"
}

sed '/^    planned:/d; /^      - {name: final de Copa/d' "$rules/brands.yaml" >"$work/unplanned.yaml"
"$rebato" scene planned-final >"$work/final.ndjson" &&
    "$rebato" scene planned-final --twin >"$work/dark.ndjson" || exit 1

replay "$rules/brands.yaml" final.ndjson
[ -s "$work/log" ] && fail 'with the calendar the final pages nobody'
replay "$work/unplanned.yaml" final.ndjson
grep -q '"kind":"opened"' "$work/log" || fail 'without it the same evening pages'
grep -q threshold_shift "$work/log" && fail 'without it no threshold is moved'
plain=$(sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' "$work/log" | head -n 1)

replay "$rules/brands.yaml" dark.ndjson
shift='"threshold_shift":{"by":2.0,"planned":"final de Copa","verdicts":0.0}'
head -n 1 "$work/log" | grep -q "$shift" || fail 'an outage during the final pages, and says what was asked of it'
id=$(sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' "$work/log" | head -n 1)

# says TEXT COMMAND...: what a person reads says it, too.
says() {
    text=$1
    shift
    LC_ALL=C "$rebato" "$@" "$work/dark.ndjson" --quiet >"$work/out" 2>/dev/null
    grep -q -- "$text" "$work/out" || fail "$*: says \"$text\""
}
says 'planned: final de Copa, threshold +2' replay --format text --lang en
says 'previsto: final de Copa, umbral +2' replay --format text --lang es
says 'planned: final de Copa, threshold +2' explain incident "$id" --lang en
says '"score_needed":7.3' explain incident "$id" --format json
says '"score_needed":6.6' explain incident "$id" --format json
says '"cusum_needed":16.9' explain incident "$id" --format json
says 'previsto: final de Copa, umbral +2' report "$id" --lang es
says 'planned: final de Copa, threshold' report "$id" --lang en --format md
says '"planned":"final de Copa"' report "$id" --format json

# wrong LINE TEXT YAML: refused, with the line and the reason.
wrong() {
    printf 'schema: rebato/rules/v1\nbrands:\n  - id: acme\n    names: [acme]\n    planned:\n%s\n' "$3" >"$work/wrong.yaml"
    "$rebato" check "$work/wrong.yaml" >"$work/out" 2>&1
    status=$?
    if [ $status != 2 ] || ! grep -q "wrong.yaml:$1:[0-9]*: error: .*$2" "$work/out"; then
        fail "status 2 and line $1, not $status: $2"
    fi
}
wrong 6 'ends before it starts' '      - {name: x, start: 2026-05-24, end: 2026-05-23}'
wrong 7 'overlaps the planned event "x"' '      - {name: x, start: 2026-05-23, end: 2026-05-25}
      - {name: y, start: 2026-05-24, end: 2026-05-26}'
wrong 6 'more than 14 days' '      - {name: x, start: 2026-01-01, end: 2026-12-31}'
wrong 6 '"outge" is not known here' '      - {name: x, start: 2026-05-23, end: 2026-05-24, signals: [outge]}'

[ -n "$plain" ] || fail 'the incident has an id'
[ $failed = 0 ] && echo 'the calendar raises what is asked for, and mutes nothing'
exit $failed
