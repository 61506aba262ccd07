/*
 * cut: where JSON values begin and end in a longer text, without reading them.
 *
 * For those who cut files into records: pretty-printed objects one after the other, a page of search
 * results, an array of statuses larger than any record. Only brackets and strings are looked at; whether
 * a value is good JSON is found out by whoever reads it. Nothing is allocated and nothing recurses.
 */
#ifndef REBATO_JSON_CUT_H
#define REBATO_JSON_CUT_H

#include "core/view.h"

#include <stdint.h>

enum json_input {
    JSON_MORE_COMES,
    JSON_AT_END,
};

enum json_cut {
    JSON_CUT_VALUE, /* bytes [from, at) are one value */
    JSON_CUT_MORE,  /* the value goes on behind the bytes given */
    JSON_CUT_END,   /* white space and commas only, up to the end */
    JSON_CUT_BROKEN, /* bytes [from, at) are no value: a stray closer, an unfinished value at the end */
};

/* Start with zeros. Give it the same text again, grown at its end, as long as it answers MORE; nothing
 * is looked at twice. */
struct json_cutter {
    size_t from;
    size_t at;
    uint64_t depth;
    int in_string;
    int escaped;
    int started;
};

enum json_cut jdoc_cut(struct json_cutter *cutter, struct view bytes, enum json_input input);

/* After VALUE or BROKEN: the next jdoc_cut() looks for what comes behind. */
void jdoc_cutter_next(struct json_cutter *cutter);

/* The elements of an array that stands somewhere inside one complete value. */
struct json_array {
    struct view text; /* the array's inside, up to the end of the value */
    struct json_cutter cutter;
    int broken; /* an element could not be cut: what follows it is lost */
};

/* The array at `pointer`: "", "/statuses", "/data/children". 0 when there is none. Where a key stands
 * twice the first one counts. */
int jdoc_array_open(struct json_array *array, struct view value, struct view pointer);
/* 0 at the end. */
int jdoc_array_next(struct json_array *array, struct view *element);

#endif
