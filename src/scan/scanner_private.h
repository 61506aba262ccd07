/*
 * scanner_private: a scanner's memory, and its three steps. For this folder only.
 *
 *   filter  ──▶ candidates ── narrow ──▶ standing literals ── settle ──▶ hits
 *   starts       their keys     tables: no branch          texts, boundaries, groups
 */
#ifndef REBATO_SCAN_SCANNER_PRIVATE_H
#define REBATO_SCAN_SCANNER_PRIVATE_H

#include "scan/filter.h"
#include "scan/scanner.h"

/* Bytes before the first text: a literal's anchor may lie that far behind its first byte. */
#define ARENA_FRONT  320
#define NO_TEXT_OPEN UINT32_MAX
#define NO_QUAD      UINT32_MAX
/* Literals found before any is looked at closely. */
#define STANDING_MAX 512

/* What is known of a pattern in the text in hand; a stale serial means nothing. */
struct pattern_mark {
    uint32_t serial;
    uint32_t hit;         /* its place among the text's hits */
    uint32_t first, last; /* where its literals begin */
};

struct group_mark {
    uint32_t serial;
    uint32_t first, last;
};

/* What a hit waits for, beside it. */
struct wait {
    uint32_t group; /* or SCAN_NO_GROUP */
    int32_t reach;
};

/* A start whose following bytes may be a literal's, too. */
struct survivor {
    uint32_t at;
    uint32_t quad; /* the first of its key */
};

/* A literal that may stand there. */
struct standing {
    uint32_t at; /* its anchor */
    uint32_t entry;
};

struct text_place {
    uint32_t begin, end; /* bytes of the arena */
};

struct scan_batch {
    char *arena; /* ARENA_FRONT separators, then the texts */
    uint32_t used;
    uint32_t text_count;
    struct text_place texts[SCAN_TEXTS_MAX];
};

struct scanner {
    /* Fixed at creation. */
    const struct scan_set *set;
    scan_filter_run *filter;
    struct pattern_scratch *scratch;

    /* Of the batch. */
    struct scan_batch *batch;
    struct scan_candidate *candidates;
    struct survivor *survivors;
    struct standing standing[STANDING_MAX];
    struct scan_hit *hits;
    struct wait *waits; /* beside the hits */
    uint32_t hit_count;
    uint32_t first_hits[SCAN_TEXTS_MAX]; /* by text */
    uint32_t hit_counts[SCAN_TEXTS_MAX];
    uint32_t hit_texts[SCAN_TEXTS_MAX]; /* those with any, rising */
    uint32_t hit_text_count;

    /* Of the text in hand. */
    uint32_t serial;
    struct pattern_mark *marks; /* by pattern */
    struct group_mark *groups;
    uint32_t open; /* its number, or NO_TEXT_OPEN */

    struct scan_counts counts;
};

/* How far the survivors have been gone through. */
struct narrow_progress {
    size_t survivor;
    uint32_t quad; /* the next one of this survivor, or NO_QUAD: its first */
};

/* Candidates whose key is in the table and whose next two letters are a literal's, too. */
size_t narrow_survivors(struct scanner *scanner, size_t candidate_count);
/* Literals that go on as the text does, into `standing`, in order of place, as many as there is room
 * for. */
size_t narrow_literals(
        struct scanner *scanner, size_t survivor_count, struct narrow_progress *progress);

/* Looks closely at what stands, and notes whose it is. `*text` is the one that the literals before
 * were in; it moves on. */
void settle_literals(struct scanner *scanner, size_t count, uint32_t *text);
/* Behind the last: the texts' hits are complete. */
void settle_end(struct scanner *scanner);

#endif
