#include "ingest/split/container.h"

#include "ingest/split/json_frame.h"

#include <assert.h>

/* Keys whose array holds records. */
static const char *const record_keys[] = { "statuses", "data", "children", "posts", "feed",
    "tweets" };
/* Keys that may stand before them. A record has "id", "text" or a date among its first ones. */
static const char *const other_keys[] = { "kind", "meta", "search_metadata", "cursor", "after",
    "dist", "modhash", "geo_filter", "before", "includes", "hitsTotal" };

struct walk {
    struct view bytes;
    size_t at;
};

static int
is_one_of(struct view key, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (view_equal(key, view_of(keys[i]))) {
            return 1;
        }
    }
    return 0;
}

/* The next byte that is no white space; NOT_YET at the end of what there is. */
#define NOT_YET (-1)
static int
peek(struct walk *walk)
{
    while (walk->at < walk->bytes.size) {
        char c = walk->bytes.at[walk->at];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            return (unsigned char)c;
        }
        walk->at++;
    }
    return NOT_YET;
}

/* `wanted` is next, and is taken. */
static enum container_outcome
take(struct walk *walk, char wanted)
{
    const int c = peek(walk);

    if (c != wanted) {
        return c == NOT_YET ? CONTAINER_MORE : CONTAINER_NO;
    }
    walk->at++;
    return CONTAINER_YES;
}

/* A key and its colon. Keys with escapes are none of ours. */
static enum container_outcome
take_key(struct walk *walk, struct view *key)
{
    enum container_outcome outcome = take(walk, '"');

    if (outcome != CONTAINER_YES) {
        return outcome;
    }
    const size_t from = walk->at;
    const char *quote = memchr(walk->bytes.at + from, '"', walk->bytes.size - from);
    if (quote == NULL) {
        return CONTAINER_MORE;
    }
    walk->at = (size_t)(quote - walk->bytes.at) + 1;
    *key = view_slice(walk->bytes, from, walk->at - 1);
    return take(walk, ':');
}

static enum container_outcome
skip_value(struct walk *walk)
{
    struct frame frame;

    frame_start(&frame);
    switch (frame_scan(&frame, walk->bytes, &walk->at)) {
    case FRAME_DONE:
        return CONTAINER_YES;
    case FRAME_MORE:
        return CONTAINER_MORE;
    case FRAME_BROKEN:
        break;
    }
    return CONTAINER_NO;
}

/* An array of objects, or an empty one. */
static enum container_outcome
take_array(struct walk *walk)
{
    enum container_outcome outcome = take(walk, '[');

    if (outcome != CONTAINER_YES) {
        return outcome;
    }
    const int c = peek(walk);
    if (c == NOT_YET) {
        return CONTAINER_MORE;
    }
    return c == '{' || c == ']' ? CONTAINER_YES : CONTAINER_NO;
}

/* One member of the object: YES = the array was found, MORE = out of bytes, NO = not a
 * container; with `*on` set the walk goes on behind the member, or inside it. */
static enum container_outcome
member(struct walk *walk, struct container *container, int *on)
{
    struct view key;
    enum container_outcome outcome = take_key(walk, &key);

    *on = 0;
    if (outcome != CONTAINER_YES) {
        return outcome;
    }
    const int is_record_key =
            is_one_of(key, record_keys, sizeof(record_keys) / sizeof(record_keys[0]));
    const int c = peek(walk);
    if (is_record_key && c == '[') {
        outcome = take_array(walk);
        container->body = walk->at;
        return outcome;
    }
    /* {"kind":"Listing","data":{…: the array is inside. */
    if (view_equal(key, VIEW("data")) && c == '{' && container->depth == 1) {
        walk->at++;
        container->depth = 2;
        *on = 1;
        return CONTAINER_YES;
    }
    if (!is_one_of(key, other_keys, sizeof(other_keys) / sizeof(other_keys[0]))) {
        return c == NOT_YET ? CONTAINER_MORE : CONTAINER_NO;
    }
    outcome = skip_value(walk);
    if (outcome == CONTAINER_YES) {
        outcome = take(walk, ',');
    }
    *on = outcome == CONTAINER_YES;
    return outcome;
}

enum container_outcome
container_find(struct view bytes, int at_end, struct container *container)
{
    assert(bytes.size > 0 && bytes.at[0] == '{');
    struct walk walk = { .bytes = bytes, .at = 1 };
    enum container_outcome outcome = CONTAINER_NO;
    int on = 0;

    if (bytes.size > CONTAINER_HEAD_MAX) {
        walk.bytes.size = CONTAINER_HEAD_MAX;
        at_end = 1;
    }
    container->depth = 1;
    do {
        outcome = member(&walk, container, &on);
    } while (on);
    return outcome == CONTAINER_MORE && at_end ? CONTAINER_NO : outcome;
}

size_t
container_refusal(struct view bytes)
{
    struct walk walk = { .bytes = bytes, .at = 1 };
    struct view key;

    if (bytes.size < 2 || take_key(&walk, &key) != CONTAINER_YES || peek(&walk) == NOT_YET ||
            is_one_of(key, record_keys, sizeof(record_keys) / sizeof(record_keys[0])) ||
            is_one_of(key, other_keys, sizeof(other_keys) / sizeof(other_keys[0]))) {
        return 0;
    }
    return walk.at + 1;
}
