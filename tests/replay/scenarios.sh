#!/bin/sh
# Every shipped scenario and its twin: generate, match, replay, compare with the verdict in the scene file.
#   REBATO=build/release/rebato tests/replay/scenarios.sh [NAME...]
# Each is told with its own seed and with another one: a verdict that hangs on a seed is luck. And the story must fail
# the verdict of its twin: the decisive element decides. Two scenes are told at a time.
set -u
# shellcheck source=tests/replay/kit.inc disable=SC1091
. "$(dirname "$0")/kit.inc"
need_python

other_seed=7
twin=--twin
# Under a sanitizer everything takes many times as long; one telling of a scene walks the code that it looks at.
if grep -q __asan_init "$rebato" 2> /dev/null; then
    other_seed=
    twin=
fi

# One telling: scene, variant ("" or --twin), seed option.
tell() {
    label="$1${2:+ $2}${3:+ $3}"
    # The options are words on purpose.
    # shellcheck disable=SC2086
    if ! "$rebato" scene "$1" $2 --expect > "$work/expect" ||
        ! allow=$(sed -n 's/.*"claim":"replay","allow":"\([0-9a-z]*\)".*/--allow \1/p' "$work/expect") ||
        ! "$rebato" scene "$1" $2 $3 > "$work/posts.ndjson" ||
        ! "$rebato" match --format ndjson < "$work/posts.ndjson" > "$work/matches" ||
        ! "$rebato" replay "$work/posts.ndjson" $allow --quiet --format ndjson > "$work/replay"; then
        echo "FAILED  $label: a command failed"
        failed=1
        return
    fi
    told=0
    {
        python3 "$here/recognition.py" "$work/posts.ndjson" "$work/matches" &&
            python3 "$here/verdict.py" "$work/expect" "$work/replay" "$work/matches"
    } > "$work/said" || told=1
    if [ "$told" -eq 0 ]; then
        echo "ok      $label"
    else
        failed=1
        printf 'FAILED  %s\n%s\n' "$label" "$(cat "$work/said")"
    fi
}

# After the story was told: its replay against the twin's verdict.
differ() {
    if "$rebato" scene "$1" --twin --expect > "$work/expect" &&
        python3 "$here/verdict.py" "$work/expect" "$work/replay" "$work/matches" > /dev/null; then
        failed=1
        echo "FAILED  $1: the story passes for its twin"
    fi
}

if [ "${1:-}" = --one ]; then
    {
        tell "$2" "" ""
        differ "$2"
        [ -z "$other_seed" ] || tell "$2" "" "--seed $other_seed"
        [ -z "$twin" ] || tell "$2" "$twin" ""
        [ -z "$other_seed" ] || tell "$2" "$twin" "--seed $other_seed"
    } > "$work/lines"
    cat "$work/lines" # all at once, or those of two scenes would be mixed
    exit "$failed"
fi

if [ "$#" -eq 0 ]; then
    # shellcheck disable=SC2046
    set -- $("$rebato" scene --list | cut -d' ' -f1)
fi
if [ "$#" -eq 0 ]; then
    echo "no scenes inside $rebato"
    exit 1
fi
printf '%s\n' "$@" | xargs -P 2 -n 1 "$0" --one > "$work/all"
code=$?
cat "$work/all"
echo "$(grep -c '^ok' "$work/all") verdicts as written, $(grep -c '^FAILED' "$work/all") not"
[ "$code" -eq 0 ] && ! grep -q '^FAILED' "$work/all"
