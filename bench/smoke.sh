#!/usr/bin/env bash
#
# A small generated corpus through the benchmarks: all engines agree in every instruction set, and what is
# printed is the JSON that is promised. MATCH and CORE are the programs; 77 skips, with a reason.
set -euo pipefail

skip() {
    echo "skipped: $*"
    exit 77
}

# check WHAT JSON FILTER: jq's filter has to be true.
check() {
    [[ $(jq "$3" <<<"$2") == true ]] || {
        printf 'not so: %s\n%s\n' "$1" "$2" >&2
        exit 1
    }
}

command -v jq >/dev/null || skip "no jq"

small=(--seed 7 --rule-count 200 --limit 1500 --reps 1 --cpu -1 --format json)
json=$("$MATCH" "${small[@]}" | tail -n 1)
absent=$(jq -r '[.absent[]?.name] | join(", ")' <<<"$json")
[[ -z $absent ]] || skip "not in this build: $absent"

check "six engines" "$json" '[.engines[].name] == ["rebato", "vectorscan-folded",
    "vectorscan-folded-batched", "re2-set", "pcre2-jit-folded", "pcre2-jit-raw"]'
check "calibration" "$json" '.isa and (.calibration | .alu_ns_per_step > 0
    and .memory_read_ns_per_384B > 0)'
check "figures" "$json" 'all(.engines[]; .ns_per_mention > 0 and .sample_hash)'
check "something matched" "$json" '.engines[0].pairs > 50'
check "one hash on folded text" "$json" '[.engines[:5][].hits_hash] | unique | length == 1'

hash=$(jq -r '.engines[0].hits_hash' <<<"$json")
for isa in portable avx2 avx512; do
    forced=$("$MATCH" "${small[@]}" --isa "$isa" --engines rebato 2>/dev/null | tail -n 1) || continue
    check "the same pairs with $isa" "$forced" \
        ".isa == \"$isa\" and .engines[0].hits_hash == \"$hash\""
done

audit=$("$MATCH" "${small[@]}" --kind hot --audit | tail -n 1)
check "raw rules differ for a reason" "$audit" '.differences == 0 and .raw_unexplained == 0'

for kind in lean hot full; do
    json=$("$CORE" "${small[@]}" --kind "$kind" | tail -n 1)
    check "the whole way, $kind" "$json" '.differences == 0 and (.engines | length == 4)
        and ([.engines[:3][].counts_hash] | unique | length == 1) and .engines[0].counted > 0'
done
