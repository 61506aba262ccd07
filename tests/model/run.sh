#!/usr/bin/env bash
#
# Looks at every history of counting.pml, exhaustively, under the faults of each line below; fails when one of
# them breaks a promise. Says how many states there were, so that a search that did not reach far is seen.
#
#   tests/model/run.sh [--full]      half a minute; with --full also both halves of the great question: a zombie
#                                    and a rollback in one history; a quarter of an hour and 10 GB
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
command -v spin >/dev/null || { echo 'no spin here' && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

# search WHAT DEFINITION...
search() {
    local what=$1 begin=$SECONDS
    shift
    spin "$@" -a "$here/counting.pml"
    # Exact storage of every state, no hashing away, no depth that cuts a history off.
    "${CC:-cc}" -O2 -w -DSAFETY -DNOFAIR -DMEMLIM=10000 -o pan pan.c
    ./pan -m100000 >said 2>&1 || true
    if grep -q 'errors: 0$' said && ! grep -qE 'not completed|max search depth|out of memory' said; then
        printf '    ok  %-58s %9d states, depth %3d, %3d s, %5d MB\n' "$what" \
            "$(awk '/states, stored/ { print $1 }' said)" "$(sed -n 's/.*depth reached \([0-9]*\).*/\1/p' said)" \
            $((SECONDS - begin)) "$(awk '/total actual memory/ { print int($1) }' said)"
        sed -n 's/^\t.*counting.pml:\([0-9]*\), state .*/\1/p' said | sort -nu >reached_not
        [[ -f never ]] || cp reached_not never
        comm -12 <(sort never) <(sort reached_not) >still && mv still never
    else
        echo "    BAD $what ($*)"
        grep -vE '^\s*$|^\s+.*counting.pml:' said | head -n 20
        failed=1
    fi
}

neither='-DWORKER_ZOMBIES=0'
judge='-DWORKER_ZOMBIES=0 -DJUDGE_ZOMBIES=1'
search 'nobody fails, four records' "$neither" -DROLLBACK=0 -DN=4 -DTHIRD=1
search 'a worker stands still' -DROLLBACK=0
# shellcheck disable=SC2086 # two words
search 'a judge stands still, four records, somebody ends' $judge -DROLLBACK=0 -DKILLS=1 -DN=4 -DTHIRD=1
search 'Redis goes back, four records' "$neither" -DN=4 -DTHIRD=1
search 'Redis goes back, somebody ends' "$neither" -DKILLS=1
search 'shard 0 goes back' "$neither" -DROLLBACK=1
search 'shard 1 goes back' "$neither" -DROLLBACK=2
if [[ ${1:-} == --full ]]; then
    for rollback in 3 1 2; do
        # shellcheck disable=SC2086
        search "a judge stands still, shards $rollback (bits) go back" $judge -DROLLBACK=$rollback
        search "a worker stands still, shards $rollback (bits) go back" -DROLLBACK=$rollback
    done
fi
echo "    lines that no search reached: $(sort -n never | tr '\n' ' ')"
exit $failed
