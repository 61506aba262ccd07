/*
 * json_frame: finds the end of one JSON value in bytes that arrive piece by piece, and the byte
 * where it stops being one.
 *
 * It knows JSON's grammar but reads nothing: numbers and words are runs of letters and digits,
 * escapes are skipped. What it calls whole may still be refused by the reader; what it calls
 * broken never was JSON. That early notice is the point: an element without its closing brace
 * would else swallow all behind it. No recursion, no memory besides the struct.
 *
 * Folder only.
 */
#ifndef REBATO_INGEST_SPLIT_JSON_FRAME_H
#define REBATO_INGEST_SPLIT_JSON_FRAME_H

#include "core/view.h"

#include <stdint.h>

/* Deeper nesting is called broken. Well above JSON_DEPTH_MAX: a record that is merely too deep
 * should reach the reader whole and get its fate there. */
#define FRAME_DEPTH_MAX 512

enum frame_outcome {
    FRAME_MORE,   /* all bytes were used, the value goes on */
    FRAME_DONE,   /* `*at` is behind the value */
    FRAME_BROKEN, /* `*at` is the byte that cannot stand there */
};

enum frame_state {
    FRAME_VALUE,
    FRAME_FIRST_VALUE, /* or the array's end */
    FRAME_KEY,
    FRAME_FIRST_KEY, /* or the object's end */
    FRAME_COLON,
    FRAME_COMMA, /* or the container's end */
    FRAME_STRING,
    FRAME_KEY_STRING,
    FRAME_SCALAR,
};

struct frame {
    uint32_t depth;
    enum frame_state state;
    int escaped;                           /* the next byte of the string belongs to a backslash */
    uint8_t is_array[FRAME_DEPTH_MAX / 8]; /* one bit for each level */
};

/* Before a value. */
void frame_start(struct frame *frame);

/* Behind an element of the innermost of `depth` objects: for the rest of a container whose
 * interesting array has ended. */
void frame_start_inside(struct frame *frame, uint32_t depth);

/* Goes on at bytes[*at]. */
enum frame_outcome frame_scan(struct frame *frame, struct view bytes, size_t *at);

#endif
