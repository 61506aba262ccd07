#!/usr/bin/env bash
#
# Does the simulator find faults in the machines that it drives? Each mutant is a file of src/fence with one
# rule broken; some seed below SEEDS (2000) has to notice.
#
#   CC=<compiler> tests/sim/mutants.sh [SEEDS]
set -euo pipefail

seeds=${1:-2000}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Everything is compiled once; a mutant takes the place of its file.
rest=("$root"/tests/sim/*.c "$root"/src/window/*.c "$root"/src/core/{rng,hash,view,names}.c
    "$root"/src/mention/mention.c)
flags=(-std=c11 -O1 -D_GNU_SOURCE -I"$root/src" -I"$root/include" -I"$root/tests")
mkdir "$work/rest" "$work/fence"
(cd "$work/rest" && "${CC:-cc}" "${flags[@]}" -c "${rest[@]}")
(cd "$work/fence" && "${CC:-cc}" "${flags[@]}" -c "$root"/src/fence/*.c)

# mutant FILE NAME SED
found=0
missed=0
mutant() {
    local file="$root/src/fence/$1.c"
    sed -E "$3" "$file" >"$work/mutant.c"
    ! cmp -s "$file" "$work/mutant.c" || {
        echo "mutants: nothing to change in src/fence/$1.c with: $3" >&2
        exit 1
    }
    mv "$work/fence/$1.o" "$work/kept.o"
    "${CC:-cc}" "${flags[@]}" -o "$work/sim" "$work/mutant.c" "$work"/{fence,rest}/*.o -lxxhash
    mv "$work/kept.o" "$work/fence/$1.o"
    if "$work/sim" --seeds "0..$seeds" >"$work/said" 2>&1; then
        echo "MISSED $2: $(tail -n 1 "$work/said")"
        missed=$((missed + 1))
        return
    fi
    echo "found: $2: $(tail -n 1 "$work/said")"
    found=$((found + 1))
}

mutant partition 'the last bucket that is closed is not late' \
    's/admission\.bucket <= late_below/admission.bucket < late_below/'
mutant partition 'a record just within the allowance is late' \
    's/arrival->time_ms < before_ms - partition/arrival->time_ms < before_ms + 1000 - partition/'
mutant partition 'what is closed does not make a record late' \
    's/admission\.bucket <= late_below/0/'
mutant partition 'a record out of bounds moves the greatest time' \
    's/(    if \(time_is_bad\(partition, arrival)/    if (arrival->time_ms > partition->max_time_ms) { partition->max_time_ms = arrival->time_ms; }\n\1/'
mutant partition 'a new owner forgets the greatest time' \
    's/partition->max_time_ms = max_time_ms;/partition->max_time_ms = INT64_MIN;/'
mutant partition 'the filter looks back one record too few' \
    's/int64_t oldest = offset - \(int64_t\)partition->options\.dedupe_records;/int64_t oldest = offset - (int64_t)partition->options.dedupe_records + 1;/'
mutant partition 'a duplicate counts' \
    's/    if \(known\) \{/    if (0) {/'
mutant claim 'a claim holds for every connection' \
    's/claim->epoch != 0 && claim->epoch == epoch/claim->epoch != 0 \&\& epoch != 0/'
mutant claim 'reading begins at the highest fence' \
    's/answer->fence < claim->lowest_fence/answer->fence > claim->lowest_fence/'
mutant claim 'a shard without a fence is no matter' \
    's/claim->known == claim->shard_count/claim->known > 0/'
mutant holding 'reading begins at the fence, and the filter is empty' \
    's/holding->begin = holding->position - options->window;/holding->begin = holding->position;/'
mutant holding 'the filter is warmed by one record too few' \
    's/holding->begin = holding->position - options->window;/holding->begin = holding->position - options->window + 1;/'
mutant holding 'what warms the filter is counted' \
    's/return HOLDING_WARMS;/return HOLDING_COUNTS;/'
mutant holding 'a record just above the fence warms the filter' \
    's/if \(offset < holding->lowest_fence\)/if (offset <= holding->lowest_fence)/'
mutant holding 'idleness is said once and never again' \
    's/holding->state == HOLDING_READING && holding->end_offset >= 0 &&$/& !holding->idle \&\&/'
mutant holding 'what was refused as idle is taken for idle' \
    's/if \(outcome != HOLDING_OK\) \{/if (0) {/'
mutant holding 'a log that goes on is still at its end' \
    's/holding->end_offset = -1;//'
echo "$found mutants found, $missed missed"
[[ $missed == 0 ]]
