/*
 * json_out: JSON written piece by piece into one growing text. Private to this folder.
 *
 * Small on purpose: objects whose shape the caller knows. When memory runs out, `broken` is set and
 * everything after it does nothing, so that only the end has to look.
 */
#ifndef REBATO_SCENE_JSON_OUT_H
#define REBATO_SCENE_JSON_OUT_H

#include "core/view.h"

struct json_out {
    char *at;
    size_t size;
    size_t capacity;
    int broken;
};

/* False when out of memory. */
int json_out_init(struct json_out *out, size_t capacity);
void json_out_fini(struct json_out *out);

/* As they are. */
void json_out_raw(struct json_out *out, struct view text);
/* In quotes, escaped. Bytes that are not UTF-8 are the caller's bug: YAML has refused them. */
void json_out_string(struct json_out *out, struct view text);
void json_out_number(struct json_out *out, uint64_t number);

#endif
