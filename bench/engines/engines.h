/* engines: all of them. Which of them this build has, engine_at() tells. */
#ifndef REBATO_BENCH_ENGINES_ENGINES_H
#define REBATO_BENCH_ENGINES_ENGINES_H

#include "engines/engine.h"

extern const struct engine engine_rebato;
extern const struct engine engine_vectorscan;
extern const struct engine engine_vectorscan_batched;
extern const struct engine engine_hyperscan;
extern const struct engine engine_hyperscan_batched;
extern const struct engine engine_re2;
extern const struct engine engine_pcre2_folded;
extern const struct engine engine_pcre2_raw;

#define ENGINES_MAX 8

struct engine_row {
    const char *name;
    const struct engine *engine; /* NULL: this build lacks it */
};

/* Row `index` in the order in which they are told; false behind the last. */
int engine_at(size_t index, struct engine_row *row);

#endif
