#include "match/rule_set.h"

#include "core/hash.h"
#include "match/file/file.h"
#include "pattern/frequency.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Where nothing else is said: a rule of weight 1 counts alone. */
#define THRESHOLD_MILLI 1000

void *
rule_set_take(struct rule_set *set, size_t count, size_t size)
{
    assert(size > 0);
    void *piece = count > SIZE_MAX / size ? NULL : arena_take(set->arena, count * size);
    set->out_of_memory = set->out_of_memory || piece == NULL;
    return piece;
}

struct view
rule_set_copy(struct rule_set *set, struct view text)
{
    struct view copy = arena_copy(set->arena, text);
    if (copy.at == NULL) {
        set->out_of_memory = 1;
        return (struct view){ .at = "", .size = 0 };
    }
    return copy;
}

static void
fini_patterns(struct rule_pattern *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pattern_fini(&patterns[i].compiled);
    }
}

static void
destroy(struct rule_set *set)
{
    for (size_t i = 0; i < set->rule_count; i++) {
        struct rule_entry *entry = &set->rules[i];
        fini_patterns(entry->any, entry->any_count);
        fini_patterns(entry->none, entry->none_count);
        fini_patterns(entry->facets, entry->facet_count);
    }
    for (size_t i = 0; i < set->brand_count; i++) {
        pattern_fini(&set->brands[i].names);
    }
    pattern_fini(&set->word.compiled);
    rule_plan_fini(set);
    frequency_destroy(&set->frequency);
    brand_index_fini(&set->index);
    free(set->rules);
    free(set->brands);
    free(set->tests);
    free(set->rules_by_id);
    free(set->brands_by_id);
    arena_destroy(&set->arena);
    free(set);
}

void
rule_set_destroy(const struct rule_set **set)
{
    if (*set == NULL) {
        return;
    }
    /* Const for everybody else; whoever ends its life is its owner. */
    union {
        const struct rule_set *shared;
        struct rule_set *owned;
    } both = { .shared = *set };
    destroy(both.owned);
    *set = NULL;
}

/* Positions sorted by id, of rules or of brands. */
struct by_id {
    struct view id;
    const struct fault_place *place;
    uint32_t position;
};

static int
compare_ids(const void *left, const void *right)
{
    const struct by_id *a = left;
    const struct by_id *b = right;
    int order = view_compare(a->id, b->id);
    return order != 0 ? order : (a->position > b->position) - (a->position < b->position);
}

/* Sorts `rows`, names every id that stands twice, and returns their positions. */
static uint32_t *
index_ids(struct rule_set *set, struct by_id *rows, size_t count, struct fault_list *faults)
{
    uint32_t *positions = calloc(count + 1, sizeof *positions);
    if (positions == NULL) {
        set->out_of_memory = 1;
        return NULL;
    }
    qsort(rows, count, sizeof *rows, compare_ids);
    for (size_t i = 0; i < count; i++) {
        positions[i] = rows[i].position;
        if (i > 0 && rows[i].id.size > 0 && view_equal(rows[i].id, rows[i - 1].id)) {
            fault_addf(faults, FAULT_ERROR, *rows[i].place, "give one of the two another id",
                    "the id \"%.*s\" is taken by %s:%zu", (int)rows[i].id.size, rows[i].id.at,
                    rows[i - 1].place->file, rows[i - 1].place->line);
        }
    }
    return positions;
}

static void
index_all_ids(struct rule_set *set, struct fault_list *faults)
{
    size_t most = set->rule_count > set->brand_count ? set->rule_count : set->brand_count;
    struct by_id *rows = calloc(most + 1, sizeof *rows);
    if (rows == NULL) {
        set->out_of_memory = 1;
        return;
    }
    for (size_t i = 0; i < set->rule_count; i++) {
        rows[i] = (struct by_id){ set->rules[i].rule.id, &set->rules[i].place, (uint32_t)i };
    }
    set->rules_by_id = index_ids(set, rows, set->rule_count, faults);
    for (size_t i = 0; i < set->brand_count; i++) {
        rows[i] = (struct by_id){ set->brands[i].brand.id, &set->brands[i].place, (uint32_t)i };
    }
    set->brands_by_id = index_ids(set, rows, set->brand_count, faults);
    free(rows);
}

static void
make_digest(struct rule_set *set, const struct rule_file *files, size_t file_count)
{
    struct hash_stream *stream = hash_stream_create();
    if (stream == NULL) {
        set->out_of_memory = 1;
        return;
    }
    for (size_t i = 0; i < file_count; i++) {
        /* Sizes too, so that a byte cannot wander from one file to the next unseen. */
        uint64_t sizes[2] = { strlen(files[i].name), files[i].text.size };
        hash_stream_add(stream, sizes, sizeof sizes);
        hash_stream_add(stream, files[i].name, sizes[0]);
        hash_stream_add(stream, files[i].text.at, sizes[1]);
    }
    (void)snprintf(set->digest, sizeof set->digest, "xxh3:%016" PRIx64, hash_stream_value(stream));
    hash_stream_destroy(&stream);
}

static struct rule_set *
create(void)
{
    struct pattern_error error;
    struct rule_set *set = calloc(1, sizeof *set);
    if (set == NULL) {
        return NULL;
    }
    set->arena = arena_create();
    set->word.number = NO_NUMBER;
    if (set->arena == NULL ||
            !pattern_init(&set->word.compiled, VIEW("\\w+"), PATTERN_UNICODE, &error)) {
        destroy(set);
        return NULL;
    }
    return set;
}

static void
fault_memory(struct fault_list *faults)
{
    struct fault_place nowhere = { .file = "" };
    fault_add(faults, FAULT_ERROR, nowhere, "out of memory while rules were compiled", NULL);
}

/* How often words begin, learned from an archive. The last table of several counts. */
static void
read_frequency(struct rule_set *set, const struct rule_file *file, struct fault_list *faults)
{
    struct frequency *frequency = frequency_read(file->text);
    if (frequency == NULL) {
        struct fault_place place = { .file = file->name };
        fault_add(faults, FAULT_ERROR, place, "no table of frequencies",
                "`rebato rules learn ARCHIVE > FILE.tsv` writes one");
        return;
    }
    frequency_destroy(&set->frequency);
    set->frequency = frequency;
}

static int
is_frequency(const struct rule_file *file)
{
    struct view name = view_of(file->name);
    return name.size > 4 && view_equal(view_slice(name, name.size - 4, name.size), VIEW(".tsv"));
}

const struct rule_set *
rule_set_compile(const struct rule_file *files, size_t file_count, struct fault_list *faults)
{
    return rule_set_compile_next(NULL, files, file_count, NULL, faults);
}

const struct rule_set *
rule_set_compile_probed(const struct rule_file *files,
        size_t file_count,
        struct probe *probe,
        struct fault_list *faults)
{
    return rule_set_compile_next(NULL, files, file_count, probe, faults);
}

/* NULL when out of memory. */
static struct rule_reader *
reader_create(struct rule_set *set, const struct rule_set *former)
{
    struct rule_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return NULL;
    }
    reader->set = set;
    reader->known = known_patterns_create(former);
    if (reader->known == NULL) {
        free(reader);
        return NULL;
    }
    return reader;
}

static void
read_files(struct rule_reader *reader, const struct rule_file *files, size_t file_count)
{
    for (size_t i = 0; i < file_count; i++) {
        if (is_frequency(&files[i])) {
            read_frequency(reader->set, &files[i], reader->faults);
        } else {
            rule_file_read(reader, &files[i]);
        }
    }
}

/* Without a rule for what a brand's posts name, none of them is about any incident. */
static void
warn_of_matter(const struct rule_set *set, struct fault_list *faults)
{
    const struct rule_entry *answer = NULL;
    for (size_t i = 0; i < set->rule_count; i++) {
        const struct rule *rule = &set->rules[i].rule;
        int official = signal_kind_of(rule->signal) == SIGNAL_KIND_OFFICIAL;
        if (rule->by_brand && !official) {
            return;
        }
        answer = official && answer == NULL ? &set->rules[i] : answer;
    }
    if (answer != NULL) {
        fault_add(faults, FAULT_WARNING, answer->place,
                "no rule says what official posts are about: no clock will stop",
                "add rules like those of rules/en/matter.yaml, with require: [official]");
    }
}

const struct rule_set *
rule_set_compile_next(const struct rule_set *former,
        const struct rule_file *files,
        size_t file_count,
        struct probe *probe,
        struct fault_list *faults)
{
    size_t errors_before = fault_count(faults, FAULT_ERROR);
    struct rule_set *set = create();
    struct rule_reader *reader = set == NULL ? NULL : reader_create(set, former);
    if (reader == NULL) {
        fault_memory(faults);
        const struct rule_set *half = set;
        rule_set_destroy(&half);
        return NULL;
    }
    reader->faults = faults;
    reader->probe = probe;
    read_files(reader, files, file_count);
    known_patterns_destroy(&reader->known);
    free(reader);
    index_all_ids(set, faults);
    warn_of_matter(set, faults);
    brand_index_sort(&set->index);
    if (fault_count(faults, FAULT_ERROR) == errors_before) {
        set->out_of_memory = !rule_plan_make(set) || set->out_of_memory;
    }
    make_digest(set, files, file_count);
    if (set->out_of_memory) {
        fault_memory(faults);
    }
    const struct rule_set *whole = set;
    if (fault_count(faults, FAULT_ERROR) > errors_before) {
        rule_set_destroy(&whole);
    }
    return whole;
}

size_t
rule_set_rule_count(const struct rule_set *set)
{
    return set->rule_count;
}

const struct rule *
rule_set_rule(const struct rule_set *set, size_t index)
{
    assert(index < set->rule_count);
    return &set->rules[index].rule;
}

size_t
rule_set_brand_count(const struct rule_set *set)
{
    return set->brand_count;
}

const struct brand *
rule_set_brand(const struct rule_set *set, size_t index)
{
    assert(index < set->brand_count);
    return &set->brands[index].brand;
}

static struct view
rule_id(const struct rule_set *set, uint32_t position)
{
    return set->rules[position].rule.id;
}

static struct view
brand_id(const struct rule_set *set, uint32_t position)
{
    return set->brands[position].brand.id;
}

/* In `count` positions that are sorted by id. */
static size_t
find(const struct rule_set *set,
        const uint32_t *positions,
        size_t count,
        struct view (*id_of)(const struct rule_set *, uint32_t),
        struct view id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = view_compare(id_of(set, positions[middle]), id);
        if (order == 0) {
            return positions[middle];
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return SIZE_MAX;
}

size_t
rule_set_find_rule(const struct rule_set *set, struct view id)
{
    return find(set, set->rules_by_id, set->rule_count, rule_id, id);
}

size_t
rule_set_find_brand(const struct rule_set *set, struct view id)
{
    return find(set, set->brands_by_id, set->brand_count, brand_id, id);
}

uint32_t
rule_set_threshold_milli(const struct rule_set *set, size_t brand, enum signal signal)
{
    assert(brand == SIZE_MAX || brand < set->brand_count);
    const uint32_t *own = brand == SIZE_MAX ? NULL : set->brands[brand].threshold_milli;
    if (own != NULL && own[signal] != 0) {
        return own[signal];
    }
    return set->threshold_milli[signal] != 0 ? set->threshold_milli[signal] : THRESHOLD_MILLI;
}

size_t
rule_set_pattern_count(const struct rule_set *set)
{
    return set->pattern_count;
}

size_t
rule_set_jit_count(const struct rule_set *set)
{
    return set->jit_count;
}

const struct frequency *
rule_set_frequency(const struct rule_set *set)
{
    return set->frequency;
}

const char *
rule_set_digest(const struct rule_set *set)
{
    return set->digest;
}

size_t
rule_set_test_count(const struct rule_set *set)
{
    return set->test_count;
}

const struct rule_test *
rule_set_test(const struct rule_set *set, size_t index)
{
    assert(index < set->test_count);
    return &set->tests[index];
}
