/*
 * scanner: one thread's batch of texts, and which patterns of a scan_set occur in them.
 *
 *   scanner_clear ─▶ scanner_room, scanner_add ... ─▶ scanner_run ─▶ scanner_hits(text) ...
 *
 * Texts are folded straight into the scanner's arena, one behind the other with a byte between them
 * that no text holds, so that vector code reads them as one. Everything is taken at creation; running
 * allocates nothing. All instruction sets give the same hits in the same order.
 */
#ifndef REBATO_SCAN_SCANNER_H
#define REBATO_SCAN_SCANNER_H

#include "core/isa.h"
#include "core/limits.h"
#include "scan/scan_set.h"

/* Texts of one batch: large enough for the pass to stream, small enough to stay in the cache. */
#define SCAN_TEXTS_MAX 256
/* Bytes of one batch, folded. */
#define SCAN_ARENA_SIZE 131072
/* Bytes behind a text that may be overwritten while it is folded in. */
#define SCAN_SLACK 64

struct scan_hit {
    uint32_t pattern;
    uint32_t sure; /* 1: it matches; 0: PCRE2 has to say */
};

struct scanner;

/* The set outlives the scanner. NULL when out of memory. */
struct scanner *scanner_create(const struct scan_set *set, enum isa isa);
void scanner_destroy(struct scanner **scanner);

void scanner_clear(struct scanner *scanner);
/* Where the next text goes: room for `size` bytes and SCAN_SLACK more, or NULL when the batch is
 * full. An empty batch has room for any text of TEXT_SIZE_MAX * FOLD_GROWTH_MAX bytes. */
char *scanner_room(struct scanner *scanner, size_t size);
/* The text that was written there is `size` bytes long; returns its number in the batch. */
uint32_t scanner_add(struct scanner *scanner, size_t size);
uint32_t scanner_text_count(const struct scanner *scanner);
struct view scanner_text(const struct scanner *scanner, uint32_t text);

/* Texts of a batch apart from their scanner, to make several ready and run them later. */
struct scan_batch;
struct scan_batch *scan_batch_create(void);
void scan_batch_destroy(struct scan_batch **batch);
/* The scanner's texts become `*batch`, and the other way round; hits are forgotten. */
void scanner_exchange(struct scanner *scanner, struct scan_batch **batch);

/* Finds the hits of all texts. */
void scanner_run(struct scanner *scanner);
/* Those of one text, each pattern once, sorted by number; valid until the next run. Patterns without
 * literals are among them, as possible. */
const struct scan_hit *scanner_hits(const struct scanner *scanner, uint32_t text, size_t *count);

/* Numbers of the texts that had hits in the last run, rising: few, as a rule. */
const uint32_t *scanner_hit_texts(const struct scanner *scanner, size_t *count);

/* Runs PCRE2 on what is possible: the hits of `text` that remain are true. Returns how many runs were
 * given up (limits); those count as no match. */
uint32_t scanner_confirm(struct scanner *scanner, uint32_t text);

/* Since creation, for benchmarks: how far each phase narrowed things down. */
struct scan_counts {
    uint64_t texts, bytes;
    uint64_t candidates; /* starts whose key may be in the table */
    uint64_t survivors;  /* whose next bytes may be, too */
    uint64_t literals;   /* literals found */
    uint64_t confirms;   /* runs of PCRE2 */
    uint64_t hits;
};
struct scan_counts scanner_counts(const struct scanner *scanner);

#endif
