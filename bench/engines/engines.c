#include "engines/engines.h"

#if defined(BENCH_HAS_VECTORSCAN)
#define VECTORSCAN(engine) (&(engine))
#else
#define VECTORSCAN(engine) NULL
#endif
#if defined(BENCH_HAS_RE2)
#define RE2(engine) (&(engine))
#else
#define RE2(engine) NULL
#endif

int
engine_at(size_t index, struct engine_row *row)
{
    const struct engine_row rows[ENGINES_MAX] = {
        { "rebato", &engine_rebato },
        { "vectorscan-folded", VECTORSCAN(engine_vectorscan) },
        { "vectorscan-folded-batched", VECTORSCAN(engine_vectorscan_batched) },
        { "hyperscan-folded", VECTORSCAN(engine_hyperscan) },
        { "hyperscan-folded-batched", VECTORSCAN(engine_hyperscan_batched) },
        { "re2-set", RE2(engine_re2) },
        { "pcre2-jit-folded", &engine_pcre2_folded },
        { "pcre2-jit-raw", &engine_pcre2_raw },
    };

    if (index >= ENGINES_MAX) {
        return 0;
    }
    *row = rows[index];
    return 1;
}
