"""What `rebato report`, `explain incident` and the incident log say of the same incidents, compared.

  check_report.py log LOG JSON          the report's figures are those of each incident's last line
  check_report.py page HTML JSON        well formed, fetches and runs nothing, and its figures are the JSON's
  check_report.py markdown MD JSON
  check_report.py decisions JSON LOG    every line of the log is explained, by its own figures
  check_report.py spoil NDJSON          the archive with ids and links that are meant to break a page
  check_report.py picture PNG WIDTH HEIGHT
"""

import json
import struct
import sys
import zlib
from html.parser import HTMLParser

VOID = {"meta", "br"}
SELF_CLOSED = {"path", "line"}


def fail(*words):
    print("    ", *words)
    sys.exit(1)


def expect(what, found, expected):
    if found != expected:
        fail(f"{what}: {found!r}, expected {expected!r}")


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def document(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


# ---- the log ----


def check_log(log_path, report_path):
    report = document(report_path)
    by_id = {}
    for line in lines_of(log_path):
        by_id.setdefault(line["id"], []).append(line)
    expect("incidents", [i["id"] for i in report["incidents"]], list(by_id))
    for incident in report["incidents"]:
        told = by_id[incident["id"]]
        last = told[-1]
        for name in ("brand", "revision", "severity", "signals", "state"):
            expect(name, incident[name], last[name])
        for name in ("authors", "dims", "first_person", "late", "peak", "peak_authors", "posts", "reposts"):
            expect(name, incident["scope"][name], last["scope"][name])
        for name in ("answered", "grade", "reminders"):
            expect(name, incident["clock"][name], last["clock"][name])
        expect("onset", incident["onset"], last["clock"]["onset"])
        expect("resolved", incident["resolved"], last["clock"]["resolved"])
        expect("steps", [step for step in incident["playbook"] if step["at"]], last["playbook"])
        for name, value in incident["why"].items():
            expect(f"why {name}", value, told[0]["why"][name])
        kinds = [row["kind"] for row in incident["timeline"]]
        events = [k for k in kinds if k not in ("onset", "peak", "official")]
        expect("timeline", events, [line["kind"] for line in told])
        times = [row["at"] for row in incident["timeline"]]
        expect("order", times, sorted(times))
        check_chart(incident)


def check_chart(incident):
    points = incident["chart"]["points"]
    starts = [point[0] for point in points]
    expect("chart", starts, sorted(set(starts)))
    if not starts[0] < incident["onset"] < incident["alerted"] < starts[-1]:
        fail("the chart does not cover onset and alert")
    most = max(point[4] for point in points)
    if most < incident["why"]["authors"]:
        fail(f"the chart's most is {most}, the alert had {incident['why']['authors']}")


# ---- the page ----


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.figures = []  # of each article: text of the first <dd>s
        self.grades = []
        self.rows = []  # of each article: kinds of the timeline
        self.charts = 0
        self.path = None
        self.text = {}

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        for name, value in attributes.items():
            if name.startswith("on") or name in ("src", "srcset", "xlink:href", "action"):
                fail(f"<{tag} {name}={value!r}>")
            if name == "href" and not (value.startswith(("#i-", "https://", "http://"))):
                fail(f"<{tag} href={value!r}>")
            if value and "url(" in value:
                fail(f"<{tag} {name}={value!r}>")
        if tag in ("script", "iframe", "object", "embed", "link", "base", "form", "img"):
            fail(f"<{tag}>")
        if tag == "article":
            self.figures.append([])
            self.rows.append([])
        self.charts += attributes.get("class") in ("wide", "narrow")
        if "data-kind" in attributes:
            self.rows[-1].append(attributes["data-kind"])
        if "data-grade" in attributes:
            self.grades.append(attributes["data-grade"])
        if tag == "dd" and self.figures:
            self.figures[-1].append("")
        if tag not in VOID | SELF_CLOSED:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        if tag not in VOID | SELF_CLOSED:
            fail(f"<{tag}/>")

    def handle_endtag(self, tag):
        if tag in VOID | SELF_CLOSED:
            return
        if not self.open or self.open.pop() != tag:
            fail(f"</{tag}> closes nothing, at line {self.getpos()[0]}")

    def handle_data(self, data):
        if self.open and self.open[-1] == "dd" and self.figures and self.figures[-1]:
            self.figures[-1][-1] += data


def digits(text):
    return int("".join(c for c in text if c.isdigit()) or -1)


def check_page(page_path, report_path):
    report = document(report_path)
    page = Page()
    with open(page_path, encoding="utf-8") as file:
        text = file.read()
    page.feed(text)
    page.close()
    expect("left open", page.open, [])
    expect("a policy that allows nothing", "default-src 'none'" in text, True)
    expect("articles", len(page.figures), len(report["incidents"]))
    expect("charts", page.charts, 2 * len(report["incidents"]))
    expect("grades", page.grades, [i["clock"]["grade"] for i in report["incidents"]])
    for figures, rows, incident in zip(page.figures, page.rows, report["incidents"]):
        scope = incident["scope"]
        expect("people", digits(figures[0]), scope["authors"])
        expect("most in 10 min", digits(figures[1]), scope["peak_authors"])
        shown = [digits(figure) for figure in figures[6:11]]
        expected = [scope[n] for n in ("authors", "posts", "first_person", "commentary", "reposts")]
        expect("scope", shown, expected)
        expect("timeline", rows, [row["kind"] for row in incident["timeline"]])


def check_markdown(path, report_path):
    report = document(report_path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for incident in report["incidents"]:
        if f"`{incident['id']}`" not in text:
            fail(f"no incident {incident['id']}")
    done = sum(step["at"] is not None for incident in report["incidents"] for step in incident["playbook"])
    expect("steps done", text.count("- [x] "), done)
    expect("steps", text.count("- [x] ") + text.count("- [ ] "), 8 * len(report["incidents"]))
    if "<" in text:
        fail("Markdown with a tag in it")


# ---- decisions ----


def check_decisions(path, log_path):
    explained = document(path)
    told = [line for line in lines_of(log_path) if line["id"] == explained["incident"]]
    expect("decisions", len(explained["decisions"]), len(told))
    for decision, line in zip(explained["decisions"], told):
        for name in ("kind", "revision", "severity", "signals"):
            expect(name, decision[name], line[name])
        expect("at", decision["at"], line["time"])
        for name, value in decision["why"].items():
            expect(f"why {name}", value, line["why"][name])
        if decision["kind"] == "opened":
            check_opening(decision)


def check_opening(decision):
    names = {600: "scan_10m", 3600: "scan_1h", 21600: "scan_6h", 86400: "scan_24h"}
    why = decision["why"]
    subject = "anything" if why["anything"] else why["signal"]
    seen = next(look for look in decision["seen"] if look["signal"] == subject)
    for window in seen["windows"]:
        if names[window["window_s"]] in why["fired"] and window["score"] < window["score_needed"]:
            fail(f"told by {window['window_s']} s with {window['score']}, {window['score_needed']} needed")
        if window["window_s"] == why["window_s"] and "cusum" not in why["fired"]:
            expect("U", window["people"], why["authors"])
            expect("C", window["posts"], why["posts"])
            expect("M", window["expected"], why["expected"])
            expect("p", window["p_log10"], why["p_log10"])
            expect("share", window["share"], why["share"])
    if "cusum" in why["fired"] and seen["cusum"] < seen["cusum_needed"]:
        fail(f"told by the CUSUM with {seen['cusum']}, {seen['cusum_needed']} needed")


# ---- others ----


def spoil(path):
    for post in lines_of(path):
        if post.get("truth") != "none":
            post["id"] = post["id"].replace("syn-", "syn-<script>alert(1)</script>\"'|`", 1)
            post["text"] += " <script>alert(2)</script> \"><img src=x onerror=alert(3)>"
            post["url"] = "javascript:alert(4)"
        print(json.dumps(post, ensure_ascii=False))


def check_picture(path, width, height):
    with open(path, "rb") as file:
        data = file.read()
    expect("a PNG", data[:8], b"\x89PNG\r\n\x1a\n")
    expect("its size", struct.unpack(">II", data[16:24]), (int(width), int(height)))
    at, pixels = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IDAT":
            pixels += data[at + 8 : at + 8 + size]
        at += size + 12
    if len(set(zlib.decompress(pixels))) < 50:
        fail("hardly anything is drawn on it")


VERBS = {
    "log": check_log,
    "page": check_page,
    "markdown": check_markdown,
    "decisions": check_decisions,
    "spoil": spoil,
    "picture": check_picture,
}

if __name__ == "__main__":
    VERBS[sys.argv[1]](*sys.argv[2:])
