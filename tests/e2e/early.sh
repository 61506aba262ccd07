#!/usr/bin/env bash
#
# How soon people hear of a crowd: a stream whose clock is the wall's, at 60 % of what this machine takes
# (producer, broker, Redis and rebato all on it), and forty people who complain at once, brand after brand.
# From the moment the last of them has posted to the webhook's receipt of the early notice.
# alone: it measures
# shellcheck source=tests/e2e/kit.bash disable=SC1091
# shellcheck disable=SC2154 # here and root come with the kit
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=early-$$
crowds=40 seconds=20 peak_seconds=6
[[ ${REBATO_FULL:-no} == no ]] || { crowds=110 && seconds=60 && peak_seconds=15; }
crowd() { "${REBATO_CROWDS:-$(dirname "$REBATO")/tests/e2e_crowds}" "$REBATO_KAFKA" "mentions-$name" "$@"; }

{
    printf 'schema: rebato/rules/v1\nbrands:\n'
    for i in $(seq -f %03g 0 119); do echo "  - {id: crowd$i, names: [crowd$i]}"; done
    for i in $(seq -f %03g 0 19); do echo "  - {id: loud$i, names: [loud$i]}"; done
    printf 'rules:\n  - {id: down, signal: outage, match: {any: ["no funciona"]}, tests: [{match: ["no funciona"]}]}\n'
} >rules.yaml
python3 "$here/receiver.py" "$PWD/webhook.ndjson" "$PWD/port" &
others+=($!)
: >webhook.ndjson
until_true 10 test -s port
topic "mentions-$name" 4
rules="rules.yaml" workers=1 \
    channels="  hook: {type: webhook, url: \"http://127.0.0.1:$(cat port)/alerts\", allow_private: true}" \
    settings >rebato.yaml
start one -c rebato.yaml
until_true 20 grep -q event=claimed one.log

records() { curl -s "http://127.0.0.1:$(page_of one)/metrics" | awk '/^rebato_records_total/ { sum += $2 } END { printf "%d", sum }'; }

# What goes through while the producer sends as fast as it can; the rest of it is worked off before the measure.
crowd 0 "$peak_seconds" 0 >flood.out &
others+=($!)
flood=$!
sleep 1
before=$(records)
begin=$EPOCHREALTIME
wait "$flood"
after=$(records)
peak=$(awk -v a="$after" -v b="$before" -v from="$begin" -v to="$EPOCHREALTIME" 'BEGIN { printf "%d", (a - b) / (to - from) }')
sent=$(awk '/^sent/ { print $2 }' flood.out)
# shellcheck disable=SC2317 # called through until_true
worked_off() { (($(records) >= sent)); }
check 'the flood is worked off' until_true 60 worked_off

rate=$((peak * 6 / 10))
crowd "$rate" "$seconds" "$crowds" >crowds.out
until_true 10 test "$(grep -o '"kind": "early"' webhook.ndjson | wc -l)" -ge "$crowds" || true
stop one

python3 - "$rate" "$peak" <<'PY' || bad 'early notices: see above'
import json
import sys

begun = {}
for line in open("crowds.out", encoding="utf-8"):
    brand, stamp = line.split()
    if brand != "sent":
        begun[brand] = int(stamp)
first = {}
withdrawn = 0
for line in open("webhook.ndjson", encoding="utf-8"):
    notice = json.loads(line)
    withdrawn += notice["key"].endswith(":withdrawn")
    # So many crowds at once are a surge: those of one moment come in one notice.
    for alert in notice["body"]["alerts"]:
        if alert["crisis"]["kind"] == "early":
            first.setdefault(alert["labels"]["brand"], notice["at_ms"])
waits = sorted(first[brand] - stamp for brand, stamp in begun.items() if brand in first)
missing = sorted(set(begun) - set(first))
print(f"        {len(waits)} of {len(begun)} crowds told early, {withdrawn} withdrawn, "
      f"at {sys.argv[1]} mentions/s (60 % of {sys.argv[2]})")
if waits:
    print(f"        from the crowd to the webhook: median {waits[len(waits) // 2]} ms, "
          f"p99 {waits[(len(waits) * 99 - 1) // 100]} ms, worst {waits[-1]} ms")
if missing:
    print("        nobody was told of", *missing)
# A machine that is shared with other work may be slow; what it does alone stands in README.md.
sys.exit(bool(missing) or waits[(len(waits) * 99 - 1) // 100] > 3000)
PY
closing
