#!/bin/sh
# Who was answered and who still waits: a brand replies to some of those whom its outage hit, and the report says to
# whom, how soon and with what; its twin replies to nobody. Counted again from the posts alone, by waits.py.
#   REBATO=build/release/rebato tests/replay/waits.sh
set -u
# shellcheck source=tests/replay/kit.inc disable=SC1091
. "$(dirname "$0")/kit.inc"
need_python

# told NAME POSTS [OPTIONS]: the report of the posts, against what waits.py makes of them.
told() {
    name=$1
    posts=$2
    shift 2
    if ! "$rebato" report --all --quiet "$posts" --format json "$@" > "$work/report.json" ||
        ! "$rebato" match --format ndjson < "$posts" > "$work/matches" ||
        ! python3 "$here/waits.py" check "$posts" "$work/matches" "$work/report.json"; then
        echo "not so: $name"
        failed=1
    fi
}

"$rebato" scene silent-operators > "$work/twin" || exit 1
python3 "$here/waits.py" answer "$work/twin" > "$work/story" || exit 1

told 'replies to some' "$work/story"
python3 "$here/waits.py" expect "$work/report.json" vodafone some || failed=1
cp "$work/report.json" "$work/first.json"
told 'with another number of threads' "$work/story" --workers 1
python3 "$here/waits.py" same "$work/first.json" "$work/report.json" || failed=1
told 'replies to nobody' "$work/twin"
python3 "$here/waits.py" expect "$work/report.json" vodafone nobody || failed=1

# One incident alone says the same of itself.
id=$(python3 "$here/waits.py" id "$work/first.json" vodafone)
"$rebato" report "$id" --quiet "$work/story" --format json > "$work/one.json" || failed=1
python3 "$here/waits.py" same "$work/first.json" "$work/one.json" || failed=1

# A report shows posts, not people.
for form in html md json; do
    "$rebato" report --all --quiet "$work/story" --format $form > "$work/report.$form" || failed=1
done
python3 "$here/waits.py" nobody "$work/story" "$work/report.html" "$work/report.md" "$work/report.json" || failed=1

[ $failed = 0 ] && echo 'who was answered and who waits is as the posts have it'
exit $failed
