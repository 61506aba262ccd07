#include "ingest/split/json_frame.h"

#include <assert.h>

void
frame_start(struct frame *frame)
{
    *frame = (struct frame){ .state = FRAME_VALUE };
}

void
frame_start_inside(struct frame *frame, uint32_t depth)
{
    assert(depth > 0 && depth < FRAME_DEPTH_MAX);
    *frame = (struct frame){ .state = FRAME_COMMA, .depth = depth };
}

static int
in_array(const struct frame *frame)
{
    uint32_t level = frame->depth - 1;

    return (frame->is_array[level / 8] >> (level % 8)) & 1;
}

static int
push(struct frame *frame, int is_array)
{
    if (frame->depth == FRAME_DEPTH_MAX) {
        return 0;
    }
    uint8_t bit = (uint8_t)(1U << (frame->depth % 8));
    uint8_t *byte = &frame->is_array[frame->depth / 8];

    *byte = (uint8_t)(is_array ? *byte | bit : *byte & (uint8_t)~bit);
    frame->depth++;
    frame->state = is_array ? FRAME_FIRST_VALUE : FRAME_FIRST_KEY;
    return 1;
}

/* `closer` closes an array or an object; false when that is not what is open. */
static int
pop(struct frame *frame, char closer)
{
    if (frame->depth == 0 || in_array(frame) != (closer == ']')) {
        return 0;
    }
    frame->depth--;
    frame->state = FRAME_COMMA;
    return 1;
}

static int
is_scalar(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.';
}

static int
value_begins(struct frame *frame, char c)
{
    if (c == '{' || c == '[') {
        return push(frame, c == '[');
    }
    if (c == '"') {
        frame->state = FRAME_STRING;
        return 1;
    }
    frame->state = FRAME_SCALAR;
    return is_scalar(c);
}

static int
key_begins(struct frame *frame, char c)
{
    frame->state = FRAME_KEY_STRING;
    return c == '"';
}

/* One byte between tokens; false when it cannot stand there. */
static int
structure(struct frame *frame, char c)
{
    switch (frame->state) {
    case FRAME_VALUE:
        return value_begins(frame, c);
    case FRAME_FIRST_VALUE:
        return c == ']' ? pop(frame, c) : value_begins(frame, c);
    case FRAME_KEY:
        return key_begins(frame, c);
    case FRAME_FIRST_KEY:
        return c == '}' ? pop(frame, c) : key_begins(frame, c);
    case FRAME_COLON:
        frame->state = FRAME_VALUE;
        return c == ':';
    case FRAME_COMMA:
        if (c == ',') {
            frame->state = in_array(frame) ? FRAME_VALUE : FRAME_KEY;
            return 1;
        }
        return pop(frame, c);
    case FRAME_STRING:
    case FRAME_KEY_STRING:
    case FRAME_SCALAR:
        break;
    }
    assert(0 && "a token is not structure");
    return 0;
}

/* To behind the closing quote. False at a line's end: no JSON string has one, and this is where
 * a lost quote shows. */
static int
string(struct frame *frame, struct view bytes, size_t *at)
{
    for (; *at < bytes.size; (*at)++) {
        char c = bytes.at[*at];
        if (c == '\n') {
            return 0;
        }
        if (frame->escaped) {
            frame->escaped = 0;
        } else if (c == '\\') {
            frame->escaped = 1;
        } else if (c == '"') {
            (*at)++;
            frame->state = frame->state == FRAME_KEY_STRING ? FRAME_COLON : FRAME_COMMA;
            return 1;
        }
    }
    return 1;
}

static void
scalar(struct frame *frame, struct view bytes, size_t *at)
{
    while (*at < bytes.size && is_scalar(bytes.at[*at])) {
        (*at)++;
    }
    if (*at < bytes.size) {
        frame->state = FRAME_COMMA;
    }
}

/* A token, or one byte between tokens. */
static int
advance(struct frame *frame, struct view bytes, size_t *at)
{
    if (frame->state == FRAME_STRING || frame->state == FRAME_KEY_STRING) {
        return string(frame, bytes, at);
    }
    if (frame->state == FRAME_SCALAR) {
        scalar(frame, bytes, at);
        return 1;
    }
    char c = bytes.at[*at];
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && !structure(frame, c)) {
        return 0;
    }
    /* A scalar's first byte is looked at again, as part of its run. */
    *at += frame->state != FRAME_SCALAR;
    return 1;
}

enum frame_outcome
frame_scan(struct frame *frame, struct view bytes, size_t *at)
{
    while (*at < bytes.size) {
        if (!advance(frame, bytes, at)) {
            return FRAME_BROKEN;
        }
        if (frame->depth == 0 && frame->state == FRAME_COMMA) {
            return FRAME_DONE;
        }
    }
    return FRAME_MORE;
}
