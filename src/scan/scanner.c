#include "scan/scanner.h"

#include "scan/filter.h"

#include <assert.h>
#include <stdlib.h>

/* Bytes before the first text: a literal's anchor may lie that far behind its first byte. */
#define ARENA_FRONT 320
/* Starts looked up ahead of the one in hand, so that its bucket is in the cache when its turn comes. */
#define AHEAD 8

/* What is known of a pattern or a group in the text in hand; a stale serial means nothing. */
struct pattern_mark {
    uint32_t serial;
    uint32_t hit; /* its place among the text's hits */
};

/* A start whose following bytes may be a literal's, too. */
struct survivor {
    uint32_t at;
    uint32_t entry; /* the first of its key */
};

struct text_place {
    uint32_t begin, end; /* bytes of the arena */
    uint32_t first_hit;
    uint32_t hit_count;
};

struct scanner {
    /* Fixed at creation. */
    const struct scan_set *set;
    scan_filter_run *filter;
    struct pattern_scratch *scratch;

    /* Of the batch. */
    char *arena; /* ARENA_FRONT separators, then the texts */
    uint32_t used;
    struct text_place texts[SCAN_TEXTS_MAX];
    uint32_t text_count;
    struct scan_candidate *candidates;
    struct survivor *survivors;
    struct scan_hit *hits;
    uint32_t *groups; /* beside each hit: the group it waits for */
    uint32_t hit_count;

    /* Of the text in hand. */
    uint32_t serial;
    struct pattern_mark *marks; /* by pattern */
    uint32_t *group_serials;    /* by group: the last text it was met in */
    const struct text_place *text;
    uint32_t first_hit;

    struct scan_counts counts;
};

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
    scanner->groups = malloc(hits * sizeof *scanner->groups);
    scanner->marks = calloc(set->pattern_count + 1, sizeof *scanner->marks);
    scanner->group_serials = calloc(set->group_count + 1, sizeof *scanner->group_serials);
    if (scanner->scratch == NULL || scanner->arena == NULL || scanner->candidates == NULL ||
            scanner->survivors == NULL || scanner->hits == NULL || scanner->groups == NULL ||
            scanner->marks == NULL || scanner->group_serials == NULL) {
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
    free(old->groups);
    free(old->marks);
    free(old->group_serials);
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

/* ---- from candidates to survivors ---- */

/* Which place of its bucket holds the key; SCAN_BUCKET_KEYS when none does. A bucket that is full has
 * passed keys on to the next one. */
static inline const struct scan_bucket *
find_bucket(const struct scan_set *set, uint32_t key, unsigned *place)
{
    uint32_t number = scan_bucket_hash(key, set->bucket_shift);
    for (;;) {
        const struct scan_bucket *bucket = &set->buckets[number];
        for (unsigned i = 0; i < SCAN_BUCKET_KEYS; i++) {
            if (bucket->keys[i] == key) {
                *place = i;
                return bucket;
            }
        }
        if (bucket->keys[SCAN_BUCKET_KEYS - 1] == 0) {
            *place = 0;
            return NULL;
        }
        number = (number + 1) & set->bucket_mask;
    }
}

static size_t
keep_survivors(struct scanner *scanner, size_t candidate_count)
{
    const struct scan_set *set = scanner->set;
    size_t count = 0;

    for (size_t i = 0; i < candidate_count; i++) {
        const struct scan_candidate *candidate = &scanner->candidates[i];
        unsigned place;
        const struct scan_bucket *bucket = find_bucket(set, candidate->key, &place);
        if (bucket == NULL) {
            continue;
        }
        uint32_t next = scan_load32(scanner->arena + candidate->at + 4);
        scanner->survivors[count].at = candidate->at;
        scanner->survivors[count].entry = bucket->lists[place];
        count += (bucket->blooms[place] & scan_bloom(next)) != 0;
    }
    return count;
}

/* ---- from survivors to hits ---- */

static void
mark(struct scanner *scanner, uint32_t pattern, uint32_t group, uint32_t sure)
{
    struct pattern_mark *known = &scanner->marks[pattern];
    if (known->serial == scanner->serial) {
        scanner->hits[known->hit].sure |= sure;
        return;
    }
    known->serial = scanner->serial;
    known->hit = scanner->hit_count;
    scanner->groups[scanner->hit_count] = group;
    scanner->hits[scanner->hit_count++] = (struct scan_hit){ .pattern = pattern, .sure = sure };
}

enum boundary { BOUNDARY_NO, BOUNDARY_YES, BOUNDARY_UNKNOWN };

/* Is there a word's edge between two bytes? Beyond ASCII it takes Unicode's tables: PCRE2 has them. */
static enum boundary
boundary_between(const char *at, uint8_t flags)
{
    unsigned char before = (unsigned char)at[-1];
    unsigned char behind = (unsigned char)at[0];
    int word_before = (scan_class(before) & SCAN_WORD) != 0;
    int word_behind = (scan_class(behind) & SCAN_WORD) != 0;
    int beyond = (before >= 0x80 && before != SCAN_SEPARATOR) ||
                 (behind >= 0x80 && behind != SCAN_SEPARATOR);

    if ((flags & SCAN_UNICODE) != 0 && beyond) {
        return BOUNDARY_UNKNOWN;
    }
    return word_before != word_behind ? BOUNDARY_YES : BOUNDARY_NO;
}

static enum boundary
boundaries_of(const struct scan_entry *entry, const char *first)
{
    enum boundary begins = BOUNDARY_YES;
    enum boundary ends = BOUNDARY_YES;

    if ((entry->flags & SCAN_BEGINS) != 0) {
        begins = boundary_between(first, entry->flags);
    }
    if ((entry->flags & SCAN_ENDS) != 0) {
        ends = boundary_between(first + entry->size, entry->flags);
    }
    if (begins == BOUNDARY_NO || ends == BOUNDARY_NO) {
        return BOUNDARY_NO;
    }
    return begins == BOUNDARY_YES && ends == BOUNDARY_YES ? BOUNDARY_YES : BOUNDARY_UNKNOWN;
}

static void
use_entry(struct scanner *scanner, const struct scan_entry *entry, enum boundary boundary)
{
    scanner->counts.literals++;
    for (uint32_t i = 0; i < entry->use_count; i++) {
        const struct scan_use *use = &scanner->set->uses[entry->first_use + i];
        if (use->kind == SCAN_USE_GROUP) {
            scanner->group_serials[use->group] = scanner->serial;
        } else {
            uint32_t sure = use->kind == SCAN_USE_EXACT && boundary == BOUNDARY_YES;
            mark(scanner, use->pattern, use->group, sure);
        }
    }
}

static inline int
stands(const struct scan_set *set, const struct scan_entry *entry, const char *first)
{
    uint64_t low = (scan_load64(first) ^ entry->head[0]) & entry->mask[0];
    uint64_t high = (scan_load64(first + 8) ^ entry->head[1]) & entry->mask[1];
    size_t head = sizeof entry->head;

    return (low | high) == 0 &&
           (entry->size <= head ||
                   memcmp(first + head, set->bytes + entry->tail + head, entry->size - head) == 0);
}

static void
try_entries(struct scanner *scanner, const struct survivor *survivor)
{
    const struct scan_entry *entry = &scanner->set->entries[survivor->entry];
    for (;; entry++) {
        const char *first = scanner->arena + survivor->at - entry->anchor;
        if (stands(scanner->set, entry, first)) {
            enum boundary boundary = boundaries_of(entry, first);
            if (boundary != BOUNDARY_NO) {
                use_entry(scanner, entry, boundary);
            }
        }
        if ((entry->flags & SCAN_LAST) != 0) {
            return;
        }
    }
}

/* Shell sort: few as a rule, thousands at worst, no memory. */
static void
sort_hits(struct scan_hit *hits, uint32_t count)
{
    static const uint32_t gaps[] = { 1750, 701, 301, 132, 57, 23, 10, 4, 1 };

    for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        uint32_t gap = gaps[g];
        for (uint32_t i = gap; i < count; i++) {
            struct scan_hit hit = hits[i];
            uint32_t to = i;
            for (; to >= gap && hits[to - gap].pattern > hit.pattern; to -= gap) {
                hits[to] = hits[to - gap];
            }
            hits[to] = hit;
        }
    }
}

static void
begin_text(struct scanner *scanner, struct text_place *text)
{
    if (++scanner->serial == 0) {
        /* After four thousand million texts serials start over, and old marks would look new. */
        memset(scanner->marks, 0, scanner->set->pattern_count * sizeof *scanner->marks);
        memset(scanner->group_serials, 0, scanner->set->group_count * sizeof(uint32_t));
        scanner->serial = 1;
    }
    scanner->text = text;
    text->first_hit = scanner->hit_count;
    for (uint32_t i = 0; i < scanner->set->always_count; i++) {
        mark(scanner, scanner->set->always[i], SCAN_NO_GROUP, 0);
    }
}

/* Drops what waited for a group that never came. */
static void
end_text(struct scanner *scanner, struct text_place *text)
{
    uint32_t kept = text->first_hit;
    for (uint32_t i = text->first_hit; i < scanner->hit_count; i++) {
        uint32_t group = scanner->groups[i];
        scanner->hits[kept] = scanner->hits[i];
        kept += group == SCAN_NO_GROUP || scanner->group_serials[group] == scanner->serial;
    }
    scanner->hit_count = kept;
    text->hit_count = kept - text->first_hit;
    if (text->hit_count > 1) {
        sort_hits(scanner->hits + text->first_hit, text->hit_count);
    }
}

static void
find_hits(struct scanner *scanner, size_t survivor_count)
{
    const struct survivor *survivor = scanner->survivors;
    const struct survivor *behind = survivor + survivor_count;
    int always = scanner->set->always_count > 0;

    for (uint32_t i = 0; i < scanner->text_count; i++) {
        struct text_place *text = &scanner->texts[i];
        text->hit_count = 0;
        if (!always && (survivor == behind || survivor->at >= text->end)) {
            continue;
        }
        begin_text(scanner, text);
        for (; survivor < behind && survivor->at < text->end; survivor++) {
            try_entries(scanner, survivor);
        }
        end_text(scanner, text);
    }
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
    size_t survivors = keep_survivors(scanner, candidates);
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
