#!/usr/bin/env bash
#
# What the end-to-end scripts share: sourced, never run. The script that sources it is in strict mode, stands
# in its own empty folder afterwards, says one line per check, and leaves no process behind.
#
#   check "what should hold" COMMAND...     equal "what" EXPECTED FOUND     contains "what" PATTERN FILE
#   settings > FILE                         start NAME [ARGS...]            stop NAME    closing
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
: "${REBATO:?}" "${REBATO_TMP:?}"
REBATO=$(realpath "$REBATO")
cd "$REBATO_TMP"

failures=0
declare -A pid_of=()
others=() # process ids that are no rebato

cleanup() {
    local pid
    for pid in "${pid_of[@]}" "${others[@]}"; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
}
trap cleanup EXIT

need_kafka() { [[ -n ${REBATO_KAFKA:-} ]] || { echo 'no Kafka here' && exit 77; }; }
need_redis() { [[ -n ${REBATO_REDIS:-} ]] || { echo 'no Redis here' && exit 77; }; }

# ---- checks ----

good() { printf '    ok  %s\n' "$*"; }
bad() {
    printf '    BAD %s\n' "$*"
    failures=$((failures + 1))
}

check() {
    local what=$1
    shift
    if "$@"; then good "$what"; else bad "$what"; fi
}

equal() {
    if [[ $2 == "$3" ]]; then good "$1: $3"; else bad "$1: expected $2, found $3"; fi
}

# contains WHAT EXTENDED-REGEX FILE
contains() {
    if grep -qE -- "$2" "$3"; then
        good "$1"
    else
        bad "$1: nothing like \"$2\" in $3:"
        tail -n 5 "$3" | cut -c 1-200 | sed 's/^/        | /'
    fi
}

# How many failed becomes the exit code.
closing() {
    ((failures == 0)) || echo "$failures checks failed"
    exit $((failures > 0))
}

# status COMMAND...: its exit code in $code, its output in out and err.
status() {
    code=0
    "$@" >out 2>err </dev/null || code=$?
}

# until_true SECONDS COMMAND...
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# ---- the line ----

topic() { "${REBATO_STACK:?}" topic "$@" >/dev/null 2>&1; }
produce() { "${REBATO_PRODUCE:-$(dirname "$REBATO")/tests/e2e_produce}" "$REBATO_KAFKA" "$@"; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# Settings of a run as YAML. The namespace, group and topic are $name; the rest comes from the variables.
settings() {
    cat <<YAML
schema: rebato/config/v1
input:
  kafka:
    brokers: ["${kafka:-$REBATO_KAFKA}"]
    topics: [${topics:-mentions-$name}]
    group: ${group:-$name}
    start: earliest
    properties: {session.timeout.ms: ${session:-6000}, heartbeat.interval.ms: 500}
  late: {idle: ${idle:-1s}}
rules: [${rules:-\"$root/rules\"}]
redis: {url: "${redis:-$REBATO_REDIS}", namespace: $name, shards: ${shards:-4}, timeout: 1s,
        retention: {10s: 7320d, 5m: 7320d, 1h: 7320d}}
judge: {deployment: $name}
workers: ${workers:-1}
web: {listen: "127.0.0.1:${web_port:-0}"}
channels:
  file: {type: file, path: "$PWD/alerts-file.ndjson"}
${channels:-}
YAML
}

# start NAME [ARGS...]: one process; its log is NAME.log. A Redis that stands still for a second, as on a machine whose
# disk is busy, is waited for.
start() {
    local who=$1
    shift
    "$REBATO" run --wait 20s "$@" >>"$who.out" 2>>"$who.log" </dev/null &
    pid_of[$who]=$!
}

# ended NAME SECONDS: waits for it; exit code in $code. False when it had to be killed.
ended() {
    local who=$1 end=$((SECONDS + $2)) fine=0
    while kill -0 "${pid_of[$who]}" 2>/dev/null; do
        if ((SECONDS >= end)); then
            kill -KILL "${pid_of[$who]}"
            fine=1
        fi
        sleep 0.05
    done
    code=0
    wait "${pid_of[$who]}" || code=$?
    unset "pid_of[$who]"
    return $fine
}

# stop NAME: asks it to end; it has ten seconds and ends with 0.
stop() {
    kill -TERM "${pid_of[$1]}"
    if ended "$1" 10 && ((code == 0)); then
        good "$1 ends when it is asked to"
    else
        bad "$1 ended with $code"
        tail -n 5 "$1.log" | cut -c 1-200
    fi
}

page_of() { sed -n 's/.*event=started.* page_port=\([0-9]*\).*/\1/p' "$1.log" | tail -n 1; }

# The fates of a run as "name count" lines, sorted, without zeros: from the last `counts` line of NAME.log.
logged_fates() {
    grep 'event=counts' "$1.log" | tail -n 1 | tr ' ' '\n' | sed 's/=/ /' |
        grep -vE '^(ts|level|event|records|notices|through) | 0$' | sort
}

# summary_fates FILE: the same of a replay, from the summary that closes its output.
summary_fates() {
    tail -n 1 "$1" | jq -r '.fates | to_entries[] | select(.value > 0) | "\(.key) \(.value)"' | sort
}
