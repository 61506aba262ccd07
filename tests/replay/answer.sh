#!/bin/sh
# The brand's word from outside the stream: what `rebato answer` makes is heard like any other post. What it says of
# the words beforehand is what the judge then does.
#   REBATO=build/release/rebato tests/replay/answer.sh
set -u
# shellcheck source=tests/replay/kit.inc disable=SC1091
. "$(dirname "$0")/kit.inc"

# answered_at: when the clock of vodafone's incident stopped, and with which grade; the scene goes on for half a day.
answered_at() {
    "$rebato" replay --quiet "$work/posts.ndjson" "$@" | grep '"brand":"vodafone"' | grep '"kind":"answered"' |
        sed 's/.*"answered":"\([^"]*\)","grade":"\(.\)".*/\1 \2/'
}

# say STATUS TEXT: the answer of a quarter to five, nine minutes after the alert, in answer.ndjson.
say() {
    "$rebato" answer --at 2014-05-09T16:45:00Z --link https://example.com/note vodafone "$2" \
        >"$work/answer.ndjson" 2>"$work/said"
    status=$?
    [ "$status" = "$1" ] || fail "status $1, not $status: $2"
}

"$rebato" scene silent-operators >"$work/posts.ndjson" || exit 1
[ -z "$(answered_at)" ] || fail 'by itself the scene has no answer'

say 0 'Sabemos que hay problemas con las llamadas y lo sentimos. Trabajamos en ello.'
grep -q 'names: .*outage' "$work/said" || fail 'it names the matter'
heard=$(answered_at "$work/answer.ndjson")
[ "$heard" = '2014-05-09T16:45:00Z A' ] || fail "it stops the clock when it was published: $heard"
heard=$(answered_at "$work/answer.ndjson" "$work/answer.ndjson")
[ "$heard" = '2014-05-09T16:45:00Z A' ] || fail "sent twice it counts once: $heard"

say 1 'Gracias por contarnos. Síguenos para más novedades.'
[ -z "$(answered_at "$work/answer.ndjson")" ] || fail 'canned words stop no clock'
say 1 'No hay ninguna caída, todo funciona con normalidad.'
[ -z "$(answered_at "$work/answer.ndjson")" ] || fail 'a denial stops no clock'
say 1 'Lo sentimos mucho, gracias por la paciencia.'
grep -q 'does not name what is wrong' "$work/said" || fail 'why it does not is said'

# refused WHY ARGS...: status 3, nothing on standard output, and why.
refused() {
    why=$1
    shift
    "$rebato" answer "$@" >"$work/out" 2>"$work/said"
    status=$?
    if [ $status != 3 ] || [ -s "$work/out" ] || ! grep -q -- "$why" "$work/said"; then
        fail "refused, and said why: $*"
    fi
}
refused 'no brand "nobody"' nobody 'hola'
refused 'a brand and a text' vodafone
refused '-c FILE is missing' --send vodafone 'hola'

[ $failed = 0 ] && echo 'the brand is heard from outside the stream'
exit $failed
