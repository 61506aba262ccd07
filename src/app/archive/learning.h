/*
 * learning: what a replay teaches the judge, kept as a checkpoint that `rebato run` begins with.
 *
 *   archives ─ replay ─▶ states of brands ─▶ file or topic ─▶ run with an empty Redis ─▶ trained on the first day
 *
 * States alone, of no namespace and for any number of shards: nothing of the archives is counted twice, and
 * nothing of them is counted in Redis.
 */
#ifndef REBATO_APP_ARCHIVE_LEARNING_H
#define REBATO_APP_ARCHIVE_LEARNING_H

#include "app/cli.h"
#include "keep/keep.h"

struct learning;

/* `place` is a file, or kafka:TOPIC. NULL, having said why. `options` brings brokers, properties and the
 * deployment. */
struct learning *learning_create(const char *place, const struct keep_options *options);
void learning_destroy(struct learning **learning);

/* The state of a brand; the one before is forgotten. */
void learning_take(
        struct learning *learning, struct view brand, uint32_t folded_through, struct view state);
size_t learning_brand_count(const struct learning *learning);
/* Writes what was learnt. EXIT_FINE, or the reason is said. */
enum exit_code learning_write(struct learning *learning);
/* "file PATH" or "topic NAME". */
const char *learning_place(const struct learning *learning);

#endif
