/*
 * material: the rules and the corpus that the command line asks for, from files or from a seed.
 */
#ifndef REBATO_BENCH_GENERATOR_MATERIAL_H
#define REBATO_BENCH_GENERATOR_MATERIAL_H

#include "harness/options.h"
#include "harness/rules.h"

struct material {
    struct rules rules;
    struct lines lines;
};

/* False, and said on stderr. material_fini is safe on what is left. */
int material_load(struct material *material, const struct bench_options *options);
void material_fini(struct material *material);

#endif
