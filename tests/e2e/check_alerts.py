#!/usr/bin/env python3
"""Did the alert arrive everywhere, under one key, and are the dashboards' keys there with an expiry?

    check_alerts.py REDIS_URL NAMESPACE KAFKA_FILE WEBHOOK_FILE REPLAY_OUTPUT LIVE_LOG
"""
import json
import sys

import redis_cells


def opened_in_replay(path):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["id"] for row in rows if row.get("kind") == "opened"}


def incident_lines(path):
    """The canonical lines of a run; the summary that closes a replay is none."""
    with open(path, encoding="utf-8") as lines:
        return sorted(line for line in lines if '"type":"summary"' not in line)


def incidents_of(payloads):
    return {alert["crisis"]["incident"] for body in payloads for alert in body["alerts"]}


def json_lines(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def check(what, good, shown=""):
    print(f"    {'ok ' if good else 'BAD'} {what} {shown}")
    return good


def keys_expire(redis):
    fine = True
    for pattern, least in (("now:*", 1), ("ts:10s:*", 1), ("ts:5m:*", 1), ("ts:1h:*", 1),
                           ("inc:*", 2), ("top:*", 1)):
        keys = redis.keys(pattern)
        lasting = [key for key in keys if redis.call("TTL", key) < 0]
        fine &= check(f"{pattern}: {len(keys)} keys, all expire", len(keys) >= least and not lasting,
                      " ".join(lasting[:3]))
    return fine


def main():
    url, namespace, kafka_file, webhook_file, replay_file, live_log = sys.argv[1:]
    redis = redis_cells.Redis(url, namespace)
    expected = opened_in_replay(replay_file)
    webhook = json_lines(webhook_file)
    stream = redis.call("XRANGE", redis.prefix + "alerts", "-", "+")
    in_stream = {dict(zip(fields[::2], fields[1::2]))["incident"] for _, fields in stream}
    bodies = {}
    for row in webhook:
        bodies.setdefault(row["key"], set()).add(json.dumps(row["body"], sort_keys=True))
    fine = check("the replay opens incidents", bool(expected), str(len(expected)))
    fine &= check("Kafka topic", incidents_of(json_lines(kafka_file)) == expected)
    fine &= check("webhook", incidents_of(row["body"] for row in webhook) == expected)
    # At least once: when Redis stands still after a delivery it is not noted down, and comes again.
    fine &= check("webhook: what comes again is the same", all(len(of) == 1 for of in bodies.values()),
                  f"{len(bodies)} notices, {len(webhook) - len(bodies)} of them again")
    fine &= check("Redis stream", in_stream == expected)
    fine &= check("live incident log equals the replay's, byte for byte",
                  incident_lines(live_log) == incident_lines(replay_file))
    fine &= keys_expire(redis)
    return 0 if fine else 1


sys.exit(main())
