#!/usr/bin/env bash
#
# Shards lose their counts alone, in the middle of a stream: one hash after another is deleted while two processes
# count into it. Each begins again where all of it was judged; in the end the counts equal a replay's, cell by cell,
# in every shard, and every alert has one key. A shard that loses its states, too, goes on where the others stand.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
command -v redis-server >/dev/null || { echo 'no redis-server here' && exit 77; }
name=shard-lost-$$
seconds=24
export PYTHONPATH=$here

# Not the one that others use: this one loses what it has.
port=$(free_port)
redis="redis://127.0.0.1:$port"
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no >redis.log 2>&1 </dev/null &
others+=($!)
until_true 10 redis-cli -p "$port" ping
cli() { redis-cli -p "$port" "$@"; }

"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson

topic "mentions-$name" 6
idle=8s settings >rebato.yaml
for who in 0 1; do start "$who" -c rebato.yaml; done
python3 "$here/pace.py" "$seconds" <merged.tsv | produce "mentions-$name" &
producer=$!
others+=("$producer")

fence_sum() { cli --json hgetall "rebato:$name:{$1}" | jq '[to_entries[] | select(.key | startswith("f:")) | .value | tonumber] | add // 0'; }
# shellcheck disable=SC2317 # called through until_true and check
has_mark() { (($(cli hexists "rebato:$name:{$1}:a" safe) == 1)); }
# shellcheck disable=SC2317 # called through until_true and check
counts_again() { (($(fence_sum "$1") > $2)); }

losses=0 read_again=0
for shard in 0 1 2 3 0 2; do
    check "shard $shard has a mark" until_true 20 has_mark "$shard"
    before=$(fence_sum "$shard")
    cli del "rebato:$name:{$shard}" >/dev/null
    losses=$((losses + 1))
    until_true 20 counts_again "$shard" 0 || bad "shard $shard has no fences again"
    after=$(fence_sum "$shard")
    read_again=$((read_again + (before > after ? before - after : 0)))
    check "shard $shard is where it was" until_true 30 counts_again "$shard" "$before"
    sleep 1
done
wait "$producer"
check 'all records are behind the fences' python3 "$here/await_fences.py" "$redis" "$name" "$records" 6 4
check 'counts equal the replay, cell by cell' python3 "$here/compare_cells.py" "$redis" "$name" cells.ndjson
jq -r 'select(.type != "summary") | "\(.id):\(.revision):\(.kind)"' replay.ndjson | sort >expected.keys
# shellcheck disable=SC2317 # called through until_true and check
every_alert() { diff expected.keys <(jq -r '.alerts[0].crisis | "\(.incident):\(.revision):\(.kind)"' alerts-file.ndjson | sort -u); }
until_true 15 every_alert || true
check 'every alert has arrived, and no other' every_alert
check 'there was something to announce' test -s expected.keys
echo "        $losses losses, at least $read_again records of one shard read again"
equal 'each loss was said once' "$losses" "$(cat 0.log 1.log | grep -c event=fences_made_again)"

# The states, too.
cli del "rebato:$name:{1}" "rebato:$name:{1}:a" >/dev/null
tail -n 200 merged.tsv | produce "mentions-$name"
check 'the shard begins where the others stand' \
    python3 "$here/await_fences.py" "$redis" "$name" $((records + 200)) 6 4
check 'that something is gone was said aloud' grep -qh 'event=counts_lost shard=1' 0.log 1.log
for who in 0 1; do stop "$who"; done
equal 'nobody gave up on the way' 0 "$(grep -hc event=worker_stopped 0.log 1.log | awk '{ sum += $1 } END { print sum }')"

closing
