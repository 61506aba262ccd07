#include "mention/json_pick.h"

#include "mention/json_wants.h"

#include <assert.h>
#include <stdlib.h>

struct json_picker *
json_picker_create(size_t size_max, enum isa isa)
{
    struct json_picker *picker = calloc(1, sizeof *picker);
    json_want root;

    if (picker == NULL) {
        return NULL;
    }
    picker->document = jdoc_create(size_max);
    if (picker->document == NULL || !json_index_init(&picker->index, size_max, isa) ||
            !json_picker_want(picker, (struct view){ 0 }, &root)) {
        json_picker_destroy(&picker);
        return NULL;
    }
    picker->document->isa = isa;
    return picker;
}

void
json_picker_destroy(struct json_picker **picker)
{
    if (*picker == NULL) {
        return;
    }
    for (uint32_t i = 0; i < (*picker)->count; i++) {
        free((*picker)->wants[i].key);
    }
    free((*picker)->wants);
    free((*picker)->picks);
    json_index_fini(&(*picker)->index);
    jdoc_destroy(&(*picker)->document);
    free(*picker);
    *picker = NULL;
}

/* Room for one more. */
static int
grow(struct json_picker *picker)
{
    uint32_t capacity = picker->capacity == 0 ? 64 : picker->capacity * 2;

    if (picker->count < picker->capacity) {
        return 1;
    }
    struct want *wants = realloc(picker->wants, capacity * sizeof *wants);
    if (wants == NULL) {
        return 0;
    }
    picker->wants = wants;
    json_node *picks = realloc(picker->picks, capacity * sizeof *picks);
    if (picks == NULL) {
        return 0;
    }
    picker->picks = picks;
    picker->capacity = capacity;
    return 1;
}

/* The element that a token names: digits without leading zeros. */
static uint32_t
index_of(struct view token)
{
    uint64_t index;

    if (!view_to_u64(token, &index) || index >= UINT32_MAX) {
        return UINT32_MAX;
    }
    return token.size > 1 && view_starts(token, VIEW("0")) ? UINT32_MAX : (uint32_t)index;
}

/* A want at the end of the list and in the tree; `key`, of `size` bytes, belongs to it from now on. */
static uint32_t
add_want(struct json_picker *picker, uint32_t parent, char *key, size_t size)
{
    struct view token = { key, size };
    uint32_t number = picker->count++;
    struct want *want = &picker->wants[number];

    *want = (struct want){ .token = token,
        .parent = parent,
        .head = json_load(token, 0, token.size),
        .tail = token.size > 8 ? json_load(token, token.size - 8, 8) : 0,
        .index = index_of(token) };
    want->key = key;
    picker->picks[number] = JSON_NOWHERE;
    if (number == JSON_WANT_ROOT) {
        return number;
    }
    want->sibling = picker->wants[parent].child;
    picker->wants[parent].child = number;
    uint32_t *bucket =
            &picker->buckets[json_want_bucket(parent, want->head, want->tail, token.size)];
    want->bucket = *bucket;
    *bucket = number;
    return number;
}

/* The child of `parent` that `token` names, made if need be; JSON_NO_WANT when out of memory. */
static uint32_t
take_child(struct json_picker *picker, uint32_t parent, struct view token)
{
    uint32_t found = json_want_find(picker, parent, token, 0, token.size);
    char *copy;

    if (found != JSON_NO_WANT) {
        return found;
    }
    copy = malloc(token.size + 1);
    if (copy == NULL || !grow(picker)) {
        free(copy);
        return JSON_NO_WANT;
    }
    view_copy(token, copy, token.size + 1);
    /* A key may stand in the text with escapes, or with what looks like them: no comparing of bytes. */
    picker->strict |= memchr(copy, '\\', token.size) != NULL;
    return add_want(picker, parent, copy, token.size);
}

int
json_picker_want(struct json_picker *picker, struct view pointer, json_want *want)
{
    assert(jdoc_pointer_valid(pointer));
    if (picker->count == 0) {
        if (!grow(picker)) {
            return 0;
        }
        add_want(picker, 0, NULL, 0);
    }
    *want = JSON_WANT_ROOT;
    while (pointer.size > 0) {
        char copy[ID_SIZE_MAX];
        struct view token = jdoc_pointer_take(&pointer, copy);
        *want = take_child(picker, *want, token);
        if (*want == JSON_NO_WANT) {
            return 0;
        }
    }
    return 1;
}

int
json_picker_want_whole(struct json_picker *picker, struct view pointer, json_want *want)
{
    if (!json_picker_want(picker, pointer, want)) {
        return 0;
    }
    picker->wants[*want].whole = 1;
    return 1;
}

void
json_picker_be_strict(struct json_picker *picker)
{
    picker->strict = 1;
}

static int
is_below(const struct json_picker *picker, uint32_t want, uint32_t above)
{
    while (want > above) {
        want = picker->wants[want].parent;
    }
    return want == above;
}

void
json_picker_refill(struct json_picker *picker, uint32_t want)
{
    for (uint32_t i = want + 1; i < picker->count; i++) {
        const struct want *one = &picker->wants[i];
        if (is_below(picker, i, want)) {
            json_node parent = picker->picks[one->parent];
            picker->picks[i] = jdoc_step(picker->document, parent, one->token);
        }
    }
}

enum json_outcome
json_pick(struct json_picker *picker, struct view text, size_t *at)
{
    *at = 0;
    memset(picker->picks, 0xFF, picker->count * sizeof *picker->picks); /* JSON_NOWHERE */
    if (!picker->strict && text.size > 0 && text.size <= picker->index.size_max &&
            json_walk(picker, text)) {
        return JSON_GOOD;
    }
    enum json_outcome outcome = jdoc_parse(picker->document, text, at);
    picker->picks[JSON_WANT_ROOT] = outcome == JSON_GOOD ? JSON_ROOT : JSON_NOWHERE;
    json_picker_refill(picker, JSON_WANT_ROOT);
    return outcome;
}

const struct json_document *
json_picker_document(const struct json_picker *picker)
{
    return picker->document;
}

json_node
json_picked(const struct json_picker *picker, json_want want)
{
    assert(want < picker->count);
    return picker->picks[want];
}
