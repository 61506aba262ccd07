#include "json/pick.h"

#include "json/run.h"

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
    picker->serial = 1;
    picker->document = jdoc_create(size_max);
    if (picker->document == NULL || !json_index_init(&picker->index, size_max, isa) ||
            !json_picker_want(picker, (struct view){ 0 }, &root)) {
        json_picker_destroy(&picker);
        return NULL;
    }
    json_known_init(&picker->known);
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

/* `*array` of `count` elements, or as it was; 0 when out of memory. */
static int
resize(void **array, size_t count, size_t size)
{
    void *grown = realloc(*array, count * size);

    *array = grown == NULL ? *array : grown;
    return grown != NULL;
}

/* Room for one more. */
static int
grow(struct json_picker *picker)
{
    uint32_t capacity = picker->capacity == 0 ? 64 : picker->capacity * 2;

    if (picker->count < picker->capacity) {
        return 1;
    }
    void *wants = picker->wants;
    void *picks = picker->picks;
    int good = resize(&wants, capacity, sizeof *picker->wants) &&
               resize(&picks, capacity, sizeof *picker->picks);
    picker->wants = wants;
    picker->picks = picks;
    picker->capacity = good ? capacity : picker->capacity;
    return good;
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
    json_picker_set(picker, number, JSON_NOWHERE);
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
json_picker_set(struct json_picker *picker, uint32_t want, json_node node)
{
    struct json_pick *pick = &picker->picks[want];

    *pick = (struct json_pick){ .node = node };
    if (node != JSON_NOWHERE) {
        pick->value = jdoc_value(picker->document, node);
        pick->serial = picker->serial;
    }
}

static json_node
node_of(const struct json_picker *picker, uint32_t want)
{
    const struct json_pick *pick = &picker->picks[want];

    return pick->serial == picker->serial ? pick->node : JSON_NOWHERE;
}

void
json_picker_refill(struct json_picker *picker, uint32_t want)
{
    for (uint32_t i = want + 1; i < picker->count; i++) {
        const struct want *one = &picker->wants[i];
        if (is_below(picker, i, want)) {
            json_node parent = node_of(picker, one->parent);
            json_picker_set(picker, i, jdoc_step(picker->document, parent, one->token));
        }
    }
}

/* Where texts do not look like those before, running through them is wasted: the longer that goes on, the
 * longer it is not tried again. */
static int
run_or_walk(struct json_picker *picker, struct view text)
{
    if (picker->caution > 0) {
        picker->caution--;
        return json_walk(picker, text);
    }
    if (json_run(picker, text)) {
        picker->retreat = 0;
        return 1;
    }
    picker->retreat = picker->retreat < 64 ? 2 * picker->retreat + 1 : 64;
    picker->caution = picker->retreat;
    picker->serial++; /* what was found so far counts no more */
    return json_walk(picker, text);
}

enum json_outcome
json_pick(struct json_picker *picker, struct view text, size_t *at)
{
    *at = 0;
    picker->serial++;
    picker->layout = 0;
    if (!picker->strict && text.size > 0 && text.size <= picker->index.size_max &&
            run_or_walk(picker, text)) {
        return JSON_GOOD;
    }
    enum json_outcome outcome = jdoc_parse(picker->document, text, at);
    json_picker_set(picker, JSON_WANT_ROOT, outcome == JSON_GOOD ? JSON_ROOT : JSON_NOWHERE);
    json_picker_refill(picker, JSON_WANT_ROOT);
    return outcome;
}

struct json_picks
json_picker_picks(const struct json_picker *picker)
{
    return (struct json_picks){ picker->picks, &picker->serial };
}

uint64_t
json_picker_layout(const struct json_picker *picker)
{
    return picker->layout;
}

const struct json_document *
json_picker_document(const struct json_picker *picker)
{
    return picker->document;
}

json_node
json_picked_node(const struct json_picker *picker, json_want want)
{
    assert(want < picker->count);
    return node_of(picker, want);
}
