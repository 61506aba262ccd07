/*
 * assignment: which partitions are ours, how far each was delivered, and what the worker has yet
 * to be told about them.
 *
 *             assign            consumer_begin             pause
 *      GONE ─────────▶ HELD ─────────────────▶ RUNNING ─────────▶ PARKED
 *        ◀─── revoke ───┴───────────────────────┴─────── resume ───┘
 *
 * Only RUNNING partitions are known to librdkafka's fetchers, each with an explicit offset.
 * Whatever it does by itself (pausing around a rebalance, for one) is checked against `next`.
 *
 * Folder only; the worker's thread.
 */
#ifndef REBATO_INGEST_CONSUMER_ASSIGNMENT_H
#define REBATO_INGEST_CONSUMER_ASSIGNMENT_H

#include "ingest/consumer.h"

#define SOURCE_NONE UINT32_MAX

enum source_state { SOURCE_GONE, SOURCE_HELD, SOURCE_RUNNING, SOURCE_PARKED };

struct source {
    /* fixed */
    char *topic;
    int32_t partition;
    /* where it stands */
    enum source_state state;
    int64_t next;       /* lowest offset that was not delivered; valid once begun */
    int64_t started_ms; /* when fetching was asked for */
    int64_t retry_ms;   /* HELD because of damage: when to try again; 0 = not */
    uint32_t damages;   /* in a row, without a record in between */
    int heard;          /* a record or an end came since the start */
    int unsure;         /* a broker was lost since: its end may not be the end */
    int32_t broker;     /* the one its last record came from */
    /* what the worker was told, and what it has yet to hear */
    int told;
    int revoke_due;
    int assign_due;
    int lost_due;
};

struct assignment {
    struct source *sources; /* numbers are positions, and stay */
    uint32_t count;
    uint32_t capacity;
    uint32_t last;      /* most records come from where the last one came from */
    uint32_t due_count; /* flags that are up, so that the hot path looks at one number */
};

void assignment_init(struct assignment *assignment);
void assignment_fini(struct assignment *assignment);

/* SOURCE_NONE when unknown. */
uint32_t assignment_find(struct assignment *assignment, const char *topic, int32_t partition);

/* The partition is ours, or no longer. Gains add it when new; SOURCE_NONE when there are too
 * many. */
uint32_t assignment_gain(struct assignment *assignment, const char *topic, int32_t partition);
void assignment_lose(struct assignment *assignment, uint32_t source);

/* Its offset is gone from the log. */
void assignment_lost(struct assignment *assignment, uint32_t source);

/* What the worker should hear next: CONSUMER_REVOKED before CONSUMER_ASSIGNED before
 * CONSUMER_LOST, or CONSUMER_NOTHING. Taken once told, except a LOST, which
 * assignment_lost_told() ends. */
enum consumer_event_kind assignment_due(struct assignment *assignment, uint32_t *source);
void assignment_lost_told(struct assignment *assignment, uint32_t source);

#endif
