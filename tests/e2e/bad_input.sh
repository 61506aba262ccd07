#!/usr/bin/env bash
#
# Input that no good client would send, each piece between two good records: through a real topic and `rebato
# run` on a real Redis, through `rebato replay` of a file of the same bytes, and through `rebato match`. Every
# record has the fate that the table in bad_records.py gives it, the good ones are all counted, nothing hangs.
# Then rule files and settings that are wrong: each fault is told at once, with its place, and `check` says
# what `run` says.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=bad-input-$$

python3 "$here/bad_records.py" .
records=$(wc -l <topic.tsv)

echo "records: $records into the topic, $(wc -l <file.lines) into the file"
topic "mentions-$name" 1 max.message.bytes=8388608
produce "mentions-$name" hex <topic.tsv
settings >rebato.yaml
start live -c rebato.yaml
check 'all of them are behind the fences' \
    python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$records" 1 4
curl -sS "http://127.0.0.1:$(page_of live)/metrics" |
    sed -n 's/^rebato_records_total{fate="\([a-z_]*\)"} \([1-9][0-9]*\)$/\1 \2/p' | sort >metrics.fates
stop live
logged_fates live >log.fates
paste -d' ' <(cut -d' ' -f1 live.fates) <(cut -d' ' -f2 live.fates) <(cut -d' ' -f2 metrics.fates) |
    awk 'BEGIN { printf "    %-16s %8s %8s\n", "fate", "expected", "metrics" }
         { printf "    %-16s %8d %8d\n", $1, $2, $3 }'
check 'the fates in /metrics are those expected' diff live.fates metrics.fates
check 'and so are those of the last line of counts' diff live.fates log.fates
equal 'the fates add up to the records' "$records" "$(awk '{ sum += $2 } END { print sum }' log.fates)"
equal 'nothing but text a terminal can bear in the log' 0 \
    "$(LC_ALL=C grep -caP '[^\x20-\x7e\xc2-\xf4\x80-\xbf]' live.log || true)"
equal 'no line in the log that a mention wrote' 0 "$(grep -c '^level=error event=fake' live.log || true)"
equal 'no key or field in Redis of hostile characters' 0 "$(redis-cli -u "$REBATO_REDIS" --raw KEYS "rebato:$name:*" |
    grep -cvE "^rebato:$name:[a-z0-9:.{}_-]+$" || true)"

status timeout 60 "$REBATO" replay --quiet -b "$REBATO_KAFKA" "kafka:mentions-$name"
check 'a replay of the topic gives them too' diff live.fates <(summary_fates out)

echo 'the same bytes from a file'
status timeout 60 "$REBATO" replay --quiet --name "$name" -r "$root/rules" --cells cells.ndjson file.ndjson
equal 'replay ends with 0' 0 "$code"
mv out replay.ndjson
summary_fates replay.ndjson >replay.fates
check 'with the fates expected' diff file.fates replay.fates
check 'live counts equal the replay, cell by cell' \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" cells.ndjson

timeout 60 "$REBATO" match <file.ndjson >match.ndjson
equal 'match prints one object a record' "$(wc -l <file.lines)" "$(jq -c 'select(.fate)' match.ndjson | wc -l)"
jq -r .fate match.ndjson | paste - file.lines | awk -F'\t' '$1 != $2' >match.wrong
check 'each with its fate' diff /dev/null match.wrong
equal 'refused ones with a reason' 0 \
    "$(jq -r 'select(.fate != "matched" and .fate != "unmatched") | .why // "" | length' match.ndjson | grep -cx 0 || true)"
equal 'and no byte that would move a cursor' 0 "$(LC_ALL=C grep -caP '[\x00-\x08\x0b-\x1f\x7f]' match.ndjson || true)"

# ---- rules ----

mkdir -p wrong
: >wrong/empty.yaml
cat >wrong/a.yaml <<'YAML'
schema: rebato/rules/v1
rules:
  - id: does-not-compile
    signal: outage
    severity: warning
    match:
      any: ['no (funciona']
  - id: unknown-keys
    signal: outage
    colour: red
    match:
      anny: ['x']
YAML
cat >wrong/b.yaml <<'YAML'
schema: rebato/rules/v1
rules:
  - id: second-file
    signal: no-such-signal
    severity: warning
    match:
      any: ['(a+)+$']
YAML
printf 'schema: rebato/rules/v1\nrules: [\n' >wrong/cut.yaml

# places FILE: the file:line:col of each fault, sorted.
places() { grep -oE '^[^ :]+:[0-9]+:[0-9]+' "$1" | sort -u; }

echo 'rules that are wrong'
status "$REBATO" check wrong/a.yaml wrong/b.yaml
equal 'check ends with 2' 2 "$code"
cat out err >check.faults
for what in a.yaml:7: a.yaml:10: a.yaml:12: b.yaml:4: b.yaml:7:; do
    contains "told of: $what" "wrong/${what}[0-9]+" check.faults
done
contains 'with a caret' '\^' check.faults
for verb in 'run -c with-rules.yaml' 'replay -r wrong/a.yaml -r wrong/b.yaml file.ndjson' \
    'match -r wrong/a.yaml -r wrong/b.yaml file.ndjson'; do
    rules='wrong/a.yaml, wrong/b.yaml' settings >with-rules.yaml
    # shellcheck disable=SC2086
    status timeout 20 "$REBATO" $verb
    equal "${verb%% *} ends with 2" 2 "$code"
    check "and names the same places" diff <(places check.faults) <(places err)
done
for file in empty cut; do
    status "$REBATO" check "wrong/$file.yaml"
    equal "a file that is $file: check ends with 2" 2 "$code"
    cat out err >"$file.faults"
    contains 'and says so' "wrong/$file.yaml(:[0-9]+:[0-9]+)?: error" "$file.faults"
    status "$REBATO" match -r "wrong/$file.yaml" file.ndjson
    equal 'and so does match' 2 "$code"
done
status "$REBATO" check wrong/absent.yaml
equal 'a rule file that is absent ends with 3 or 2' yes "$([[ $code == [23] ]] && echo yes)"

# ---- settings ----

# settings_refused WHAT PATTERN: wrong.yaml is refused by check and by run, with 3, in the same words.
settings_refused() {
    status "$REBATO" check -c wrong.yaml
    cat out err >check.said
    equal "$1: check ends with 3" 3 "$code"
    contains 'and says why' "$2" check.said
    status timeout 20 "$REBATO" run -c wrong.yaml
    equal 'and so does run' 3 "$code"
    contains 'in the same words' "$2" err
}

echo 'settings that are wrong'
{ settings && echo 'colour: red'; } >wrong.yaml
settings_refused 'an unknown key' 'wrong\.yaml:[0-9]+:[0-9]+.*colour'
settings | sed 's/^workers: .*/workers: many/' >wrong.yaml
settings_refused 'a wrong type' 'wrong\.yaml:[0-9]+:[0-9]+.*(workers|many)'
settings | sed 's/idle: 1s/idle: 1 fortnight/; s/shards: 4/shards: 0/' >wrong.yaml
settings_refused 'two faults' 'wrong\.yaml:[0-9]+:[0-9]+.*(idle|fortnight)'
contains 'both told' 'wrong\.yaml:[0-9]+:[0-9]+.*shards' err
settings | sed '/^schema/d' >wrong.yaml
settings_refused 'no schema' 'schema'
: >wrong.yaml
settings_refused 'an empty file' 'wrong\.yaml'
settings | sed 's/session.timeout.ms: 6000/no.such.property: 1/' >wrong.yaml
settings_refused 'a property Kafka does not know' 'no\.such\.property'
rm wrong.yaml
settings_refused 'no such file' 'wrong\.yaml'
settings | sed '/topics:/d' >wrong.yaml
settings_refused 'no topics' 'topics'
topics=missing-$name settings >missing.yaml
status timeout 30 "$REBATO" check -c missing.yaml --connect
equal 'a topic that nobody made: check --connect ends with 4' 4 "$code"
contains 'and says what to do' 'do the topics exist' err
start missing -c missing.yaml
check 'run says so too, and waits for it' until_true 15 \
    grep -q 'event=kafka_complains .*advice="create the topic' missing.log
stop missing

closing
