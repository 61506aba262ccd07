"""What the counts have to be: worked out in Python from the records in the order of their partitions.

Shares nothing with the engine. What a text says was written down by whoever wrote the text (stream.c); whether
a record is a copy, late or of an impossible time is decided here, record by record, and so is where it counts.
Authors are told apart by the hash that Redis has, of the library the engine uses too (libxxhash, from its own
shared object), by the seeds written down here.
"""
import collections
import ctypes
import ctypes.util

BUCKET_MS = 10_000
AHEAD_MS = 5 * 60 * 1000
WINDOW_BUCKETS = 60  # of ten minutes
PLATFORMS = ("other", "x", "bluesky", "mastodon", "reddit")
SEED_STEP = 0x9E3779B97F4A7C15
COMPLAINTS = ("s.outage", "s.billing", "s.complaint")


class Rules:
    """What the settings say about records."""

    def __init__(self, allow_ms=30_000, max_age_ms=6 * 3600 * 1000, look_back=8192):
        self.allow_ms, self.max_age_ms, self.look_back = allow_ms, max_age_ms, look_back


class Partition:
    def __init__(self, rules):
        self.rules = rules
        self.count = 0
        self.reached_ms = None
        self.last_seen = {}

    def broken(self):
        self.count += 1
        return "malformed"

    def fate(self, ingest_ms, time_ms, identity):
        """"on time", "late", "duplicate" or "bad_time"; moves the partition on by one record."""
        offset, rules, before = self.count, self.rules, self.reached_ms
        self.count += 1
        seen = self.last_seen.get(identity)
        self.last_seen[identity] = offset
        if time_ms > ingest_ms + AHEAD_MS or time_ms < ingest_ms - rules.max_age_ms:
            return "bad_time"
        if before is None or time_ms > before:
            self.reached_ms = time_ms
        if seen is not None and offset - seen <= rules.look_back:
            return "duplicate"
        return "late" if before is not None and time_ms < before - rules.allow_ms else "on time"


class Truth:
    def __init__(self):
        self.brands, self.texts, self.platforms = {}, {}, {}
        self.cells = collections.defaultdict(int)  # (brand, bucket_ms, late, dimension)
        self.authors = collections.defaultdict(set)  # (brand, dimension, bucket_ms)
        self.voices = collections.defaultdict(set)  # the same keys: authors, and whether they pass something on
        self.fates = collections.Counter()
        self.partitions = {}
        self.last = None  # cells and authors of the last complaint on time: what is taken out to see it missed

    def dimensions(self, text, platform, repost):
        lang, said = self.texts[text]
        if said == ["official"]:
            return said
        return ["total", *said, f"lang.{lang}", f"plat.{self.platforms[platform]}"] + ["repost"] * repost

    def count(self, place, what):
        brand, bucket_ms, late = place
        text, platform, repost, author = what
        if self.texts[text][1] == ["-"]:
            return
        dims = self.dimensions(text, platform, repost)
        for dim in dims:
            self.cells[(brand, bucket_ms, late, dim)] += 1
        complaints = [dim for dim in dims if dim in COMPLAINTS]
        if complaints and not late:
            # How it was said: once a complaint, whatever it complains of.
            dims = [*dims, "voices"]
            self.cells[(brand, bucket_ms, late, "voices")] += 1
            self.voices[(brand, "voices", bucket_ms)].add(((self.platforms[platform], author), repost))
            for dim in complaints:
                self.authors[(brand, dim, bucket_ms)].add((self.platforms[platform], author))
            self.last = [(brand, bucket_ms, late, dim) for dim in dims]

    def authors_10m(self):
        """{(brand, bucket_ms): distinct authors of ten minutes}, of brands with complaints of one kind."""
        kinds = collections.defaultdict(set)
        by_brand = collections.defaultdict(dict)
        for (brand, dim, bucket_ms), people in self.authors.items():
            kinds[brand].add(dim)
            by_brand[brand][bucket_ms // BUCKET_MS] = people
        return {brand: SlidingAuthors(buckets)
                for brand, buckets in by_brand.items() if len(kinds[brand]) == 1}


class SlidingAuthors:
    """Distinct authors of the last sixty buckets; asked for rising buckets only."""

    def __init__(self, buckets):
        self.buckets = buckets
        self.inside = collections.Counter()
        self.at = min(buckets) - 1

    def distinct(self, bucket):
        while self.at < bucket:
            self.at += 1
            self.inside.update(self.buckets.get(self.at, ()))
            for author in self.buckets.get(self.at - WINDOW_BUCKETS, ()):
                self.inside[author] -= 1
                if self.inside[author] == 0:
                    del self.inside[author]
        return len(self.inside)


def read(paths, rules, keep=None):
    """The truth of these files, sent one after the other. keep(line_number, partition, is_copy) is told of
    each record that a reader without arrival times and without a filter would have to see."""
    truth = Truth()
    partitions = collections.defaultdict(lambda: Partition(rules))
    line_number = 0
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                fields = line.rstrip("\n").split("\t")
                if fields[0] in ("brand", "text", "platform"):
                    describe(truth, fields)
                    continue
                take(truth, partitions[int(fields[0])], fields, keep and (keep, line_number))
                line_number += 1
    truth.partitions = {number: partition.count for number, partition in partitions.items()}
    return truth


def describe(truth, fields):
    kind, number, *rest = fields
    if kind == "brand":
        truth.brands[int(number)] = rest[0]
    elif kind == "platform":
        truth.platforms[int(number)] = rest[0]
    else:
        truth.texts[int(number)] = (rest[0], [dim for dim in rest[1].split(",") if dim])


def take(truth, partition, fields, keep):
    if len(fields) == 2:
        truth.fates[partition.broken()] += 1
        return
    where, ingest_ms, number, time_ms, author, brand, text, platform, repost = map(int, fields)
    identity = (number, truth.platforms[platform])
    copy = identity in partition.last_seen
    fate = partition.fate(ingest_ms, time_ms, identity)
    truth.fates[fate] += 1
    if fate not in ("on time", "late"):
        return
    if keep:
        keep[0](keep[1], where, copy)
    late = fate == "late"
    bucket_ms = (partition.reached_ms if late else time_ms) // BUCKET_MS * BUCKET_MS
    truth.count((truth.brands[brand], bucket_ms, late), (text, platform, repost, author))


class AuthorHash:
    """As Redis has an author: XXH3 of the id with a seed that tells kinds of ids and platforms apart, signed."""

    def __init__(self):
        library = ctypes.CDLL(ctypes.util.find_library("xxhash") or "libxxhash.so.0")
        self.hash = library.XXH3_64bits_withSeed
        self.hash.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64]
        self.hash.restype = ctypes.c_uint64
        self.known = {}

    def __call__(self, author):
        if author not in self.known:
            platform, number = author
            text = str(number).encode()
            seed = (len(PLATFORMS) + PLATFORMS.index(platform)) * SEED_STEP % (1 << 64)
            value = self.hash(text, len(text), seed)
            self.known[author] = value - (1 << 64) if value >= 1 << 63 else value
        return self.known[author]
