#!/usr/bin/env bash
#
# What goes wrong around a good program: Redis or Kafka away at the start, a Redis that may forget, that has
# another layout, that wants a password; Redis killed while records stream in; an end asked for while Redis is
# away; alerts that cannot be delivered. Each ends in a clear line and the right exit code, or in exact counts.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=bad-days-$$

# A Redis of our own: redis_up NAME PORT [OPTION...], its pid in redis_pid.
redis_up() {
    local who=$1 port=$2
    shift 2
    mkdir -p "$who"
    redis-server --port "$port" --bind 127.0.0.1 --dir "$PWD/$who" --save '' --appendonly yes \
        --appendfsync everysec "$@" >>"$who.redis.log" 2>&1 </dev/null &
    redis_pid=$!
    others+=("$redis_pid")
    until_true 10 redis-cli -p "$port" ping
}

redis_down() {
    kill -KILL "$redis_pid"
    wait "$redis_pid" 2>/dev/null || true
}

# refused CODE SECONDS WHAT PATTERN: `rebato run -c refused.yaml` ends so, and says so in one line.
refused() {
    local begin=$SECONDS
    status timeout 30 "$REBATO" run -c refused.yaml
    equal "$3: exit code" "$1" "$code"
    check "within $2 s" test $((SECONDS - begin)) -le "$2"
    contains "says: $4" "$4" err
    equal 'in one complaint' 1 "$(grep -c '^rebato run: ' err || true)"
}

topic "mentions-$name" 1
nowhere=$(free_port)

echo 'absent at the start'
redis="redis://127.0.0.1:$nowhere" settings >refused.yaml
refused 4 10 'no Redis' '[Rr]edis'
contains 'with the address' "$nowhere" err
start patient -c refused.yaml --wait 20s
sleep 1
stop patient
kafka="127.0.0.1:$nowhere" settings >refused.yaml
refused 4 20 'no Kafka' "no Kafka broker answers at 127.0.0.1:$nowhere"
port=$(free_port)
redis="redis://127.0.0.1:$port" settings >waiting.yaml
start waiting -c waiting.yaml --wait 20s
sleep 2
check 'with --wait it waits for Redis' kill -0 "${pid_of[waiting]}"
redis_up late "$port"
check 'and goes on once it is there' until_true 10 grep -q event=claimed waiting.log
stop waiting
redis_down

echo 'a Redis that will not do'
port=$(free_port)
redis_up forgetful "$port" --maxmemory 100mb --maxmemory-policy allkeys-lru
redis="redis://127.0.0.1:$port" settings >refused.yaml
refused 3 5 'keys may be evicted' 'set maxmemory-policy noeviction'
redis-cli -p "$port" config set maxmemory-policy noeviction >/dev/null
redis="redis://127.0.0.1:$port" settings >fine.yaml
start fine -c fine.yaml
check 'the advice helps' until_true 10 grep -q event=claimed fine.log
stop fine
redis="redis://127.0.0.1:$port" shards=8 settings >refused.yaml
refused 3 5 'another number of shards' 'shards 4, not 8'
redis-cli -p "$port" config set requirepass canary-right >/dev/null
redis="redis://:canary-wrong@127.0.0.1:$port" settings >refused.yaml
refused 3 5 'a wrong password' 'user, password and rights of redis.url'
equal 'which nobody is told' 0 "$(cat out err | grep -c canary || true)"
redis="redis://127.0.0.1:$port" settings >refused.yaml
refused 3 5 'no password' 'NOAUTH.*user, password and rights of redis.url'
redis_down

# ---- an end asked for at the worst moment of a start ----

echo 'asked to end while they still join the group'
name=bad-days-join-$$
topic "mentions-$name" 4
settings >joining.yaml
RANDOM=5
ends=''
for _ in 1 2 3 4 5 6; do
    for who in a b c d; do start "$who" -c joining.yaml; done
    sleep "0.$((3 + RANDOM % 5))"
    for who in a b c d; do
        kill -TERM "${pid_of[$who]}"
        sleep "0.0$((RANDOM % 10))"
    done
    for who in a b c d; do
        ended "$who" 10 || ends+=' killed'
        ends+=" $code"
    done
done
equal 'twenty-four ends, all of them fine' '' "$(tr ' ' '\n' <<<"$ends" | grep -vx 0 | tr '\n' ' ' | tr -d ' ')"
name=bad-days-$$

# ---- alerts that do not arrive ----

echo 'alerts that cannot be delivered'
"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
python3 "$here/bad_receiver.py" "$PWD/hooks.txt" "$PWD/port" &
others+=($!)
touch hooks.txt
until_true 10 test -s port
hook="http://127.0.0.1:$(cat port)"
channels="
  bus: {type: kafka, brokers: \"$REBATO_KAFKA\", topic: nobody-made-$name, timeout: 2s}
  flaky: {type: webhook, url: \"$hook/flaky\", allow_private: true}
  hang: {type: webhook, url: \"$hook/hang\", allow_private: true, timeout: 2s}" settings >alerts.yaml
produce "mentions-$name" <merged.tsv
start alerts -c alerts.yaml
check 'the file has the alert' until_true 30 grep -q crisis alerts-file.ndjson
check 'the receiver that fails twice gets it at the third time' until_true 30 grep -q '^/flaky 204' hooks.txt
equal 'under the same key each time' 1 "$(grep '^/flaky' hooks.txt | head -n 3 | cut -d' ' -f3 | sort -u | wc -l)"
check 'the one that hangs is told of' until_true 20 grep -qE 'event=delivery_delayed .*sink=hang' alerts.log
check 'and so is the topic that is missing' until_true 20 grep -qE 'event=delivery_(delayed|refused) .*sink=bus' alerts.log
check 'meanwhile all records were counted' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$(wc -l <merged.tsv)" 1 4
stop alerts

# ---- Redis killed on the way ----

echo 'Redis killed while records stream in'
name=bad-days-redis-$$
port=$(free_port)
redis_up killed "$port"
topic "mentions-$name" 4
redis="redis://127.0.0.1:$port" idle=5s settings >killed.yaml
start first -c killed.yaml
python3 "$here/pace.py" 16 <merged.tsv | produce "mentions-$name" &
producer=$!
others+=("$producer")
sleep 4
redis_down
sleep 2
redis_up killed "$port"
sleep 4
redis_down
sleep 1
kill -TERM "${pid_of[first]}"
begin=$SECONDS
check 'asked to end while Redis is away, it ends' ended first 10
equal 'with 0' 0 "$code"
echo "        after $((SECONDS - begin)) s"
redis_up killed "$port"
start second -c killed.yaml
wait "$producer"
check 'all records are behind the fences' \
    python3 "$here/await_fences.py" "redis://127.0.0.1:$port" "$name" "$(wc -l <merged.tsv)" 4 4
stop second
contains 'the first said that Redis was away' 'event=(ledger_away|redis_trouble)' first.log
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --cells cells.ndjson archive.ndjson >replay.ndjson
check 'counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "redis://127.0.0.1:$port" "$name" cells.ndjson
redis_down

closing
