#!/usr/bin/env bash
#
# A swap of rules in the middle of a stream, in a deployment of two processes that hear of it at different times
# and die of kill -9 around it, one of them coming back with the former rules on its disk. Each post counts by the
# rules of its own time: the counts are those of two replays, one by each set, cut at the bucket on which the
# deployment agreed; and so no process's clock and no restart is in them.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=revise-$$
export PYTHONPATH=$here

"$REBATO" scene tweetdeck-2014 >archive.ndjson
python3 "$here/merge.py" archive.ndjson >merged.tsv
records=$(wc -l <merged.tsv)
topic "mentions-$name" 6

# The second set has fewer words for trouble, and one more brand, ahead of the others.
mkdir before after
cp "$root/rules/brands.yaml" before
for lang in en es; do
    for what in outage complaint trust; do cp "$root/rules/$lang/$what.yaml" "before/$lang-$what.yaml"; done
done
cp before/* after/
rm after/es-outage.yaml after/en-complaint.yaml
sed 's/^brands:$/&\n  - id: aa\n    names: [Chrome]/' before/brands.yaml >after/brands.yaml
check 'the second set has a brand more' test "$(grep -c '  - id:' after/brands.yaml)" -gt "$(grep -c '  - id:' before/brands.yaml)"
# Everybody has rules of its own, under the same path: as on hosts of their own.
for who in 0 1; do
    mkdir "host-$who"
    cp -r before "host-$who/rules"
    (cd "host-$who" && rules='"rules"' session=1500 settings >rebato.yaml)
done
run() {
    (cd "host-$1" && exec "$REBATO" run --wait 20s -c rebato.yaml) >>"$1.out" 2>>"$1.log" </dev/null &
    pid_of[$1]=$!
}
put() {
    rm -rf "host-$1/rules"
    cp -r "$2" "host-$1/rules"
}
# shellcheck disable=SC2317 # called through until_true
said() { grep -q "event=$2" "$1.log"; }

for who in 0 1; do run "$who"; done
python3 "$here/pace.py" 14 <merged.tsv | produce "mentions-$name" &
producer=$!
others+=("$producer")
sleep 3
put 0 after
kill -HUP "${pid_of[0]}"
check 'who is asked swaps' until_true 10 said 0 rules_swapped
check 'and the other one with it' until_true 10 said 1 rules_swapped
kill -KILL "${pid_of[1]}"
wait "${pid_of[1]}" 2>/dev/null || true
run 1
check 'one comes back with the former rules on its disk' until_true 10 said 1 rules_behind
sleep 2
kill -KILL "${pid_of[0]}"
wait "${pid_of[0]}" 2>/dev/null || true
run 0
sleep 2
put 1 after
kill -HUP "${pid_of[1]}"
wait "$producer"

# shellcheck disable=SC2317 # called through until_true
all_counted() {
    python3 -c 'import redis_cells, sys; sys.exit(sum(redis_cells.Redis(*sys.argv[1:3]).fences().values()) != 4 * int(sys.argv[3]))' \
        "$REBATO_REDIS" "$name" "$records"
}
check 'all records are behind the fences' until_true 60 all_counted
# shellcheck disable=SC2317 # called through until_true
stands() {
    local was
    was=$(open_cells) && sleep 2 && [[ $was == "$(open_cells)" ]]
}
# shellcheck disable=SC2317 # called through stands
open_cells() {
    python3 -c 'import redis_cells, sys; print(sorted(redis_cells.Redis(*sys.argv[1:3]).open_cells().items()))' \
        "$REBATO_REDIS" "$name"
}
check 'the judges have done what there was to do' until_true 30 stands
for who in 0 1; do stop "$who"; done

list=$(python3 -c 'import redis_cells, sys
redis = redis_cells.Redis(*sys.argv[1:3])
print(redis.call("HGET", redis.prefix + "meta", "revisions"))' "$REBATO_REDIS" "$name")
echo "        $list"
equal 'one swap was agreed on, however many processes asked' 2 "$(wc -w <<<"$list")"
from=$(cut -d ' ' -f 2 <<<"$list" | cut -d : -f 2)

for set in before after; do
    "$REBATO" replay --quiet -r "$set" --cells "$set.cells" archive.ndjson >/dev/null
done
# cut_cells SET COMPARISON: the cells of a set that lie on its side of the bucket.
cut_cells() { jq -c "select(.bucket $2 ($from * 10000))" "$1.cells"; }
{
    cut_cells before '<'
    cut_cells after '>='
} >expected.cells
check "counts are by the one set before $from and by the other from there on" \
    python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" expected.cells
# Or this would prove nothing.
for set in before after; do
    # shellcheck disable=SC2310 # its failure is what is wanted
    if python3 "$here/compare_cells.py" "$REBATO_REDIS" "$name" "$set.cells" >"$set.compared"; then
        bad "counts are not those of \"$set\" alone"
    else
        good "counts are not those of \"$set\" alone:$(sed -n 1p "$set.compared")"
    fi
done

# Whoever looks back follows both sets, each with its own numbers of brands.
(cd host-0 && "$REBATO" log -c rebato.yaml --control) >control.ndjson
for verb in "preview --format json" "report --all --format md"; do
    # shellcheck disable=SC2086 # words
    (cd host-0 && "$REBATO" $verb --quiet -c rebato.yaml --control ../control.ndjson) >"${verb%% *}.out" 2>"${verb%% *}.said" ||
        bad "$verb over a swap: $(tail -n 2 "${verb%% *}.said")"
done
equal 'looking back, the brand of the incident is the same' '["tweetdeck"]' "$(jq -c '[.brands[].brand]' preview.out)"
contains 'and so it is in the report' 'TweetDeck' report.out

closing
