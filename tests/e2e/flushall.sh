#!/usr/bin/env bash
#
# Redis loses everything in the middle of a stream. Two processes go on from their checkpoint: fences stand where
# they stood, what came since is read again, so that the counts behind the gap equal a replay's, cell by cell;
# every alert has one key; no brand learns anew, although too little of the stream is left to learn from it, or nothing.
# alone: it measures how soon brands are trained again
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
command -v redis-server >/dev/null || { echo 'no redis-server here' && exit 77; }
name=flushall-$$
seconds=24
export PYTHONPATH=$here

# Not the one that others use: this one loses what it has.
port=$(free_port)
redis="redis://127.0.0.1:$port"
redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no >redis.log 2>&1 </dev/null &
others+=($!)
until_true 10 redis-cli -p "$port" ping

"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson

topic "mentions-$name" 6
{
    settings
    echo 'checkpoint: {file: checkpoint, every: 2s}'
} >rebato.yaml
for who in 0 1; do start "$who" -c rebato.yaml; done
python3 "$here/pace.py" "$seconds" <merged.tsv | produce "mentions-$name" &
producer=$!
others+=("$producer")

# shellcheck disable=SC2317 # called through is_trained
state_of() { redis-cli -p "$port" hget "rebato:$name:now:$1" state; }
# shellcheck disable=SC2317 # called through until_true and check
is_trained() { [[ $(state_of "$1") =~ ^(calm|open|cooling)$ ]]; }

# Of 126 hours 72 are learnt from: what is left is not enough to learn anew. Three seconds, so that the checkpoint
# knows it too.
check 'the brands are trained before the loss' until_true 40 is_trained twitter
check 'the other one, too' until_true 10 is_trained tweetdeck
sleep 3
state_before=$(state_of twitter)
redis-cli -p "$port" flushall >/dev/null
lost_at=$SECONDS
check 'a brand has a state again, and it is not learning' until_true 60 is_trained twitter
check 'neither is the other' until_true $((60 - SECONDS + lost_at)) is_trained tweetdeck
echo "        was ${state_before:-unknown}, trained again after $((SECONDS - lost_at)) s"
check 'it was said aloud' grep -qh event=counts_rebuilt 0.log 1.log
check 'dashboards see until when it is gone' \
    test "$(redis-cli -p "$port" hget "rebato:$name:now:twitter" gap_ms)" -gt 0

wait "$producer"
check 'all records are behind the fences' python3 "$here/await_fences.py" "$redis" "$name" "$records" 6 4
check 'behind the gap counts equal the replay, cell by cell' \
    python3 "$here/compare_gap.py" "$redis" "$name" cells.ndjson

jq -r 'select(.type != "summary") | "\(.id):\(.revision):\(.kind)"' replay.ndjson | sort >expected.keys
# shellcheck disable=SC2317 # called through until_true and check
every_alert() { diff expected.keys <(jq -r '.alerts[0].crisis | "\(.incident):\(.revision):\(.kind)"' alerts-file.ndjson | sort -u); }
until_true 15 every_alert || true
check 'every alert has arrived, and no other' every_alert
check 'there was something to announce' test -s expected.keys

# Once more, and now nobody speaks any more: it goes on all the same.
redis-cli -p "$port" flushall >/dev/null
check 'when nobody speaks any more, too' until_true 60 is_trained twitter
check 'and the other' until_true 10 is_trained tweetdeck
# shellcheck disable=SC2317 # called through until_true
settled() { python3 -c 'import redis_cells, sys; sys.exit(bool(redis_cells.Redis(*sys.argv[1:]).open_cells()))' "$redis" "$name"; }
check 'nothing waits to be judged' until_true 20 settled
for who in 0 1; do stop "$who"; done
equal 'nobody gave up on the way' 0 "$(grep -hc event=worker_stopped 0.log 1.log | awk '{ sum += $1 } END { print sum }')"

# Another deployment's checkpoint, and a torn one, are told to the person who starts it; only an empty Redis asks.
redis-cli -p "$port" flushall >/dev/null
sed "s/deployment: $name/deployment: other/" rebato.yaml >other.yaml
status timeout 20 "$REBATO" run -c other.yaml
equal 'the checkpoint of another deployment is refused' 3 "$code"
contains 'and told whose it is' "is of deployment $name, not other" err
head -c 1000 checkpoint >torn && mv torn checkpoint
status timeout 20 "$REBATO" run -c rebato.yaml
equal 'a torn checkpoint is refused' 3 "$code"
contains 'with what to do' 'remove it to begin anew' err

closing
