#!/usr/bin/env python3
"""Injects outages into a real archive of a bank and counts whose clock its ordinary posts stop.

    silence.py REBATO ARCHIVE WORK [--times N] [--seed N]

The bank's own posts are nearly all replies to customers; many apologise, some name an error. None of them is about
the outage that is injected here (invented people, invented words), so none may stop its clock. A broadcast that
is injected with it must; so must replies that name it in words of their own, and a canned one sent as often must not.
Exit 1 when more than 2 % of the clocks are stopped by ordinary posts, or fewer than 98 % by an answer.
"""
import argparse
import datetime
import json
import pathlib
import random
import subprocess
import sys

BRAND, SPEAKER = "citibanamex", "Citibanamex"
CROWD, SPREAD_MIN = 60, 30
STOPPED_MAX, ANSWERED_MIN = 0.02, 0.98

COMPLAINTS = (
    "no funciona banamex", "se cayó banamex", "los cajeros de banamex no funcionan", "banamex caído, ¿alguien más?",
    "banamex sin servicio", "no puedo entrar a banamex", "otra caída de banamex", "imposible entrar en banamex",
)
BROADCAST = "Tenemos una falla en nuestros cajeros. Trabajamos para resolverla y les informamos en media hora."
# Each for another customer, each in its own words.
REPLIES = (
    "Lamentamos la falla de los cajeros, nuestros técnicos ya la revisan",
    "Sí, tenemos una caída en la red de cajeros; calculamos una hora",
    "Estamos al tanto del problema en Monterrey y en todo el norte",
    "Disculpa, la interrupción también afecta a retiros con tarjeta",
    "Sentimos mucho que el corte te dejara sin efectivo esta tarde",
    "Trabajamos para restablecer el servicio, intenta de nuevo a las ocho",
    "La avería ya está localizada y lamentamos la molestia de hoy",
    "Perdón por la caída, tu sucursal abre mañana desde las nueve",
    "Detectamos un problema eléctrico, disculpa la interrupción",
    "Seguimos trabajando para resolver la falla; aún no hay hora",
)
CANNED = "Lamentamos la falla. Escríbenos por mensaje directo con tu nombre completo y ciudad para ayudarte."


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def post(at, number, text, author):
    return {
        "synthetic": True, "id": f"injected-{number}", "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "lang": "es",
        "platform": "x", "author": {"id": author, "handle": author}, "text": text,
    }


def outage(start, rng):
    """Sixty people within half an hour."""
    return [
        post(start + datetime.timedelta(seconds=rng.uniform(0, SPREAD_MIN * 60)), i, rng.choice(COMPLAINTS), f"person{i}")
        for i in range(CROWD)
    ]


def broadcast(start, _rng):
    return [post(start + datetime.timedelta(minutes=20), 9000, BROADCAST, SPEAKER)]


def replies(start, texts):
    return [
        post(start + datetime.timedelta(minutes=15 + 2 * i), 9100 + i, f"@person{i} {text} -AB", SPEAKER)
        for i, text in enumerate(texts)
    ]


def own_words(start, _rng):
    return replies(start, REPLIES)


def canned(start, _rng):
    return replies(start, [CANNED] * len(REPLIES))


def replay(rebato, posts, path):
    """Events of the incidents, by id."""
    with open(path, "w", encoding="utf-8") as file:
        for line in posts:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    done = subprocess.run(
        [rebato, "replay", str(path), "--quiet", "--format", "ndjson"], stdout=subprocess.PIPE, check=True, text=True
    )
    incidents = {}
    for line in map(json.loads, done.stdout.splitlines()):
        if line.get("type") == "incident" and line["brand"] == BRAND:
            incidents.setdefault(line["id"], []).append(line)
    return list(incidents.values())


def injected_at(archive, start, rng, extra, options):
    """The incident of the injected outage, told to its end; None when none opened."""
    posts = archive + outage(start, rng) + (extra(start, rng) if extra else [])
    posts.sort(key=lambda one: time_of(one["created_at"]))
    for events in replay(options.rebato, posts, options.work / "posts.ndjson"):
        late = (time_of(events[0]["time"]) - start).total_seconds()
        if 0 <= late <= 3600:
            return events
    return None


def measure(name, archive, times, extra, options):
    """How many opened, how many of those were answered within the four hours that are graded."""
    rng = random.Random(f"{options.seed} {name}")
    opened = stopped = 0
    for start in times:
        events = injected_at(archive, start, rng, extra, options)
        if events is None:
            continue
        opened += 1
        answered = events[-1]["clock"]["answered"]
        stopped += answered is not None
    print(f"{name}: {opened} of {len(times)} outages opened, {stopped} clocks stopped ({stopped / max(opened, 1):.1%})")
    return opened, stopped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("rebato")
    parser.add_argument("archive")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with open(options.archive, encoding="utf-8") as file:
        archive = [json.loads(line) for line in file]
    rng = random.Random(options.seed)
    first, last = time_of(archive[0]["created_at"]), time_of(archive[-1]["created_at"])
    begin, span = first + datetime.timedelta(days=2), last - first - datetime.timedelta(days=2, hours=5)
    times = [begin + rng.random() * span for _ in range(options.times)]
    few = times[: max(len(times) // 8, 5)]
    official = sum(one["author"]["handle"] == SPEAKER for one in archive)
    print(f"{len(archive)} posts, {official} by the bank")
    opened, stopped = measure("its ordinary posts", archive, times, None, options)
    good = opened >= 0.9 * len(times) and stopped <= STOPPED_MAX * opened
    for name, extra, wanted in (
        ("a broadcast that names it", broadcast, True),
        ("ten replies in words of their own", own_words, True),
        ("ten times the same reply", canned, False),
    ):
        opened, stopped = measure(name, archive, few, extra, options)
        good &= stopped >= ANSWERED_MIN * opened if wanted else stopped <= STOPPED_MAX * opened
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
