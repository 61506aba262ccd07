#include "fold/fold.h"

#include "fold/kernel.h"

#include <assert.h>

static_assert(TEXT_SIZE_MAX <= UINT16_MAX, "positions of the original fit in origin[]");

static size_t
find_run(enum isa isa, const char *text, size_t size, size_t from)
{
    switch (isa) {
#if defined(__x86_64__)
    case ISA_AVX512:
        return fold_find_avx512(text, size, from);
    case ISA_AVX2:
        return fold_find_avx2(text, size, from);
#else
    case ISA_AVX512:
    case ISA_AVX2:
#endif
    case ISA_PORTABLE:
    case ISA_COUNT:
        break;
    }
    return fold_find_portable(text, size, from);
}

/* The first of three or more equal letters that stand at `at`, and where the next other one begins. */
static size_t
run_end(const char *text, size_t size, size_t at, size_t *first_end)
{
    size_t letter = fold_size_of(text[at]);
    size_t end = at + letter;

    *first_end = end;
    while (size - end >= letter && memcmp(text + at, text + end, letter) == 0) {
        end += letter;
    }
    return end;
}

/* Keeps the first letter of every run, from `run` on, which is the first of the text. What stays moves
 * down over what goes; the finder only looks at what has not moved yet. */
static size_t
squeeze(enum isa isa, char *text, uint16_t *origin, size_t size, size_t run)
{
    size_t kept = 0;
    size_t done = 0;

    while (done < size) {
        size_t first_end = size;
        size_t next = run < size ? run_end(text, size, run, &first_end) : size;
        memmove(text + kept, text + done, first_end - done);
        if (origin != NULL) {
            memmove(origin + kept, origin + done, (first_end - done) * sizeof *origin);
        }
        kept += first_end - done;
        done = next;
        run = find_run(isa, text, size, done);
    }
    return kept;
}

void
fold_text(struct view text, enum fold_options options, struct folded *out)
{
    struct fold_job job = {
        .text = text, .options = options, .out = out->text, .origin = out->origin
    };

    assert(text.size <= TEXT_SIZE_MAX);
    fold_portable(&job, text.size);
    out->size = (size_t)(job.out - out->text);
    if ((options & FOLD_SQUEEZE_REPEATS) != 0) {
        size_t run = fold_find_portable(out->text, out->size, 0);
        out->size = squeeze(ISA_PORTABLE, out->text, out->origin, out->size, run);
    }
    out->origin[out->size] = (uint16_t)text.size;
}

size_t
fold_into(enum isa isa, struct view text, enum fold_options options, char *out)
{
    struct fold_job job = { .text = text, .options = options, .out = out };

    assert(text.size <= TEXT_SIZE_MAX);
    switch (isa) {
#if defined(__x86_64__)
    case ISA_AVX512:
        fold_avx512(&job);
        break;
    case ISA_AVX2:
        fold_avx2(&job);
        break;
#else
    case ISA_AVX512:
    case ISA_AVX2:
#endif
    case ISA_PORTABLE:
    case ISA_COUNT:
        fold_portable(&job, text.size);
        break;
    }
    size_t size = (size_t)(job.out - out);
    if ((options & FOLD_SQUEEZE_REPEATS) == 0 || job.suspect == 0) {
        return size;
    }
    size_t run = find_run(isa, out, size, 0);
    return run == size ? size : squeeze(isa, out, NULL, size, run);
}

void
fold_span(const struct folded *folded, size_t from, size_t to, size_t *begin, size_t *end)
{
    assert(from <= to && to <= folded->size);
    *begin = folded->origin[from];
    if (from == to) {
        *end = *begin;
        return;
    }
    /* One code point may have given several bytes: it is in the span whole, or not at all. */
    while (to < folded->size && folded->origin[to] == folded->origin[to - 1]) {
        to++;
    }
    *end = folded->origin[to];
}
