#!/usr/bin/env bash
#
# Does the simulator find faults in the machines that it drives? Each mutant is a file of src/fence with one
# rule broken; some seed below SEEDS (10000) has to notice.
#
#   CC=<compiler> tests/sim/mutants.sh [SEEDS]
set -euo pipefail

seeds=${1:-10000}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rest=("$root"/tests/sim/*.c "$root"/src/window/*.c "$root"/src/core/{rng,hash,view,names}.c
    "$root"/src/mention/mention.c "$root"/src/fence/*.c)
flags=(-std=c11 -O1 -D_GNU_SOURCE -I"$root/src" -I"$root/include" -I"$root/tests")
(cd "$work" && "${CC:-cc}" "${flags[@]}" -c "${rest[@]}")

# mutant MACHINE NAME SED
found=0
missed=0
mutant() {
    local file=$root/src/fence/$1.c
    sed -E "$3" "$file" >"$work/mutant.c"
    ! cmp -s "$file" "$work/mutant.c" || {
        echo "mutants: nothing to change in src/fence/$1.c with: $3" >&2
        exit 1
    }
    cp "$work/$1.o" "$work/kept"
    "${CC:-cc}" "${flags[@]}" -c -o "$work/$1.o" "$work/mutant.c"
    "${CC:-cc}" -o "$work/sim" "$work"/*.o -lxxhash
    mv "$work/kept" "$work/$1.o"
    if "$work/sim" --stop --seeds "0..$seeds" >"$work/said" 2>&1; then
        echo "MISSED $2: $(tail -n 1 "$work/said")"
        missed=$((missed + 1))
        return
    fi
    echo "found: $2"
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
    's/partition->max_time_ms = stand->max_time_ms;/partition->max_time_ms = INT64_MIN;/'
mutant partition 'who counts again keeps the greatest time of before' \
    's/    partition->max_time_ms = stand->max_time_ms;/    if (stand->max_time_ms > partition->max_time_ms) { partition->max_time_ms = stand->max_time_ms; }/'
mutant partition 'a duplicate counts' \
    's/    if \(known\) \{/    if (0) {/'

# The duplicate filter of somebody who counts again.
mutant recent 'the filter looks back one record too few' \
    '/^recent_add/,/^}/ s/int64_t oldest = offset - \(int64_t\)recent->window;/int64_t oldest = offset - (int64_t)recent->window + 1;/'
mutant recent 'the filter is not rewound' \
    's/offset < recent->offset/0/'
mutant recent 'rewound, it still knows what comes again' \
    '/^cut/,/^}/ { s/recent->kept > 0 && /0 \&\& /; s/    recent->looked = 0;/    while (recent->looked > 0 \&\& recent->ring[place_back(recent, recent->looked)].offset < oldest) { recent->looked--; }/ }'
mutant recent 'rewound, it has forgotten what it had looked back on' \
    '/^cut/,/^}/ s/(>= )oldest\)/\1offset)/'
mutant recent 'rewound, it looks back one record too few' \
    '/^cut/,/^}/ s/(>= )oldest\)/\1oldest + 1)/'
mutant recent 'it is rewound to where it no longer reaches' \
    's/begin < recent->whole \|\| //'
mutant recent 'it does not see what was between it and the fence' \
    's/ \|\| begin > recent->offset//'
mutant holding 'reading goes on at the fence, whatever the filter knows' \
    's/holding->begin = offset;/holding->begin = holding->position;/'

mutant claim 'reading begins at the highest fence' \
    's/answer->fence < claim->lowest_fence/answer->fence > claim->lowest_fence/'
mutant claim 'a shard without a fence is no matter' \
    's/claim->known == claim->shard_count/claim->known > 0/'
mutant claim 'what became late before a loss is late one record too late' \
    's/offset >= lapse->from/offset > lapse->from/'
mutant claim 'what became late before a loss is late at once' \
    's/offset >= lapse->from \&\& //'
mutant claim 'what became late before a loss is late in every shard' \
    's/lapse->shard == shard \&\& //'
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

# A turn of a judge, step by step.
mutant shard_judge 'reads, then closes' '
    /^take_progress/,/^}/ s/SHARD_CLOSE/SHARD_READ/
    /^take_close/,/^}/ s/read_closed\(judge\)/look_at(judge, 0)/
    /^take_read/,/^}/ s/(    look_at)/    if (judge->through > judge->closed) { judge->ask = SHARD_CLOSE; return; }\n\1/'
mutant shard_judge 'erases, then folds' '
    /^take_look/,/^}/ s/SHARD_FOLD/SHARD_ERASE/
    s/look_at\(judge, judge->brand \+ 1\);$/judge->ask = SHARD_FOLD;/'
mutant shard_judge 'what is published is not mended' \
    '/^take_load/,/^}/ s/judge->ask = SHARD_MEND/load_next(judge)/'
mutant shard_judge 'what is published is not mended where nothing is folded' \
    '/^take_load/,/^}/ s/judge->ask = SHARD_MEND;/if (answer->folded_through > 0) { judge->ask = SHARD_MEND; } else { load_next(judge); }/'
mutant shard_judge 'what is left behind is folded again' \
    '/^take_look/,/^}/ s/brand->folded_through < judge->through/1/'
mutant shard_judge 'neither a refusal nor a fresh token makes it forget' '
    /^fail/,/^}/ s/    forget\(judge\);//
    s/if \(answer->fresh \|\| !judge->ours\)/if (!judge->ours)/'
mutant shard_judge 'a lease is never renewed within a turn' \
    's/\(needs_lease\(judge->ask\) \&\& is_lease_old\(judge\)\)/0/'
echo "$found mutants found, $missed missed"
[[ $missed == 0 ]]
