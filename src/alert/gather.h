/*
 * gather: brands that go up together are told of together.
 *
 *   messenger ── gather_take ──▶ held for a blink ── gather_next ──▶ outbox
 *                                    │ one alone: as it is
 *                                    │ one that joins a surge: the same, and says so
 *                                    └ several of a surge: one notice with all their alerts
 *
 * Incidents and their notices in the ledger stay what they are; only how they are handed out is decided here. An
 * opening waits for GATHER_HOLD_MS at most: those of one turn of the judge come within it, and nobody is told late.
 * All other kinds pass. A surge (judge/surge.h) is a group of Alertmanager's kind: its notices share a groupKey,
 * so that a receiver that groups pages once, however many join.
 *
 * It knows what this process announces: where several share the brands, each groups its own.
 *
 * Messenger thread only. Bookkeeping: time is an argument, nothing is sent from here.
 */
#ifndef REBATO_ALERT_GATHER_H
#define REBATO_ALERT_GATHER_H

#include "alert/outbox.h"

#define GATHER_HOLD_MS 20
#define GATHER_MAX     256 /* held or ready at once; more pass */
/* Notices that one stands for: beyond them there is another. */
#define GATHER_ALERTS_MAX 64

struct gather;

struct gather *gather_create(void);
void gather_destroy(struct gather **gather);

/* How many brands are watched: what makes a surge depends on it. 0, as at first: nothing is held or grouped. */
void gather_watch(struct gather *gather, size_t brand_count);

enum gather_taken {
    GATHER_PASSES, /* not for us: to the outbox as it is */
    GATHER_TAKEN,  /* copied */
    GATHER_KNOWN,  /* it is here already, or in a notice whose receipt is awaited */
};
enum gather_taken gather_take(struct gather *gather, const struct notice *notice, int64_t now_ms);

enum gather_haste { GATHER_WAIT, GATHER_NOW };
/* The next notice for the outbox; the views live until gather_sent() or gather_next(). False: none is due. */
int gather_next(
        struct gather *gather, enum gather_haste haste, int64_t now_ms, struct notice *notice);
/* The outbox has that one. */
void gather_sent(struct gather *gather);

/* A receipt of the outbox: true when its key is one of ours, and what it stood for is settled by gather_settled(). */
int gather_receipt(struct gather *gather, struct view key);
/* The key of a notice that was part of a settled one; each once. False: none is left. */
int gather_settled(struct gather *gather, char key[OUTBOX_KEY_SIZE]);

#endif
