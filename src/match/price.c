#include "match/price.h"

#include "core/text/utf8.h"
#include "match/set/private.h"

#include <assert.h>
#include <stdlib.h>

/* So much of a pattern is shown in a fault. */
#define SHOWN_MAX 60

struct entry {
    struct price price;
    const struct pattern *compiled;
    const struct fault_place *place;
};

struct price_list {
    const struct rule_set *set;
    struct pattern_scratch *scratch;
    struct entry *entries;
    size_t count;
};

static enum price_kind
kind_of(const struct literals *literals)
{
    switch (literals->kind) {
    case LITERALS_EXACT:
        return PRICE_EXACT;
    case LITERALS_REQUIRED:
        return PRICE_REQUIRED;
    case LITERALS_NONE:
    default:
        return PRICE_ALWAYS;
    }
}

/* Both sets must be there before PCRE2 runs: as often as the rarer one, at most. */
static double
rate_of(const struct literals *literals)
{
    if (literals->kind == LITERALS_EXACT) {
        return 0;
    }
    if (literals->kind == LITERALS_NONE) {
        return 1;
    }
    int rarer = literals->second.count > 0 && literals->second.rate < literals->first.rate;
    double rate = rarer ? literals->second.rate : literals->first.rate;
    return rate < 1 ? rate : 1;
}

/* Completes an entry that names its owner, its pattern and its place. Entries come in the order in which
 * the plan numbers patterns, so that an index is a number of the scan, and the plan knows the literals. */
static void
add(struct price_list *list, const struct entry *begun)
{
    const struct literals *literals = list->set->owners[list->count].literals;
    struct price *price = &list->entries[list->count].price;
    list->entries[list->count++] = *begun;
    price->kind = kind_of(literals);
    price->literals = literals->first.count + literals->second.count;
    price->rate = rate_of(literals);
    price->why = literals->why;
    price->file = begun->place->file;
    price->line = begun->place->line;
}

static void
add_patterns(struct price_list *list,
        const struct rule_entry *rule,
        const struct rule_pattern *patterns,
        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct entry entry = { .price = { .owner = rule->rule.id, .text = patterns[i].text },
            .compiled = &patterns[i].compiled,
            .place = &rule->place };
        assert(patterns[i].number == list->count);
        add(list, &entry);
    }
}

static void
add_all(struct price_list *list)
{
    const struct rule_set *set = list->set;
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule_entry *rule = &set->rules[i];
        add_patterns(list, rule, rule->any, rule->any_count);
        add_patterns(list, rule, rule->none, rule->none_count);
    }
    for (size_t i = 0; i < set->brand_count; i++) {
        const struct brand_entry *brand = &set->brands[i];
        struct entry entry = {
            .price = { .owner = brand->brand.id, .is_brand = 1, .text = brand->names_folded },
            .compiled = &brand->names,
            .place = &brand->place
        };
        if (brand->names.code != NULL) {
            add(list, &entry);
        }
    }
}

static size_t
pattern_count(const struct rule_set *set)
{
    size_t count = set->brand_count;
    for (size_t i = 0; i < set->rule_count; i++) {
        count += set->rules[i].any_count + set->rules[i].none_count;
    }
    return count;
}

struct price_list *
price_list_create(const struct rule_set *set)
{
    struct price_list *list = calloc(1, sizeof *list);
    if (list == NULL) {
        return NULL;
    }
    list->set = set;
    list->scratch = pattern_scratch_create(set->group_count_max);
    list->entries = calloc(pattern_count(set) + 1, sizeof *list->entries);
    if (list->scratch == NULL || list->entries == NULL) {
        price_list_destroy(&list);
        return NULL;
    }
    add_all(list);
    return list;
}

void
price_list_destroy(struct price_list **list)
{
    struct price_list *old = *list;
    if (old == NULL) {
        return;
    }
    pattern_scratch_destroy(&old->scratch);
    free(old->entries);
    free(old);
    *list = NULL;
}

size_t
price_count(const struct price_list *list)
{
    return list->count;
}

const struct price *
price_at(const struct price_list *list, size_t index)
{
    assert(index < list->count);
    return &list->entries[index].price;
}

size_t
price_count_of(const struct price_list *list, enum price_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        count += list->entries[i].price.kind == kind ? 1 : 0;
    }
    return count;
}

const char *
price_kind_name(enum price_kind kind)
{
    static const char *const names[PRICE_KIND_COUNT] = { "exact", "required", "always" };
    assert(kind < PRICE_KIND_COUNT);
    return names[kind];
}

int
price_try(struct price_list *list, size_t index, struct view folded)
{
    assert(index < list->count);
    return pattern_test(list->entries[index].compiled, list->scratch, folded) == PATTERN_FOUND;
}

/* Counts what is left to PCRE2 of one text. */
static void
count_text(
        const struct price_list *list, const struct scanner *scanner, uint32_t text, uint32_t *runs)
{
    size_t count = 0;
    const struct scan_hit *hits = scanner_hits(scanner, text, &count);
    for (size_t i = 0; i < count; i++) {
        if (hits[i].pattern < list->count && !hits[i].sure) {
            runs[hits[i].pattern]++;
        }
    }
}

static void
run_batch(const struct price_list *list, struct scanner *scanner, uint32_t *runs)
{
    scanner_run(scanner);
    for (uint32_t text = 0; text < scanner_text_count(scanner); text++) {
        count_text(list, scanner, text, runs);
    }
    scanner_clear(scanner);
}

struct scan_summary
price_summary(const struct price_list *list)
{
    return scan_set_summary(list->set->scan);
}

int
price_scan(const struct price_list *list,
        const struct view *folded,
        size_t count,
        uint32_t *runs,
        struct scan_counts *counts)
{
    struct scanner *scanner = scanner_create(list->set->scan, isa_choose());
    if (scanner == NULL) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        char *room = scanner_room(scanner, folded[i].size);
        if (room == NULL) {
            run_batch(list, scanner, runs);
            room = scanner_room(scanner, folded[i].size);
        }
        assert(room != NULL);
        if (folded[i].size > 0) {
            memcpy(room, folded[i].at, folded[i].size);
        }
        (void)scanner_add(scanner, folded[i].size);
    }
    run_batch(list, scanner, runs);
    *counts = scanner_counts(scanner);
    scanner_destroy(&scanner);
    return 1;
}

void
price_add_faults(const struct price_list *list, size_t always_max, struct fault_list *faults)
{
    size_t always = price_count_of(list, PRICE_ALWAYS);
    enum fault_level level = always > always_max ? FAULT_ERROR : FAULT_WARNING;
    for (size_t i = 0; i < list->count; i++) {
        const struct price *price = &list->entries[i].price;
        if (price->kind != PRICE_ALWAYS) {
            continue;
        }
        struct view shown = utf8_cut(price->text, SHOWN_MAX);
        fault_addf(faults, level, *list->entries[i].place,
                "give every match a word of three letters or more, with \\b before it; see: rebato "
                "rules bench",
                "%.*s: %.*s%s runs on every text: %s", (int)price->owner.size, price->owner.at,
                (int)shown.size, shown.at, shown.size < price->text.size ? "..." : "", price->why);
    }
    if (level == FAULT_ERROR) {
        struct fault_place whole = { .file = "rules" };
        fault_addf(faults, FAULT_ERROR, whole,
                "mend the patterns named above, or raise patterns.always_max in the settings",
                "%zu patterns run on every text, %zu are allowed", always, always_max);
    }
}
