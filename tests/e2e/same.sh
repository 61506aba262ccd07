#!/usr/bin/env bash
#
# Live equals replay. Two processes share a topic and die of kill -9 now and then, while partitions fall asleep
# and come back behind what was closed meanwhile; in the middle of it their rules are swapped. Then the
# deployment's incident log is that of replaying the topic with the control log, byte for byte, and so are the
# counts, cell by cell. Without the control log they are not: or this would prove nothing.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=same-$$
seed=${SEED:-5}
export PYTHONPATH=$here

"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
topic "mentions-$name" 6
topic "control-$name" 1
cp -r "$root/rules" rules
channels="control: {topic: control-$name}" rules="\"$PWD/rules\"" session=1500 settings >rebato.yaml

for who in 0 1; do start "$who" -c rebato.yaml; done
python3 "$here/sleepers.py" "$REBATO_REDIS" "$name" 6 2 <merged.tsv | produce "mentions-$name" &
producer=$!
others+=("$producer")
RANDOM=$seed
kills=0
while kill -0 "$producer" 2>/dev/null; do
    sleep "$((2 + RANDOM % 2)).$((RANDOM % 10))"
    ((kills < 8)) || continue # a group that is never left alone gets nowhere
    victim=$((RANDOM % 2))
    kill -KILL "${pid_of[$victim]}"
    wait "${pid_of[$victim]}" 2>/dev/null || true
    kills=$((kills + 1))
    start "$victim" -c rebato.yaml
    if ((kills == 3)); then
        # Fewer words for trouble, and a calendar.
        rm rules/es/outage.yaml rules/en/complaint.yaml
        sed -i '/^  - id: tweetdeck$/a\    planned: [{name: a long week, start: 2014-06-09, end: 2014-06-16}]' rules/brands.yaml
        kill -HUP "${pid_of[$((1 - victim))]}"
    fi
done
wait "$producer"
check "some were killed ($kills, seed $seed)" test "$kills" -ge 4
# shellcheck disable=SC2317 # called through until_true
all_counted() {
    python3 -c 'import redis_cells, sys; sys.exit(sum(redis_cells.Redis(*sys.argv[1:3]).fences().values()) != 4 * int(sys.argv[3]))' \
        "$REBATO_REDIS" "$name" "$records"
}
check 'all records are behind the fences' until_true 60 all_counted

# All is closed that can be when the judges stand still; and what they folded is published and erased, or it
# would be seen twice.
through() { "$REBATO" log -c rebato.yaml --through 2>/dev/null; }
# shellcheck disable=SC2317 # called through until_true
stands() {
    local was
    was=$(through) && sleep 2 && [[ $was == "$(through)" ]] || return 1
    python3 -c 'import redis_cells, sys
redis = redis_cells.Redis(*sys.argv[1:3])
end = min(int(redis.call("HGET", key, "closed")) for key in redis.keys("{?}"))
sys.exit(any(bucket // 10000 <= end for _, bucket, _, _ in redis.open_cells()))' "$REBATO_REDIS" "$name"
}
check 'the judges have done what there was to do' until_true 30 stands
topic_control() { kcat -C -q -e -o beginning -b "$REBATO_KAFKA" -t "control-$name" >topic.control; }
# Redis keeps 25 hours of them, the topic all: Redis knows none that the topic does not. Whoever was killed holds the
# lease for ten seconds, and the judge that follows notes down what became late meanwhile.
closes() { jq -c 'select(.type == "idle" and .void != true)' "$1" | sort -u; }
# shellcheck disable=SC2317 # called through until_true
knows_all() {
    "$REBATO" log -c rebato.yaml --control >redis.control
    topic_control
    [[ -z $(comm -13 <(closes topic.control) <(closes redis.control)) ]]
}
check 'all that became late is in the topic' until_true 30 knows_all
for who in 0 1; do stop "$who"; done
until=$(through)

"$REBATO" log -c rebato.yaml --until "$until" >live.log
topic_control
check "partitions were idle while others went on ($(closes topic.control | wc -l) closes)" \
    test "$(closes topic.control | wc -l)" -ge 8

# replay NAME [ARGS...]: NAME.log, and NAME.cells of all that was counted.
replay() {
    local what=$1
    shift
    "$REBATO" replay --quiet -c rebato.yaml --until "$until" --format log "$@" >"$what.log" 2>"$what.err"
    "$REBATO" replay --quiet -c rebato.yaml --cells "$what.cells" "$@" >/dev/null 2>>"$what.err"
}
replay control --control "kafka:control-$name"
replay without
check 'there was something to say' test -s live.log
equal 'the swap stands in the control log' 2 "$(jq -s '[.[] | select(.type == "rules") | .number] | unique | length' topic.control)"
check 'the live log is that of the replay, byte for byte' cmp live.log control.log
contains 'what was planned meanwhile is said' '"planned":"a long week"' live.log
incident=$(jq -rs '[.[] | select(.why.threshold_shift)][0].id' live.log)
status "$REBATO" verdict -c rebato.yaml "$incident" noise
contains 'a verdict finds its incident in Redis' "noise: [a-z]* of $incident" out
contains 'the control log tells of them' 'tells of [1-9][0-9]* idle' control.err
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" control.cells
echo "        $(wc -l <live.log) events, $kills kills, $(wc -l <topic.control) lines of control"

# shellcheck disable=SC2317 # called through check
differ() { ! cmp -s "$1" "$2"; }
check 'without it the counts are others' differ control.cells without.cells
check "and $(diff live.log without.log | grep -c '^[<>]') lines of the log" differ live.log without.log

status "$REBATO" replay -c rebato.yaml --name other --control redis.control
equal 'another deployment is refused' 3 "$code"
status "$REBATO" replay -c rebato.yaml --control redis.control archive.ndjson
equal 'a file has no offsets to go by' 3 "$code"
sed '$s/idle/ack/' redis.control >newer.control
status "$REBATO" replay -c rebato.yaml --control newer.control
equal 'what is not known is not passed over' 3 "$code"
contains 'and it is said what' 'type "ack"' err

closing
