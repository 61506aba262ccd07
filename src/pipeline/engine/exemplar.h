/*
 * exemplar: a post worth showing in an alert or on the page, as the ledger keeps it.
 *
 * Only complaints become exemplars. They weigh more the more people the author reaches and when the author
 * is affected. The JSON is written here by hand and not by a library: this is the hot path, and every
 * library at hand allocates.
 */
#ifndef REBATO_PIPELINE_ENGINE_EXEMPLAR_H
#define REBATO_PIPELINE_ENGINE_EXEMPLAR_H

#include "mention/mention.h"
#include "window/tally.h"

/* The JSON of a complaint, as the ledger keeps it. Returns its size. */
size_t exemplar_write(const struct mention *mention, char json[EXEMPLAR_JSON_SIZE]);

/* How much it is worth showing. `reach` as in the mention. */
uint64_t exemplar_weight(int64_t reach, int first_person);

#endif
