#include "scan/scanner.h"

#include "scan/scanner_private.h"

#include <assert.h>
#include <stdlib.h>

struct scanner *
scanner_create(const struct scan_set *set, enum isa isa)
{
    struct scanner *scanner = calloc(1, sizeof *scanner);
    size_t arena = ARENA_FRONT + SCAN_ARENA_SIZE + FILTER_OVERREAD + 64;
    /* The worst case is that every pattern hits in every text; only what is used is ever touched. */
    size_t hits = (size_t)SCAN_TEXTS_MAX * (set->pattern_count + 1);

    if (scanner == NULL) {
        return NULL;
    }
    scanner->set = set;
    scanner->filter = scan_filter_for(isa);
    scanner->scratch = pattern_scratch_create(set->group_max);
    scanner->arena = malloc(arena);
    scanner->candidates = malloc((SCAN_ARENA_SIZE + 128) * sizeof *scanner->candidates);
    scanner->survivors = malloc((SCAN_ARENA_SIZE + 128) * sizeof *scanner->survivors);
    scanner->hits = malloc(hits * sizeof *scanner->hits);
    scanner->waits = malloc(hits * sizeof *scanner->waits);
    scanner->marks = calloc(set->pattern_count + 1, sizeof *scanner->marks);
    scanner->groups = calloc(set->group_count + 1, sizeof *scanner->groups);
    if (scanner->scratch == NULL || scanner->arena == NULL || scanner->candidates == NULL ||
            scanner->survivors == NULL || scanner->hits == NULL || scanner->waits == NULL ||
            scanner->marks == NULL || scanner->groups == NULL) {
        scanner_destroy(&scanner);
        return NULL;
    }
    memset(scanner->arena, SCAN_SEPARATOR, arena);
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
    free(old->arena);
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

void
scanner_clear(struct scanner *scanner)
{
    scanner->used = ARENA_FRONT;
    scanner->text_count = 0;
    scanner->hit_count = 0;
    scanner->open = NO_TEXT_OPEN;
}

char *
scanner_room(struct scanner *scanner, size_t size)
{
    size_t end = scanner->used + size + SCAN_SLACK;
    if (scanner->text_count == SCAN_TEXTS_MAX || end > ARENA_FRONT + SCAN_ARENA_SIZE) {
        return NULL;
    }
    return scanner->arena + scanner->used;
}

uint32_t
scanner_add(struct scanner *scanner, size_t size)
{
    uint32_t end = scanner->used + (uint32_t)size;
    assert(scanner->text_count < SCAN_TEXTS_MAX && end < ARENA_FRONT + SCAN_ARENA_SIZE);
    scanner->texts[scanner->text_count] = (struct text_place){ .begin = scanner->used, .end = end };
    scanner->arena[end] = (char)SCAN_SEPARATOR;
    scanner->used = end + 1;
    return scanner->text_count++;
}

uint32_t
scanner_text_count(const struct scanner *scanner)
{
    return scanner->text_count;
}

struct view
scanner_text(const struct scanner *scanner, uint32_t text)
{
    assert(text < scanner->text_count);
    const struct text_place *place = &scanner->texts[text];
    return (struct view){ .at = scanner->arena + place->begin, .size = place->end - place->begin };
}

static void
find_hits(struct scanner *scanner, size_t survivor_count)
{
    struct narrow_progress progress = { .survivor = 0, .quad = NO_QUAD };
    uint32_t text = 0;

    for (uint32_t i = 0; i < scanner->text_count; i++) {
        scanner->texts[i].hit_count = 0;
    }
    while (progress.survivor < survivor_count) {
        size_t count = narrow_literals(scanner, survivor_count, &progress);
        settle_literals(scanner, count, &text);
    }
    settle_end(scanner);
}

void
scanner_run(struct scanner *scanner)
{
    size_t size = ((size_t)scanner->used - ARENA_FRONT + 63) / 64 * 64;
    char *texts = scanner->arena + ARENA_FRONT;

    /* What an earlier batch left behind the last text must not look like one. */
    memset(scanner->arena + scanner->used, SCAN_SEPARATOR, 64 + FILTER_OVERREAD);
    scanner->hit_count = 0;
    size_t candidates = scanner->filter(&scanner->set->filter, texts, size, scanner->candidates);
    for (size_t i = 0; i < candidates; i++) {
        scanner->candidates[i].at += ARENA_FRONT;
    }
    size_t survivors = narrow_survivors(scanner, candidates);
    find_hits(scanner, survivors);
    scanner->counts.texts += scanner->text_count;
    scanner->counts.bytes += scanner->used - ARENA_FRONT;
    scanner->counts.candidates += candidates;
    scanner->counts.survivors += survivors;
    scanner->counts.hits += scanner->hit_count;
}

const struct scan_hit *
scanner_hits(const struct scanner *scanner, uint32_t text, size_t *count)
{
    assert(text < scanner->text_count);
    const struct text_place *place = &scanner->texts[text];
    *count = place->hit_count;
    return scanner->hits + place->first_hit;
}

uint32_t
scanner_confirm(struct scanner *scanner, uint32_t text)
{
    struct text_place *place = &scanner->texts[text];
    struct scan_hit *hits = scanner->hits + place->first_hit;
    struct view view = scanner_text(scanner, text);
    uint32_t kept = 0;
    uint32_t given_up = 0;

    for (uint32_t i = 0; i < place->hit_count; i++) {
        struct scan_hit hit = hits[i];
        if (!hit.sure) {
            const struct pattern *pattern = scanner->set->patterns[hit.pattern];
            enum pattern_outcome outcome = pattern_test(pattern, scanner->scratch, view);
            scanner->counts.confirms++;
            given_up += outcome == PATTERN_GAVE_UP;
            hit.sure = outcome == PATTERN_FOUND;
        }
        hits[kept] = hit;
        kept += hit.sure;
    }
    place->hit_count = kept;
    return given_up;
}

struct scan_counts
scanner_counts(const struct scanner *scanner)
{
    return scanner->counts;
}
