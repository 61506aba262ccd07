#!/usr/bin/env python3
"""Small archives in every shape that platforms send, some of it broken, with the fates that must come out.

    make_archives.py FOLDER      writes FOLDER/NAME for every archive and FOLDER/NAME.fates ("name count" lines)
"""
import collections
import datetime
import gzip
import json
import sys

START_S = int(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc).timestamp())
COUNT = 40


def iso(number):
    return datetime.datetime.fromtimestamp(START_S + number, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def twitter_time(number):
    return datetime.datetime.fromtimestamp(START_S + number, datetime.timezone.utc).strftime("%a %b %d %H:%M:%S +0000 %Y")


def text(number):
    return "WhatsApp no funciona &amp; nadie dice nada" if number % 2 else "buenos días a todos"


def x_status(number):
    return {"created_at": twitter_time(number), "id": number + 10**17, "id_str": str(number + 10**17),
            "text": text(number), "lang": "es", "retweet_count": 0,
            "user": {"id": number, "id_str": str(number), "screen_name": f"u{number}", "followers_count": 7}}


def x2_post(number):
    return {"data": {"id": str(number), "text": text(number), "created_at": iso(number), "author_id": str(number),
                     "lang": "es"}}


def bluesky(number):
    return {"did": f"did:plc:{number}", "time_us": (START_S + number) * 1000000, "kind": "commit",
            "commit": {"rev": "r", "operation": "create", "collection": "app.bsky.feed.post", "rkey": str(number),
                       "record": {"$type": "app.bsky.feed.post", "text": text(number), "langs": ["es"],
                                  "createdAt": iso(number)}, "cid": "c"}}


def bluesky_like(number):
    event = bluesky(number)
    event["commit"]["collection"] = "app.bsky.feed.like"
    event["commit"]["record"] = {"$type": "app.bsky.feed.like", "createdAt": iso(number)}
    return event


def mastodon(number):
    return {"id": str(number), "created_at": iso(number), "language": "es", "uri": f"https://m.example/{number}",
            "content": f"<p>{text(number)}</p>", "account": {"id": str(number), "acct": f"u{number}"}}


def reddit(number):
    return {"kind": "t1", "data": {"name": f"t1_{number}", "id": str(number), "body": text(number),
                                   "author": f"u{number}", "created_utc": float(START_S + number)}}


def native(number):
    return {"id": str(number), "created_at": iso(number), "lang": "es", "platform": "forum",
            "author": {"id": str(number)}, "text": text(number)}


def half():
    return collections.Counter(matched=COUNT // 2, unmatched=COUNT // 2)


def lines(make):
    return "".join(json.dumps(make(number)) + "\n" for number in range(COUNT))


def pretty(make):
    return json.dumps([make(number) for number in range(COUNT)], indent=2)


def broken_array():
    """The third element misses a bracket, the fifth has a word where a value should be."""
    elements = [json.dumps(x_status(number)) for number in range(COUNT)]
    elements[2] = elements[2].replace('"user": {', '"user": [')
    elements[4] = elements[4].replace('"retweet_count": 0', '"retweet_count": oops')
    return "[\n" + ",\n".join(elements) + "\n]\n"


def csv():
    rows = [f'{number},{iso(number)},es,"{text(number)}, ""dicen"""\n' for number in range(COUNT)]
    return "id,created_at,lang,text\n" + "".join(rows)


def archives():
    mixed = half() + collections.Counter(not_a_mention=COUNT)
    yield "native.ndjson", lines(native), half()
    yield "native.ndjson.gz", lines(native), half()
    yield "x-lines.jsonl", lines(x_status), half()
    yield "x-pretty.json", pretty(x_status), half()
    yield "x-search.json", json.dumps({"statuses": [x_status(n) for n in range(COUNT)],
                                       "search_metadata": {"count": COUNT}}, indent=1), half()
    yield "x-broken.json", broken_array(), half() - collections.Counter(unmatched=2) + collections.Counter(malformed=2)
    yield "x2.ndjson", lines(x2_post), half()
    yield "bluesky.jsonl", lines(bluesky) + lines(bluesky_like), mixed
    yield "mastodon.jsonl", lines(mastodon), half()
    yield "mastodon-page.json", pretty(mastodon), half()
    yield "reddit.jsonl", lines(reddit), half()
    yield "reddit-listing.json", json.dumps({"kind": "Listing", "data": {
        "after": None, "children": [reddit(n) for n in range(COUNT)]}}), half()
    yield "export.csv", csv(), half()
    yield "cut.ndjson", lines(native)[:-20], half() - collections.Counter(matched=1) + collections.Counter(malformed=1)


def main():
    for name, content, fates in archives():
        with (gzip.open if name.endswith(".gz") else open)(f"{sys.argv[1]}/{name}", "wb") as out:
            out.write(content.encode("utf-8"))
        with open(f"{sys.argv[1]}/{name}.fates", "w", encoding="ascii") as out:
            out.writelines(f"{fate} {count}\n" for fate, count in sorted(fates.items()) if count > 0)


main()
