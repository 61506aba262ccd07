#!/usr/bin/env bash
#
# Two dozen generated brands before the judge: the JSON is as promised, the same seed gives the same bytes
# whatever the number of threads, and a stream that somebody else made is judged. CRISISBENCH and NAB_SCORE
# are the programs, NAB_DATA a folder that need not be there; 77 skips, with a reason.
set -euo pipefail

skip() {
    echo "skipped: $*"
    exit 77
}

# check WHAT JSON FILTER: jq's filter has to be true, once: of nothing `jq -e` says that nothing was false.
check() {
    [[ $(jq "$3" <<<"$2") == true ]] || {
        printf 'not so: %s\n%s\n' "$1" "$2" >&2
        exit 1
    }
}

command -v jq >/dev/null || skip "no jq"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

small=(--seeds 5 --brands 24 --days 14 --format json)
one=$("$CRISISBENCH" "${small[@]}" --threads 1)
two=$("$CRISISBENCH" "${small[@]}" --threads 2)
[[ $one == "$two" ]] || { echo "threads change the result" >&2; exit 1; }
other=$("$CRISISBENCH" "${small[@]/#5/6}" --threads 2)
[[ $one != "$other" ]] || { echo "another seed gives the same" >&2; exit 1; }

check "tiers and rivals" "$one" '.rebato and .watch and .critical
    and (.baselines | length == 7) and (.gates | length > 20)'
check "what each tier says" "$one" '[.rebato, .watch, .critical] | all(
    (.false_alarms_per_brand_month | type == "number")
    and (.false_alarms_by_cause | has("gap") and has("sybil") and has("nothing"))
    and (.recall | has("outage") and has("outage_10_authors") and has("regional")
        and has("shared_supplier") and has("viral") and has("boycott") and has("degradation")
        and has("privacy") and has("slow_burn"))
    and (.time_to_detect_min.outage | has("median") and has("p90"))
    and has("duplicates") and has("withdrawn"))'
check "more sensitive tiers ring more" "$one" '.watch.false_alarms_per_brand_month
    >= .critical.false_alarms_per_brand_month'

check "the product counts the same" "$one" '.agreement | .brands > 0 and .numbers > 100
    and .differences == 0'

# Several seeds: each, then all of them together.
several=$("$CRISISBENCH" --seeds 5,6 --brands 4 --days 7 --format json)
[[ $(wc -l <<<"$several") == 3 ]] || { echo "not a line a seed and one for all" >&2; exit 1; }
check "all of them together" "$(tail -n 1 <<<"$several")" '.run.seeds == "5,6"'

# An outage in a stream made by hand: quiet for five days, then forty people in twenty minutes; what is
# broken, official or without a time changes nothing.
awk 'BEGIN {
    start = 1780272000000
    for (t = 0; t < 432000; t += 300)
        printf "{\"t\":%.0f,\"arrived\":%.0f,\"brand\":\"acme\",\"author\":\"q%d\",\"id\":\"m%d\",\"complaint\":%d}\n",
            start + t * 1000, start + t * 1000 + 900, t, t, t % 7200 == 0
    for (i = 0; i < 40; i++)
        printf "{\"t\":%.0f,\"brand\":\"acme\",\"author\":%d,\"complaint\":1,\"signal\":\"outage\",\"id\":\"o%d\"}\n",
            start + (432000 + i * 30) * 1000, i + 1, i
    print "{\"t\":1780705300000,\"brand\":\"acme\",\"author\":\"acme\",\"official\":1}"
    print "{\"brand\":\"acme\"}"
    print "no JSON"
    printf "{\"t\":%.0f,\"brand\":\"acme\",\"author\":\"late\",\"id\":\"end\"}\n", start + 450000000
}' >"$work/stream"
incidents=$("$CRISISBENCH" --attributes "$work/stream" 2>"$work/said")
grep -q '^2 lines are no mentions' "$work/said"
check "one incident, critical, over" "$incidents" '.brand == "acme" and .tier == "critical"
    and .onset >= 1780703700000 and .opened > .onset and .opened < 1780704900000
    and .resolved > .opened'
[[ $(wc -l <<<"$incidents") == 1 ]] || { echo "more than one incident" >&2; exit 1; }

# The same stream of somebody who gives every post a root, its own, and writes 0 for what he does not know.
jq -c 'select(.id) | .root = .id | .age = 0 | .text = 0' < <(grep '^{"t"' "$work/stream") >"$work/rooted"
rooted=$("$CRISISBENCH" --attributes "$work/rooted")
[[ $rooted == "$incidents" ]] || { echo "a root of its own makes a post another one: $rooted" >&2; exit 1; }

# When everybody passes one post on, it takes more of them.
jq -c '.root = "one"' < <(grep '^{"t"' "$work/stream") >"$work/passed_on"
passed_on=$("$CRISISBENCH" --attributes "$work/passed_on")
check "who passes a post on counts less" "[$incidents,$passed_on]" '.[1].opened > .[0].opened'

# The same crowd, of accounts made for it that say one thing: information.
jq -c 'if .signal == "outage" then .age = 3 | .text = "no funciona nada, me voy a otra" else .age = 900 end' \
    < <(grep '^{"t"' "$work/stream") >"$work/campaign"
incidents=$("$CRISISBENCH" --attributes "$work/campaign")
check "a campaign is no page" "$incidents" '.brand == "acme" and .tier == "coordinated"'

if [[ -d ${NAB_DATA:-} ]]; then
    score=$("$NAB_SCORE" "$NAB_DATA" --format json | tail -n 1)
    check "both ways are scored" "$score" '[.opening, .severity] | all(
        .standard > 40 and .standard <= 100 and has("low_fp") and has("low_fn")
        and has("standard_leave_one_out"))'
else
    echo "no real volumes here: nab_score is not run"
fi
