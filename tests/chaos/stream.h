/*
 * stream: invented posts about ten brands, each a function of the seed and of its number alone, so that any of
 * them can be made again. Eight hours of event time, whatever the number of posts; five storms in them.
 *
 * Beside ordinary posts there are copies of former ones, posts that come late (some by just about what is
 * allowed), times no post can have, official posts, and records that are no JSON. What of all this counts,
 * and where, is not said here: the oracle works that out from the order of the records.
 */
#ifndef REBATO_CHAOS_STREAM_H
#define REBATO_CHAOS_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define STREAM_PARTITIONS_MAX 64
#define STREAM_BODY_SIZE      640

struct stream_options {
    uint64_t seed;
    uint32_t count;
    uint32_t partitions;
    uint32_t from;  /* numbers before it are left out */
    uint32_t until; /* so are these from it on */
};

struct stream_post {
    uint32_t number;
    uint32_t partition;
    int64_t ingest_ms; /* the Kafka timestamp */
    int64_t time_ms;
    uint32_t author;
    unsigned brand;
    unsigned text;
    unsigned platform;
    int repost;
    int broken; /* no JSON: the rest says nothing */
    size_t body_size;
    char body[STREAM_BODY_SIZE];
};

/* The post with this number; a copy has the number, the body and the partition of what it copies, and a time
 * of arrival of its own. */
void stream_make(const struct stream_options *options, uint32_t number, struct stream_post *post);

/* What brands and texts are, one a line, for the oracle: "brand N id", "text N lang dimensions". */
void stream_describe(FILE *out);

#endif
