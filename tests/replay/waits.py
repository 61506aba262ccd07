#!/usr/bin/env python3
"""Who was answered and who waits, counted from the posts alone, beside what `rebato report` says.

    waits.py answer POSTS                    POSTS with replies of a brand among them
    waits.py check POSTS MATCHES REPORT      the figures of every incident, and who is shown
    waits.py expect REPORT BRAND some|nobody
    waits.py same REPORT REPORT              of the incidents that both have
    waits.py nobody POSTS REPORT...          no handle of anybody stands in a report
    waits.py id REPORT BRAND
"""
import json
import re
import statistics
import sys
from datetime import datetime, timedelta, timezone

BRAND, ACCOUNT = "vodafone", "vodafone_es"
# Each says what is wrong and does something about it, in words that no other has.
NAMED = [
    "sabemos que fallan las llamadas en tu zona; nuestros técnicos están trabajando en la avería",
    "lamentamos el corte de red, la interrupción afecta a Sevilla y queda resuelta hoy mismo",
    "hay una caída general de datos móviles. Perdona el trastorno, revisamos antenas ahora",
    "te pedimos disculpas: el servicio no funciona por un fallo eléctrico del nodo central",
]
CANNED = "sentimos las molestias, escríbenos por mensaje privado y con gusto miramos tu caso"
OTHER = [
    "qué modelo de teléfono usas, por favor",
    "dinos desde cuándo tienes contratada esa tarifa",
]


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def document(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def time_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def fail(*words):
    print("   ", *words)
    sys.exit(1)


# ---- the story ----


def reply_to(post, number, text, minutes, by_handle):
    """A reply names the post it answers, or only begins with the handle."""
    when = time_of(post["created_at"]) + timedelta(minutes=minutes)
    handle = post["author"]["handle"]
    return {
        "id": f"reply-{number:05d}", "created_at": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "lang": "es", "platform": "x",
        "author": {"id": ACCOUNT, "handle": ACCOUNT, "followers": 250000, "created_at": "2010-01-01T00:00:00Z"},
        "text": f"@{handle.upper() if by_handle else handle} {text}",
        "in_reply_to": None if by_handle else post["id"], "in_reply_to_handle": None, "repost_of": None,
        "synthetic": True, "truth": "official",
    }


def answer(path):
    """Every fifth post of the outage gets a reply after some minutes, and every 40th a second, better one; a stranger
    who calls himself the brand replies to others."""
    posts = read_lines(path)
    replies = []
    hit = [p for p in posts if "-vodafone-down-" in p["id"] and p["repost_of"] is None]
    for i, post in enumerate(hit):
        number = len(replies)
        if i % 5 == 0:
            text = CANNED if i % 10 == 0 else NAMED[i // 10 % 4] if i % 20 == 5 else OTHER[i // 20 % 2]
            replies.append(reply_to(post, number, text, 3 + i % 47, i % 15 == 0))
        if i % 40 == 0:
            replies.append(reply_to(post, number + 1, NAMED[i // 40 % 4], 60, False))
        if i % 5 == 1:
            false = reply_to(post, 50000 + i, NAMED[0], 5, False)
            false["author"] = {"id": "77", "handle": "alguien77", "followers": 3, "created_at": "2014-05-01T00:00:00Z"}
            false["truth"] = "none"
            replies.append(false)
    # Nobody is answered by what was said to them before they complained of this.
    late = hit[3]
    replies.append(reply_to(late, 90000, CANNED, -30, True))
    for post in sorted(posts + replies, key=lambda p: (p["created_at"], p["id"])):
        print(json.dumps(post, ensure_ascii=False))


# ---- the same question, asked of the posts ----


class Person:
    def __init__(self, author):
        self.author, self.posts, self.reposts, self.replies = author, [], 0, []

    @property
    def since(self):
        return min(time_of(p["created_at"]) for p in self.posts)

    @property
    def first(self):
        return min(self.posts, key=lambda p: (time_of(p["created_at"]), p["id"]))

    @property
    def reach(self):
        return max(p["author"]["followers"] for p in self.posts)


def addressee_of(post):
    said = re.match(r"\s*@([A-Za-z0-9_.@-]+)", post["text"])
    return (post["in_reply_to_handle"] or (said.group(1).rstrip(".") if said else "")).lower()


def ask(posts, matches, incident):
    """People by author, and authors who only reposted."""
    onset, until = time_of(incident["onset"]), time_of(incident["answers"]["until"])
    over = until if incident["resolved"] is None else time_of(incident["resolved"])
    signals = set(incident["signals"])
    about = [
        post for post, match in zip(posts, matches)
        if incident["brand"] in match["brands"] and set(match["signals"]) & signals
        and onset <= time_of(post["created_at"]) < over and post["truth"] != "official"
    ]
    people = {}
    for post in about:
        if post["repost_of"] is None:
            people.setdefault(post["author"]["id"], Person(post["author"]["id"])).posts.append(post)
    by_post = {p["id"]: person for person in people.values() for p in person.posts}
    by_handle = {p["author"]["handle"].lower(): person for person in people.values() for p in person.posts}
    passed = set()
    for post in about:
        if post["repost_of"] is not None:
            passed.add(post["author"]["id"])
            if post["repost_of"] in by_post:
                by_post[post["repost_of"]].reposts += 1
    for post in posts:
        when = time_of(post["created_at"])
        if incident["brand"] != BRAND or post["author"]["handle"] != ACCOUNT or not onset <= when <= until:
            continue
        person = by_post.get(post["in_reply_to"]) or by_handle.get(addressee_of(post))
        if person is not None and when >= person.since:
            person.replies.append(when)
    return people, passed - set(people)


def expect(what, found, wanted):
    if found != wanted:
        fail(f"{what}: {found!r}, expected {wanted!r}")


def check_incident(posts, matches, incident):
    said = incident["answers"]
    people, passed = ask(posts, matches, incident)
    answered = [p for p in people.values() if p.replies]
    waiting = [p for p in people.values() if not p.replies]
    name = incident["brand"]
    expect(f"{name}: people", said["people"], len(people))
    expect(f"{name}: passed on", said["passed_on"], len(passed))
    # The judge forgets who named a signal an hour before it joined the incident; nobody else may be missing.
    both, judged = said["people"] + said["passed_on"], incident["scope"]["authors"]
    if not judged <= both <= 1.05 * judged:
        fail(f"{name}: {both} people of both sorts, and the judge counted {judged}")
    expect(f"{name}: answered", said["answered"], len(answered))
    expect(f"{name}: kinds", said["named"] + said["own_words"] + said["canned"], len(answered))
    median = statistics.median([(min(p.replies) - p.since).total_seconds() for p in answered]) if answered else None
    expect(f"{name}: median", said["median_wait_s"], None if median is None else int(median))
    expect(f"{name}: followed from", said["followed_from"], None)
    waiting.sort(key=lambda p: (-p.reach, -p.reposts, -len(p.posts), p.since, p.first["id"]))
    until = time_of(said["until"])
    shown = [
        (p.first["id"][:63], p.reach, p.reposts, len(p.posts), int((until - p.since).total_seconds()))
        for p in waiting[:20]
    ]
    rows = [(r["id"], r["reach"], r["reposts"], r["posts"], r["wait_s"]) for r in said["waiting"]]
    expect(f"{name}: who waits", rows, shown)


def check(posts_path, matches_path, report_path):
    posts, matches = read_lines(posts_path), read_lines(matches_path)
    incidents = document(report_path)["incidents"]
    if not incidents:
        fail("no incident to speak of")
    for incident in incidents:
        check_incident(posts, matches, incident)


def find(report_path, brand):
    found = [i for i in document(report_path)["incidents"] if i["brand"] == brand]
    if not found:
        fail(f"no incident of {brand}")
    return found[0]


def expect_replies(report_path, brand, who):
    said = find(report_path, brand)["answers"]
    if who == "nobody":
        expect("answered", (said["answered"], said["median_wait_s"]), (0, None))
        return
    if not 0.1 < said["answered"] / said["people"] < 0.3:
        fail(f"answered {said['answered']} of {said['people']}")
    # Who was sent the sentence for everybody got something that everybody got; most named replies are repeated too.
    if said["canned"] < said["answered"] / 2 or said["named"] < 1 or said["own_words"] < 1:
        fail(f"kinds: {said['named']} named, {said['own_words']} in own words, {said['canned']} canned")


def same(left, right):
    known = {i["id"]: i["answers"] for i in document(left)["incidents"]}
    for incident in document(right)["incidents"]:
        expect(incident["id"], incident["answers"], known[incident["id"]])


def nobody(posts_path, *reports):
    """Texts of posts may name people: the replies' own begin with a handle, and none of them is a complaint."""
    handles = {p["author"]["handle"] for p in read_lines(posts_path)} - {ACCOUNT}
    for path in reports:
        with open(path, encoding="utf-8") as file:
            words = set(re.findall(r"[A-Za-z0-9_]+", file.read()))
        found = {h for h in handles if re.search(r"\d", h)} & words
        if found:
            fail(f"{path} names {sorted(found)[:5]}")


VERBS = {
    "answer": answer, "check": check, "expect": expect_replies, "same": same, "nobody": nobody,
    "id": lambda path, brand: print(find(path, brand)["id"]),
}

if __name__ == "__main__":
    VERBS[sys.argv[1]](*sys.argv[2:])
