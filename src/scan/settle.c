/* From literals that stand in a text to the patterns that may match it. */
#include "scan/scanner_private.h"

static void
mark(struct scanner *scanner, const struct scan_use *use, uint32_t at, uint32_t sure)
{
    struct pattern_mark *known = &scanner->marks[use->pattern];
    if (known->serial == scanner->serial) {
        scanner->hits[known->hit].sure |= sure;
        known->first = at < known->first ? at : known->first;
        known->last = at > known->last ? at : known->last;
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
    /* Literals come by their anchors, which is not quite by where they begin. */
    known->first = at < known->first ? at : known->first;
    known->last = at > known->last ? at : known->last;
    scanner->group_met = 1;
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
    size_t i = 0;

    while (gaps[i] > 1 && gaps[i] >= count) {
        i++;
    }
    for (; i < sizeof gaps / sizeof gaps[0]; i++) {
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
    scanner->group_met = 0;
    scanner->hits_wait = 0;
    scanner->waiting_count = 0;
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

/* The patterns of what waits may match, once their groups have been looked for. */
static void
note_waiting(struct scanner *scanner)
{
    for (size_t i = 0; i < scanner->waiting_count; i++) {
        struct waiting waiting = scanner->waiting[i];
        const struct scan_entry *entry = &scanner->set->entries[waiting.entry];
        const struct scan_use *uses = &scanner->set->uses[entry->first_use];
        for (uint32_t k = entry->use_count - entry->wait_count; k < entry->use_count; k++) {
            mark(scanner, &uses[k], waiting.at, 0);
        }
    }
    scanner->hits_wait |= scanner->waiting_count > 0;
    scanner->waiting_count = 0;
}

/* Most texts meet no group, and then nothing of the sort has to be noted at all. */
static void
put_off(struct scanner *scanner, uint32_t entry, uint32_t at)
{
    if (scanner->waiting_count == WAITING_MAX) {
        note_waiting(scanner);
    }
    scanner->waiting[scanner->waiting_count++] = (struct waiting){ at, entry };
}

/* Drops what waited in vain. */
static void
drop_unmet(struct scanner *scanner, uint32_t first)
{
    uint32_t kept = first;
    for (uint32_t i = first; i < scanner->hit_count; i++) {
        int met = was_met(scanner, i);
        scanner->hits[kept] = scanner->hits[i];
        kept += (uint32_t)met;
    }
    scanner->hit_count = kept;
}

static void
end_text(struct scanner *scanner, uint32_t text)
{
    uint32_t first = scanner->first_hits[text];
    if (scanner->group_met) {
        note_waiting(scanner);
    }
    if (scanner->hits_wait) {
        drop_unmet(scanner, first);
    }
    uint32_t count = scanner->hit_count - first;
    scanner->hit_counts[text] = count;
    scanner->hit_texts[scanner->hit_text_count] = text;
    scanner->hit_text_count += count > 0;
    if (count > 1) {
        sort_hits(scanner->hits + first, count);
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
note(struct scanner *scanner, const struct scan_use *use, const struct found *found)
{
    if (use->kind == SCAN_USE_GROUP) {
        mark_group(scanner, use->group, found->at);
    } else {
        mark(scanner, use, found->at, use->kind == SCAN_USE_EXACT ? found->sure : 0);
    }
}

static void
use_entry(struct scanner *scanner, const struct found *found)
{
    const struct scan_entry *entry = &scanner->set->entries[found->entry];
    uint32_t count = (uint32_t)entry->use_count - entry->wait_count;

    if (count > 0) {
        note(scanner, &entry->use, found);
    }
    for (uint32_t i = 1; i < count; i++) {
        note(scanner, &scanner->set->uses[entry->first_use + i], found);
    }
    if (entry->wait_count > 0) {
        put_off(scanner, found->entry, found->at);
    }
}

void
settle_literals(struct scanner *scanner, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct found *found = &scanner->found[i];
        if (scanner->set->always_count > 0) {
            open_all_until(scanner, found->text);
        }
        open_text(scanner, found->text);
        use_entry(scanner, found);
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
