#!/bin/sh
# Whose words stop a clock? An archive of a real bank with invented outages in it, and a labelled set of real replies.
#   REBATO=build/release/rebato REBATO_DATA=../shared/data [REBATO_FULL=yes] tests/replay/silence.sh
set -u
# shellcheck source=tests/replay/kit.inc disable=SC1091
. "$(dirname "$0")/kit.inc"
need_python

data=${REBATO_DATA:-$here/../../../shared/data}
times=32
[ "${REBATO_FULL:-no}" = no ] || times=200

if [ ! -r "$data/mentions/es-citibanamex-2021.ndjson" ] || [ ! -r "$data/labelled/brand-replies-en.ndjson" ]; then
    skip "no real archives beside the project (set REBATO_DATA)"
fi
if grep -q __asan_init "$rebato" 2> /dev/null; then
    skip 'with a sanitizer it takes too long, and says nothing more'
fi

"$rebato" match --format ndjson < "$data/labelled/brand-replies-en.ndjson" > "$work/matches" &&
    python3 "$here/apology.py" "$data/labelled/brand-replies-en.ndjson" "$work/matches" || failed=1
python3 "$here/silence.py" "$rebato" "$data/mentions/es-citibanamex-2021.ndjson" "$work" --times "$times" || failed=1
exit "$failed"
