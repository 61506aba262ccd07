#include "scan/scanner.h"

#include "scan/scanner_private.h"

#include <assert.h>
#include <stdlib.h>

struct scanner *
scanner_create(const struct scan_set *set, enum isa isa)
{
    struct scanner *scanner = calloc(1, sizeof *scanner);
    /* The worst case is that every pattern hits in every text; only what is used is ever touched. */
    size_t hits = (size_t)SCAN_TEXTS_MAX * (set->pattern_count + 1);

    if (scanner == NULL) {
        return NULL;
    }
    scanner->set = set;
    scanner->filter = scan_filter_for(isa);
    scanner->survive = narrow_survivors;
    scanner->narrow = narrow_literals;
    scanner->find = narrow_found;
#if defined(__x86_64__)
    if (isa == ISA_AVX512) {
        scanner->survive = narrow_survivors_avx512;
        scanner->narrow = narrow_literals_avx512;
        scanner->find = narrow_found_avx512;
    }
#endif
    scanner->scratch = pattern_scratch_create(set->group_max);
    scanner->batch = scan_batch_create();
    scanner->candidates = malloc((SCAN_ARENA_SIZE + 128) * sizeof *scanner->candidates);
    scanner->survivors = malloc((SCAN_ARENA_SIZE + 128) * sizeof *scanner->survivors);
    scanner->hits = malloc(hits * sizeof *scanner->hits);
    scanner->waits = malloc(hits * sizeof *scanner->waits);
    scanner->marks = calloc(set->pattern_count + 1, sizeof *scanner->marks);
    scanner->groups = calloc(set->group_count + 1, sizeof *scanner->groups);
    if (scanner->scratch == NULL || scanner->batch == NULL || scanner->candidates == NULL ||
            scanner->survivors == NULL || scanner->hits == NULL || scanner->waits == NULL ||
            scanner->marks == NULL || scanner->groups == NULL) {
        scanner_destroy(&scanner);
        return NULL;
    }
    scanner_clear(scanner);
    return scanner;
}

void
scanner_destroy(struct scanner **scanner)
{
    struct scanner *old = *scanner;
    if (old == NULL) {
        return;
    }
    pattern_scratch_destroy(&old->scratch);
    scan_batch_destroy(&old->batch);
    free(old->candidates);
    free(old->survivors);
    free(old->hits);
    free(old->waits);
    free(old->marks);
    free(old->groups);
    free(old);
    *scanner = NULL;
}

/* ---- the batch ---- */

struct scan_batch *
scan_batch_create(void)
{
    struct scan_batch *batch = calloc(1, sizeof *batch);
    size_t size = ARENA_FRONT + SCAN_ARENA_SIZE + FILTER_OVERREAD + 64;
    if (batch == NULL) {
        return NULL;
    }
    batch->arena = malloc(size);
    if (batch->arena == NULL) {
        scan_batch_destroy(&batch);
        return NULL;
    }
    memset(batch->arena, SCAN_SEPARATOR, ARENA_FRONT);
    batch->used = ARENA_FRONT;
    batch->begins[0] = ARENA_FRONT;
    return batch;
}

void
scan_batch_destroy(struct scan_batch **batch)
{
    if (*batch != NULL) {
        free((*batch)->arena);
        free(*batch);
        *batch = NULL;
    }
}

void
scanner_exchange(struct scanner *scanner, struct scan_batch **batch)
{
    struct scan_batch *old = scanner->batch;
    scanner->batch = *batch;
    *batch = old;
}

void
scanner_clear(struct scanner *scanner)
{
    scanner->batch->used = ARENA_FRONT;
    scanner->batch->text_count = 0;
    scanner->hit_count = 0;
    scanner->open = NO_TEXT_OPEN;
}

char *
scanner_room(struct scanner *scanner, size_t size)
{
    struct scan_batch *batch = scanner->batch;
    size_t end = batch->used + size + SCAN_SLACK;
    if (batch->text_count == SCAN_TEXTS_MAX || end > ARENA_FRONT + SCAN_ARENA_SIZE) {
        return NULL;
    }
    return batch->arena + batch->used;
}

uint32_t
scanner_add(struct scanner *scanner, size_t size)
{
    struct scan_batch *batch = scanner->batch;
    uint32_t end = batch->used + (uint32_t)size;
    assert(batch->text_count < SCAN_TEXTS_MAX && end < ARENA_FRONT + SCAN_ARENA_SIZE);
    batch->arena[end] = (char)SCAN_SEPARATOR;
    batch->used = end + 1;
    batch->begins[batch->text_count + 1] = batch->used;
    return batch->text_count++;
}

uint32_t
scanner_text_count(const struct scanner *scanner)
{
    return scanner->batch->text_count;
}

struct view
scanner_text(const struct scanner *scanner, uint32_t text)
{
    const struct scan_batch *batch = scanner->batch;
    assert(text < batch->text_count);
    uint32_t begin = batch->begins[text];
    return (struct view){ .at = batch->arena + begin, .size = batch->begins[text + 1] - 1 - begin };
}

static void
find_hits(struct scanner *scanner, size_t survivor_count)
{
    struct narrow_progress progress = { 0 };

    memset(scanner->hit_counts, 0, scanner->batch->text_count * sizeof scanner->hit_counts[0]);
    scanner->hit_text_count = 0;
    scanner->hit_count = 0;
    while (progress.survivor < survivor_count) {
        size_t looks = narrow_looks(scanner, survivor_count, &progress);
        size_t standing = scanner->narrow(scanner, looks);
        size_t found = scanner->find(scanner, standing);
        scanner->counts.literals += found;
        settle_literals(scanner, found);
    }
    settle_end(scanner);
}

/* For settle.c to find the text of a byte; what is behind the last text is not in any. */
static void
mark_rows(struct scan_batch *batch)
{
    for (uint32_t i = batch->text_count + 1; i <= SCAN_TEXTS_MAX; i++) {
        batch->begins[i] = INT32_MAX;
    }
    for (size_t row = 0; row < 16; row++) {
        batch->rows[row] = batch->begins[(row + 1) * 16];
    }
    batch->rows[15] = INT32_MAX;
}

void
scanner_run(struct scanner *scanner)
{
    size_t size = ((size_t)scanner->batch->used - ARENA_FRONT + 63) / 64 * 64;
    char *texts = scanner->batch->arena + ARENA_FRONT;

    /* What an earlier batch left behind the last text must not look like one. */
    memset(scanner->batch->arena + scanner->batch->used, SCAN_SEPARATOR, 64 + FILTER_OVERREAD);
    mark_rows(scanner->batch);
    size_t candidates = scanner->filter(&scanner->set->filter, texts, size, scanner->candidates);
    size_t survivors = scanner->survive(scanner, candidates);
    find_hits(scanner, survivors);
    scanner->counts.texts += scanner->batch->text_count;
    scanner->counts.bytes += scanner->batch->used - ARENA_FRONT;
    scanner->counts.candidates += candidates;
    scanner->counts.survivors += survivors;
    scanner->counts.hits += scanner->hit_count;
}

const struct scan_hit *
scanner_hits(const struct scanner *scanner, uint32_t text, size_t *count)
{
    assert(text < scanner->batch->text_count);
    *count = scanner->hit_counts[text];
    return scanner->hits + scanner->first_hits[text];
}

const uint32_t *
scanner_hit_texts(const struct scanner *scanner, size_t *count)
{
    *count = scanner->hit_text_count;
    return scanner->hit_texts;
}

/* A probe has no pattern: where it stands it is true. */
static int
is_true(struct scanner *scanner, struct scan_hit hit, struct view text, uint32_t *given_up)
{
    const struct pattern *pattern = scanner->set->patterns[hit.pattern];
    if (hit.sure || pattern == NULL) {
        return 1;
    }
    enum pattern_outcome outcome = pattern_test(pattern, scanner->scratch, text);
    scanner->counts.confirms++;
    *given_up += outcome == PATTERN_GAVE_UP;
    return outcome == PATTERN_FOUND;
}

uint32_t
scanner_confirm(struct scanner *scanner, uint32_t text)
{
    struct scan_hit *hits = scanner->hits + scanner->first_hits[text];
    struct view view = scanner_text(scanner, text);
    uint32_t kept = 0;
    uint32_t given_up = 0;

    for (uint32_t i = 0; i < scanner->hit_counts[text]; i++) {
        uint32_t sure = (uint32_t)is_true(scanner, hits[i], view, &given_up);
        hits[kept] = (struct scan_hit){ .pattern = hits[i].pattern, .sure = sure };
        kept += sure;
    }
    scanner->hit_counts[text] = kept;
    return given_up;
}

struct scan_counts
scanner_counts(const struct scanner *scanner)
{
    return scanner->counts;
}
