/*
 * exemplar: a post worth showing in an alert or on the page, as the ledger keeps it.
 *
 * Only complaints become exemplars. They weigh more the more people the author reaches and when the author
 * is affected. The JSON is written here by hand and not by a library: this is the hot path, and every
 * library at hand allocates.
 */
#ifndef REBATO_PIPELINE_EXEMPLAR_H
#define REBATO_PIPELINE_EXEMPLAR_H

#include "match/matcher.h"
#include "mention/mention.h"
#include "window/tally.h"

void exemplar_add(struct tally *tally,
        uint32_t brand,
        uint32_t bucket,
        const struct brand_match *match,
        const struct mention *mention);

#endif
