/*
 * examiner: records in, findings out; many at a time.
 *
 *   record ── read ──▶ mention ─┐
 *   record ── read ──▶ mention ─┼─ one pass of the matcher over all texts ──▶ findings
 *   record ── read ──▶ mention ─┘
 *
 * It looks at nothing but the record, so that records can be examined in any thread and any company, and
 * give the same finding. What a record's place in its log decides comes later: see engine.h. Mentions
 * that turn out to be late or duplicates are matched for nothing; waiting for that would cost more.
 *
 * One per thread. All memory is taken at creation.
 */
#ifndef REBATO_PIPELINE_EXAMINER_H
#define REBATO_PIPELINE_EXAMINER_H

#include "mention/reader.h"
#include "pipeline/finding.h"

struct engine_record {
    struct view bytes;
    int64_t offset;
    int64_t ingest_ms;  /* INGEST_UNKNOWN for files */
    uint32_t partition; /* of its feed; a live worker's number of the source */
    int tombstone;
    int too_large;
    int counted; /* it is in the counts already: only the duplicate filter wants to see it */
};

struct examiner;

/* Takes `matcher` over, however it ends; borrows the strings of `options`. NULL when out of memory, or when
 * the matcher is NULL for want of it. */
struct examiner *examiner_create(struct matcher *matcher, const struct reader_options *options);
void examiner_destroy(struct examiner **examiner);

/* Adds the record's finding, which is complete after examiner_flush() only; until then the record's
 * bytes and `out` stay where they are. There is room in `out`. */
void examiner_add(
        struct examiner *examiner, const struct engine_record *record, struct findings *out);
void examiner_flush(struct examiner *examiner, struct findings *out);

/* Between two batches: `matcher` from now on. Gives back the one it had; the caller owns it. */
struct matcher *examiner_use_matcher(struct examiner *examiner, struct matcher *matcher);

#endif
