#!/bin/sh
# What a person makes of an incident: `rebato verdict` prints lines for the brand's file, and with them in it the judge asks
# for more and says so. No file is written by it, an incident has one verdict, and a real one takes a step back.
#   REBATO=build/release/rebato tests/replay/verdict.sh
set -u
# shellcheck source=tests/replay/kit.inc disable=SC1091
. "$(dirname "$0")/kit.inc"

cp -r "$here/../../rules" "$work/rules"
brands=$work/rules/brands.yaml
"$rebato" scene demo >"$work/posts.ndjson" || exit 1
replay() { "$rebato" replay --quiet -r "$work/rules" "$work/posts.ndjson" | grep '"type":"incident"' >"$work/log"; }
replay
id=$(sed -n '1s/.*"id":"\([0-9a-f]*\)".*/\1/p' "$work/log")

# say STATUS VERDICT: of that incident; lines in "out", words in "said".
say() {
    "$rebato" verdict "${3:-$id}" "$2" "$work/log" -r "$work/rules" >"$work/out" 2>"$work/said"
    status=$?
    [ "$status" = "$1" ] || fail "status $1, not $status: $2"
}

# put: the lines printed, in place of what the brand has.
put() {
    sed '/^    score_offsets:/d' "$brands" >"$work/bare"
    sed "/^  - id: whatsapp\$/r $work/out" "$work/bare" >"$brands"
    "$rebato" check "$work/rules" >"$work/checked" 2>&1 || fail 'the file is right with it'
}

before=$(cksum <"$brands")
say 0 real
[ -s "$work/out" ] && fail 'real takes nothing back where nothing was added'
say 0 expected
grep -q '^      - {name: NAME, start: 2014-02-22T18:00:00Z, end: .*, signals: \[outage\]} # when it comes again$' "$work/out" ||
    fail 'what was expected is proposed to the calendar'
say 0 noise
printf '    # noise: outage of %s\n    score_offsets: {outage: 0.5}\n' "$id" | cmp -s - "$work/out" || fail 'noise raises by half a point'
grep -q 'whatsapp, outage: .*from +0.0 to +0.5' "$work/said" || fail 'what moves is said'
grep -q "brands.yaml:11" "$work/said" || fail 'and where it goes'
[ "$before" = "$(cksum <"$brands")" ] || fail 'no file is written'

put
replay
grep -q '"threshold_shift":{"by":0.5,"planned":null,"verdicts":0.5}' "$work/log" || fail 'the judge asks for more, and says so'
say 1 noise
grep -q "has had its verdict" "$work/said" || fail 'an incident has one verdict'
grep -q "brands.yaml:12" "$work/said" || fail 'and it is said where that stands'

# Others, as other incidents would bring them.
for verdict in noise noise noise; do
    sed "s/noise: outage of $id/noise: outage of another/" "$brands" >"$work/other" && cp "$work/other" "$brands"
    say 0 $verdict
    put
done
grep -q 'score_offsets: {outage: 2.0}' "$brands" || fail 'four times noise are two points'
sed "s/noise: outage of $id/noise: outage of another/" "$brands" >"$work/other" && cp "$work/other" "$brands"
say 0 noise
[ -s "$work/out" ] && fail 'verdicts go no further'
say 0 real
grep -q 'score_offsets: {outage: 1.5}' "$work/out" || fail 'a real one takes a step back'

# Refused: nothing on standard output, and why.
say 3 maybe
say 3 noise 0123456789abcdef
grep -q 'no incident 0123456789abcdef' "$work/said" || fail 'an unknown incident is named'
[ -s "$work/out" ] && fail 'a refusal prints no lines'

[ $failed = 0 ] && echo 'a verdict is a line that everybody can see'
exit $failed
