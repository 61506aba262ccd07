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
/* Literals of one text that wait. */
#define WAITING_MAX 64
/* Quads looked at before any of their literals is looked at closely. */
#define LOOKS_MAX    256
#define STANDING_MAX (LOOKS_MAX * SCAN_QUAD)

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
    uint32_t list; /* its key's quads */
};

/* Four literals that may stand where their key does. */
struct look {
    uint32_t at;
    uint32_t quad;
};

/* A literal that may stand there. */
struct standing {
    uint32_t at; /* its anchor */
    uint32_t entry;
};

/* A literal that does, and where its first byte is. */
struct found {
    uint32_t at;
    uint32_t entry;
    uint32_t text;
    uint32_t sure; /* so are its boundaries; 0: PCRE2 has to say */
};

/* One whose patterns wait for a group, until the text's end. */
struct waiting {
    uint32_t at;
    uint32_t entry;
};

struct scan_batch {
    char *arena; /* ARENA_FRONT separators, then the texts */
    uint32_t used;
    uint32_t text_count;
    /* Where each text begins, one byte behind the end of the one before; and the next one would. */
    uint32_t begins[SCAN_TEXTS_MAX + 1];
    uint32_t rows[16]; /* where every sixteenth does */
};

/* How far the survivors have been gone through. */
struct narrow_progress {
    size_t survivor;
    uint32_t quads; /* how many of this one's quads, when they were too many for the room left */
};

/* Candidates whose key is in the table and whose next two letters are a literal's, too. */
typedef size_t narrow_survivors_run(struct scanner *scanner, size_t candidate_count);
/* Literals that stand there as far as their quads know: into `standing`, in order of place. */
typedef size_t narrow_literals_run(struct scanner *scanner, size_t look_count);
/* Of those, the literals that do stand there, between the boundaries they ask for: into `found`. */
typedef size_t narrow_found_run(struct scanner *scanner, size_t standing_count);

struct scanner {
    /* Fixed at creation. */
    const struct scan_set *set;
    scan_filter_run *filter;
    narrow_survivors_run *survive;
    narrow_literals_run *narrow;
    narrow_found_run *find;
    struct pattern_scratch *scratch;

    /* Of the batch. */
    struct scan_batch *batch;
    struct scan_candidate *candidates;
    struct survivor *survivors;
    struct look looks[LOOKS_MAX];
    struct standing standing[STANDING_MAX];
    struct found found[STANDING_MAX];
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
    int group_met; /* one of them was */
    int hits_wait; /* some of the hits were noted for a group */
    struct waiting waiting[WAITING_MAX];
    size_t waiting_count;

    struct scan_counts counts;
};

narrow_survivors_run narrow_survivors;
narrow_literals_run narrow_literals;
narrow_found_run narrow_found;
#if defined(__x86_64__)
narrow_survivors_run narrow_survivors_avx512;
narrow_literals_run narrow_literals_avx512;
narrow_found_run narrow_found_avx512;
#endif

/* Between the two: the survivors' quads side by side, as many as there is room for, so that no look
 * has to wait for what the one before said. */
size_t narrow_looks(
        struct scanner *scanner, size_t survivor_count, struct narrow_progress *progress);

/* For narrow_kernel.h: a bucket that is full has passed keys on to the next one. */
const struct scan_bucket *narrow_next_bucket(
        const struct scan_set *set, const struct scan_bucket *bucket, uint32_t key);

/* Notes whose it is what was found. */
void settle_literals(struct scanner *scanner, size_t count);
/* Behind the last: the texts' hits are complete. */
void settle_end(struct scanner *scanner);

#endif
