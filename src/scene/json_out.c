#include "scene/json_out.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int
json_out_init(struct json_out *out, size_t capacity)
{
    assert(capacity > 0);
    *out = (struct json_out){ .at = malloc(capacity), .capacity = capacity };
    return out->at != NULL;
}

void
json_out_fini(struct json_out *out)
{
    free(out->at);
    *out = (struct json_out){ 0 };
}

/* Doubling, so that a long text costs a constant per byte. */
static int
make_room(struct json_out *out, size_t size)
{
    if (out->broken) {
        return 0;
    }
    if (out->capacity - out->size >= size) {
        return 1;
    }
    size_t capacity = (out->size + size) * 2;
    char *at = realloc(out->at, capacity);
    if (at == NULL) {
        out->broken = 1;
        return 0;
    }
    out->at = at;
    out->capacity = capacity;
    return 1;
}

void
json_out_raw(struct json_out *out, struct view text)
{
    if (text.size > 0 && make_room(out, text.size)) {
        memcpy(out->at + out->size, text.at, text.size);
        out->size += text.size;
    }
}

void
json_out_string(struct json_out *out, struct view text)
{
    size_t from = 0;

    json_out_raw(out, VIEW("\""));
    /* Runs that need no escape are copied whole. */
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        char escape[8];
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        json_out_raw(out, view_slice(text, from, i));
        snprintf(escape, sizeof escape, byte < 0x20 ? "\\u%04x" : "\\%c", byte);
        json_out_raw(out, view_of(escape));
        from = i + 1;
    }
    json_out_raw(out, view_slice(text, from, text.size));
    json_out_raw(out, VIEW("\""));
}

void
json_out_number(struct json_out *out, uint64_t number)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%" PRIu64, number);
    json_out_raw(out, view_of(digits));
}
