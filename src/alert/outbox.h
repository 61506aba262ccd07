/*
 * outbox: which notice is due at which sink, and when to try again. Bookkeeping only: time is an
 * argument, jitter is seeded, nothing is sent from here.
 *
 *   ledger ── outbox_add ──▶ notice x sink ── outbox_next ──▶ sink_deliver
 *                                 ▲                              │
 *                                 └──────── outbox_result ◀──────┘
 *   outbox_done ──▶ key whose every sink has its end: the ledger may forget it
 *
 * Promises: notices of one incident reach a sink in the order they were added; a sink that fails is
 * left alone for a while, so that it cannot keep the others waiting; what does not fit is refused, not
 * lost, because the ledger still has it. When room is short, an update that a later notice of its
 * incident repeats gives way; a first notice and a last one never do.
 *
 * Messenger thread only.
 */
#ifndef REBATO_ALERT_OUTBOX_H
#define REBATO_ALERT_OUTBOX_H

#include "alert/sink.h"

#include <stddef.h>
#include <stdint.h>

#define OUTBOX_NOTICES_MAX 4096
#define OUTBOX_BYTES_MAX   (64UL * 1024 * 1024)
#define OUTBOX_SINKS_MAX   32
#define OUTBOX_KEY_SIZE    64 /* "<incident>:<revision>" and NUL */

struct outbox_settings {
    size_t sink_count;    /* at most OUTBOX_SINKS_MAX; 0: every notice is done at once */
    size_t notices_max;   /* 0: OUTBOX_NOTICES_MAX */
    size_t bytes_max;     /* 0: OUTBOX_BYTES_MAX */
    int64_t retry_min_ms; /* 0: 1 s; doubled at every failure ... */
    int64_t retry_max_ms; /* 0: 5 min; ... up to this; one half of it is jitter */
    int64_t give_up_ms;   /* 0: 24 h after the notice was added */
    uint64_t seed;
};

enum outbox_added {
    OUTBOX_ADDED,
    OUTBOX_KNOWN, /* a notice with this key is waiting already */
    OUTBOX_FULL,  /* leave it where it is, take the receipts and come back */
};

/* One attempt to make. The views live until the notice is taken by outbox_done. */
struct outbox_task {
    struct notice notice;
    size_t sink;       /* 0 .. sink_count - 1 */
    uint32_t attempts; /* made before this one */
};

/* How a notice ended: the three numbers add up to sink_count. */
struct outbox_receipt {
    char key[OUTBOX_KEY_SIZE];
    uint32_t delivered;
    uint32_t refused;
    uint32_t abandoned; /* nobody took it for give_up_ms, or a later notice stood in for it */
};

struct outbox;

struct outbox *outbox_create(const struct outbox_settings *settings);
void outbox_destroy(struct outbox **outbox);

/* Copies the notice. Its key is at most OUTBOX_KEY_SIZE - 1 bytes. */
enum outbox_added outbox_add(struct outbox *outbox, const struct notice *notice, int64_t now_ms);

/* 1 and a task when something is due; every task is answered with outbox_result before the next. */
int outbox_next(struct outbox *outbox, int64_t now_ms, struct outbox_task *task);

/* `retry_after_ms`: what the receiver asked for, 0 when it did not. */
void outbox_result(
        struct outbox *outbox, enum sink_outcome outcome, int64_t retry_after_ms, int64_t now_ms);

/* 1 and a receipt for each notice that has its end everywhere, once. */
int outbox_done(struct outbox *outbox, struct outbox_receipt *receipt);

/* Milliseconds until something may be due: 0 now, INT64_MAX when nothing waits. */
int64_t outbox_wait_ms(const struct outbox *outbox, int64_t now_ms);

size_t outbox_size(const struct outbox *outbox);
/* Failures in a row of one sink; 0 = healthy. */
uint32_t outbox_failures(const struct outbox *outbox, size_t sink);

#endif
