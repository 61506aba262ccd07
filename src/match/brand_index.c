#include "match/brand_index.h"

#include "match/grow.h"

void
brand_index_fini(struct brand_index *index)
{
    free(index->handles.at);
    free(index->official_ids.at);
    free(index->official_handles.at);
    free(index->prefixes);
    free(index->always);
    *index = (struct brand_index){ 0 };
}

int
brand_index_add_key(struct brand_key_list *list, struct brand_key key)
{
    struct brand_key *at = grow(list->at, &list->capacity, list->count, sizeof *at);
    if (at == NULL) {
        return 0;
    }
    list->at = at;
    list->at[list->count++] = key;
    return 1;
}

int
brand_index_add_prefix(struct brand_index *index, struct brand_prefix prefix)
{
    struct brand_prefix *at =
            grow(index->prefixes, &index->prefix_capacity, index->prefix_count, sizeof *at);
    if (at == NULL) {
        return 0;
    }
    index->prefixes = at;
    index->prefixes[index->prefix_count++] = prefix;
    return 1;
}

int
brand_index_add_always(struct brand_index *index, uint32_t brand)
{
    uint32_t *at = grow(index->always, &index->always_capacity, index->always_count, sizeof *at);
    if (at == NULL) {
        return 0;
    }
    index->always = at;
    index->always[index->always_count++] = brand;
    return 1;
}

static int
compare_key(const struct brand_key *key, enum platform platform, struct view text)
{
    if (key->platform != platform) {
        return key->platform < platform ? -1 : 1;
    }
    return view_compare(key->text, text);
}

static int
compare_keys(const void *left, const void *right)
{
    const struct brand_key *a = left;
    const struct brand_key *b = right;
    int order = compare_key(a, b->platform, b->text);
    return order != 0 ? order : (a->brand > b->brand) - (a->brand < b->brand);
}

static int
compare_prefixes(const void *left, const void *right)
{
    const struct brand_prefix *a = left;
    const struct brand_prefix *b = right;
    int order = (a->bytes > b->bytes) - (a->bytes < b->bytes);
    return order != 0 ? order : (a->brand > b->brand) - (a->brand < b->brand);
}

static void
sort_keys(struct brand_key_list *list)
{
    if (list->count > 0) {
        qsort(list->at, list->count, sizeof *list->at, compare_keys);
    }
}

void
brand_index_sort(struct brand_index *index)
{
    sort_keys(&index->handles);
    sort_keys(&index->official_ids);
    sort_keys(&index->official_handles);
    if (index->prefix_count > 0) {
        qsort(index->prefixes, index->prefix_count, sizeof *index->prefixes, compare_prefixes);
    }
}

size_t
brand_index_find(const struct brand_key_list *list, enum platform platform, struct view text)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_key(&list->at[middle], platform, text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

int
brand_key_is(const struct brand_key_list *list, size_t at, enum platform platform, struct view text)
{
    return at < list->count && compare_key(&list->at[at], platform, text) == 0;
}

size_t
brand_index_find_prefix(const struct brand_index *index, uint32_t bytes)
{
    size_t low = 0;
    size_t high = index->prefix_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->prefixes[middle].bytes < bytes) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
