#!/usr/bin/env bash
#
# Three processes share a topic; every two seconds one of them dies of kill -9 and is started again, while
# records stream in. When all is quiet the counts equal a replay's, cell by cell, and every alert of the replay
# has arrived: more than once perhaps, but always under the same key.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=kill-$$
seed=${SEED:-7}
seconds=20
export PYTHONPATH=$here
[[ ${REBATO_FULL:-no} == no ]] || seconds=120

"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson

python3 "$here/receiver.py" "$PWD/webhook.ndjson" "$PWD/port" &
others+=($!)
touch webhook.ndjson
until_true 10 test -s port
topic "mentions-$name" 6
channels="  hook: {type: webhook, url: \"http://127.0.0.1:$(cat port)/alerts\", allow_private: true}" \
    idle=15s session=1500 settings >rebato.yaml

for who in 0 1 2; do start "$who" -c rebato.yaml; done
python3 "$here/pace.py" "$seconds" <merged.tsv | produce "mentions-$name" &
producer=$!
others+=("$producer")
RANDOM=$seed
kills=0
while kill -0 "$producer" 2>/dev/null; do
    sleep "$((1 + RANDOM % 2)).$((RANDOM % 10))"
    victim=$((RANDOM % 3))
    kill -KILL "${pid_of[$victim]}"
    wait "${pid_of[$victim]}" 2>/dev/null || true
    kills=$((kills + 1))
    start "$victim" -c rebato.yaml
done
wait "$producer"
counted=$(python3 -c 'import redis_cells, sys; print(sum(redis_cells.Redis(*sys.argv[1:]).fences().values()) // 4)' \
    "$REBATO_REDIS" "$name")
check "at least eight were killed ($kills, seed $seed)" test "$kills" -ge 8
check "a good part was counted between the kills ($counted of $records)" test "$counted" -ge $((records / 10))
check 'all records are behind the fences' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$records" 6 4
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" cells.ndjson

# The keys that came, without repetitions, are those of the replay's incident log.
jq -r 'select(.type != "summary") | "\(.id):\(.revision):\(.kind)"' replay.ndjson | sort >expected.keys
# shellcheck disable=SC2317 # called through until_true and check
every_alert() { diff expected.keys <(jq -r .key webhook.ndjson | sort -u); }
until_true 15 every_alert || true
check 'every alert has arrived, and no other' every_alert
echo "        $(wc -l <expected.keys) alerts, $(wc -l <webhook.ndjson) deliveries," \
    "$(grep -hc event=claimed 0.log 1.log 2.log | awk '{ sum += $1 } END { print sum }') claims"
check 'there was something to announce' test -s expected.keys
for who in 0 1 2; do stop "$who"; done
equal 'nobody gave up on the way' 0 "$(grep -hc event=worker_stopped 0.log 1.log 2.log | awk '{ sum += $1 } END { print sum }')"

closing
