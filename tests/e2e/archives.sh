#!/usr/bin/env bash
#
# Archives as platforms send them. Invented ones in every shape, some broken, with the fates known beforehand;
# then the real ones beside the project, if they are there: as many records as another reader counts, every
# one with a fate, and the storm over the airlines of February 2015 visible in the days of a replay.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"

# fates_of FILE: match.fates and replay.fates, in $matched and $received how many records there were.
fates_of() {
    "$REBATO" match "$1" >match.ndjson
    matched=$(wc -l <match.ndjson)
    jq -r .fate match.ndjson | sort | uniq -c | awk '{ print $2, $1 }' >match.fates
    "$REBATO" replay --quiet --name archives "$1" >replay.ndjson
    received=$(tail -n 1 replay.ndjson | jq .received)
    summary_fates replay.ndjson >replay.fates
    printf '    %-36s %6d  %s\n' "$(basename "$1")" "$received" "$(tr '\n' ' ' <replay.fates)"
}

echo 'invented'
mkdir -p made
python3 "$here/make_archives.py" made
for fates in made/*.fates; do
    file=${fates%.fates}
    fates_of "$file"
    cmp -s "$fates" match.fates || bad "match of $file: $(tr '\n' ' ' <match.fates), expected $(tr '\n' ' ' <"$fates")"
    cmp -s "$fates" replay.fates || bad "replay of $file: expected $(tr '\n' ' ' <"$fates")"
done
check 'there were many' test "$(find made -name '*.fates' | wc -l)" -ge 10
status "$REBATO" replay --quiet made/absent.ndjson
equal 'a file that is absent ends with 3' 3 "$code"
"$REBATO" scene one-rude-reply | gzip >made/whole.gz
head -c 20000 made/whole.gz >made/cut.gz
status "$REBATO" replay --quiet made/cut.gz
equal 'a cut gzip ends with 1' 1 "$code"
contains 'and says where' 'made/cut.gz' err
equal 'after a summary of what came before' summary "$(tail -n 1 out | jq -r .type)"

if [[ -z ${REBATO_DATA:-} ]]; then
    echo 'NOTE: no real archives beside the project: the invented ones served alone'
    closing
fi

echo 'real'
total=0
for file in "$REBATO_DATA"/json/*.json* "$REBATO_DATA"/mentions/*.ndjson "$REBATO_DATA"/labelled/*.ndjson; do
    fates_of "$file"
    records=$(python3 "$here/count_records.py" "$file")
    [[ $records == "$matched" && $records == "$received" ]] ||
        bad "$(basename "$file"): $records records, match shows $matched, replay received $received"
    added=$(awk '{ sum += $2 } END { print sum }' replay.fates)
    [[ $added == "$received" ]] || bad "$(basename "$file"): the fates add up to $added"
    equal "refused without a reason in $(basename "$file")" 0 \
        "$(jq -r 'select(.fate == "malformed" or .fate == "bad_field" or .fate == "bad_time") | .why // "" | length' \
            match.ndjson | grep -cx 0 || true)"
    total=$((total + records))
done
check "records in all: $total" test "$total" -gt 20000

two=("$REBATO_DATA/mentions/es-citibanamex-2021.ndjson" "$REBATO_DATA/mentions/us-airline-2015.ndjson")
"$REBATO" replay --quiet --format ndjson "${two[@]}" >storm.ndjson
equal 'two archives: every line received' "$(cat "${two[@]}" | wc -l)" "$(tail -n 1 storm.ndjson | jq .received)"
equal 'and the fates add up to them' "$(cat "${two[@]}" | wc -l)" "$(tail -n 1 storm.ndjson | jq '.fates | add')"
tail -n 1 storm.ndjson | jq -r '.brands | [.american, .delta, .jetblue, .southwest, .united, ."us-airways",
    ."virgin-america"] | map(.days | to_entries[]) | group_by(.key)[] | "\(.[0].key) \(map(.value) | add)"' >days
awk '{ printf "    %s %5d\n", $1, $2 }' days
before=$(awk '$1 < "2015-02-22" && $2 > most { most = $2 } END { print most + 0 }' days)
storm=$(awk '$1 >= "2015-02-22" && $1 <= "2015-02-24" && ($2 < least || !least) { least = $2 } END { print least + 0 }' days)
check "the quietest day of the storm ($storm) is above the busiest before ($before)" test "$storm" -gt "$before"

closing
