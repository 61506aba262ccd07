"""What stands in Redis of one namespace, and how it differs from the truth."""
import collections
import socket
import urllib.parse

import oracle

JUDGED = {"authors_10m", "expected_10m", "state"}


class Redis:
    """The little of the protocol that is needed; a thousand questions are asked in one go."""

    def __init__(self, url, namespace):
        where = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((where.hostname, where.port or 6379))
        self.file = self.socket.makefile("rb")
        self.prefix = f"rebato:{namespace}:"

    def ask(self, questions):
        for begin in range(0, len(questions), 1000):
            part = questions[begin:begin + 1000]
            self.socket.sendall(b"".join(self.encode(words) for words in part))
            for _ in part:
                yield self.answer()

    def call(self, *words):
        return next(self.ask([words]))

    @staticmethod
    def encode(words):
        out = [b"*%d\r\n" % len(words)]
        for word in words:
            word = str(word).encode()
            out.append(b"$%d\r\n%s\r\n" % (len(word), word))
        return b"".join(out)

    def answer(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2].decode("utf-8", "replace")
        if kind == b"*":
            return [self.answer() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest.decode()

    def keys(self, pattern):
        return [key[len(self.prefix):] for key in self.call("KEYS", self.prefix + pattern)]

    def hashes(self, names):
        """A dictionary for each of these keys."""
        answers = self.ask([("HGETALL", self.prefix + name) for name in names])
        return [dict(zip(flat[::2], flat[1::2])) for flat in answers]

    def shards(self):
        """[(number, hash)] of all shards."""
        names = sorted(name for name in self.keys("{*}") if name.endswith("}"))
        return [(int(name.strip("{}")), found) for name, found in zip(names, self.hashes(names))]

    def fences(self, shards):
        """{partition: offsets, one a shard that has one}."""
        keys = [f"{self.prefix}{{{shard}}}" for shard in range(shards)]
        fences = collections.defaultdict(list)
        lists = [(found or "").split(",") for found in self.ask([("HGET", key, "ps") for key in keys])]
        wanted = [(int(name.split(":")[1]), ("HGET", key, f"f:{name}"))
                  for key, names in zip(keys, lists) for name in names if name]
        for (partition, _), offset in zip(wanted, self.ask([question for _, question in wanted])):
            fences[partition].append(int(offset))
        return fences


class Standing:
    """Everything counted, in an order that makes up for not being read at once: a cell moves from the open
    ones to the published ones, published first and erased then, so open ones are read first; where a bucket
    is published that entry is the whole of it."""

    def __init__(self, redis):
        self.redis = redis
        self.read_sets()
        self.read_open()
        self.read_published()

    def read_sets(self):
        names = self.redis.keys("{*}:au:*")
        answers = self.redis.ask([("SMEMBERS", self.redis.prefix + name) for name in names])
        self.sets = {}
        for name, members in zip(names, answers):
            _, _, _, brand, dim, bucket = name.split(":", 5)
            self.sets[(brand, dim, int(bucket) * oracle.BUCKET_MS)] = {int(member) for member in members}

    def read_open(self):
        shards = self.redis.shards()
        self.closed_ms = max((int(found.get("closed", 0)) for _, found in shards), default=0) * oracle.BUCKET_MS
        self.open = {}
        for _, found in shards:
            for field, value in found.items():
                kind, *rest = field.split(":", 4)
                if kind in ("c", "l"):
                    _, bucket, brand, dim = rest
                    self.open[(brand, int(bucket) * oracle.BUCKET_MS, kind == "l", dim)] = int(value)

    def read_published(self):
        brands = [name.rsplit(":", 1)[1] for name in self.redis.keys("ts:10s:*")]
        streams = self.redis.ask([("XRANGE", f"{self.redis.prefix}ts:10s:{brand}", "-", "+") for brand in brands])
        self.published, self.authors_10m, whole = {}, {}, set()
        for brand, entries in zip(brands, streams):
            for entry, flat in entries:
                bucket_ms = int(entry.split("-")[0])
                whole.add((brand, bucket_ms))
                for dim, value in zip(flat[::2], flat[1::2]):
                    late = dim.startswith("late.")
                    if dim == "authors_10m":
                        self.authors_10m[(brand, bucket_ms)] = int(value)
                    elif dim not in JUDGED:
                        self.published[(brand, bucket_ms, late, dim[5:] if late else dim)] = int(value)
        self.cells = {key: value for key, value in self.open.items() if key[:2] not in whole}
        self.cells.update(self.published)


def differences(truth, found, what):
    """Lines, one for each key whose value is not the truth's."""
    return [f"{what} {key}: {found.get(key)} found, {truth.get(key)} true"
            for key in sorted(truth.keys() | found.keys(), key=str) if truth.get(key) != found.get(key)]


def cell_differences(truth, standing):
    return differences(truth.cells, standing.cells, "cell")


def voice_of(author_hash, repost):
    """A voice without the sketch of its text: twenty bits of the author, passed on, age (nobody here says his)."""
    return (author_hash % (1 << 64) >> 44) << 4 | (8 if repost else 0)


def open_sets(truth, standing, hash_of):
    """(true, found) sets of authors and voices of buckets that were open until after they had been read."""
    true = {key: {hash_of(author) for author in people}
            for key, people in truth.authors.items() if key[2] > standing.closed_ms}
    true |= {key: {voice_of(hash_of(author), repost) for author, repost in people}
             for key, people in truth.voices.items() if key[2] > standing.closed_ms}
    found = {key: {member % (1 << 64) >> 40 for member in people} if key[1] == "voices" else people
             for key, people in standing.sets.items() if key[2] > standing.closed_ms}
    return true, found


def author_differences(truth, standing):
    """(differences, how many were compared) of the published `authors_10m`."""
    wrong, compared = [], 0
    sliding = truth.authors_10m()
    for (brand, bucket_ms), found in sorted(standing.authors_10m.items()):
        if brand in sliding:
            compared += 1
            true = sliding[brand].distinct(bucket_ms // oracle.BUCKET_MS)
            if true != found:
                wrong.append(f"authors_10m {(brand, bucket_ms)}: {found} found, {true} true")
    return wrong, compared
