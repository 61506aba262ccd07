/*
 * From literals to tables: equal literals become one with several uses; each gets its keys; keys get
 * their bits, their places in buckets and their runs of entries.
 */
#include "scan/builder.h"

#include <assert.h>
#include <stdlib.h>

/* Bits of the filter for every key: two or three in a hundred starts that have no key pass. */
#define FILTER_BITS_PER_KEY 48
#define FILTER_BITS_LOG_MIN 14
#define FILTER_BITS_LOG_MAX 26
/* Buckets for every key: a full one costs a look at the next. */
#define BUCKETS_PER_KEY 1
#define CACHE_LINE      64
/* What a normalised byte can be: a-z, 0-9, _ and the blank. */
#define NORMAL_BYTES "abcdefghijklmnopqrstuvwxyz0123456789_ "

/* A distinct literal: its bytes, and its uses side by side. */
struct distinct {
    const struct scan_item *item;
    uint32_t first_use;
    uint32_t use_count;
    uint32_t wait_count;
};

struct keyed {
    uint32_t key;
    uint32_t distinct;
};

struct layout {
    struct scan_builder *builder;
    struct distinct *distincts;
    size_t distinct_count;
    struct keyed *keyed;
    size_t keyed_count, keyed_capacity;
    size_t key_count;
    uint32_t *lists; /* by place in `keyed` of a key's first: its first quad */
};

/* By what is compared when a text is scanned; then by use, so that equal ones stand side by side, and
 * those that wait behind those that do not. */
static int
compare_literals(const struct scan_item *a, const struct scan_item *b)
{
    size_t shorter = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->at, b->at, shorter);
    if (order == 0) {
        order = (a->size > b->size) - (a->size < b->size);
    }
    if (order == 0) {
        order = (a->anchor > b->anchor) - (a->anchor < b->anchor);
    }
    if (order == 0) {
        order = (a->flags > b->flags) - (a->flags < b->flags);
    }
    return order;
}

static int
waits(const struct scan_use *use)
{
    return use->kind == SCAN_USE_REQUIRED && use->group != SCAN_NO_GROUP;
}

static int
compare_items(const void *left, const void *right)
{
    const struct scan_item *a = left;
    const struct scan_item *b = right;
    int order = compare_literals(a, b);
    if (order == 0) {
        order = waits(&a->use) - waits(&b->use);
    }
    if (order == 0) {
        order = (a->use.pattern > b->use.pattern) - (a->use.pattern < b->use.pattern);
    }
    return order != 0 ? order : (a->use.group > b->use.group) - (a->use.group < b->use.group);
}

/* A use count has 16 bits: beyond that the same literal stands twice. */
static int
make_distincts(struct layout *layout)
{
    struct scan_builder *builder = layout->builder;
    struct scan_set *set = builder->set;
    layout->distincts = calloc(builder->item_count + 1, sizeof *layout->distincts);
    set->uses = calloc(builder->item_count + 1, sizeof *set->uses);
    if (layout->distincts == NULL || set->uses == NULL) {
        return 0;
    }
    if (builder->item_count > 0) {
        qsort(builder->items, builder->item_count, sizeof *builder->items, compare_items);
    }
    for (size_t i = 0; i < builder->item_count; i++) {
        const struct scan_item *item = &builder->items[i];
        set->uses[i] = item->use;
        struct distinct *last = &layout->distincts[layout->distinct_count - (i > 0)];
        if (i > 0 && compare_literals(last->item, item) == 0 && last->use_count < UINT16_MAX) {
            last->use_count++;
            last->wait_count += (uint32_t)waits(&item->use);
            continue;
        }
        layout->distincts[layout->distinct_count++] = (struct distinct){ .item = item,
            .first_use = (uint32_t)i,
            .use_count = 1,
            .wait_count = (uint32_t)waits(&item->use) };
    }
    return 1;
}

/* ---- keys ---- */

static int
add_keyed(struct layout *layout, uint32_t key, uint32_t distinct)
{
    if (layout->keyed_count == layout->keyed_capacity) {
        size_t more = layout->keyed_capacity == 0 ? 4096 : layout->keyed_capacity * 2;
        struct keyed *larger = realloc(layout->keyed, more * sizeof *larger);
        if (larger == NULL) {
            return 0;
        }
        layout->keyed = larger;
        layout->keyed_capacity = more;
    }
    layout->keyed[layout->keyed_count++] = (struct keyed){ .key = key, .distinct = distinct };
    return 1;
}

/* Is what follows the literal certain to be a blank in keys? Its end is a word's end, and its last
 * byte a word's: no word byte can follow. */
static int
ends_word(const struct scan_item *item)
{
    unsigned char last = (unsigned char)item->at[item->size - 1];
    return (item->flags & SCAN_ENDS) != 0 && (scan_class(last) & SCAN_WORD) != 0;
}

/* All keys of one literal: the bytes from its anchor on, and where it is shorter than a key, whatever
 * could follow. */
static int
add_keys(struct layout *layout, uint32_t distinct)
{
    const struct scan_item *item = layout->distincts[distinct].item;
    uint32_t known = 0;
    unsigned size = 0;

    for (; size < 4 && item->anchor + size < item->size; size++) {
        known |= (uint32_t)scan_normal((unsigned char)item->at[item->anchor + size]) << (8 * size);
    }
    if (size < 4 && ends_word(item)) {
        known |= (uint32_t)' ' << (8 * size);
        size++;
    }
    uint32_t choices = 1;
    for (unsigned i = size; i < 4; i++) {
        choices *= (uint32_t)sizeof NORMAL_BYTES - 1;
    }
    for (uint32_t choice = 0; choice < choices; choice++) {
        uint32_t key = known;
        uint32_t rest = choice;
        for (unsigned i = size; i < 4; i++) {
            key |= (uint32_t)(unsigned char)NORMAL_BYTES[rest % (sizeof NORMAL_BYTES - 1)]
                   << (8 * i);
            rest /= (uint32_t)sizeof NORMAL_BYTES - 1;
        }
        if (!add_keyed(layout, key, distinct)) {
            return 0;
        }
    }
    return 1;
}

static int
compare_keyed(const void *left, const void *right)
{
    const struct keyed *a = left;
    const struct keyed *b = right;
    int order = (a->key > b->key) - (a->key < b->key);
    return order != 0 ? order : (a->distinct > b->distinct) - (a->distinct < b->distinct);
}

static int
make_keys(struct layout *layout)
{
    for (size_t i = 0; i < layout->distinct_count; i++) {
        if (!add_keys(layout, (uint32_t)i)) {
            return 0;
        }
    }
    if (layout->keyed_count > 0) {
        qsort(layout->keyed, layout->keyed_count, sizeof *layout->keyed, compare_keyed);
    }
    for (size_t i = 0; i < layout->keyed_count; i++) {
        layout->key_count += i == 0 || layout->keyed[i].key != layout->keyed[i - 1].key;
    }
    return 1;
}

/* ---- tables ---- */

static void
make_classes(struct scan_builder *builder)
{
    struct scan_filter *filter = &builder->set->filter;
    for (unsigned byte = 0; byte < 256; byte++) {
        filter->classes[byte] = scan_class((unsigned char)byte);
        builder->set->letters[byte] = scan_letter((unsigned char)byte);
    }
    for (size_t i = 0; i < builder->item_count; i++) {
        const struct scan_item *item = &builder->items[i];
        if (!item->loose) {
            continue;
        }
        unsigned char byte = (unsigned char)item->at[item->anchor];
        if ((filter->classes[byte] & SCAN_LOOSE) != 0) {
            continue;
        }
        filter->classes[byte] |= SCAN_LOOSE;
        filter->loose[filter->loose_count++] = byte;
        filter->loose_high |= byte >= 0x80;
        filter->loose_rows[(byte & 0x0F) + (byte >= 0x80 ? 16 : 0)] |=
                (uint8_t)(1U << (byte >> 4 & 7));
    }
}

static unsigned
log_of(size_t wanted, unsigned least, unsigned most)
{
    unsigned log = least;
    while (log < most && ((size_t)1 << log) < wanted) {
        log++;
    }
    return log;
}

static int
make_filter(struct layout *layout)
{
    struct scan_set *set = layout->builder->set;
    unsigned log = log_of(
            layout->key_count * FILTER_BITS_PER_KEY, FILTER_BITS_LOG_MIN, FILTER_BITS_LOG_MAX);
    size_t words = ((size_t)1 << log) / 32;
    size_t set_bits = 0;

    set->filter_bits = calloc(words, sizeof *set->filter_bits);
    if (set->filter_bits == NULL) {
        return 0;
    }
    set->filter.bits = set->filter_bits;
    set->filter.shift = 32 - log;
    for (size_t i = 0; i < layout->keyed_count; i++) {
        uint32_t bit = scan_filter_hash(layout->keyed[i].key, set->filter.shift);
        set->filter_bits[bit >> 5] |= 1U << (bit & 31);
        bit = scan_filter_hash(layout->keyed[i].key, 32 - SCAN_SMALL_LOG);
        set->filter.small[bit >> 5] |= 1U << (bit & 31);
    }
    set->filter.small_useful = layout->key_count <= ((size_t)1 << SCAN_SMALL_LOG) / 2;
    for (size_t i = 0; i < words; i++) {
        set_bits += (size_t)__builtin_popcount(set->filter_bits[i]);
    }
    set->summary.filter_fill = (double)set_bits / (double)((size_t)1 << log);
    set->summary.table_bytes += words * sizeof *set->filter_bits;
    return 1;
}

static int
make_bytes(struct layout *layout, uint32_t *places)
{
    struct scan_set *set = layout->builder->set;
    size_t total = 0;
    for (size_t i = 0; i < layout->distinct_count; i++) {
        places[i] = (uint32_t)total;
        total += layout->distincts[i].item->size;
    }
    set->bytes = malloc(total + 1);
    if (set->bytes == NULL) {
        return 0;
    }
    for (size_t i = 0; i < layout->distinct_count; i++) {
        const struct scan_item *item = layout->distincts[i].item;
        memcpy(set->bytes + places[i], item->at, item->size);
    }
    set->summary.table_bytes += total;
    return 1;
}

static void
fill_word(struct scan_quad *quad, size_t place, size_t word, const struct scan_item *item)
{
    static const int begins[SCAN_QUAD_WORDS] = SCAN_QUAD_BEGINS;

    for (size_t i = 0; i < 4; i++) {
        int at = (int)item->anchor + begins[word] + (int)i;
        if (at >= 0 && at < (int)item->size) {
            quad->words[word][place][i] = (unsigned char)item->at[at];
            quad->need |= 1ULL << ((word * SCAN_QUAD + place) * 4 + i);
        }
    }
}

static void
fill_entry(struct layout *layout, size_t at, const struct distinct *distinct, uint32_t bytes)
{
    struct scan_set *set = layout->builder->set;
    const struct scan_item *item = distinct->item;
    struct scan_entry *entry = &set->entries[at];
    *entry = (struct scan_entry){ .tail = bytes,
        .use = set->uses[distinct->first_use],
        .first_use = distinct->first_use,
        .use_count = (uint16_t)distinct->use_count,
        .wait_count = (uint16_t)distinct->wait_count,
        .size = item->size,
        .anchor = item->anchor,
        .flags = item->flags };
    memcpy(entry->head, item->at, item->size < SCAN_HEAD_SIZE ? item->size : SCAN_HEAD_SIZE);
    for (size_t word = 0; word < SCAN_QUAD_WORDS; word++) {
        fill_word(&set->quads[at / SCAN_QUAD], at % SCAN_QUAD, word, item);
    }
}

/* A place without a literal: an anchor is never four NULs away from nothing but NULs. */
static void
fill_hole(struct scan_set *set, size_t at)
{
    set->entries[at].size = SCAN_HEAD_SIZE;
    set->quads[at / SCAN_QUAD].need |= 0x0000000F000F000FULL << (at % SCAN_QUAD * 4);
}

static_assert(sizeof(struct scan_entry) == CACHE_LINE, "an entry is one cache line");
static_assert(sizeof(struct scan_quad) == CACHE_LINE, "a quad is one cache line");

static int
take_entries(struct layout *layout, size_t quad_count)
{
    struct scan_set *set = layout->builder->set;
    size_t quads = (quad_count + 1) * sizeof *set->quads;
    size_t entries = (quad_count * SCAN_QUAD + 1) * sizeof *set->entries;
    set->quads = aligned_alloc(CACHE_LINE, quads);
    set->entries = aligned_alloc(CACHE_LINE, entries);
    layout->lists = calloc(layout->keyed_count + 1, sizeof *layout->lists);
    if (set->quads == NULL || set->entries == NULL || layout->lists == NULL ||
            quad_count >= UINT32_MAX >> SCAN_LIST_BITS) {
        return 0;
    }
    memset(set->quads, 0, quads);
    memset(set->entries, 0, entries);
    set->summary.table_bytes += quads + entries;
    return 1;
}

static int
is_first_of_key(const struct layout *layout, size_t i)
{
    return i == 0 || layout->keyed[i].key != layout->keyed[i - 1].key;
}

/* How many quads all keys take; each begins with a new one. */
static size_t
count_quads(const struct layout *layout)
{
    size_t places = 0;
    for (size_t i = 0; i < layout->keyed_count; i++) {
        if (is_first_of_key(layout, i)) {
            places = (places + SCAN_QUAD - 1) / SCAN_QUAD * SCAN_QUAD;
        }
        places++;
    }
    return (places + SCAN_QUAD - 1) / SCAN_QUAD;
}

static int
make_entries(struct layout *layout)
{
    struct scan_set *set = layout->builder->set;
    size_t quad_count = count_quads(layout);
    uint32_t *bytes = calloc(layout->distinct_count + 1, sizeof *bytes);
    if (bytes == NULL || !take_entries(layout, quad_count) || !make_bytes(layout, bytes)) {
        free(bytes);
        return 0;
    }
    size_t at = 0;
    uint32_t first = 0;
    for (size_t i = 0; i < layout->keyed_count; i++) {
        while (is_first_of_key(layout, i) && at % SCAN_QUAD != 0) {
            fill_hole(set, at++);
        }
        if (is_first_of_key(layout, i)) {
            first = (uint32_t)(at / SCAN_QUAD);
            layout->lists[i] = first;
        }
        uint32_t distinct = layout->keyed[i].distinct;
        fill_entry(layout, at, &layout->distincts[distinct], bytes[distinct]);
        set->quads[first].list_size = (uint32_t)(at++ / SCAN_QUAD) - first + 1;
    }
    while (at % SCAN_QUAD != 0) {
        fill_hole(set, at++);
    }
    free(bytes);
    return 1;
}

/* Which letters may stand `behind` bytes behind the anchor of this literal. */
static uint32_t
letters_behind(const struct scan_item *item, unsigned behind)
{
    unsigned place = item->anchor + behind;
    if (place < item->size) {
        return 1U << scan_letter((unsigned char)item->at[place]);
    }
    return place == item->size && ends_word(item) ? 1U << scan_letter(' ') : UINT32_MAX;
}

/* The same for all literals of a key. */
static uint32_t
letters_of(const struct layout *layout, size_t first, unsigned behind)
{
    uint32_t letters = 0;
    for (size_t i = first;
            i < layout->keyed_count && layout->keyed[i].key == layout->keyed[first].key; i++) {
        letters |= letters_behind(layout->distincts[layout->keyed[i].distinct].item, behind);
    }
    return letters;
}

/* The bucket's first free place; SCAN_BUCKET_KEYS when it is full. */
static unsigned
free_place(const struct scan_bucket *bucket)
{
    unsigned place = 0;
    while (place < SCAN_BUCKET_KEYS && bucket->keys[place] != 0) {
        place++;
    }
    return place;
}

/* What a bucket says of a key whose first quad is `quad`. */
static uint32_t
list_of(const struct scan_set *set, uint32_t quad)
{
    uint32_t size = set->quads[quad].list_size;
    return quad << SCAN_LIST_BITS | (size < SCAN_LIST_LONG ? size : SCAN_LIST_LONG);
}

static void
put_key(struct layout *layout, size_t first)
{
    struct scan_set *set = layout->builder->set;
    uint32_t key = layout->keyed[first].key;
    uint32_t number = scan_bucket_hash(key, set->bucket_shift);
    while (free_place(&set->buckets[number]) == SCAN_BUCKET_KEYS) {
        number = (number + 1) & set->bucket_mask;
    }
    struct scan_bucket *bucket = &set->buckets[number];
    unsigned place = free_place(bucket);
    bucket->keys[place] = key;
    bucket->lists[place] = list_of(set, layout->lists[first]);
    bucket->fifths[place] = letters_of(layout, first, 4);
    bucket->sixths[place] = letters_of(layout, first, 5);
}

static int
make_buckets(struct layout *layout)
{
    struct scan_set *set = layout->builder->set;
    static_assert(sizeof(struct scan_bucket) == CACHE_LINE, "a bucket is one cache line");
    unsigned log = log_of(layout->key_count * BUCKETS_PER_KEY + 1, 4, 28);
    size_t count = (size_t)1 << log;

    set->buckets = aligned_alloc(CACHE_LINE, count * sizeof *set->buckets);
    if (set->buckets == NULL) {
        return 0;
    }
    memset(set->buckets, 0, count * sizeof *set->buckets);
    set->bucket_shift = 32 - log;
    set->bucket_mask = (uint32_t)count - 1;
    for (size_t i = 0; i < layout->keyed_count; i++) {
        if (is_first_of_key(layout, i)) {
            put_key(layout, i);
        }
    }
    set->summary.table_bytes += count * sizeof *set->buckets;
    return 1;
}

int
scan_build_tables(struct scan_builder *builder)
{
    struct layout layout = { .builder = builder };
    int built = 0;

    make_classes(builder);
    if (make_distincts(&layout) && make_keys(&layout)) {
        built = make_filter(&layout) && make_entries(&layout) && make_buckets(&layout);
    }
    builder->set->summary.literals = layout.distinct_count;
    builder->set->summary.keys = layout.key_count;
    free(layout.distincts);
    free(layout.keyed);
    free(layout.lists);
    return built;
}
