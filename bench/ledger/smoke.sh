#!/usr/bin/env bash
#
# A small round through bench_ledger, against a redis-server of its own: the counts are those that were
# fed, and the JSON is as promised. LEDGER is the program; 77 skips, with a reason.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
command -v jq >/dev/null || { echo "skipped: no jq" && exit 77; }
command -v redis-server >/dev/null || { echo "skipped: no redis-server" && exit 77; }

# check WHAT FILTER: jq's filter has to be true of $json.
check() {
    [[ $(jq "$2" <<<"$json") == true ]] || {
        printf 'not so: %s\n%s\n' "$1" "$json" >&2
        exit 1
    }
}

# run ARGUMENTS...: the last line in $json. The program audits each round and ends with 1 when a count differs.
run() {
    json=$("$here/with_redis" "$LEDGER" --seed 7 --mentions 60001 --reps 1 --cpu -1 --format json "$@" |
        tail -n 1)
}

run --partitions 3 --shards 2 --rate 4000 --linger 300
check "three ways" '[.engines[].name] == ["exact", "plain", "plain-merged"]'
check "calibration" '.isa and (.calibration | .alu_ns_per_step > 0 and .memory_read_ns_per_384B > 0)'
check "two buckets, 200 series" '.feed.buckets == 2 and .feed.series == 200 and .feed.linger_ms == 300'
check "figures" 'all(.engines[]; .server_ns_per_mention > 0 and .worker_ns_per_mention > 0
    and .bytes_per_mention > 0 and .authors > 10000)'
check "51 tallies of 1,200 mentions, applied to every shard" '.engines[0] | .tallies == 51
    and .applies_per_s > 0 and .cells_per_apply > 10'
check "as many cells without fences, fewer when merged" '.engines[0].cells == .engines[1].cells
    and .engines[2].cells < .engines[1].cells'
check "what exactness costs" '([.exactness[].than] == ["plain", "plain-merged"])
    and all(.exactness[]; .server_ns and .core_percent) and .goals.core_ns == 270
    and all(.goals.server, .goals.core; . == "met" or . == "missed")'

run --brands 1 --complaints 100 --rate 100000 --engines exact
check "sets that fill up" '.engines[0].authors > 40000'

# A count that is off by one has to be seen.
status=0
"$here/with_redis" "$LEDGER" --seed 7 --mentions 5000 --reps 1 --cpu -1 --spoil 1 >/dev/null 2>&1 ||
    status=$?
[[ $status == 1 ]] || { echo "a spoiled count ended with status $status, not 1" >&2 && exit 1; }
