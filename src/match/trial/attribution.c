/*
 * Which brands a mention speaks of: accounts, names, handles, the reply, the quote.
 *
 * Names are looked for in folded text, one pattern a brand, and only for brands that the scan has met.
 * Handles are looked for in the original: folding squeezes letters, and @aaab is not @ab.
 */
#include "match/set/lookalike.h"
#include "match/trial/private.h"

#include <assert.h>

#define NO_KEY SIZE_MAX

enum handle_kind { HANDLE_PLAIN, HANDLE_JOINED };

/* The slot of a brand, new if need be; NO_SLOT when the mention names too many. */
static uint32_t
slot_of(struct matcher *matcher, uint32_t brand, enum brand_relation relation)
{
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        if (matcher->slots[i].brand == brand) {
            return i;
        }
    }
    if (matcher->slot_count == MENTION_BRANDS_MAX) {
        matcher->dropped++;
        return NO_SLOT;
    }
    matcher->slots[matcher->slot_count] =
            (struct brand_slot){ .brand = brand, .relation = relation };
    return matcher->slot_count++;
}

void
brands_assume(struct matcher *matcher, enum brand_relation relation)
{
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        if (matcher->slots[i].relation == relation) {
            return;
        }
    }
    (void)slot_of(matcher, NO_BRAND, relation);
}

/* ASCII capitals off, as handles are kept in the index. False when it is too long for one. */
static int
lower_handle(struct view handle, char lower[ID_SIZE_MAX], struct view *out)
{
    if (handle.size == 0 || handle.size > ID_SIZE_MAX) {
        return 0;
    }
    for (size_t i = 0; i < handle.size; i++) {
        char c = handle.at[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    *out = (struct view){ .at = lower, .size = handle.size };
    return 1;
}

static void
add_speaking(struct matcher *matcher,
        const struct brand_key_list *list,
        enum platform platform,
        struct view text)
{
    for (size_t i = brand_index_find(list, platform, text); brand_key_is(list, i, platform, text);
            i++) {
        (void)slot_of(matcher, list->at[i].brand, BRAND_SPEAKING);
    }
}

/* An account is its platform and id; a handle only where the brand's file gives no id. */
static void
find_author(struct matcher *matcher, const struct mention *mention)
{
    const struct brand_index *index = &matcher->set->index;
    char lower[ID_SIZE_MAX];
    struct view handle;
    if (brand_key_sketched(&index->official_ids, mention->author_id)) {
        add_speaking(matcher, &index->official_ids, mention->platform, mention->author_id);
    }
    if (!brand_key_sketched(&index->official_handles, mention->author_handle) ||
            !lower_handle(mention->author_handle, lower, &handle)) {
        return;
    }
    add_speaking(matcher, &index->official_handles, PLATFORM_OTHER, handle);
    if (mention->platform != PLATFORM_OTHER) {
        add_speaking(matcher, &index->official_handles, mention->platform, handle);
    }
}

/* Where the brands with this handle stand in the index; NO_KEY when there are none. */
static size_t
find_handle(const struct matcher *matcher, struct view handle)
{
    const struct brand_key_list *handles = &matcher->set->index.handles;
    char lower[ID_SIZE_MAX];
    struct view key;
    if (!brand_key_sketched(handles, handle) || !lower_handle(handle, lower, &key)) {
        return NO_KEY;
    }
    size_t first = brand_index_find(handles, PLATFORM_OTHER, key);
    return brand_key_is(handles, first, PLATFORM_OTHER, key) ? first : NO_KEY;
}

/* Not one of its accounts, but dressed as one. A handle that is the brand's own may lack its id in this
 * record: nobody is called an impostor for that. */
static void
find_impostor(struct matcher *matcher, const struct mention *mention)
{
    const struct brand_key_list *forms = &matcher->set->index.official_forms;
    char form[ID_SIZE_MAX];
    struct view looks = lookalike_form(mention->author_handle, form);
    if (!brand_key_sketched(forms, looks) ||
            find_handle(matcher, mention->author_handle) != NO_KEY) {
        return;
    }
    for (size_t i = brand_index_find(forms, PLATFORM_OTHER, looks);
            brand_key_is(forms, i, PLATFORM_OTHER, looks); i++) {
        uint32_t slot = slot_of(matcher, forms->at[i].brand, BRAND_SPOKEN_OF);
        if (slot != NO_SLOT) {
            matcher->slots[slot].impostor = 1;
        }
    }
}

/* A place where a brand is named, before brands have slots. Slots are given in order of place. */
struct sighting {
    uint32_t brand;
    struct pattern_span span;
};

struct sightings {
    struct sighting at[BRAND_SPANS_MAX];
    size_t count;
};

static void
add_sighting(struct matcher *matcher, struct sightings *list, struct sighting sighting)
{
    if (list->count == BRAND_SPANS_MAX) {
        matcher->dropped++;
        return;
    }
    size_t i = list->count++;
    for (; i > 0 && list->at[i - 1].span.begin > sighting.span.begin; i--) {
        list->at[i] = list->at[i - 1];
    }
    list->at[i] = sighting;
}

static void
find_names(struct matcher *matcher, struct view text, uint32_t brand, struct sightings *list)
{
    const struct pattern *names = &matcher->set->brands[brand].names;
    struct sighting sighting = { .brand = brand };
    enum pattern_outcome outcome = PATTERN_FOUND;
    for (size_t from = 0; from < text.size && outcome == PATTERN_FOUND; from = sighting.span.end) {
        outcome = pattern_find(names, matcher->scratch, text, from, &sighting.span);
        if (outcome == PATTERN_FOUND) {
            add_sighting(matcher, list, sighting);
        }
    }
    matcher->limit_reached += outcome == PATTERN_GAVE_UP ? 1 : 0;
}

static int
is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || (c >= 'A' && c <= 'Z');
}

/* Brands whose names the scan has met. True when it has met a handle, too. */
static int
find_all_names(struct matcher *matcher,
        struct view text,
        const struct scan_hit *hits,
        size_t hit_count,
        struct sightings *list)
{
    int handles = 0;
    for (size_t i = 0; i < hit_count; i++) {
        const struct plan_owner *owner = &matcher->set->owners[hits[i].pattern];
        handles |= owner->kind == PLAN_HANDLE;
        if (owner->kind == PLAN_NAMES) {
            find_names(matcher, text, owner->index, list);
        }
    }
    return handles;
}

/* The first folded byte that comes from byte `at` of the original, or from behind it. */
static size_t
folded_position(const struct folded *folded, size_t at)
{
    size_t low = 0;
    size_t high = folded->size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (folded->origin[middle] < at) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Brands with the same handle as the `first` have stand behind it. */
static void
add_handle(struct matcher *matcher, size_t first, struct pattern_span span, struct sightings *list)
{
    const struct brand_key_list *handles = &matcher->set->index.handles;
    for (size_t i = first; brand_key_is(handles, i, PLATFORM_OTHER, handles->at[first].text); i++) {
        struct sighting sighting = { .brand = handles->at[i].brand, .span = span };
        add_sighting(matcher, list, sighting);
    }
}

/* Where the handle that begins at `at` ends: letters, digits, _; when it `joins`, also . - @ between two
 * of them, as in @soporte.example.org. */
static size_t
handle_end(struct view text, size_t at, enum handle_kind kind)
{
    size_t end = at;
    while (end < text.size) {
        char c = text.at[end];
        int joined = kind == HANDLE_JOINED && (c == '.' || c == '-' || c == '@') && end > at &&
                     end + 1 < text.size && is_word_byte(text.at[end + 1]);
        if (!is_word_byte(c) && !joined) {
            break;
        }
        end++;
    }
    return end;
}

static void
find_handle_at(
        struct matcher *matcher, const struct mention *mention, size_t at, struct sightings *list)
{
    struct view text = mention->text;
    int federated = mention->platform == PLATFORM_MASTODON || mention->platform == PLATFORM_BLUESKY;
    size_t end = handle_end(text, at + 1, HANDLE_JOINED);
    size_t plain = handle_end(text, at + 1, HANDLE_PLAIN);
    size_t first = find_handle(matcher, view_slice(text, at + 1, end));
    /* "@whatsapp.no va" lacks a blank; "@whatsapp.example.social" is somebody else. */
    if (first == NO_KEY && !federated && plain < end) {
        end = plain;
        first = find_handle(matcher, view_slice(text, at + 1, end));
    }
    if (first != NO_KEY) {
        const struct folded *folded = matcher_way_back(matcher);
        struct pattern_span span = { .begin = folded_position(folded, at),
            .end = folded_position(folded, end) };
        add_handle(matcher, first, span, list);
    }
}

static void
find_handles(struct matcher *matcher, const struct mention *mention, struct sightings *list)
{
    struct view text = mention->text;
    size_t at = 0;
    const char *found = NULL;
    while (at + 1 < text.size && (found = memchr(text.at + at, '@', text.size - 1 - at)) != NULL) {
        at = (size_t)(found - text.at);
        /* A letter before it makes it an address, not a handle. */
        if (at == 0 || !is_word_byte(text.at[at - 1])) {
            find_handle_at(matcher, mention, at, list);
        }
        at++;
    }
}

/* In the order of the text. */
static void
take_sightings(struct matcher *matcher, const struct sightings *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct sighting *sighting = &list->at[i];
        uint32_t slot = slot_of(matcher, sighting->brand, BRAND_SPOKEN_OF);
        if (slot == NO_SLOT) {
            continue;
        }
        if (!matcher->slots[slot].has_span) {
            matcher->slots[slot].has_span = 1;
            matcher->slots[slot].span = sighting->span;
        }
        matcher->spans[matcher->span_count++] =
                (struct brand_span){ .slot = slot, .span = sighting->span };
    }
}

/* Brands that are named elsewhere than in the text have a slot and no place. */
static void
take_brands(struct matcher *matcher, const struct sightings *list)
{
    for (size_t i = 0; i < list->count; i++) {
        (void)slot_of(matcher, list->at[i].brand, BRAND_SPOKEN_OF);
    }
}

static void
find_elsewhere(struct matcher *matcher, const struct mention *mention, struct sightings *list)
{
    struct pattern_span nowhere = { 0 };
    size_t first = find_handle(matcher, mention->reply_to_handle);
    list->count = 0;
    if (first != NO_KEY) {
        add_handle(matcher, first, nowhere, list);
        take_brands(matcher, list);
    }
    if (matcher->quoted_hit_count > 0) {
        list->count = 0;
        (void)find_all_names(
                matcher, matcher->quoted, matcher->quoted_hits, matcher->quoted_hit_count, list);
        take_brands(matcher, list);
    }
}

static size_t
count_speaking(const struct matcher *matcher)
{
    size_t count = 0;
    for (uint32_t i = 0; i < matcher->slot_count; i++) {
        count += matcher->slots[i].relation == BRAND_SPEAKING;
    }
    return count;
}

void
brands_find(struct matcher *matcher, const struct mention *mention)
{
    struct sightings list;
    list.count = 0; /* the rest is written before it is read */
    pattern_scratch_allow(matcher->scratch, SEARCH_BUDGET);
    matcher->slot_count = 0;
    matcher->span_count = 0;
    matcher->words_known = 0;
    matcher->dropped = 0;
    matcher->limit_reached = 0;
    find_author(matcher, mention);
    if (find_all_names(matcher, matcher->text, matcher->hits, matcher->hit_count, &list)) {
        find_handles(matcher, mention, &list);
    }
    take_sightings(matcher, &list);
    find_elsewhere(matcher, mention, &list);
    if (count_speaking(matcher) == 0) {
        find_impostor(matcher, mention);
    }
}
