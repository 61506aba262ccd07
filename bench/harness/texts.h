/*
 * texts: the texts of a corpus, read and folded before any clock starts.
 *
 * Every engine of a comparison gets these same bytes: the raw ones or the folded ones.
 */
#ifndef REBATO_BENCH_HARNESS_TEXTS_H
#define REBATO_BENCH_HARNESS_TEXTS_H

#include "core/isa.h"
#include "fold/fold.h"
#include "harness/lines.h"

/* How rule files of benchmarks want their texts: ñ is n in them. */
#define BENCH_FOLD FOLD_ENYE_AS_N

struct texts {
    char *raw_bytes;
    char *folded_bytes;
    struct view *raw;
    struct view *folded;
    size_t count;   /* as many as lines; a record that the reader refuses has an empty text */
    size_t refused; /* how many those are */
    size_t raw_size, folded_size;
};

/* Copies a text into an arena 64 bytes at a time: that many behind it are read and overwritten. Both
 * batched engines fill their arenas so, as a pipeline folds into its arena without a copy at all. */
static inline void
text_copy(char *to, struct view text)
{
    for (size_t i = 0; i < text.size; i += 64) {
        memcpy(to + i, text.at + i, 64);
    }
}

/* False when out of memory. */
int texts_load(struct texts *texts, const struct lines *lines, enum isa isa);
void texts_fini(struct texts *texts);

#endif
