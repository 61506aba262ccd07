#!/usr/bin/env python3
"""Records as they must not be, each between two good ones, with the fate that each must have.

    bad_records.py FOLDER

Writes into FOLDER: topic.tsv (for e2e_produce, third argument "hex"), file.ndjson (the same bytes, as far as
a file of lines can hold them), live.fates and file.fates ("name count" lines), file.lines (each record of the
file in order: the fate that `rebato match` gives it, which knows no other records and no time, and its name).
"""
import collections
import datetime
import json
import sys

START_MS = int(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc).timestamp() * 1000)
YEAR_9999_MS = 253370764800000


def stamp(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Writer:
    """Good records one second apart, so that none of them is late."""

    def __init__(self):
        self.rows = []  # name, time in ms, bytes or None, fate: live, in a file or None, matched alone
        self.number = 0
        self.now = START_MS

    def mention(self, **changes):
        self.number += 1
        self.now += 1000
        record = {"id": f"r{self.number}", "created_at": stamp(self.now), "lang": "es", "platform": "x",
                  "author": {"id": f"a{self.number}", "handle": f"a{self.number}"},
                  "text": "WhatsApp no funciona, llevo una hora así"}
        record.update(changes)
        return {key: value for key, value in record.items() if value is not Ellipsis}

    def good(self):
        self.put("good", json.dumps(self.mention()), "matched")

    def put(self, name, value, fate, file="same", alone="same", kafka_ms=None):
        value = value.encode("utf-8") if isinstance(value, str) else value
        file = fate if file == "same" else file
        self.rows.append((name, kafka_ms or self.now, value, fate, file, file if alone == "same" else alone))

    def bad(self, name, value, fate, **more):
        self.put(name, value, fate, **more)
        self.good()


def text_of(out, **changes):
    return json.dumps(out.mention(**changes))


def broken(out):
    whole = text_of(out)
    out.bad("cut in the middle", whole[:len(whole) * 2 // 3], "malformed")
    out.bad("cut inside an escape", '{"id":"x","text":"\\u00', "malformed")
    out.bad("garbage behind", text_of(out) + " oops", "malformed")
    out.bad("two documents", text_of(out) + text_of(out), "malformed")
    out.bad("not JSON", "<html>502 Bad Gateway</html>", "malformed")
    out.bad("no object: array", "[1,2]", "malformed")
    out.bad("no object: string", '"WhatsApp no funciona"', "malformed")
    out.bad("no object: number", "42", "malformed")
    out.bad("no object: null", "null", "malformed")
    out.bad("NaN", text_of(out).replace('"lang": "es"', '"lang": NaN'), "malformed")
    out.bad("leading zero", text_of(out).replace('"lang": "es"', '"lang": 01'), "malformed")
    out.bad("single quotes", "{'id':'x','text':'WhatsApp no funciona'}", "malformed")
    out.bad("only space", "   \t ", "malformed", file=None)
    out.bad("nothing", b"", "empty", file=None)
    out.bad("tombstone", None, "tombstone", file=None)


def too_much(out):
    out.bad("a hundred deep", text_of(out)[:-1] + ',"deep":' + "[" * 100 + "]" * 100 + "}", "too_deep")
    out.bad("a hundred objects deep", text_of(out)[:-1] + ',"deep":' + '{"a":' * 100 + "1" + "}" * 101, "too_deep")
    out.bad("brackets without end", '{"a":' + "[" * 300000, "too_deep")
    out.bad("2 MB", text_of(out, text="WhatsApp no funciona " + "x" * 2000000), "too_large")
    out.bad("2 MB of spaces in front", " " * 2000000 + text_of(out), "too_large", file=None)
    out.bad("an id of 64 KB", text_of(out, id="i" * 65536), "bad_field")
    out.bad("a text of 60 KB", text_of(out, text="WhatsApp no funciona " + "y" * 60000), "matched")
    out.bad("sixty thousand keys", text_of(out)[:-1] + "".join(f',"k{i}":1' for i in range(60000)) + "}", "matched")


def wrong_fields(out):
    out.bad("no text", text_of(out, text=...), "unknown_shape")
    out.bad("text null", text_of(out, text=None), "bad_field")
    out.bad("text a number", text_of(out, text=123), "bad_field")
    out.bad("text an object", text_of(out, text={"es": "WhatsApp no funciona"}), "bad_field")
    out.bad("no time", text_of(out, created_at=...), "bad_field", alone="matched")
    out.bad("time an object", text_of(out, created_at={}), "bad_field")
    out.bad("time a word", text_of(out, created_at="ayer"), "bad_field")
    out.bad("author a number", text_of(out, author=7), "matched")
    out.bad("some other JSON", '{"level":"info","message":"WhatsApp no funciona"}', "unknown_shape")
    out.bad("an empty object", "{}", "unknown_shape")
    out.bad("a like", json.dumps({"did": "did:plc:x", "time_us": out.now * 1000, "kind": "commit",
                                  "commit": {"operation": "create", "collection": "app.bsky.feed.like",
                                             "record": {"$type": "app.bsky.feed.like"}}}), "not_a_mention")


def wrong_times(out):
    out.bad("year 9999", text_of(out, created_at="9999-12-31T23:59:59Z"), "bad_time")
    out.bad("year 1970", text_of(out, created_at="1970-01-01T00:00:01Z"), "bad_time")
    out.bad("year 10000", text_of(out, created_at="10000-01-01T00:00:00Z"), "bad_field")
    out.bad("30 February", text_of(out, created_at="2026-02-30T12:00:00Z"), "bad_time")
    out.bad("hour 25", text_of(out, created_at="2026-03-01T25:00:00Z"), "bad_time")
    out.bad("negative epoch", text_of(out, created_at=-5), "bad_field")
    out.bad("epoch without end", text_of(out).replace(f'"{stamp(out.now)}"', "9" * 400), "bad_field")
    out.bad("Kafka says 9999", text_of(out), "matched", kafka_ms=YEAR_9999_MS)
    out.bad("Kafka says 1970", text_of(out), "bad_time", kafka_ms=1, file=None)
    out.bad("ten minutes ago", text_of(out, created_at=stamp(out.now - 600000)), "late", alone="matched")


def odd_but_fine(out):
    out.bad("byte order mark", b"\xef\xbb\xbf" + text_of(out).encode(), "matched")
    out.bad("no UTF-8", text_of(out).encode().replace(b"llevo", b"ll\xff\xfe\xc3(\xed\xa0\x80vo"), "matched")
    out.bad("lone surrogate", text_of(out).replace("llevo", "\\ud83d \\udc00 llevo"), "matched")
    out.bad("NUL in the text", text_of(out).replace("WhatsApp", "\\u0000 WhatsApp"), "matched")
    out.bad("the same key twice", text_of(out)[:-1] + ',"lang":"en"}', "matched")
    out.bad("an id beyond 2^53", text_of(out, id=18446744073709551615), "matched")
    again = text_of(out)
    out.bad("first of two", again, "matched")
    out.bad("second of two", again, "duplicate", alone="matched")


def hostile_names(out):
    names = "x|y}{z:\r\nSET a b\r\n"
    out.bad("names like commands", text_of(out, platform=names, lang=names, id=names,
                                           author={"id": names, "handle": names}), "matched")
    out.bad("names like keys", text_of(out, platform="{0}", lang="}{", author={"id": "rebato:{0}"}), "matched")
    out.bad("terminal escapes", text_of(out, id="\x1b]52;c;ZWNobyBoaQ==\x07\x1b[2J",
                                        text="WhatsApp no funciona \x1b]52;c;ZWNobyBoaQ==\x07\x1b[2J\u202e"), "matched")
    out.bad("a line feed in the text", text_of(out, text="WhatsApp no funciona\nlevel=error event=fake"), "matched")


def write(folder, rows):
    live, file = collections.Counter(), collections.Counter()
    with open(f"{folder}/topic.tsv", "w", encoding="ascii") as topic, \
            open(f"{folder}/file.ndjson", "wb") as lines, \
            open(f"{folder}/file.lines", "w", encoding="utf-8") as expected:
        for name, time_ms, value, fate, in_file, alone in rows:
            topic.write(f"key\t{time_ms}\t{'-' if value is None else value.hex()}\n")
            live[fate] += 1
            if in_file is not None:
                lines.write(value + b"\n")
                expected.write(f"{alone}\t{name}\n")
                file[in_file] += 1
    for name, fates in (("live", live), ("file", file)):
        with open(f"{folder}/{name}.fates", "w", encoding="utf-8") as out:
            out.writelines(f"{fate} {count}\n" for fate, count in sorted(fates.items()))


def main():
    out = Writer()
    for _ in range(30):
        out.good()
    for part in (broken, too_much, wrong_fields, wrong_times, odd_but_fine, hostile_names):
        part(out)
    write(sys.argv[1], out.rows)


main()
