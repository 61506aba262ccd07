#!/usr/bin/env bash
#
# The consumer group at work: processes join and leave while records stream in, partitions are added to the topic,
# the topic is deleted and made again, a process with a place of its own in the group (static membership) is killed
# and comes back. N processes, one of them with another version of the client, count what one counts: cells are
# compared with a replay.
# shellcheck disable=SC2317 # functions that check and until_true call
# shellcheck source=tests/e2e/kit.bash disable=SC1091
# shellcheck disable=SC2154 # here and root come with the kit
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
base=group-$$
export PYTHONPATH=$here

"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)

# New partitions and new topics are looked for every second.
group_settings() { settings | sed 's/properties: {/&topic.metadata.refresh.interval.ms: 1000, /'; }
tool() { "$REBATO_STACK" tool "$@" >tool.out 2>&1; }
sum_of_fences() {
    python3 -c 'import redis_cells, sys; print(sum(redis_cells.Redis(*sys.argv[1:]).fences().values()))' \
        "$REBATO_REDIS" "$name"
}
all_folded() {
    python3 -c 'import redis_cells, sys; sys.exit(bool(redis_cells.Redis(*sys.argv[1:]).open_cells()))' \
        "$REBATO_REDIS" "$name"
}
fences_are() {
    [[ $(python3 -c 'import redis_cells, sys; print(len(redis_cells.Redis(*sys.argv[1:]).fences()))' \
        "$REBATO_REDIS" "$name") == "$1" ]]
}

# A process with the client of another version, from the package that brings it along. The files of one version serve
# another: it is the same interface.
other_client() {
    local place=$root/build/stack/librdkafka wheel
    if [[ ! -e $place/librdkafka.so.1 ]]; then
        mkdir -p "$place"
        python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$place" confluent-kafka >pip.out 2>&1 ||
            return 1
        wheel=$(ls "$place"/confluent_kafka-*.whl)
        python3 -m zipfile -e "$wheel" "$place/wheel"
        ln -s "$place"/wheel/confluent_kafka.libs/librdkafka-*.so.1 "$place/librdkafka.so.1"
    fi
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$place" "$REBATO" >rebato-other
    chmod +x rebato-other
    ./rebato-other version | grep '^librdkafka' >other.version
    ! "$REBATO" version | grep -qxFf other.version
}
other=$REBATO
if other_client; then
    other=$PWD/rebato-other
    echo "        clients: $("$REBATO" version | grep '^librdkafka' | tr -s ' ') and $(tr -s ' ' <other.version)"
else
    echo '    NOTE: no other version of the Kafka client here: all processes have the same'
fi

# ---- joining and leaving, partitions added ----

name=$base-a
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson
topic "mentions-$name" 4
idle=15s group_settings >a.yaml
start a0 -c a.yaml
head -n $((records / 2)) merged.tsv | python3 "$here/pace.py" 14 | produce "mentions-$name" &
producer=$!
others+=("$producer")
sleep 2 && start a1 -c a.yaml
sleep 2 && REBATO=$other start a2 -c a.yaml
sleep 3 && stop a1
sleep 2 && start a1 -c a.yaml
sleep 2 && stop a0
wait "$producer"
check 'partitions are added' tool TopicCommand --alter --topic "mentions-$name" --partitions 8
check 'they are found' until_true 20 fences_are 32
start a0 -c a.yaml
tail -n +$((records / 2 + 1)) merged.tsv | python3 "$here/pace.py" 10 | produce "mentions-$name" &
producer=$!
others+=("$producer")
sleep 4 && stop a2
wait "$producer"
check 'all records are behind the fences' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$records" 8 4
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" cells.ndjson
echo "        $(grep -hc event=claimed a0.log a1.log a2.log | awk '{ sum += $1 } END { print sum }') claims," \
    "$(grep -hc event=revoked a0.log a1.log a2.log | awk '{ sum += $1 } END { print sum }') given back"
check 'every process had its share' \
    test "$(grep -l event=claimed a0.log a1.log a2.log | wc -l)" == 3
stop a0
stop a1

# ---- the topic is deleted and made again ----

name=$base-b
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson
# The second topic begins with a bucket of its own, and is shorter: its offsets end below the fences of the first.
awk -F '\t' -v first="$((records * 2 / 3))" '
    NR > first && !cut && int($2 / 10000) != bucket { cut = 1 }
    { bucket = int($2 / 10000); print > (cut ? "second.tsv" : "first.tsv") }' merged.tsv
topic "mentions-$name" 2
group_settings >b.yaml
start b0 -c b.yaml
start b1 -c b.yaml
produce "mentions-$name" <first.tsv
check 'the first topic is counted' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$(wc -l <first.tsv)" 2 4
before=$(sum_of_fences)
check 'the topic is deleted' tool TopicCommand --delete --topic "mentions-$name"
sleep 3
topic "mentions-$name" 2
check 'its partitions have fences of their own' until_true 30 fences_are 16
produce "mentions-$name" <second.tsv
all_counted() { (($(sum_of_fences) == before + 4 * $(wc -l <second.tsv))); }
check 'the second topic is counted' until_true 40 all_counted
check 'and folded' until_true 40 all_folded
contains 'which somebody said' 'event=topic_made_again' <(cat b0.log b1.log)
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" cells.ndjson
stop b0
stop b1

# ---- the same while nobody looks, and the new one is longer ----

name=$base-d
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson
awk -F '\t' -v first="$((records / 3))" '
    NR > first && !cut && int($2 / 10000) != bucket { cut = 1 }
    { bucket = int($2 / 10000); print > (cut ? "second.tsv" : "first.tsv") }' merged.tsv
topic "mentions-$name" 2
group_settings >d.yaml
start d0 -c d.yaml
produce "mentions-$name" <first.tsv
check 'a short topic is counted' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$(wc -l <first.tsv)" 2 4
before=$(sum_of_fences)
stop d0
check 'it is deleted while nobody counts' tool TopicCommand --delete --topic "mentions-$name"
sleep 3
topic "mentions-$name" 2
produce "mentions-$name" <second.tsv
start d1 -c d.yaml
check 'the longer one has fences of its own' until_true 30 fences_are 16
check 'it is counted from its first record' until_true 40 all_counted
check 'and folded' until_true 40 all_folded
contains 'what gave it away' 'event=topic_made_again.* why=log_differs' d1.log
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" cells.ndjson
stop d1

# ---- a process with a place of its own in the group ----

name=$base-c
topic "mentions-$name" 4
group_settings | sed 's/properties: {/&group.instance.id: solo, /' >c.yaml
python3 "$here/pace.py" 60 <merged.tsv | produce "mentions-$name" &
others+=($!)
check 'killed and started again it counts within 3 s' \
    python3 "$here/first_apply.py" "$REBATO" c.yaml "$REBATO_REDIS" "$name" "${KILLS:-5}"

closing
