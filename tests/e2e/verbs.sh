#!/usr/bin/env bash
#
# The command line as people use it: help that begins with an example, exit codes, pipes that close early,
# replays that repeat themselves to the byte, the demo and its page, a topic replayed like the file it was
# made from.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
name=verbs-$$

# Both demos run by the clock: they tell their story while the rest is looked at.
"$REBATO" demo --once --port 0 >demo.out 2>demo.err </dev/null &
pid_of[demo]=$!
"$REBATO" demo --once --port 0 --seed 2 >demo2.out 2>demo2.err </dev/null &
pid_of[demo2]=$!
begin=$SECONDS

# ---- the demo's page ----

until_true 10 grep -q 'page: ' demo.out
page=$(sed -n 's|.*page: \(http://[0-9.:]*\)/$|\1|p' demo.out)
check 'the demo still runs' kill -0 "${pid_of[demo]}"
for path in / /page.js /page.css /livez /readyz /api/v1/brands /api/v1/incidents /metrics; do
    equal "its page answers $path" 200 "$(curl -s -o body -w '%{http_code}' "$page$path" || true)"
    check 'with something' test -s body
done
equal 'and nothing else' 404 "$(curl -s -o body -w '%{http_code}' "$page/no-such-page" || true)"
# shellcheck disable=SC2317 # called through until_true
names_brand() { curl -s "$page/api/v1/brands" | jq -e '[.. | strings | select(. == "whatsapp")] | length > 0'; }
# shellcheck disable=SC2317 # called through until_true
counts_records() { curl -s "$page/metrics" | grep -E '^rebato_records_total\{fate="matched"\} [1-9]'; }
check 'the brand of the story appears' until_true 20 names_brand
check 'and its records are counted' until_true 20 counts_records

# ---- help, usage, exit codes ----

mapfile -t verbs < <("$REBATO" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p')
check "there are verbs: ${#verbs[@]}" test "${#verbs[@]}" -ge 10
for verb in "${verbs[@]}"; do
    status "$REBATO" "$verb" --help
    [[ $code == 0 && ! -s err ]] || bad "$verb --help ends with $code"
    [[ $(sed -n 3p out) == "  rebato "* ]] || bad "$verb --help does not begin with an example"
    cp out help
    status "$REBATO" help "$verb"
    cmp -s out help || bad "help $verb says something else"
    status "$REBATO" "$verb" --no-such-option
    [[ $code == 3 && ! -s out ]] || bad "$verb with an unknown option ends with $code"
    grep -q -- '--no-such-option' err || bad "$verb does not name the unknown option"
done
good 'each has a help with an example first, and refuses unknown options'

# ends CODE ARGUMENTS...: and what is wrong is told on standard error alone.
ends() {
    local expected=$1
    shift
    status timeout 20 "$REBATO" "$@"
    [[ $code == "$expected" ]] || bad "rebato $*: ended with $code, not $expected"
    [[ -s err && ! -s out ]] || bad "rebato $*: says nothing on standard error, or something on standard output"
}
ends 3 no-such-verb
ends 3 help no-such-verb
ends 3 run
ends 3 run -c absent.yaml
ends 3 run -c
ends 3 replay
ends 3 replay absent.ndjson
ends 3 replay x.ndjson --format xml
ends 3 replay x.ndjson --since yesterday
ends 3 replay x.ndjson --since 2015-02-22 --until 2015-02-21
ends 3 replay kafka:topic
ends 4 replay kafka:topic -b 127.0.0.1:9
ends 2 replay x.ndjson -r absent-rules.yaml
ends 3 match absent.ndjson
ends 3 match --field text
ends 3 demo --port 99999
ends 3 scene no-such-scene
ends 3 config no-such-thing
ends 3 explain -r no-such-rule text
good 'wrong usage ends with its code and says why'
status "$REBATO"
equal 'nothing at all ends with 3' 3 "$code"
status "$REBATO" version --json
equal 'version is one object' object "$(jq -r type out)"
status "$REBATO" config init
cp out sample.yaml
status "$REBATO" check -c sample.yaml
equal 'the sample settings are fine' 0 "$code"

# ---- pipes and terminals ----

"$REBATO" scene tweetdeck-2014 >archive.ndjson
# first_line ARGUMENTS...: its reader leaves after one line.
first_line() {
    set +e
    timeout 20 "$REBATO" "$@" 2>err <archive.ndjson | head -n 1 >first
    code=${PIPESTATUS[0]}
    set -e
    check "$1 into a pipe that closes ends quietly" test -s first -a ! -s err
    equal 'and well' 0 "$code"
}
first_line match
first_line match --format text
first_line scene whatsapp-2014-3
first_line replay --quiet -
status "$REBATO" match archive.ndjson --format nonsense
equal 'a format that is none ends with 3' 3 "$code"
code=0
"$REBATO" match archive.ndjson >/dev/full 2>err || code=$?
equal 'a full disk ends with 5' 5 "$code"
contains 'and is told' 'cannot be written' err
printf 'schema: rebato/rules/v1\nrules: 7\n' >wrong.yaml
export TERM=xterm
script -qec "'$REBATO' check wrong.yaml" /dev/null >colours </dev/null || true
NO_COLOR=1 script -qec "'$REBATO' check wrong.yaml" /dev/null >plain </dev/null || true
check 'a terminal gets colours' grep -q $'\x1b\\[' colours
equal 'not with NO_COLOR' 0 "$(grep -c $'\x1b' plain || true)"
status "$REBATO" check wrong.yaml
equal 'and a pipe none' 0 "$(cat out err | grep -c $'\x1b' || true)"

# ---- the same again ----

"$REBATO" scene whatsapp-2014-3 >other.ndjson
"$REBATO" replay -q --cells one.cells archive.ndjson other.ndjson >one
"$REBATO" replay -q --cells two.cells archive.ndjson other.ndjson >two
"$REBATO" replay -q --cells three.cells other.ndjson archive.ndjson >three
check 'a replay repeats itself to the byte' cmp one two
check 'its cells too' cmp one.cells two.cells
check 'inputs in another order give the same cells' cmp <(sort one.cells) <(sort three.cells)
check 'and the same incidents' cmp one three
check 'there are some' test "$(grep -c '"type":"incident"' one)" -ge 2
gzip -k archive.ndjson
"$REBATO" replay -q archive.ndjson.gz >zipped
"$REBATO" replay -q - <archive.ndjson >piped
"$REBATO" replay -q archive.ndjson >plain.out
check 'a compressed file is the same' cmp plain.out zipped
check 'and so is standard input' cmp plain.out piped

# ---- a topic like its file ----

if [[ -n ${REBATO_KAFKA:-} ]]; then
    python3 "$here/merge.py" archive.ndjson >merged.tsv
    topic "mentions-$name" 6
    produce "mentions-$name" <merged.tsv
    span=(--since 2014-06-11T20:00:00Z --until 2014-06-11T23:30:00Z)
    "$REBATO" replay -q "${span[@]}" --cells file.cells archive.ndjson >file.out
    "$REBATO" replay -q "${span[@]}" --cells topic.cells -b "$REBATO_KAFKA" "kafka:mentions-$name" >topic.out
    check 'a span of a topic has the cells of its file' cmp <(sort file.cells) <(sort topic.cells)
    check 'and its incidents' cmp <(grep '"type":"incident"' file.out) <(grep '"type":"incident"' topic.out)
    check 'there are some' grep -q '"kind":"opened"' topic.out
    "$REBATO" replay -q -b "$REBATO_KAFKA" "kafka:mentions-$name" >whole.out
    settings >answer.yaml
    check 'a word from outside the stream is sent' "$REBATO" answer -c answer.yaml --send tweetdeck \
        'We know about the security issue and are working on it'
    equal 'and stands in the topic, once' 1 \
        "$(kcat -C -q -e -o beginning -b "$REBATO_KAFKA" -t "mentions-$name" | grep -c '"id":"answer-')"
    check 'and so has the whole topic' cmp <(grep '"type":"incident"' plain.out) <(grep '"type":"incident"' whole.out)
else
    echo '    NOTE: no Kafka here, no topic was replayed'
fi

# ---- the end of the demo ----

for who in demo demo2; do
    check "$who ends by itself within a minute" ended "$who" $((60 - SECONDS + begin))
    equal 'with 0' 0 "$code"
    contains 'an incident opened and was resolved' '[1-9][0-9]* incident\(s\), [1-9][0-9]* resolved' "$who.out"
    contains 'nothing was lost' ' 0 late, 0 lost' "$who.out"
    equal 'and nothing is wrong' 0 "$(wc -c <"$who.err")"
done
check 'another seed is another stream' test "$(md5sum <demo.out)" != "$(md5sum <demo2.out)"

closing
