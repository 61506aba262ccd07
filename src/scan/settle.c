/* From literals that stand in a text to the patterns that may match it. */
#include "scan/scanner_private.h"

static void
mark(struct scanner *scanner, const struct scan_use *use, uint32_t at, uint32_t sure)
{
    struct pattern_mark *known = &scanner->marks[use->pattern];
    if (known->serial == scanner->serial) {
        scanner->hits[known->hit].sure |= sure;
        known->last = at;
        return;
    }
    *known = (struct pattern_mark){ scanner->serial, scanner->hit_count, at, at };
    scanner->waits[scanner->hit_count] = (struct wait){ use->group, use->reach };
    scanner->hits[scanner->hit_count++] =
            (struct scan_hit){ .pattern = use->pattern, .sure = sure };
}

static void
mark_group(struct scanner *scanner, uint32_t group, uint32_t at)
{
    struct group_mark *known = &scanner->groups[group];
    if (known->serial != scanner->serial) {
        *known = (struct group_mark){ scanner->serial, at, at };
    }
    known->last = at;
}

enum boundary { BOUNDARY_NO, BOUNDARY_YES, BOUNDARY_UNKNOWN };

/* What of the two conditions SCAN_BEGINS and SCAN_ENDS is not so at this edge: `flag` or 0. */
static inline unsigned
broken(const struct scan_set *set, const char *edge, unsigned flag)
{
    const uint8_t *classes = set->filter.classes;
    unsigned before = classes[(unsigned char)edge[-1]];
    unsigned behind = classes[(unsigned char)edge[0]];
    return ((before ^ behind) & SCAN_WORD) != 0 ? 0 : flag;
}

static inline int
is_beyond_ascii(char c)
{
    return (unsigned char)c >= 0x80 && (unsigned char)c != SCAN_SEPARATOR;
}

/* Next to a byte beyond ASCII a word's edge takes Unicode's tables: PCRE2 has them. */
static int
is_unknown(const struct scan_entry *entry, const char *first, unsigned flag)
{
    const char *edge = flag == SCAN_BEGINS ? first : first + entry->size;
    return (entry->flags & flag) != 0 && (is_beyond_ascii(edge[-1]) || is_beyond_ascii(edge[0]));
}

static enum boundary
unicode_boundaries(const struct scan_entry *entry, const char *first, unsigned not_so)
{
    int begin = is_unknown(entry, first, SCAN_BEGINS);
    int end = is_unknown(entry, first, SCAN_ENDS);
    unsigned sure =
            not_so & ~((begin ? (unsigned)SCAN_BEGINS : 0) | (end ? (unsigned)SCAN_ENDS : 0));
    if (sure != 0) {
        return BOUNDARY_NO;
    }
    return begin || end ? BOUNDARY_UNKNOWN : BOUNDARY_YES;
}

static inline enum boundary
boundaries_of(const struct scan_set *set, const struct scan_entry *entry, const char *first)
{
    unsigned not_so =
            (broken(set, first, SCAN_BEGINS) | broken(set, first + entry->size, SCAN_ENDS)) &
            entry->flags;
    if ((entry->flags & SCAN_UNICODE) != 0) {
        return unicode_boundaries(entry, first, not_so);
    }
    return not_so != 0 ? BOUNDARY_NO : BOUNDARY_YES;
}

/* Hits that are `gap` apart, in order: each is moved down past the greater ones. */
static void
sort_by_gap(struct scan_hit *hits, uint32_t count, uint32_t gap)
{
    for (uint32_t i = gap; i < count; i++) {
        struct scan_hit hit = hits[i];
        uint32_t to = i;
        for (; to >= gap && hits[to - gap].pattern > hit.pattern; to -= gap) {
            hits[to] = hits[to - gap];
        }
        hits[to] = hit;
    }
}

/* Shell's sort: few as a rule, thousands at worst, no memory. */
static void
sort_hits(struct scan_hit *hits, uint32_t count)
{
    static const uint32_t gaps[] = { 1750, 701, 301, 132, 57, 23, 10, 4, 1 };

    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) {
        sort_by_gap(hits, count, gaps[i]);
    }
}

/* Texts in which nothing stands are never opened. */
static void
begin_text(struct scanner *scanner, uint32_t text)
{
    const struct scan_set *set = scanner->set;
    if (++scanner->serial == 0) {
        /* After four thousand million texts serials start over, and old marks would look new. */
        memset(scanner->marks, 0, set->pattern_count * sizeof *scanner->marks);
        memset(scanner->groups, 0, set->group_count * sizeof *scanner->groups);
        scanner->serial = 1;
    }
    scanner->first_hits[text] = scanner->hit_count;
    for (uint32_t i = 0; i < set->always_count; i++) {
        struct scan_use use = { .pattern = set->always[i], .group = SCAN_NO_GROUP };
        mark(scanner, &use, 0, 0);
    }
}

/* Where a literal's occurrences begin; only the outer two are kept. */
struct stretch {
    uint32_t first, last;
};

/* Can one of `later` stand up to `reach` bytes behind one of `earlier`? Perhaps a yes too many. */
static int
follows(struct stretch earlier, struct stretch later, uint32_t reach)
{
    return later.last > earlier.first && later.first <= (uint64_t)earlier.last + reach;
}

/* Was the second required set met, and where the pattern can have it? */
static int
was_met(const struct scanner *scanner, uint32_t hit)
{
    const struct wait *wait = &scanner->waits[hit];
    if (wait->group == SCAN_NO_GROUP) {
        return 1;
    }
    const struct group_mark *group = &scanner->groups[wait->group];
    const struct pattern_mark *mark = &scanner->marks[scanner->hits[hit].pattern];
    struct stretch first = { mark->first, mark->last };
    struct stretch second = { group->first, group->last };
    if (group->serial != scanner->serial || wait->reach == 0) {
        return group->serial == scanner->serial;
    }
    return wait->reach > 0 ? follows(first, second, (uint32_t)wait->reach)
                           : follows(second, first, (uint32_t)-wait->reach);
}

/* Drops what waited in vain. */
static void
end_text(struct scanner *scanner, uint32_t text)
{
    uint32_t first = scanner->first_hits[text];
    uint32_t kept = first;
    for (uint32_t i = first; i < scanner->hit_count; i++) {
        int met = was_met(scanner, i);
        scanner->hits[kept] = scanner->hits[i];
        kept += (uint32_t)met;
    }
    scanner->hit_count = kept;
    scanner->hit_counts[text] = kept - first;
    scanner->hit_texts[scanner->hit_text_count] = text;
    scanner->hit_text_count += kept > first;
    if (kept - first > 1) {
        sort_hits(scanner->hits + first, kept - first);
    }
}

/* The marks are this text's from now on. */
static void
open_text(struct scanner *scanner, uint32_t text)
{
    if (scanner->open == text) {
        return;
    }
    if (scanner->open != NO_TEXT_OPEN) {
        end_text(scanner, scanner->open);
    }
    scanner->open = text;
    if (text != NO_TEXT_OPEN) {
        begin_text(scanner, text);
    }
}

/* Patterns without literals are possible in every text; texts are then opened one by one. */
static void
open_all_until(struct scanner *scanner, uint32_t text)
{
    uint32_t from = scanner->open == NO_TEXT_OPEN ? 0 : scanner->open + 1;
    for (uint32_t i = from; i < text; i++) {
        open_text(scanner, i);
    }
}

static inline void
note(struct scanner *scanner, const struct scan_use *use, uint32_t at, enum boundary boundary)
{
    if (use->kind == SCAN_USE_GROUP) {
        mark_group(scanner, use->group, at);
    } else {
        mark(scanner, use, at, use->kind == SCAN_USE_EXACT && boundary == BOUNDARY_YES);
    }
}

static void
use_entry(struct scanner *scanner, uint32_t text, const struct scan_entry *entry, const char *first)
{
    enum boundary boundary = boundaries_of(scanner->set, entry, first);
    if (boundary == BOUNDARY_NO) {
        return;
    }
    uint32_t at = (uint32_t)(first - scanner->batch->arena);
    if (scanner->set->always_count > 0) {
        open_all_until(scanner, text);
    }
    open_text(scanner, text);
    scanner->counts.literals++;
    note(scanner, &entry->use, at, boundary);
    for (uint32_t i = 1; i < entry->use_count; i++) {
        note(scanner, &scanner->set->uses[entry->first_use + i], at, boundary);
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

void
settle_literals(struct scanner *scanner, size_t count, uint32_t *text)
{
    for (size_t i = 0; i < count; i++) {
        const struct standing *standing = &scanner->standing[i];
        const struct scan_entry *entry = &scanner->set->entries[standing->entry];
        const char *first = scanner->batch->arena + standing->at - entry->anchor;
        if (!stands(scanner->set, entry, first)) {
            continue;
        }
        while (standing->at >= scanner->batch->texts[*text].end) {
            ++*text;
        }
        use_entry(scanner, *text, entry, first);
    }
}

void
settle_end(struct scanner *scanner)
{
    if (scanner->set->always_count > 0) {
        open_all_until(scanner, scanner->batch->text_count);
    }
    open_text(scanner, NO_TEXT_OPEN);
}
