#!/usr/bin/env bash
#
# Four brands up at once: their incidents are those of a replay, byte for byte, over whatever shards; what people are
# sent is one story. A fifth notice of an opening, or a second beginning, would be a page too many.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
# shellcheck disable=SC2154 # here and root come with the kit
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=surge-$$
export PYTHONPATH=$here

"$REBATO" scene silent-operators >archive.ndjson
"$REBATO" replay --quiet -r "$root/rules" --name "$name" --format log archive.ndjson >replay.log
"$REBATO" replay --quiet -r "$root/rules" --name "$name" archive.ndjson | tail -n 1 >summary.json
equal 'the replay sees one surge of four brands' '[4]' "$(jq -c '[.surges[].brand_count]' summary.json)"

python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
topic "mentions-$name" 4
produce "mentions-$name" <merged.tsv
python3 "$here/receiver.py" "$PWD/webhook.ndjson" "$PWD/port" &
others+=($!)
: >webhook.ndjson
until_true 10 test -s port
shards=7 channels="  hook: {type: webhook, url: \"http://127.0.0.1:$(cat port)/alerts\", allow_private: true}" \
    settings >rebato.yaml
start one -c rebato.yaml
check 'all records are behind the fences' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$records" 4 7
# shellcheck disable=SC2317 # called through until_true
told() { (($(jq -s '[.[].body.alerts[].crisis | select(.kind == "opened")] | length' webhook.ndjson) >= 4)); }
check 'all four are told' until_true 20 told
sleep 1
stop one
through=$("$REBATO" log -c rebato.yaml --through)
"$REBATO" log -c rebato.yaml --until "$through" >live.log
check 'the incident log begins as the replay does' cmp -n "$(wc -c <live.log)" live.log replay.log
equal 'and has four openings' 4 "$(grep -c '"kind":"opened"' live.log)"

python3 - <<'PY' || bad 'notices of openings: see above'
import json
import sys

notices = [json.loads(line) for line in open("webhook.ndjson", encoding="utf-8")]
# What came again, because Redis stood still after it was delivered, is no news.
openings, known = [], set()
for notice in notices:
    names = {alert["crisis"]["incident"] for alert in notice["body"]["alerts"]
             if alert["crisis"]["kind"] == "opened"}
    if names - known:
        openings.append(notice["body"])
    known |= names
told = [alert["labels"]["brand"] for body in openings for alert in body["alerts"]
        if alert["crisis"]["kind"] == "opened"]
alone = [body for body in openings if "surge" not in body]
begun = [body for body in openings if body.get("surge", {}).get("begun")]
groups = {body["groupKey"] for body in openings if "surge" in body}
print(f"        {len(openings)} notices of 4 openings: {len(alone)} alone, "
      f"{len(begun)} that makes the surge, {len(openings) - len(alone) - len(begun)} that join")
fine = sorted(told) == ["blackberry", "line", "orange", "vodafone"]
fine &= len(alone) <= 2 and len(begun) == 1 and len(groups) == 1
fine &= max(body["surge"]["brand_count"] for body in openings if "surge" in body) == 4
fine &= all(len(body["alerts"]) == 1 or "brand" not in body["commonLabels"] for body in openings)
sys.exit(not fine)
PY
closing
