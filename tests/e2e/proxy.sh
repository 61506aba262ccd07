#!/usr/bin/env bash
#
# Redis behind a network on a bad day: answers come late, byte by byte, too late or never; connections break in
# the middle of a request, and after it was carried out. Two processes count through it while records stream in.
# Counts equal a replay's, cell by cell, and every alert of the replay has arrived under its key.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=proxy-$$
seconds=20
export PYTHONPATH=$here
[[ ${REBATO_FULL:-no} == no ]] || seconds=180

"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson

python3 "$here/receiver.py" "$PWD/webhook.ndjson" "$PWD/port" &
others+=($!)
: >webhook.ndjson
python3 "$root/tests/chaos/proxy.py" "${REBATO_REDIS#redis://}" "$PWD/redis.port" "${SEED:-1}" >faults.out &
proxy=$!
others+=("$proxy")
until_true 10 test -s port
until_true 10 test -s redis.port
topic "mentions-$name" 6
redis="redis://127.0.0.1:$(cat redis.port)" idle=15s \
    channels="  hook: {type: webhook, url: \"http://127.0.0.1:$(cat port)/alerts\", allow_private: true}" \
    settings >rebato.yaml
for who in 0 1; do start "$who" -c rebato.yaml; done
python3 "$here/pace.py" "$seconds" <merged.tsv | produce "mentions-$name"

sleep 3
kill -USR1 "$proxy"

check 'all records are behind the fences' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$records" 6 4
# The keys that came, without repetitions, are those of the replay's incident log.
jq -r 'select(.type != "summary") | "\(.id):\(.revision):\(.kind)"' replay.ndjson | sort >expected.keys
# shellcheck disable=SC2317 # called through until_true and check
every_alert() { diff expected.keys <(jq -r .key webhook.ndjson | sort -u); }
until_true 20 every_alert || true
check 'every alert has arrived, and no other' every_alert
kill -TERM "$proxy"
wait "$proxy" || true
faults=$(awk '{ sum += $2 } END { print sum }' faults.out)
check "at least ten faults befell connections ($faults: $(tr '\n' ' ' <faults.out))" test "$faults" -ge 10
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" cells.ndjson
equal 'nobody gave up on the way' 0 "$(grep -hc event=worker_stopped 0.log 1.log | awk '{ sum += $1 } END { print sum }')"
check 'faults were felt' grep -qE 'event=(ledger_away|redis_silent|judge_waits)' 0.log 1.log
closing
