#!/usr/bin/env bash
#
# The whole line on real servers: archives merged by time into a topic of six partitions, two rebato
# processes in one group, counts in Redis. What they leave there must equal a replay of the same archives,
# cell by cell, and a count made by a Python script that shares no code with the engine.
#
# The second process joins when half of the records are in, so that partitions change hands on the way.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${REBATO:?}" "${REBATO_TMP:?}" "${REBATO_REDIS:?}" "${REBATO_STACK:?}"
[[ -n ${REBATO_KAFKA:-} ]] || { echo "no Kafka here" && exit 77; }

name=line-$$
produce=${REBATO_PRODUCE:-$(dirname "$REBATO")/tests/e2e_produce}
cd "$REBATO_TMP"
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
}
trap cleanup EXIT

if [[ -n ${REBATO_DATA:-} ]]; then
    archives=("$REBATO_DATA/mentions/us-airline-2015.ndjson" "$REBATO_DATA/mentions/es-citibanamex-2021.ndjson")
else
    echo "no real archives beside the project: invented ones serve"
    "$REBATO" scene tweetdeck-2014 >a.ndjson
    "$REBATO" scene whatsapp-2014-3 >b.ndjson
    archives=(a.ndjson b.ndjson)
fi

"$REBATO" replay --quiet -r "$root/rules" -r "$here/storm.yaml" --name "$name" --cells cells.ndjson \
    "${archives[@]}" >replay.ndjson
python3 "$here/merge.py" "${archives[@]}" >merged.tsv
records=$(wc -l <merged.tsv)

"$REBATO_STACK" topic "mentions-$name" 6
"$REBATO_STACK" topic "alerts-$name" 1
python3 "$here/receiver.py" "$PWD/webhook.ndjson" "$PWD/port" &
pids+=($!)
touch webhook.ndjson
for _ in $(seq 100); do [[ -s port ]] || sleep 0.1; done

cat >rebato.yaml <<YAML
schema: rebato/config/v1
input:
  kafka:
    brokers: ["$REBATO_KAFKA"]
    topics: [mentions-$name]
    group: $name
    start: earliest
rules: ["$root/rules", "$here/storm.yaml"]
redis: {url: "$REBATO_REDIS", namespace: $name, shards: 4, retention: {10s: 4000d, 5m: 4000d, 1h: 4000d}}
workers: 2
channels:
  bus: {type: kafka, brokers: "$REBATO_KAFKA", topic: alerts-$name}
  hook: {type: webhook, url: "http://127.0.0.1:$(cat port)/alerts", allow_private: true}
YAML
"$REBATO" check -c rebato.yaml

live() {
    "$REBATO" run --wait 20s -c rebato.yaml --incident-log "$1.incidents" >"$1.out" 2>"$1.log" &
    pids+=($!)
}
live one
one=$!
head -n $((records / 2)) merged.tsv | "$produce" "$REBATO_KAFKA" "mentions-$name"
live two
two=$!
tail -n +$((records / 2 + 1)) merged.tsv | "$produce" "$REBATO_KAFKA" "mentions-$name"

# Every shard's fence of every partition at the end of the log, then no partition left waiting.
python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$records" 6 4

kill -TERM "$one" "$two"
for pid in "$one" "$two"; do
    wait "$pid" || { echo "process $pid ended with $?" && tail -5 one.log two.log && exit 1; }
done
grep -h 'event=claimed' one.log >claims.one && grep -h 'event=claimed' two.log >claims.two
echo "claims: $(wc -l <claims.one) by the first process, $(wc -l <claims.two) by the second"

python3 "$here/check_line.py" "$REBATO_REDIS" "$name" cells.ndjson "$root/rules/brands.yaml" "${archives[@]}"
kcat -C -q -e -o beginning -b "$REBATO_KAFKA" -t "alerts-$name" >kafka.ndjson
cat one.incidents two.incidents >live.incidents
python3 "$here/check_alerts.py" "$REBATO_REDIS" "$name" kafka.ndjson webhook.ndjson replay.ndjson live.incidents
