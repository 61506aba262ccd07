#include "json/known.h"

void
json_known_init(struct json_known_keys *known)
{
    const struct json_known none = { .parent = JSON_KNOWN_NONE };

    memset(known->slots, 0, sizeof known->slots);
    for (uint32_t i = 0; i < JSON_KNOWN_COUNT + 2; i++) {
        known->keys[i] = none;
    }
    known->count = 1;
    known->age++;
}

static int
is_of(const struct json_known *key, uint32_t parent, const char *at, size_t size)
{
    return key->parent == parent && key->size == size && memcmp(key->bytes, at, size) == 0;
}

struct json_known *
json_known_meet(
        struct json_known_keys *known, uint32_t parent, uint32_t hash, const char *at, size_t size)
{
    uint16_t *slot = &known->slots[hash % JSON_KNOWN_SLOTS];
    struct json_known *key = &known->keys[*slot];

    if (size > JSON_KNOWN_SIZE_MAX) {
        key = &known->keys[JSON_KNOWN_COUNT];
        key->size = (uint32_t)size;
        key->want = JSON_KNOWN_NONE;
        return key;
    }
    if (is_of(key, parent, at, size)) {
        return key;
    }
    if (known->count == JSON_KNOWN_COUNT) {
        json_known_init(known);
    }
    *slot = (uint16_t)known->count;
    key = &known->keys[known->count++];
    *key = (struct json_known){ .parent = parent, .want = JSON_KNOWN_NONE, .size = (uint32_t)size };
    memcpy(key->bytes, at, size);
    memset(key->masks, 0xFF, size);
    return key;
}
