#include "match/set/brand_index.h"

#include "match/set/grow.h"

void
brand_index_fini(struct brand_index *index)
{
    free(index->handles.at);
    free(index->official_ids.at);
    free(index->official_handles.at);
    free(index->official_forms.at);
    *index = (struct brand_index){ 0 };
}

/* Length, first, middle and last letter, in one number below BRAND_SKETCH_BITS. */
static uint32_t
sketch_of(struct view text)
{
    uint32_t first = (unsigned char)text.at[0] | 0x20U;
    uint32_t middle = (unsigned char)text.at[text.size / 2] | 0x20U;
    uint32_t last = (unsigned char)text.at[text.size - 1] | 0x20U;
    uint32_t all = (uint32_t)(text.size & 0xFF) << 24 | first << 16 | middle << 8 | last;

    return all * 0x9E3779B1U >> (32 - BRAND_SKETCH_LOG);
}

int
brand_key_sketched(const struct brand_key_list *list, struct view text)
{
    if (text.size == 0) {
        return 0;
    }
    uint32_t bit = sketch_of(text);
    return (int)(list->sketch[bit / 64] >> (bit % 64) & 1);
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
    if (key.text.size > 0) {
        uint32_t bit = sketch_of(key.text);
        list->sketch[bit / 64] |= UINT64_C(1) << (bit % 64);
    }
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
    sort_keys(&index->official_forms);
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
