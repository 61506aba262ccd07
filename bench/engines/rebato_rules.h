/* rebato_rules: a benchmark's folded rules as a scan set, the way the product builds its own. */
#ifndef REBATO_BENCH_ENGINES_REBATO_RULES_H
#define REBATO_BENCH_ENGINES_REBATO_RULES_H

#include "engines/engine.h"
#include "pattern/frequency.h"
#include "scan/scan_set.h"

struct rebato_rules {
    struct frequency *frequency;
    struct pattern *patterns;
    size_t count; /* of patterns that are compiled */
    const struct scan_set *set;
};

/* False and `why`. rebato_rules_fini is safe on what is left. */
int rebato_rules_init(
        struct rebato_rules *rebato, const struct rules *rules, char why[ENGINE_WHY_SIZE]);
void rebato_rules_fini(struct rebato_rules *rebato);

#endif
