#!/usr/bin/env bash
#
# Redis away, then the broker away, while records come at 30 % of what goes through here: ten seconds each,
# ten minutes with REBATO_FULL. Memory stays under its cap, nothing is lost, the backlog is worked off at three times
# the input, nothing of it late; the first apply comes within seconds of the first good answer.
# alone: it takes the broker away, and measures
# shellcheck disable=SC2317 # functions that check and until_true call
# shellcheck source=tests/e2e/kit.bash disable=SC1091
# shellcheck disable=SC2154 # here and root come with the kit
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=away-$$
away=10 between=4 peak_seconds=5 cap_mib=256
away=${REBATO_AWAY_SECONDS:-$away}
# What goes through for minutes: for twenty seconds, while all of it fits into memory, it is a fifth more.
[[ ${REBATO_FULL:-no} == no ]] || { away=600 && between=20 && peak_seconds=150; }
export PYTHONPATH=$here
steady() { "${REBATO_STEADY:-$(dirname "$REBATO")/tests/e2e_steady}" "$REBATO_KAFKA" "mentions-$name" "$@"; }
outage() { python3 "$here/outage.py" "$1" "$redis_url" "$name" "$REBATO_KAFKA" "mentions-$name" "$begin_ms" "$rate" "$flooded"; }
counted() { redis-cli -p "$port" hgetall "rebato:$name:{0}" | awk '/^f:/ { getline n; sum += n } END { printf "%d", sum }'; }

redis_up() {
    mkdir -p redis
    redis-server --port "$port" --bind 127.0.0.1 --dir "$PWD/redis" --save '' --appendonly yes \
        --appendfsync everysec >>redis.log 2>&1 </dev/null &
    redis_pid=$!
    others+=("$redis_pid")
}

{
    printf 'schema: rebato/rules/v1\nbrands:\n'
    for i in $(seq -f %03g 0 19); do echo "  - {id: loud$i, names: [loud$i]}"; done
    printf 'rules:\n  - {id: down, signal: outage, match: {any: ["no funciona"]}, tests: [{match: ["no funciona"]}]}\n'
} >rules.yaml
port=$(free_port)
redis_url="redis://127.0.0.1:$port"
redis_up
until_true 10 redis-cli -p "$port" ping
topic "mentions-$name" 4
redis=$redis_url rules="rules.yaml" idle=2s settings >rebato.yaml
start one -c rebato.yaml
until_true 20 grep -q event=claimed one.log

# What goes through: the producer sends as fast as it can.
steady 0 flood.stop flood >flood.out &
flood=$!
others+=("$flood")
sleep 1
before=$(counted)
begin=$EPOCHREALTIME
sleep "$peak_seconds"
after=$(counted)
peak=$(awk -v a="$after" -v b="$before" -v from="$begin" -v to="$EPOCHREALTIME" 'BEGIN { printf "%d", (a - b) / (to - from) }')
touch flood.stop
wait "$flood"
flooded=$(awk '/^sent/ { print $2 }' flood.out)
rate=${REBATO_AWAY_RATE:-$((peak * 3 / 10))}
echo "        $peak mentions/s go through, $rate/s from now on; Redis and the broker away for $away s each"

worked_off() { (($(counted) >= flooded)); }
check 'the flood is worked off' until_true 60 worked_off
steady "$rate" steady.stop steady >steady.out &
producer=$!
others+=("$producer")
until_true 10 grep -q begin steady.out
begin_ms=$(awk '/^begin/ { print $2 }' steady.out)
sleep "$between"

echo 'Redis away'
kill -KILL "$redis_pid"
wait "$redis_pid" 2>/dev/null || true
sleep "$away"
redis_up
check 'it comes back, faster than what comes' outage "redis-cli -p $port ping | grep -q PONG"
sleep "$between"

echo 'the broker away'
"$REBATO_STACK" kill kafka >/dev/null 2>&1
sleep "$away"
"$REBATO_STACK" up kafka >/dev/null 2>&1 &
check 'it comes back, faster than what comes' \
    outage "timeout 5 kcat -L -m 1 -b $REBATO_KAFKA -t mentions-$name | grep -q 'partition 3, leader 1'"
sleep "$between"

touch steady.stop
wait "$producer" || bad 'the producer could not send all'
sent=$((flooded + $(awk '/^sent/ { print $2 }' steady.out)))
all_counted() { (($(counted) == sent)); }
check "all $sent are counted" until_true 60 all_counted
rss_mib=$(awk '/VmHWM/ { print int($2 / 1024) }' "/proc/${pid_of[one]}/status")
check "never more than $cap_mib MiB of memory ($rss_mib)" test "$rss_mib" -le "$cap_mib"
until_true 20 python3 -c 'import redis_cells, sys; sys.exit(bool(redis_cells.Redis(*sys.argv[1:]).open_cells()))' "$redis_url" "$name" || true
stop one
python3 - "$redis_url" "$name" <<'PY' || bad 'counts of a brand are not what was sent, or late'
import sys
from collections import Counter

import redis_cells

redis = redis_cells.Redis(*sys.argv[1:])
sent, found, late = Counter(), Counter(), 0
for path in ("flood.out", "steady.out"):
    for line in open(path, encoding="utf-8"):
        brand, count = line.split()
        if brand.startswith("loud"):
            sent[brand] += int(count)
for (brand, _, dim, is_late), count in (redis.published_cells() + redis.open_cells()).items():
    if dim == "total":
        found[brand] += count
        late += count if is_late else 0
wrong = {brand: (sent[brand], found[brand]) for brand in sent if sent[brand] != found[brand]}
print(f"        {sum(found.values())} mentions of {len(sent)} brands, {late} of them late, {len(wrong)} brands differ")
if wrong:
    print("       ", wrong)
sys.exit(bool(wrong) or not found or late > 0)
PY
closing
