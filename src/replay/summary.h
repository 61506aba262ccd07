/*
 * summary: what an archive contained, as one JSON object: fates that add up to every record, and per brand
 * the counts by signal and by day.
 *
 * The same archive gives the same bytes: nothing here depends on the clock or the machine.
 */
#ifndef REBATO_REPLAY_SUMMARY_H
#define REBATO_REPLAY_SUMMARY_H

#include "core/view.h"
#include "rebato/mention.h"
#include "replay/holes.h"
#include "replay/surges.h"

#include <stdint.h>
#include <stdio.h>

struct summary;

struct summary *summary_create(void);
void summary_destroy(struct summary **summary);

enum summary_kind { SUMMARY_ON_TIME, SUMMARY_LATE };

/* One cell of the ledger. */
struct summary_cell {
    struct view dim; /* as in window/cell.h */
    enum summary_kind kind;
    uint32_t bucket;
    uint64_t count;
};
/* A brand's cells come in rising order of bucket. */
void summary_add(struct summary *summary, struct view brand, const struct summary_cell *cell);

/* What the archive does not hold of the brand; NULL: nothing; else it outlives the summary. */
void summary_hole(struct summary *summary,
        struct view brand,
        enum hole_sort sort,
        const struct hole_list *holes);

struct summary_facts {
    uint64_t received;
    const uint64_t *fates; /* REBATO_FATE_COUNT of them */
    int64_t first_ms;      /* INT64_MIN: none */
    int64_t last_ms;
    uint64_t incidents;
    const char *rules_digest;
    const struct surges *surges; /* may be NULL */
};

/* malloc'd, without a newline. */
char *summary_json(const struct summary *summary, const struct summary_facts *facts);
/* For people: fates, then a table of brands by day. */
void summary_print(const struct summary *summary, const struct summary_facts *facts, FILE *out);

#endif
