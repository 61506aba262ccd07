#!/usr/bin/env bash
#
# A deployment that was taught by `rebato replay --learn` judges from its first minute: of those on the same topic
# the new one alone is not told of eight people who complain, for it is still learning what is usual.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=learn-$$

cat >rules.yaml <<'YAML'
schema: rebato/rules/v1
brands:
  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}
rules:
  - {id: down, signal: outage, match: {any: ['no va']}, tests: [{match: ['acme no va']}]}
YAML
# Four quiet days; then a quiet morning, eight people in five minutes, and an hour of silence.
python3 - <<'PY'
import datetime, json
begin = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
number = 0
def post(out, minute, text):
    global number
    number += 1
    at = (begin + datetime.timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")
    print(json.dumps({"id": f"p{number}", "created_at": at, "text": text, "platform": "x",
                      "author": {"id": f"a{number}", "handle": f"user{number}"}}), file=out)
with open("before.ndjson", "w", encoding="utf-8") as out:
    for minute in range(0, 4 * 1440, 5):
        post(out, minute, "acme no va" if minute % 360 == 0 else "leyendo sobre acme")
with open("day.ndjson", "w", encoding="utf-8") as out:
    for minute in range(4 * 1440, 4 * 1440 + 600, 5):
        post(out, minute, "leyendo sobre acme")
        if 240 <= minute - 4 * 1440 < 245:
            for who in range(8):
                post(out, minute + who * 0.6, "acme no va")
PY
python3 "$here/merge.py" day.ndjson >day.tsv
records=$(wc -l <day.tsv)

status "$REBATO" replay --learn taught.keep --name "$name" -r rules.yaml before.ndjson
equal 'the archive is replayed' 0 "$code"
contains 'and says what it has taught' '1 brands learnt, kept in file taught.keep' err
status "$REBATO" replay --learn "kafka:keep-$name" -b "$REBATO_KAFKA" --name "$name-bus" -r rules.yaml before.ndjson
equal 'a topic is made and taught, too' 0 "$code"
contains 'and says so' "1 brands learnt, kept in topic keep-$name" err
contains 'it was made compacted' 'event=checkpoint_topic_made' err
status "$REBATO" replay --quiet --learn /nowhere/at/all --name "$name" -r rules.yaml before.ndjson
equal 'a place that cannot be written is told' 4 "$code"
status "$REBATO" replay --quiet --learn kafka:x --name "$name" -r rules.yaml before.ndjson
equal 'a topic without brokers, before anything is read' 3 "$code"

topic "mentions-$name" 2
produce "mentions-$name" <day.tsv
rules='"rules.yaml"'
{
    settings
    echo 'checkpoint: {file: taught.keep}'
} >taught.yaml
settings | sed "s/\(group\|namespace\|deployment\): $name/&-new/" >new.yaml
{
    settings | sed "s/\(group\|namespace\|deployment\): $name/&-bus/"
    echo "checkpoint: {topic: keep-$name, every: 1s}"
} >bus.yaml
for who in taught new bus; do start "$who" -c "$who.yaml"; done
check 'the taught one has counted all' python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$records" 2 4
check 'the new one has, too' python3 "$here/await_fences.py" "$REBATO_REDIS" "$name-new" "$records" 2 4
check 'and the one with a topic' python3 "$here/await_fences.py" "$REBATO_REDIS" "$name-bus" "$records" 2 4
check 'the one with a topic rings' until_true 10 grep -q 'event=incident .*kind=opened' bus.log
check 'the taught one rings' until_true 10 grep -q 'event=incident .*kind=opened' taught.log
check 'the new one does not' test -z "$(grep 'kind=opened' new.log)"
contains 'it was told of' 'event=states_taken_over' taught.log
contains 'without a checkpoint that is said, too' 'event=no_checkpoint' new.log
state_of() { redis-cli -u "$REBATO_REDIS" hget "rebato:$1:now:acme" state; }
equal 'the new one is learning' learning "$(state_of "$name-new")"
check 'the taught one is not' test "$(state_of "$name")" != learning

# What it has kept since is whole: after a loss of its keys it goes on from there.
sleep 1.5
stop bus
mapfile -t keys < <(redis-cli -u "$REBATO_REDIS" keys "rebato:$name-bus:*")
redis-cli -u "$REBATO_REDIS" del "${keys[@]}" >/dev/null
start bus -c bus.yaml
check 'its fences are back' python3 "$here/await_fences.py" "$REBATO_REDIS" "$name-bus" "$records" 2 4
contains 'from the topic' 'event=counts_rebuilt place="topic keep-' bus.log
equal 'nothing is told twice' 1 "$(grep -c 'kind=opened' bus.log)"
for who in taught new bus; do stop "$who"; done

closing
