/*
 * examiner: records in, findings out; many at a time.
 *
 *   record ── read ──▶ mention ─┐
 *   record ── read ──▶ mention ─┼─ one pass of the matcher over all texts ──▶ findings
 *   record ── read ──▶ mention ─┘
 *
 * It looks at nothing but the record, so that records can be examined in any thread and any company, and
 * give the same finding. Which of its rule sets a record is matched by is told by the record's own time. What a record's place in its log decides comes later: see engine.h. Mentions
 * that turn out to be late or duplicates are matched for nothing; waiting for that would cost more.
 *
 * One per thread. All memory is taken at creation.
 */
#ifndef REBATO_PIPELINE_ENGINE_EXAMINER_H
#define REBATO_PIPELINE_ENGINE_EXAMINER_H

#include "mention/reader.h"
#include "pipeline/engine/finding.h"
#include "pipeline/rule_map.h"

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

/* One rule set, in slot 0. Takes `matcher` over, however it ends; borrows the strings of `options`. NULL when out of memory, or when
 * the matcher is NULL for want of it. */
struct examiner *examiner_create(struct matcher *matcher, const struct reader_options *options);
void examiner_destroy(struct examiner **examiner);

/* Adds the record's finding, which is complete after examiner_flush() only; until then the record's
 * bytes and `out` stay where they are. There is room in `out`. */
void examiner_add(
        struct examiner *examiner, const struct engine_record *record, struct findings *out);
void examiner_flush(struct examiner *examiner, struct findings *out);

/* Between two batches: `matcher` in that slot from now on; NULL: nothing. Gives back what it had there; the
 * caller owns it. The map names no slot that is empty. */
struct matcher *examiner_use_matcher(
        struct examiner *examiner, uint32_t slot, struct matcher *matcher);
void examiner_use_map(struct examiner *examiner, const struct rule_map *map);

/* Between two batches: from now on who speaks with whom is noted, too. */
void examiner_note_talk(struct examiner *examiner);

/* Of the records added since it was last asked, the time of the newest that was put off; INT64_MIN: none was. */
int64_t examiner_put_off_ms(struct examiner *examiner);

#endif
