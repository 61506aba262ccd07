/*
 * pick: the few values of a document that somebody wants, found in one walk.
 *
 *   wanted once, at creation:   /id  /user/name          per text:   {"a":[..],"id":7,"user":{"name":"x"}}
 *                                                                            │          └─ entered, read
 *                                                                            └─ crossed at its brackets
 *
 * Values are told apart by pointers (RFC 6901). Only the containers on the way to something wanted are
 * entered; any other is crossed from its first bracket to its last. There are three ways, and each hands
 * on what it is not sure of: json/run.h runs through records that are like those before, json/walk.c
 * walks over an index of the text (json/index.h), and jdoc_parse() reads strictly and has the last word.
 * So whatever is JSON gives the same values in all of them, and neither the instruction set nor what came
 * before decides anything.
 *
 * What is not JSON is refused in all of them, with these exceptions, which the walk lets pass:
 *
 *   - in a container that nothing wanted is in, colons, commas, numbers, words and strings that stand
 *     where they must not or are none: [1 2], {"a"}, [NaN];
 *   - as the value of a key that is not wanted, what only begins like a number, a word or a string: 01,
 *     nil, "a"b, "\x".
 *
 * Even there, brackets fit and are no deeper than allowed, strings and containers begin behind a mark,
 * strings end and have no control characters in them. Everywhere else it is strict: keys, colons and
 * commas of the containers on the way, each wanted value, and that there is one value and no more.
 */
#ifndef REBATO_JSON_PICK_H
#define REBATO_JSON_PICK_H

#include "core/isa.h"
#include "json/json.h"

struct json_picker;

/* A value that is wanted: they are numbered in the order in which they are first named, along with all
 * the containers that they are in. */
typedef uint32_t json_want;
#define JSON_WANT_ROOT 0U

/* What was found of one. */
struct json_pick {
    struct json_value value;
    json_node node;  /* of what is kept whole, or JSON_NOWHERE */
    uint64_t serial; /* of the text that it was found in */
};

/* Of all of them. */
struct json_picks {
    const struct json_pick *at;
    const uint64_t *serial; /* of the last text */
};

/* For texts of up to `size_max` bytes; address space as json_document's. NULL when out of memory. */
struct json_picker *json_picker_create(size_t size_max, enum isa isa);
void json_picker_destroy(struct json_picker **picker);

/* ---- before the first text ---- */

/* The same pointer twice is the same want. 0 when out of memory. The pointer is valid. */
int json_picker_want(struct json_picker *picker, struct view pointer, json_want *want);
/* With all it holds: jdoc_member(), jdoc_first() and jdoc_find() work below it. */
int json_picker_want_whole(struct json_picker *picker, struct view pointer, json_want *want);
/* Every text is read strictly: slow, and what the walk is held against. */
void json_picker_be_strict(struct json_picker *picker);

/* ---- per text ---- */

/* jdoc_parse(), and the wanted values. The next call forgets them. */
enum json_outcome json_pick(struct json_picker *picker, struct view text, size_t *at);

/* Where its values will be, once all wants are named. */
struct json_picks json_picker_picks(const struct json_picker *picker);

/* NULL when the text has no such value, or was not good. */
static inline const struct json_value *
json_picked(const struct json_picks *picks, json_want want)
{
    const struct json_pick *pick = &picks->at[want];
    return pick->serial == *picks->serial ? &pick->value : NULL;
}

/* Texts of the same layout have the same keys, wherever something is wanted: what is there in one of them
 * is there in all. 0: nothing is known of it. */
uint64_t json_picker_layout(const struct json_picker *picker);

/* For what is wanted whole: the document it is in, and its node there, or JSON_NOWHERE. */
const struct json_document *json_picker_document(const struct json_picker *picker);
json_node json_picked_node(const struct json_picker *picker, json_want want);

#endif
