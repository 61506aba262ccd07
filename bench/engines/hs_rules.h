/*
 * hs_rules: a rule set in a Hyperscan or Vectorscan database, for one of its two modes.
 *
 * What the library takes as it stands it decides alone. What it takes only as a prefilter
 * (look-around) is confirmed by PCRE2, what it does not take at all runs in PCRE2 on every text.
 */
#ifndef REBATO_BENCH_ENGINES_HS_RULES_H
#define REBATO_BENCH_ENGINES_HS_RULES_H

#include "engines/engine.h"
#include "engines/hs_library.h"

enum hs_mode {
    HS_PER_MENTION, /* a scan a text; each rule once (HS_FLAG_SINGLEMATCH) */
    HS_BATCHED,     /* a scan over many texts with newlines between them */
};

struct hs_rules {
    const struct hs_library *library;
    hs_database_t *database;
    hs_scratch_t *scratch;
    unsigned char *unsure; /* of each rule: PCRE2 has to confirm */
    uint32_t *left_out;    /* rules for PCRE2 alone */
    size_t left_out_count;
    size_t count;
};

/* False and `why`. hs_rules_fini is safe on what is left. */
int hs_rules_init(struct hs_rules *rules,
        const struct hs_library *library,
        const struct rules *from,
        enum hs_mode mode,
        char why[ENGINE_WHY_SIZE]);
void hs_rules_fini(struct hs_rules *rules);

#endif
