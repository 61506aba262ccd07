/* What a person may ask about the ledger: names of outcomes, the keys, the rights it needs. */
#include "ledger/ledger.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

const char *
ledger_outcome_name(enum ledger_outcome outcome)
{
    static const char *const names[] = {
        [LEDGER_OK] = "ok",
        [LEDGER_PENDING] = "pending",
        [LEDGER_CLASH] = "clash",
        [LEDGER_CLOSED] = "closed",
        [LEDGER_AWAY] = "away",
        [LEDGER_REFUSED] = "refused",
        [LEDGER_LOST] = "lost",
    };

    assert((size_t)outcome < sizeof names / sizeof names[0]);
    return names[outcome];
}

const struct ledger_key_note ledger_key_notes[] = {
    { "meta", "hash",
            "schema, shards, bucket width, topic numbers, first offsets, revisions of the rules, "
            "and the "
            "horizon that they begin beyond",
            "one" },
    { "rules:<digest>", "hash", "the rule files of a revision", "one a revision" },
    { "{<shard>}", "hash",
            "f:<topic>:<partition> fence, w:... its witness, ps the partitions, closed the last "
            "closed bucket, c: and l: counts on time and late, o: official posts, "
            "k:<topic>:<partition>:<offset> the last bucket that is late from there on, "
            "ks:<topic>:<partition> their offsets",
            "folded cells are removed, k: after 25 h" },
    { "{<shard>}:a", "hash",
            "lease, st:<brand> judge state, ft:<brand> folded through, ob:<notice> outbox, "
            "ea:<brand> told of open buckets, pb:<brand>:<slot> the newest entries of ts:10s, "
            "lg:<bucket>:<notice> incident log, soon and safe the marks, shut what was late at the "
            "last "
            "close, kept when the "
            "last "
            "checkpoint was taken",
            "one state a brand, notices until delivered, log lines 400 d" },
    { "{<shard>}:au:<rev>:<brand>:<dim>:<bucket>", "set", "authors, hashed",
            "4096 members, removed when folded, expires after 48 h" },
    { "{<shard>}:x:<brand>", "zset", "exemplars not yet folded, score = weight",
            "100 members, removed when folded, expires after 48 h" },
    { "{<shard>}:t:<brand>", "zset", "exemplars of 24 h, what top:<brand> is made from",
            "100 members, expires after 48 h" },
    { "now:<brand>", "hash",
            "state, counts, expectation, silence clock; gap_ms: series before it were lost",
            "expires after 35 d" },
    { "ts:10s:<brand>", "stream",
            "counts of 10 s, id = <bucket_ms>-0; gap: nothing up to here is left", "24 h" },
    { "ts:5m:<brand>", "stream", "counts of 5 min, id = <bucket_ms>-0", "35 d" },
    { "ts:1h:<brand>", "stream", "counts of 1 h, id = <bucket_ms>-0", "400 d" },
    { "top:<brand>", "zset", "posts worth showing, score = weight",
            "100 members, expires after 24 h" },
    { "incidents", "zset", "incident ids, score = onset in ms", "400 d" },
    { "inc:<id>", "hash", "the incident as of its last revision", "expires after 400 d" },
    { "inc:<id>:timeline", "stream", "its events, id = <time_ms>-<revision>",
            "about 1000 entries, expires after 400 d" },
    { "alerts", "stream", "every alert: flat fields and json", "about 10000 entries" },
    { "ev", "pubsub", "<incident id> <revision> of every alert", "not kept" },
    { "inst:<name>", "hash", "a process and how it does", "expires after 30 s" },
};
const size_t ledger_key_note_count = sizeof ledger_key_notes / sizeof ledger_key_notes[0];

char *
ledger_acl(const char *name_space)
{
    static const char rules[] =
            "resetkeys resetchannels ~rebato:%s:* &rebato:%s:ev -@all "
            "+ping +select +info +evalsha +script|load +cluster|slots +asking "
            "+hget +hmget +hset +hdel +hscan +hgetall +hexists +hkeys +sadd +scard +smembers "
            "+expire "
            "+unlink "
            "+zadd +zrem +zremrangebyrank +zremrangebyscore +zrevrange +zunionstore "
            "+xadd +xrange +xrevrange +xdel +xsetid +exists +publish";
    size_t size = sizeof rules + 2 * strlen(name_space);
    char *line = malloc(size);

    if (line != NULL) {
        snprintf(line, size, rules, name_space, name_space);
    }
    return line;
}
