#!/usr/bin/env bash
#
# What cannot fail proves nothing: each rule is taken out of counting.pml, and spin has to find a history in which
# that breaks a promise.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
command -v spin >/dev/null || { echo 'no spin here' && exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
found=0
missed=0

# mutant NAME WHAT DEFINITION...
mutant() {
    local name=$1 what=$2
    shift 2
    spin "-D$name" "$@" -a "$here/counting.pml"
    "${CC:-cc}" -O1 -w -DSAFETY -DNOFAIR -DMEMLIM=2000 -o pan pan.c
    ./pan -m100000 >said 2>&1 || true
    if grep -q '^pan:1: assertion violated' said && grep -q 'errors: 1$' said; then
        printf 'found: %-58s after %7d states\n' "$what" "$(awk '/states, stored/ { print $1 }' said)"
        found=$((found + 1))
    else
        echo "MISSED $what ($name $*)"
        grep -vE '^\s*$|^\s+.*counting.pml:' said | head -n 5
        missed=$((missed + 1))
    fi
}

neither='-DWORKER_ZOMBIES=0'
mutant HIGH_WATER 'whatever ends above the fence is taken, from wherever' -DROLLBACK=0
mutant NO_TO_GUARD 'a range may end below the fence' "$neither" -DROLLBACK=1
mutant READ_FIRST 'the judge reads, then closes' "$neither" -DROLLBACK=1
mutant UNFENCED 'neither lease nor folded_through are compared' "$neither" -DJUDGE_ZOMBIES=1 -DROLLBACK=0
mutant ERASE_FIRST 'cells are erased before they are folded' "$neither" -DROLLBACK=0
mutant AUTHORS_NOT_AWAITED 'authors and apply are sent in one go' -DROLLBACK=0
mutant STALE_QUEUE 'records fetched before a claim are counted after it' "$neither" -DROLLBACK=1
mutant RESUME_MAX 'a worker goes on from the highest fence' "$neither" -DROLLBACK=1
mutant CLOSED_IGNORED 'apply does not look at closed buckets and idleness' -DROLLBACK=0
mutant CLOSE_BLIND 'a close does not look at the partitions again' "$neither" -DROLLBACK=0 -DTHIRD=1
mutant HIDDEN_RECONNECT 'a rollback breaks no connection' "$neither"
echo "$found mutants found, $missed missed"
[[ $missed == 0 ]]
