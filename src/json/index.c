#include "json/index.h"

#include "json/block.h"

#include <assert.h>
#include <stdlib.h>

int
json_index_init(struct json_index *index, size_t size_max, enum isa isa)
{
    size_t blocks = size_max / 64 + 1 + JSON_WORDS_SLACK;

    assert(size_max < UINT32_MAX / 2 && isa_available(isa));
    *index = (struct json_index){ .isa = isa, .size_max = size_max };
    index->marks = malloc((size_max + JSON_INDEX_SLACK) * sizeof *index->marks);
    index->words = calloc(blocks, sizeof *index->words);
    return index->marks != NULL && index->words != NULL;
}

void
json_index_fini(struct json_index *index)
{
    free(index->marks);
    free(index->words);
    *index = (struct json_index){ 0 };
}

/* With the kernel that was chosen, if it can. */
static int
make_fast(struct json_index *index, struct view text, struct json_state *state)
{
#if defined(__x86_64__)
    if (index->isa == ISA_AVX512) {
        return json_index_avx512(index, text, state);
    }
    if (index->isa == ISA_AVX2) {
        return json_index_avx2(index, text, state);
    }
#endif
    (void)text;
    (void)state;
    return 0;
}

void
json_index_make(struct json_index *index, struct view text)
{
    struct json_state state = { .due = 1 };

    assert(text.size > 0 && text.size <= index->size_max);
    if (!make_fast(index, text, &state)) {
        state = (struct json_state){ .due = 1 };
        json_index_portable(index, text, &state);
    }
    index->mark_count = state.mark_count;
    index->spaced = state.spaces != 0;
    index->broken = (state.broken | state.inside) != 0;
    for (size_t i = 0; i < 4; i++) {
        index->marks[index->mark_count + i] = (uint32_t)text.size;
    }
}
