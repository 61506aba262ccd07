#!/bin/sh
# Whose words stop a clock? An archive of a real bank with invented outages in it, and a labelled set of real replies.
#   REBATO=build/release/rebato REBATO_DATA=../shared/data [REBATO_FULL=yes] tests/replay/silence.sh
set -u

here=$(dirname "$0")
rebato=${REBATO:-build/release/rebato}
data=${REBATO_DATA:-$here/../../../shared/data}
times=32
[ "${REBATO_FULL:-no}" = no ] || times=200

if ! command -v python3 > /dev/null; then
    echo "skipped: python3 is not installed"
    exit 77
fi
if [ ! -x "$rebato" ]; then
    echo "skipped: no rebato at $rebato (set REBATO)"
    exit 77
fi
if [ ! -r "$data/mentions/es-citibanamex-2021.ndjson" ] || [ ! -r "$data/labelled/brand-replies-en.ndjson" ]; then
    echo "skipped: no real archives at $data (set REBATO_DATA)"
    exit 77
fi
if grep -q __asan_init "$rebato" 2> /dev/null; then
    echo "skipped: with a sanitizer it takes too long, and says nothing more"
    exit 77
fi

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

failed=0
"$rebato" match --format ndjson < "$data/labelled/brand-replies-en.ndjson" > "$work/matches" &&
    python3 "$here/apology.py" "$data/labelled/brand-replies-en.ndjson" "$work/matches" || failed=1
python3 "$here/silence.py" "$rebato" "$data/mentions/es-citibanamex-2021.ndjson" "$work" --times "$times" || failed=1
exit "$failed"
