#!/usr/bin/env bash
#
# A collector that reconnects sends ten minutes again. rebato is started anew in between, so nobody remembers
# them but the log: counts and alerts stay as they are, and are what the input says.
# shellcheck source=tests/e2e/kit.bash disable=SC1091
source "$(dirname "${BASH_SOURCE[0]}")/kit.bash"
need_kafka
need_redis
name=twice-$$
chaos=$here/../chaos
export PYTHONPATH=$here:$chaos PYTHONDONTWRITEBYTECODE=1
# Of a stream of eight hours ten minutes in which something happens.
span=(seed="${SEED:-7}" count=1000000 from=178000 until=198833 partitions=6)
records=20833
look_back=262144 # the settings' own

send() {
    mkdir -p "$1"
    "$(dirname "$REBATO")/tests/chaos_produce" "$REBATO_KAFKA" "mentions-$name" "$1" "${span[@]}"
}
# shellcheck disable=SC2317 # called through check
counted() { python3 "$here/await_fences.py" "$REBATO_REDIS" "$name" "$1" 6 4; }
# shellcheck disable=SC2317
as_true() { python3 "$chaos/compare.py" "$REBATO_REDIS" "$name" "$look_back" "$@"; }

topic "mentions-$name" 6
idle=3s settings >rebato.yaml
start first -c rebato.yaml
send once
check 'ten minutes are counted' counted "$records"
check 'the counts are what the input says' as_true once/truth.tsv
stop first
sort alerts-file.ndjson >alerts.once
check "something was announced ($(wc -l <alerts.once) alerts)" test -s alerts.once

start second -c rebato.yaml
send again
check 'the same ten minutes again are read' counted $((2 * records))
check 'the counts are what they were' as_true once/truth.tsv
check 'the oracle says so too, of both' as_true once/truth.tsv again/truth.tsv
stop second
check 'nothing more was announced' cmp alerts.once <(sort alerts-file.ndjson)
# What was no duplicate the second time had never been a mention.
logged_fates second >fates
check "all were duplicates, or nothing both times ($(tr '\n' ' ' <fates))" \
    test -z "$(grep -vE '^(duplicate|malformed|bad_time) ' fates)"

closing
