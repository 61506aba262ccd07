#!/usr/bin/env python3
"""Processes that count a stream together die of kill -9 while they do; when all is quiet every number that they
left is compared with the truth. Called by `quick`, which see.

    quick.py --binary REBATO --produce CHAOS_PRODUCE --stack STACK --folder EMPTY [--mentions N] [--kills N]
             [--seconds N] [--seed N]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import kills
import line
import oracle
import standing

PARTITIONS = 12
PROCESSES = 3
SHARDS = line.SHARDS
IDLE_S = 20
PATIENCE_S = 150  # beyond the stream's own time
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

SETTINGS = """\
schema: rebato/config/v1
turn: 100ms
input:
  max_age: 6h
  kafka:
    brokers: ["{kafka}"]
    topics: [{name}]
    group: {name}
    start: earliest
    properties: {{group.instance.id: {name}-{process}, session.timeout.ms: {session_ms}, heartbeat.interval.ms: 500}}
  late: {{idle: {idle_s}s}}
  dedupe: {{over: {look_back}}}
rules: ["{rules}"]
redis: {{url: "{redis}", namespace: {name}, shards: {shards}, timeout: 1s,
        retention: {{10s: 7320d, 5m: 7320d, 1h: 7320d}}}}
judge: {{deployment: {name}}}
workers: 1
channels:
  hook: {{type: webhook, url: "http://127.0.0.1:{port}/", allow_private: true}}
"""


def say(text):
    print(text, flush=True)


class Report:
    def __init__(self):
        self.failures = 0

    def check(self, what, wrong):
        """`wrong`: lines that say what is not as it should be."""
        say(f"    {'BAD' if wrong else 'ok '} {what}")
        for text in wrong[:10]:
            say(f"        {text}")
        if len(wrong) > 10:
            say(f"        and {len(wrong) - 10} more")
        self.failures += bool(wrong)


class Run:
    """Names, folders and processes of one run."""

    def __init__(self, options):
        self.options = options
        self.name = f"chaos-{os.getpid()}"
        self.folder = pathlib.Path(options.folder).resolve()
        self.kafka, self.url = os.environ["REBATO_KAFKA"], os.environ["REBATO_REDIS"]
        self.rules = oracle.Rules()
        self.children = []
        self.processes = []
        self.redis = standing.Redis(self.url, self.name)

    def receiver_port(self):
        port = self.folder / "port"
        self.deliveries = self.folder / "webhook.ndjson"
        self.deliveries.touch()
        self.children.append(subprocess.Popen(
            [sys.executable, str(HERE.parent / "e2e/receiver.py"), str(self.deliveries), str(port)]))
        end = time.monotonic() + 10
        while not (port.exists() and port.read_text()) and time.monotonic() < end:
            time.sleep(0.05)
        return int(port.read_text())

    def prepare(self):
        subprocess.run([self.options.stack, "topic", self.name, str(PARTITIONS)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port = self.receiver_port()
        for number in range(PROCESSES):
            path = self.folder / f"settings-{number}.yaml"
            path.write_text(SETTINGS.format(
                kafka=self.kafka, name=self.name, process=number, session_ms=self.options.session_ms, idle_s=IDLE_S,
                look_back=self.rules.look_back, rules=ROOT / "rules", redis=self.url, shards=SHARDS, port=port),
                encoding="utf-8")
            self.processes.append(line.Process(str(number), self.options.binary, path, self.folder))

    def start_stream(self):
        options = self.options
        producer = subprocess.Popen(
            [options.produce, self.kafka, self.name, str(self.folder), f"seed={options.seed}",
             f"count={options.mentions}", f"seconds={options.seconds}", f"partitions={PARTITIONS}"])
        self.children.append(producer)
        return producer

    def applied(self):
        """Records behind the fences of the shard that is furthest behind."""
        fences = self.redis.fences(SHARDS)
        return sum(min(found) for found in fences.values() if len(found) == SHARDS)

    def end(self):
        for process in self.processes:
            if process.running():
                process.kill()
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()

    def forget(self):
        """What the run left in Redis; only when there was nothing to look at."""
        for begin in range(0, len(names := self.redis.keys("*")), 500):
            self.redis.call("UNLINK", *[self.redis.prefix + name for name in names[begin:begin + 500]])


def rain(run, killer, producer):
    """Lets them die while the stream flows, and where the machine is slow while they catch up with it."""
    begin = said = time.monotonic()
    applied = before = 0
    while producer.poll() is None or not killer.finished():
        applied = run.applied()
        killer.turn(applied)
        passed = time.monotonic() - begin
        if producer.poll() is not None and (applied == run.options.mentions or passed > run.options.seconds + PATIENCE_S):
            break
        if time.monotonic() - said >= 20:
            say(f"    {passed:4.0f} s: {len(killer.deaths)} killed, {applied} applied, {(applied - before) // 20} a second")
            said, before = time.monotonic(), applied
        time.sleep(0.03)
    killer.look()
    killer.restart_all()


def await_applied(run, seconds):
    end = time.monotonic() + seconds
    while run.applied() < run.options.mentions and time.monotonic() < end:
        time.sleep(0.2)
    missing = run.options.mentions - run.applied()
    return [f"{missing} records are not behind the fences after {seconds} s"] if missing else []


def await_folded(run, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = standing.Standing(run.redis)
        if not found.open and not found.sets:
            return found, []
        time.sleep(1)
    return found, [f"{len(found.open)} cells and {len(found.sets)} author sets are not erased after {seconds} s"]


def replay_archive(run, kept):
    """The incidents there should be, by a replay of what the oracle let through: a file for each partition,
    without copies, without times that cannot be. Its counts are not used."""
    folder = run.folder / "archive"
    folder.mkdir()
    files = [open(folder / f"{number:02}.ndjson", "wb") for number in range(PARTITIONS)]
    with open(run.folder / "archive.ndjson", "rb") as lines:
        for number, text in enumerate(lines):
            partition, copy = kept.get(number, (None, False))
            if partition is not None:
                # A copy beyond the filter's reach counts: the replay's filter reaches further.
                text = text.replace(b'{"id":"', b'{"id":"again-%d-' % number, 1) if copy else text
                files[partition].write(text)
    for file in files:
        file.close()
    out = subprocess.run([run.options.binary, "replay", "--quiet", "-r", str(ROOT / "rules"), "--name", run.name,
                          *[file.name for file in files]], check=True, stdout=subprocess.PIPE).stdout
    lines = [json.loads(text) for text in out.decode().splitlines()]
    return sorted(f"{event['id']}:{event['revision']}:{event['kind']}"
                  for event in lines if event.get("type") != "summary")


def keys_of(notice):
    """Brands that go up together come in one notice, which has a key of its own."""
    if not notice["key"].endswith(":surge"):
        return [notice["key"]]
    crises = [alert["crisis"] for alert in notice["body"]["alerts"]]
    return [f"{crisis['incident']}:{crisis['revision']}:{crisis['kind']}" for crisis in crises]


def await_alerts(run, expected, seconds):
    end = time.monotonic() + seconds
    while True:
        with open(run.deliveries, encoding="utf-8") as lines:
            came = [key for text in lines for key in keys_of(json.loads(text))]
        if set(came) == set(expected) or time.monotonic() > end:
            return came
        time.sleep(0.5)


def judge_kills(report, killer, wanted):
    """The figures of the deaths, for the last line."""
    deaths = killer.deaths
    holding = [death for death in deaths if death[2] > 0]
    named = [death[0] for death in deaths if death[0] != kills.OUTSIDE]
    few = wanted * 9 // 10
    report.check(f"{len(deaths)} killed, {len(named)} of them at hooks", [] if len(deaths) >= wanted else
                 [f"{wanted} were planned"])
    report.check(f"{len(holding)} died with records counted and not applied", [] if len(holding) >= few else
                 [f"at least {few} should have", *[str(death) for death in deaths if death[2] == 0]])
    report.check("someone died at every hook",
                 [f"{hook}: nobody" for hook in kills.HOOKS if hook not in named] if wanted >= 40 else [])
    report.check("nobody ended by himself", killer.trouble)
    return (f"{len(deaths)} kill -9 ({len(holding)} with records in flight, {len(named)} at {len(set(named))} hooks), "
            f"{killer.pauses} zombies")


def without_last(truth):
    """The same truth less one complaint; what a comparison that can fail has to notice."""
    cells = dict(truth.cells)
    for key in truth.last:
        cells[key] -= 1
    return {key: value for key, value in cells.items() if value > 0}


def compare(run, report, early, truth):
    say("  counts, against the oracle")
    report.check(f"the records that were sent had the fates {dict(sorted(truth.fates.items()))}",
                 [f"no {fate} among them" for fate in ("on time", "late", "duplicate", "bad_time", "malformed")
                  if not truth.fates[fate]])
    report.check(f"{len(early.cells)} cells right after the last record, {len(early.open)} of them open",
                 standing.cell_differences(truth, early))
    true, found = standing.open_sets(truth, early, oracle.AuthorHash())
    report.check(f"{len(found)} author sets of open buckets, {sum(map(len, found.values()))} members",
                 standing.differences(true, found, "authors") or ([] if true else ["none was open"]))
    late, wrong = await_folded(run, 150)
    report.check("everything is folded, published and erased", wrong)
    report.check(f"{len(late.cells)} cells at the end", standing.cell_differences(truth, late))
    wrong, compared = standing.author_differences(truth, late)
    report.check(f"{compared} published author counts of ten minutes", wrong or ([] if compared else ["none"]))
    missed = standing.differences(without_last(truth), late.cells, "cell")
    report.check("a truth that lacks one record would have been noticed",
                 [] if len(missed) == len(truth.last) else [f"{len(missed)} differences, {len(truth.last)} expected"])
    return late, compared


def compare_alerts(run, report, kept):
    say("  alerts, against a replay")
    expected = replay_archive(run, kept)
    came = await_alerts(run, expected, 20)
    report.check(f"{len(set(expected))} alerts of {len({key.split(':')[0] for key in expected})} incidents",
                 [f"{key}: expected, did not come" for key in sorted(set(expected) - set(came))] +
                 [f"{key}: came, not expected" for key in sorted(set(came) - set(expected))] +
                 ([] if expected else ["none was expected"]))
    return f"{len(set(expected))} alerts ({len(came) - len(set(came))} repeated)"


def chaos(run, report, make_killer, judge):
    """The figures for the last line. make_killer(run) when all is prepared; judge(report, killer, wanted)."""
    options = run.options
    begin = time.monotonic()
    run.prepare()
    killer = make_killer(run)
    killer.restart_all()
    time.sleep(4)  # the group forms
    say(f"  {options.mentions} mentions in {options.seconds} s, {options.kills} kills, seed {options.seed}")
    producer = run.start_stream()
    rain(run, killer, producer)
    report.check("all was sent", [] if producer.returncode == 0 else [f"the producer ended with {producer.returncode}"])
    wrong = await_applied(run, 60)
    early = standing.Standing(run.redis)
    report.check(f"all records are behind the fences {time.monotonic() - begin:.0f} s after the start", wrong)
    kept = {}
    truth = oracle.read([run.folder / "truth.tsv"], run.rules,
                        lambda number, partition, copy: kept.__setitem__(number, (partition, copy)))
    deaths = judge(report, killer, options.kills)
    late, compared = compare(run, report, early, truth)
    alerts = compare_alerts(run, report, kept)
    report.check("all end when they are asked to",
                 [f"{process.name}: {code}" for process in run.processes if (code := process.stop()) != 0])
    return (f"{options.mentions} mentions, {PARTITIONS} partitions, {PROCESSES} processes, {deaths}; "
            f"{len(late.cells)} cells, {compared} author counts, {alerts}; "
            f"seed {options.seed}, {time.monotonic() - begin:.0f} s")


def read_options(parser):
    for name in ("binary", "produce", "stack", "folder"):
        parser.add_argument(f"--{name}", required=True)
    for name, normal in (("mentions", 1000000), ("kills", 40), ("seconds", 150), ("seed", 7), ("session-ms", 3000)):
        parser.add_argument(f"--{name}", type=int, default=normal)
    return parser.parse_args()


def conduct(title, options, make_killer, judge):
    """A run from its preparation to its last line; the exit status."""
    report, run = Report(), Run(options)
    try:
        figures = chaos(run, report, make_killer, judge)
    finally:
        run.end()
    if report.failures:
        say(f"{title}: {figures}: {report.failures} checks FAILED; logs and input in {run.folder}")
        return 1
    run.forget()
    say(f"{title}: {figures}: all equal")
    return 0


def main():
    return conduct("chaos quick", read_options(argparse.ArgumentParser()),
                   lambda run: kills.Killer(run.processes, run.redis, run.options), judge_kills)


if __name__ == "__main__":
    sys.exit(main())
