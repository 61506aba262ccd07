"""Mentions per brand and hour, counted without the engine: plain Python over the archives.

Shares nothing with the C code but the words in rules/brands.yaml: own folding (unicodedata), own matching
(re), own duplicates, own idea of who is official.
"""
import collections
import datetime
import json
import re
import unicodedata

import yaml


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
    def __init__(self, entry):
        self.id = entry["id"]
        names = [n if n[0] in "#@\\" else rf"\b(?:{n})\b" for n in entry.get("names", [])]
        self.names = re.compile("|".join(names)) if names else None
        self.handles = {h.lower() for h in entry.get("handles", [])}
        self.accounts = {str(a.get("handle", "")).lower() for a in entry.get("official_accounts", [])}
        # An account speaks for its brand and names it too.
        self.handles |= {a for a in self.accounts if a}

    def speaks(self, record):
        return record["author"].get("handle", "").lower() in self.accounts - {""}

    def named(self, text, handles):
        return bool(handles & self.handles) or bool(self.names and self.names.search(text))


def brands(path):
    with open(path, encoding="utf-8") as file:
        return [Brand(entry) for entry in yaml.safe_load(file)["brands"]]


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
