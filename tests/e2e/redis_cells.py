"""Reads what a live run left in Redis: published entries, open cells and late cells, as one dictionary."""
import json
import subprocess
from collections import Counter

JUDGED = {"authors_10m", "expected_10m", "state", "gap"}


def ask(url, *words):
    """`words` may begin with options of redis-cli."""
    out = subprocess.run(["redis-cli", "-u", url, "--json", *words],
                         check=True, capture_output=True, text=True).stdout
    return json.loads(out)


class Redis:
    """One server, or a cluster: redis-cluster://host:port,... of which the first that answers is asked."""

    def __init__(self, url, namespace):
        scheme, servers = url.split("://")
        self.clustered = scheme == "redis-cluster"
        self.urls = ["redis://" + server for server in servers.split(",")]
        self.prefix = f"rebato:{namespace}:"

    def masters(self):
        if not self.clustered:
            return self.urls
        for url in self.urls:
            try:
                slots = ask(url, "CLUSTER", "SLOTS")
                return sorted({f"redis://{master[0]}:{master[1]}" for _, _, master, *_ in slots})
            except subprocess.CalledProcessError:
                pass  # another may still live
        raise ConnectionError(f"none of {self.urls} answers")

    def call(self, *words):
        follow = ["-c"] if self.clustered else []
        return ask(self.masters()[0], *follow, *words)

    def keys(self, pattern):
        return sorted(key for url in self.masters() for key in ask(url, "KEYS", self.prefix + pattern))

    def fences(self):
        """{(topic, partition, shard): offset}"""
        found = {}
        for key in self.keys("{*}"):
            shard = key[len(self.prefix):].strip("{}")
            for field, value in self.call("HGETALL", key).items():
                if field.startswith("f:"):
                    _, topic, partition = field.split(":")
                    found[(topic, int(partition), int(shard))] = int(value)
        return found

    def open_cells(self):
        cells = Counter()
        for key in self.keys("{*}"):
            for field, value in self.call("HGETALL", key).items():
                kind, *rest = field.split(":", 4)
                if kind in ("c", "l"):
                    _, bucket, brand, dim = rest
                    cells[(brand, int(bucket) * 10000, dim, kind == "l")] += int(value)
        return cells

    def published_cells(self):
        cells = Counter()
        for key in self.keys("ts:10s:*"):
            brand = key.rsplit(":", 1)[1]
            for entry, fields in self.call("XRANGE", key, "-", "+"):
                pairs = zip(fields[::2], fields[1::2])
                for dim, value in pairs:
                    if dim in JUDGED:
                        continue
                    late = dim.startswith("late.")
                    name = dim[5:] if late else dim
                    cells[(brand, int(entry.split("-")[0]), name, late)] += int(value)
        return cells


def replay_cells(path):
    cells = Counter()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            cell = json.loads(line)
            cells[(cell["brand"], cell["bucket"], cell["dim"], cell["late"])] += cell["count"]
    return cells
