/*
 * messenger: the thread that carries notices to the sinks, and their retries.
 *
 *   judge ── ring ──▶ messenger ─▶ terminal, webhook, Kafka, file
 *         ◀─ ring ──  "delivered to all"
 *
 * A sink that hangs or refuses holds up nobody else's notices for longer than its timeout. The notice stays
 * in the ledger's outbox until every sink has taken it; a crash in between delivers it again with the same
 * key. Openings of several brands at once go as one notice (alert/gather.h): its key is then of those it
 * stands for.
 */
#ifndef REBATO_PIPELINE_LIVE_MESSENGER_H
#define REBATO_PIPELINE_LIVE_MESSENGER_H

#include "alert/sink.h"
#include "core/process/meter.h"
#include "core/process/thread.h"
#include "ledger/ledger.h"

#include <stddef.h>

struct messenger;

/* Takes the sinks over: they are destroyed with the messenger. */
struct messenger *messenger_create(struct sink **sinks, size_t sink_count);
void messenger_destroy(struct messenger **messenger);
/* Any thread: how many brands are watched. Not said: nothing is grouped. */
void messenger_watch(struct messenger *messenger, size_t brand_count);
int messenger_start(struct messenger *messenger);
/* Delivers what is due once more, then ends. */
void messenger_stop(struct messenger *messenger);

/* Judge's thread. Copies the notice; false when the ring is full (it stays in the ledger's outbox). */
int messenger_hand(struct messenger *messenger, uint32_t shard, const struct ledger_notice *notice);
/* Judge's thread: the next notice that reached everybody; false when there is none. The key lives until the
 * next call. */
int messenger_next_delivered(struct messenger *messenger, uint32_t *shard, struct view *key);

/* Any thread. */
uint64_t messenger_delivered_count(const struct messenger *messenger);
uint64_t messenger_failed_count(const struct messenger *messenger);

#endif
