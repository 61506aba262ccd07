"""Mentions per brand and hour, counted without the engine: plain Python over the archives.

Shares nothing with the C code but the words in rules/brands.yaml: own folding (unicodedata), own matching
(re), own duplicates, own idea of who is official.
"""
import collections
import datetime
import json
import re
import unicodedata


def fold(text):
    """Lower case without diacritics, ñ kept; three or more equal letters become one."""
    out = []
    for char in text.lower().replace("’", "'").replace("‘", "'"):
        if char == "ñ":
            out.append(char)
            continue
        plain = "".join(c for c in unicodedata.normalize("NFD", char)
                        if unicodedata.category(c) != "Mn")
        out.append(plain)
    return re.sub(r"([^\W\d_])\1{2,}", r"\1", "".join(out))


class Brand:
    def __init__(self, brand_id, names, handles, accounts):
        self.id = brand_id
        # Whole words: what begins with a sign may follow anything.
        names = [("" if n[0] in "#@" else r"(?<!\w)") + rf"(?:{n})(?!\w)" for n in names]
        self.names = re.compile("|".join(names)) if names else None
        self.accounts = {a.lower() for a in accounts}
        self.handles = {h.lower() for h in handles}

    def speaks(self, record):
        return record["author"].get("handle", "").lower() in self.accounts

    def named(self, text, handles):
        return bool(handles & self.handles) or bool(self.names and self.names.search(text))


def flow_list(entry, key):
    """The text between the brackets behind "key:" of one brand's lines."""
    found = re.search(rf"^    {key}: \[(.*?)\]\s*$", entry, re.MULTILINE | re.DOTALL)
    return found.group(1) if found else ""


def brands(path):
    """The brands file is plain enough to be read without a YAML library."""
    with open(path, encoding="utf-8") as file:
        entries = re.split(r"^  - id: ", file.read(), flags=re.MULTILINE)[1:]
    known = []
    for entry in entries:
        names = [n.replace("''", "'") for n in re.findall(r"'((?:[^']|'')*)'", flow_list(entry, "names"))]
        handles = [h.strip(" '\n") for h in flow_list(entry, "handles").split(",") if h.strip()]
        # An account with an id is recognised by the id alone; these archives carry handles only.
        accounts = re.findall(r"\{handle: '?(\w+)'?\}", flow_list(entry, "official_accounts"))
        known.append(Brand(entry.split()[0], names, handles, accounts))
    return known


def count(paths, brand_file):
    known = brands(brand_file)
    hours = collections.Counter()
    seen = set()
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if (path, record["id"]) in seen:
                    continue
                seen.add((path, record["id"]))
                at = datetime.datetime.fromisoformat(record["created_at"].replace("Z", "+00:00"))
                hour = int(at.timestamp()) // 3600 * 3600 * 1000
                text = fold(record["text"])
                handles = {h.lower() for h in re.findall(r"@([A-Za-z0-9_]+)", record["text"])}
                for brand in known:
                    if not brand.speaks(record) and brand.named(text, handles):
                        hours[(brand.id, hour)] += 1
    return hours
