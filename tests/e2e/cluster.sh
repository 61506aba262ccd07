#!/usr/bin/env bash
#
# Two processes count into a Redis Cluster of three masters and three replicas, which is not left in peace:
# shards move from server to server, masters die of kill -9, and twice a replica takes over that knows less
# than was acknowledged. In the end the counts equal a replay's, cell by cell, and every alert has arrived.
#
# While replicas lag, a gate holds the watermark back: a topic of its own, to which the archive's first
# record comes again and again. So nothing is folded and published that a server could forget alone.
#
# REBATO_CLUSTER_ROUNDS=N: N times two lagging failovers and two moves while the gate holds (1).
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
name=cluster-$$
rounds=${REBATO_CLUSTER_ROUNDS:-1}
seconds=10 # each half of the records, the first one in every round
# Kafka is the stack's that was given; the cluster is one of our own.
kafka_dir=${REBATO_STACK_DIR:-}
export PYTHONPATH=$here REBATO_STACK_DIR=$PWD/stack
topic() { env REBATO_STACK_DIR="$kafka_dir" "$REBATO_STACK" topic "$@" >/dev/null 2>&1; }
# shellcheck disable=SC2317 # called by the trap
leave() {
    cleanup
    "$REBATO_STACK" down cluster --wipe 2>/dev/null
}
trap leave EXIT

"$REBATO_STACK" up cluster
cluster=$("$REBATO_STACK" env | sed -n 's/^REBATO_CLUSTER=//p')
check 'there is a cluster' test -n "$cluster"

# ---- servers ----

cli() { timeout 5 redis-cli -h 127.0.0.1 -p "$@"; }
someone() { # the port of a member that answers
    local at
    for at in stack/cluster-*.port; do
        cli "$(<"$at")" ping >/dev/null 2>&1 && cat "$at" && return
    done
}
id_of() { cli "$1" cluster myid; }
# server_of SLOT: the port of its master.
server_of() {
    cli "$(someone)" --json cluster slots |
        jq --argjson slot "$1" '.[] | select(.[0] <= $slot and .[1] >= $slot) | .[2][1]'
}
replica_of() { cli "$1" info replication | sed -n 's/^slave0:.*port=\([0-9]*\),state=online.*/\1/p'; }
slot_of() { cli "$(someone)" cluster keyslot "rebato:$name:{$1}"; }
other_than() { # a master that is none of these
    cli "$(someone)" --json cluster slots | jq '.[][2][1]' | sort -u | grep -vxF "$(printf '%s\n' "$@")" | head -n 1
}
member_at() { grep -lx "$1" stack/cluster-*.port | sed 's/.*\(cluster-[0-9]\).*/\1/'; }
process_at() { cut -d ' ' -f 1 "stack/$(member_at "$1").pid"; }
# shellcheck disable=SC2317 # called through until_true
says() { cli "$1" "${@:3}" 2>/dev/null | grep -q "^$2"; }

# counted PORT SHARD: how many records are behind its fences there.
counted() {
    cli "$1" --json hgetall "rebato:$name:{$2}" |
        jq '[to_entries[] | select(.key | startswith("f:")) | .value | tonumber] | add // 0'
}

migrations=0 failovers=0 forgotten=0
# move_slot SLOT: to another master.
move_slot() {
    local slot=$1 from to port keys
    from=$(server_of "$slot")
    to=$(other_than "$from")
    cli "$to" cluster setslot "$slot" importing "$(id_of "$from")" >/dev/null
    cli "$from" cluster setslot "$slot" migrating "$(id_of "$to")" >/dev/null
    while mapfile -t keys < <(cli "$from" cluster getkeysinslot "$slot" 100) && [[ -n ${keys[0]:-} ]]; do
        cli "$from" migrate 127.0.0.1 "$to" '' 0 5000 replace keys "${keys[@]}" >/dev/null
    done
    for port in "$to" "$from" $(cli "$to" --json cluster slots | jq '.[][2][1]' | sort -u); do
        cli "$port" cluster setslot "$slot" node "$(id_of "$to")" >/dev/null
    done
    migrations=$((migrations + 1))
}
# fail_over SHARD [lagging]: its master dies; with `lagging` its replica has not heard the last seconds.
fail_over() {
    local slot victim heir member before
    slot=$(slot_of "$1")
    victim=$(server_of "$slot")
    heir=$(replica_of "$victim")
    member=$(member_at "$victim")
    if [[ ${2:-} == lagging ]]; then
        kill -STOP "$(process_at "$heir")"
        cli "$victim" client kill type replica >/dev/null
        sleep 1.2
    fi
    before=$(counted "$victim" "$1")
    "$REBATO_STACK" kill "$member" 2>/dev/null
    [[ ${2:-} != lagging ]] || kill -CONT "$(process_at "$heir")"
    if ! until_true 20 says "$heir" role:master info replication; then
        bad "nobody took over from $member"
        return
    fi
    failovers=$((failovers + 1))
    before=$((before - $(counted "$heir" "$1")))
    ((before <= 0)) || forgotten=$((forgotten + before))
    echo "        $SECONDS s: $member is dead, what leads now has forgotten $before records of shard $1"
    "$REBATO_STACK" up cluster 2>/dev/null
}
# ---- the line ----

echo "        $SECONDS s: the cluster is up"
"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson
head -n 1 merged.tsv >gate.tsv
tail -n +2 merged.tsv >stream.tsv

python3 "$here/receiver.py" "$PWD/webhook.ndjson" "$PWD/port" &
others+=($!)
touch webhook.ndjson
until_true 10 test -s port
topic "mentions-$name" 6
topic "gate-$name" 1
channels="  hook: {type: webhook, url: \"http://127.0.0.1:$(cat port)/alerts\", allow_private: true}" \
    topics="mentions-$name, gate-$name" redis=$cluster idle=8s settings >rebato.yaml
start one -c rebato.yaml
start two -c rebato.yaml

# The gate holds: replicas lag, shards move, a master dies.
gates=0
hold_gate() { produce "gate-$name" <gate.tsv && gates=$((gates + 1)); }
hold_gate
head -n $((records / 2)) stream.tsv | python3 "$here/pace.py" $((seconds * rounds)) | produce "mentions-$name" &
producer=$!
others+=("$producer")
# shellcheck disable=SC2317 # called through until_true
all_claimed() { (($(cat one.log two.log | grep event=claimed | sed 's/.*topic=//; s/offset.*//' | sort -u | wc -l) == 7)); }
check 'all partitions are claimed' until_true 20 all_claimed
sleep 1
for ((round = 0; round < rounds; round++)); do
    for shard in $((2 * round % 4)) $(((2 * round + 3) % 4)); do
        hold_gate
        fail_over "$shard" lagging
        hold_gate
        move_slot "$(slot_of "$shard")"
    done
done
hold_gate
wait "$producer" || true # after hundreds of other children the shell has forgotten it; the fences tell

# The gate is left alone and falls idle: buckets are closed, folded, published and erased.
tail -n +$((records / 2 + 1)) stream.tsv | python3 "$here/pace.py" "$seconds" | produce "mentions-$name" &
producer=$!
others+=("$producer")
for shard in 0 1 2; do move_slot "$(slot_of "$shard")"; done
fail_over 1
move_slot "$(slot_of 3)"
wait "$producer" || true # after hundreds of other children the shell has forgotten it; the fences tell

echo "        $SECONDS s: all is sent"
check 'all records are behind the fences' \
    python3 "$here/await_fences.py" "$cluster" "$name" $((records - 1 + gates)) 7 4
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$cluster" "$name" cells.ndjson
jq -r 'select(.type != "summary") | "\(.id):\(.revision):\(.kind)"' replay.ndjson | sort >expected.keys
# shellcheck disable=SC2317 # called through until_true and check
every_alert() { diff expected.keys <(jq -r .key webhook.ndjson | sort -u); }
until_true 15 every_alert || true
check 'every alert has arrived, and no other' every_alert
check 'there was something to announce' test -s expected.keys
claims=$(cat one.log two.log | grep -c event=claimed)
echo "        $failovers failovers, $forgotten records forgotten; $migrations slots moved; $claims claims;" \
    "$(grep -hc event=redis_map one.log two.log | awk '{ sum += $1 } END { print sum }') new maps noticed"
equal 'masters were lost, all but one with a lagging heir' $((2 * rounds + 1)) "$failovers"
check 'servers forgot what they had acknowledged' test "$forgotten" -gt 0
equal 'shards moved' $((2 * rounds + 4)) "$migrations"
for who in one two; do stop "$who"; done
equal 'nobody gave up on the way' 0 "$(grep -hc event=worker_stopped one.log two.log | awk '{ sum += $1 } END { print sum }')"

closing
