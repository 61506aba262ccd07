#!/usr/bin/env bash
#
# What is read after an episode, or before one: report, explain incident, preview. Their figures are those of the
# incident log, their page needs nothing but itself, strangers' texts stay texts, and a browser can show it.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
name=report-$$

"$REBATO" scene twitter-2010 >answered.ndjson
"$REBATO" scene whatsapp-2014-3 >silent.ndjson
"$REBATO" scene deluge >noise.ndjson
"$REBATO" replay -q --format log answered.ndjson silent.ndjson >told.log
mapfile -t ids < <(jq -r 'select(.kind == "opened") | .id' told.log)
check "there are incidents: ${#ids[@]}" test "${#ids[@]}" -ge 2

# ---- report ----

"$REBATO" report --all -q answered.ndjson silent.ndjson --lang es -o es.html
"$REBATO" report --all -q answered.ndjson silent.ndjson --lang en -o en.html
"$REBATO" report --all -q answered.ndjson silent.ndjson --lang en -o all.json
"$REBATO" report --all -q answered.ndjson silent.ndjson --lang en -o all.md
check 'the JSON says what the incident log says' python3 "$here/check_report.py" log told.log all.json
check 'and the Spanish page what the JSON says' python3 "$here/check_report.py" page es.html all.json
check 'and the English page' python3 "$here/check_report.py" page en.html all.json
check 'and the Markdown' python3 "$here/check_report.py" markdown all.md all.json
contains 'Spanish is Spanish' 'El reloj del silencio' es.html
contains 'English is English' 'The silence clock' en.html

for id in "${ids[@]}"; do
    "$REBATO" report "$id" -q answered.ndjson silent.ndjson --lang en --format json >one.json
    check "of $id alone it says the same" cmp \
        <(jq -S --arg id "$id" '.incidents[] | select(.id == $id)' all.json) <(jq -S '.incidents[0]' one.json)
    equal 'and only of it' 1 "$(jq '.incidents | length' one.json)"
done

"$REBATO" report --all -q answered.ndjson silent.ndjson --lang es -o again.html --workers 1
sed -e 's/again.html --workers 1/es.html/' again.html >same.html
check 'it repeats itself to the byte, with another number of threads too' cmp es.html same.html
"$REBATO" report --all -q answered.ndjson --format json >file.json
"$REBATO" report --all -q - --format json <answered.ndjson >piped.json
check 'standard input gives the same incidents' cmp <(jq -S .incidents file.json) <(jq -S .incidents piped.json)

"$REBATO" report --all -q noise.ndjson --format json >noise.json
equal 'of noise there is nothing to report' 0 "$(jq '.incidents | length' noise.json)"
"$REBATO" report --all -q noise.ndjson --lang en >noise.html
contains 'which the page says' 'No incident was opened' noise.html

# Ids, texts and links that are meant to be taken for something else.
python3 "$here/check_report.py" spoil answered.ndjson >hostile.ndjson
"$REBATO" report --all -q hostile.ndjson --lang en -o hostile.html
"$REBATO" report --all -q hostile.ndjson --lang en -o hostile.json
check 'hostile posts are shown' grep -q 'syn-&lt;script&gt;' hostile.html
check 'and nothing of them runs' python3 "$here/check_report.py" page hostile.html hostile.json

# ---- explain incident ----

for id in "${ids[@]}"; do
    "$REBATO" explain incident "$id" -q answered.ndjson silent.ndjson --format json >why.json
    check "every decision of $id is explained by the log's figures" \
        python3 "$here/check_report.py" decisions why.json told.log
done
"$REBATO" explain incident "${ids[0]}" -q answered.ndjson --lang en >why.txt
contains 'in words it has a line of figures for each window' '^ +10 min +[0-9]+ +[0-9]+' why.txt
contains 'and says which of them told' '← tells' why.txt
status "$REBATO" explain incident
equal 'alone it is a text like any other' 0 "$code"
contains 'and is explained as one' '^text +incident' out

# ---- preview ----

"$REBATO" preview -q answered.ndjson silent.ndjson noise.ndjson --format json >preview.json
for sensitivity in fewer balanced more; do
    "$REBATO" replay -q --format log --sensitivity "$sensitivity" answered.ndjson silent.ndjson noise.ndjson >told
    equal "with $sensitivity as many alerts as a replay gives" "$(grep -c '"kind":"opened"' told)" \
        "$(jq ".alerts.$sensitivity" preview.json)"
    equal 'as many notices' "$(wc -l <told)" "$(jq ".notices.$sensitivity" preview.json)"
    check 'and the same ones at the same time' cmp \
        <(jq -c 'select(.kind == "opened") | [.id, .time]' told | sort) \
        <(jq -c ".episodes[].alerts.$sensitivity | select(. != null) | [.id, .opened]" preview.json | sort)
done
"$REBATO" preview -q answered.ndjson --lang en >preview.txt
contains 'people get a table' '^In all +[0-9]+ +[0-9]+ +[0-9]+' preview.txt
"$REBATO" preview -q noise.ndjson --lang en >quiet.txt
contains 'and are told when there is nothing' 'Nobody would have been sent an alert' quiet.txt
script -qec "'$REBATO' preview answered.ndjson" /dev/null >terminal </dev/null || true
check 'a terminal is shown how far it is' grep -q '\[[#.]*\]' terminal

# ---- wrong usage ----

# ends CODE WORDS ARGUMENTS...: and says so on standard error alone.
ends() {
    local expected=$1 words=$2
    shift 2
    status "$REBATO" "$@"
    [[ $code == "$expected" ]] || bad "rebato $*: ended with $code, not $expected"
    [[ ! -s out ]] || bad "rebato $*: something on standard output"
    grep -qE -- "$words" err || bad "rebato $*: nothing like \"$words\" in: $(head -n 2 err)"
}
ends 3 'name the id of an incident, or --all' report
ends 3 'name at least one input' report --all
ends 3 'name at least one input' report "${ids[0]}"
ends 1 "it has .*${ids[0]}" report 0123456789abcdef -q answered.ndjson
ends 1 'it has none' report 0123456789abcdef -q noise.ndjson
ends 3 'cannot write absent/x.html' report --all -q answered.ndjson -o absent/x.html
ends 3 'format' report --all answered.ndjson --format pdf
ends 3 'absent.ndjson' report --all absent.ndjson
ends 3 'name the id of an incident' explain incident --format json
ends 1 "it has .*${ids[0]}" explain incident 0123456789abcdef -q answered.ndjson
ends 3 'all of them are tried' preview answered.ndjson --sensitivity more
ends 3 'name at least one input' preview
good 'wrong usage ends with its code and says why'

# ---- a browser ----

if command -v chromium >/dev/null; then
    # shot NAME WIDTH HEIGHT: the page as somebody sees it.
    shot() {
        timeout 60 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$PWD/browser" \
            --window-size="$2,$3" --screenshot="$PWD/$1.png" "file://$PWD/es.html" >browser.log 2>&1 || true
        check "a browser shows it at $2 pixels" python3 "$here/check_report.py" picture "$1.png" "$2" "$3"
    }
    shot wide 1200 1600
    shot narrow 500 1600
else
    echo '    NOTE: no chromium here, nobody looked at the page'
fi

closing
