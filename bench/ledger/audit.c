#include "ledger/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAID_MAX 10
/* A set looks whether it is full before a command, and one may bring so many. */
#define AUTHORS_OVER 1000

struct findings {
    uint64_t *counts; /* as the feed's */
    unsigned wrong;
};

static void
say(struct findings *findings, const char *what, uint64_t have, uint64_t want)
{
    if (findings->wrong++ < SAID_MAX) {
        (void)fprintf(stderr, "%s: %" PRIu64 ", not %" PRIu64 "\n", what, have, want);
    }
}

/* The index of the name in a row of name numbers; `count` when it is not there. */
static uint32_t
index_of(const struct feed *feed, const uint32_t *numbers, uint32_t count, struct view name)
{
    uint32_t i = 0;

    while (i < count && !view_equal(names_text(feed->names, numbers[i]), name)) {
        i++;
    }
    return i;
}

/* "c:1:<bucket>:<brand>:<dim>" */
static void
take_cell(const struct feed *feed, const char *field, const char *value, struct findings *findings)
{
    char *end;
    const uint32_t bucket = (uint32_t)strtoul(field + strlen("c:1:"), &end, 10);
    const char *brand = *end == ':' ? end + 1 : end;
    const char *dim = strchr(brand, ':');
    const size_t size = dim == NULL ? 0 : (size_t)(dim - brand);
    const uint32_t i =
            index_of(feed, feed->brands, feed->shape.brands, (struct view){ brand, size });
    const uint32_t j =
            dim == NULL ? FEED_DIMS : index_of(feed, feed->dims, FEED_DIMS, view_of(dim + 1));

    if (i == feed->shape.brands || j == FEED_DIMS || bucket < feed->first_bucket ||
            bucket - feed->first_bucket >= feed->buckets) {
        say(findings, field, strtoull(value, NULL, 10), 0);
        return;
    }
    findings->counts[feed_place(feed, bucket, i, j)] += strtoull(value, NULL, 10);
}

/* A pair of the hash. Returns 1 for a fence. */
static uint32_t
take_pair(
        const struct audit *audit, const char *field, const char *value, struct findings *findings)
{
    const uint64_t number = strtoull(value, NULL, 10);

    if (strncmp(field, "c:1:", 4) == 0) {
        take_cell(audit->feed, field, value, findings);
    } else if (strncmp(field, "l:", 2) == 0) {
        say(findings, field, number, 0);
    } else if (strncmp(field, "f:1:", 4) == 0) {
        const uint32_t partition = (uint32_t)strtoul(field + 4, NULL, 10);
        const uint64_t end = (uint64_t)feed_end(audit->feed, partition);
        if (number != end) {
            say(findings, field, number, end);
        }
        return 1;
    }
    return 0;
}

static void
take_shard(const struct audit *audit, uint32_t shard, struct findings *findings)
{
    char key[96];
    uint32_t fences = 0;

    (void)snprintf(key, sizeof key, "rebato:%s:{%u}", audit->name_space, (unsigned)shard);
    redisReply *all = server_ask(audit->server, 2, (const char *[]){ "HGETALL", key });
    for (size_t i = 0; all != NULL && i + 1 < all->elements; i += 2) {
        fences += take_pair(audit, all->element[i]->str, all->element[i + 1]->str, findings);
    }
    freeReplyObject(all);
    if (audit->fenced && fences != audit->feed->shape.partitions) {
        say(findings, "fences in a shard", fences, audit->feed->shape.partitions);
    }
}

/* Of one complaint of one brand in one bucket; the shard is the one that has it. */
static uint64_t
set_size(const struct audit *audit, uint32_t bucket, struct view brand, struct view dim)
{
    uint64_t size = 0;

    for (uint32_t shard = 0; shard < audit->shards; shard++) {
        char key[160];
        (void)snprintf(key, sizeof key, "rebato:%s:{%u}:au:1:%.*s:%.*s:%u", audit->name_space,
                (unsigned)shard, (int)brand.size, brand.at, (int)dim.size, dim.at,
                (unsigned)bucket);
        redisReply *reply = server_ask(audit->server, 2, (const char *[]){ "SCARD", key });
        size += reply == NULL ? 0 : (uint64_t)reply->integer;
        freeReplyObject(reply);
    }
    return size;
}

static void
check_authors(const struct audit *audit, uint32_t bucket, uint32_t brand, struct findings *findings)
{
    const struct feed *feed = audit->feed;

    for (uint32_t dim = FEED_DIMS - FEED_COMPLAINTS; dim < FEED_DIMS; dim++) {
        const uint64_t want = feed->authors[feed_place(feed, bucket, brand, dim)];
        const uint64_t have = set_size(audit, bucket, names_text(feed->names, feed->brands[brand]),
                names_text(feed->names, feed->dims[dim]));
        const uint64_t enough = audit->fenced ? AUDIT_AUTHORS_MAX : AUDIT_AUTHORS_MAX / 2;
        const int full = want > enough && have >= enough &&
                         have < AUDIT_AUTHORS_MAX + AUTHORS_OVER && have <= want;
        if (have != want && !full) {
            say(findings, "authors of a series", have, want);
        }
    }
}

int
audit_run(const struct audit *audit)
{
    const struct feed *feed = audit->feed;
    const size_t places = (size_t)feed->buckets * feed->shape.brands * FEED_DIMS;
    struct findings findings = { .counts = calloc(places, sizeof *findings.counts) };

    if (findings.counts == NULL) {
        return 0;
    }
    for (uint32_t shard = 0; shard < audit->shards; shard++) {
        take_shard(audit, shard, &findings);
    }
    for (size_t i = 0; i < places; i++) {
        if (findings.counts[i] != feed->counts[i]) {
            say(&findings, "count of a series", findings.counts[i], feed->counts[i]);
        }
    }
    for (uint32_t i = 0; i < feed->buckets * feed->shape.brands; i++) {
        check_authors(audit, feed->first_bucket + i / feed->shape.brands, i % feed->shape.brands,
                &findings);
    }
    free(findings.counts);
    return findings.wrong == 0;
}

void
audit_spoil(const struct audit *audit)
{
    char key[96];
    char field[96];
    const struct view brand = names_text(audit->feed->names, audit->feed->brands[0]);

    (void)snprintf(key, sizeof key, "rebato:%s:{0}", audit->name_space);
    (void)snprintf(field, sizeof field, "c:1:%u:%.*s:" DIM_TOTAL,
            (unsigned)audit->feed->first_bucket, (int)brand.size, brand.at);
    freeReplyObject(server_ask(audit->server, 4, (const char *[]){ "HINCRBY", key, field, "1" }));
}
