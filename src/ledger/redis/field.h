/*
 * field: the names and values inside a shard's hash, written and read back strictly.
 *
 *   w:<t>:<p>                       last offset|greatest time|idle since|late below|token
 *   c:1:<bucket>:<brand>:<dim>      count on time       (1: the rule revision)
 *   l:1:<bucket>:<brand>:<dim>      late count
 *   k:<t>:<p>:<offset>              a bucket: from the offset on, those up to it are late
 *   o:<bucket>:<brand>:<16 hex>     time|signals|broadcast|16 hex|size of id|<id><link>
 *   k:<t>:<p>:<offset>              bucket: from the offset on, buckets up to this one are late here
 *   ks:<t>:<p>                      the offsets of these, newest first
 *
 * The scripts build `w:` and `l:` names themselves; the shapes here are theirs. Pure.
 */
#ifndef REBATO_LEDGER_REDIS_FIELD_H
#define REBATO_LEDGER_REDIS_FIELD_H

#include "ledger/ledger.h"

enum redis_field {
    FIELD_OTHER, /* fences, witnesses, closed, ...: not for a page */
    FIELD_CELL,
    FIELD_OFFICIAL,
    FIELD_CORRUPT,
};

/* Sorts a pair of the hash; views point into it. A cell is complete, an official post has brand and
 * bucket, and its rest from redis_official_parse(). */
enum redis_field redis_field_parse(struct view name,
        struct view value,
        struct ledger_cell *cell,
        struct ledger_official *official);

/* "time|signals|..."; 0 when it does not fit, which it always does in REDIS_OFFICIAL_SIZE. */
#define REDIS_OFFICIAL_SIZE (OFFICIAL_ID_SIZE + OFFICIAL_LINK_SIZE + 112)
size_t redis_official_print(const struct tally_official *official, char out[REDIS_OFFICIAL_SIZE]);

struct redis_witness {
    int64_t max_time_ms; /* INT64_MIN: none */
    int idle;
};
int redis_witness_parse(struct view text, struct redis_witness *witness);
/* "-" or a number. */
int redis_time_parse(struct view text, int64_t *time_ms);

/* The record that a witness's last offset names, "<last>@<offset>@<time>"; *offset is -1 when it names none. */
void redis_seen_parse(struct view last, int64_t *offset, int64_t *stamp_ms);

#endif
