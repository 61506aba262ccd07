#!/usr/bin/env bash
#
# Does the simulator find faults in the machine that it drives? Each mutant is src/fence/partition.c with
# one rule broken; some seed below SEEDS (2000) has to notice.
#
#   CC=<compiler> tests/sim/mutants.sh [SEEDS]
set -euo pipefail

seeds=${1:-2000}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Everything but the machine is compiled once.
rest=("$root"/tests/sim/*.c "$root"/src/window/*.c "$root"/src/core/{rng,hash,view,names}.c
    "$root"/src/mention/mention.c)
flags=(-std=c11 -O1 -D_GNU_SOURCE -I"$root/src" -I"$root/include" -I"$root/tests")
(cd "$work" && "${CC:-cc}" "${flags[@]}" -c "${rest[@]}")

# mutant NAME SED
found=0
missed=0
mutant() {
    sed -E "$2" "$root/src/fence/partition.c" >"$work/partition_mutant.c"
    ! cmp -s "$root/src/fence/partition.c" "$work/partition_mutant.c" || {
        echo "mutants: nothing to change in src/fence/partition.c with: $2" >&2
        exit 1
    }
    "${CC:-cc}" "${flags[@]}" -o "$work/sim" "$work/partition_mutant.c" "$work"/*.o -lxxhash
    if "$work/sim" --seeds "0..$seeds" >"$work/said" 2>&1; then
        echo "MISSED $1: $(tail -n 1 "$work/said")"
        missed=$((missed + 1))
        return
    fi
    echo "found: $1: $(tail -n 1 "$work/said")"
    found=$((found + 1))
}

mutant 'the last bucket that is closed is not late' \
    's/admission\.bucket <= partition->late_below/admission.bucket < partition->late_below/'
mutant 'a record just within the allowance is late' \
    's/arrival->time_ms < before_ms - partition/arrival->time_ms < before_ms + 1000 - partition/'
mutant 'what is closed does not make a record late' \
    's/\(partition->late_below > 0 \&\&/(0 \&\&/'
mutant 'a record out of bounds moves the greatest time' \
    's/(    if \(time_is_bad\(partition, arrival)/    if (arrival->time_ms > partition->max_time_ms) { partition->max_time_ms = arrival->time_ms; }\n\1/'
mutant 'a new owner forgets the greatest time' \
    's/partition->max_time_ms = max_time_ms;/partition->max_time_ms = INT64_MIN;/'
mutant 'the filter looks back one record too few' \
    's/int64_t oldest = offset - \(int64_t\)partition->options\.dedupe_records;/int64_t oldest = offset - (int64_t)partition->options.dedupe_records + 1;/'
mutant 'a duplicate counts' \
    's/    if \(known\) \{/    if (0) {/'
echo "$found mutants found, $missed missed"
[[ $missed == 0 ]]
