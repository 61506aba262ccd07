/*
 * known: keys that earlier texts had, in the order in which they were met.
 *
 *   {"id":"7","lang":"es", ...      keys:  "id":  "lang":  "author":  ...
 *                                            └─ next ─┘
 *
 * Programs write records, so the next one most likely has the same keys in the same order: instead of
 * asking what a key is, one asks whether it is the one that is due. That takes two comparisons, needs
 * nothing that was looked up before, and no branch is guessed wrong as long as the answer is yes. A wrong
 * guess costs time and nothing else: what is known decides how soon a key is recognised, never as what.
 * For json/pick.c and json/walk.c alone.
 */
#ifndef REBATO_JSON_KNOWN_H
#define REBATO_JSON_KNOWN_H

#include <stdint.h>
#include <string.h>

#define JSON_KNOWN_COUNT 256U
/* Bytes of a key that are compared, with quotes and colon. Longer keys are met anew each time. */
#define JSON_KNOWN_SIZE_MAX 48U
#define JSON_KNOWN_WORDS    (JSON_KNOWN_SIZE_MAX / 8)
/* Nobody's parent: of an entry that fits nothing. */
#define JSON_KNOWN_NONE  UINT32_MAX
#define JSON_KNOWN_SLOTS 512U

struct json_pick;

struct json_known {
    uint64_t bytes[JSON_KNOWN_WORDS]; /* "key": and zeros */
    uint64_t masks[JSON_KNOWN_WORDS]; /* ones where the key has bytes */
    uint32_t parent;                  /* the want that it is a member of */
    uint32_t want;                    /* what it is, if it is wanted */
    struct json_pick *pick;           /* likewise, or NULL */
    uint32_t size;
    uint32_t
            next; /* the entry that came behind it the last time it was not the one behind it here */
};

struct json_known_keys {
    uint32_t age;   /* how often all were forgotten */
    uint32_t count; /* of those met; the first one, which is none, stands before all */
    uint16_t slots[JSON_KNOWN_SLOTS]; /* by hash, as far as they do not fall together */
    /* Then one that is too long, and an empty one for whoever looks behind it. */
    struct json_known keys[JSON_KNOWN_COUNT + 2];
};

void json_known_init(struct json_known_keys *known);

/* The entry of a key whose `size` bytes are at `at`, or an empty one that has become its entry, whose
 * `want` is JSON_KNOWN_NONE. Every so many keys all are forgotten. */
struct json_known *json_known_meet(
        struct json_known_keys *known, uint32_t parent, uint32_t hash, const char *at, size_t size);

/* Do the bytes at `at`, of which JSON_KNOWN_SIZE_MAX may be read, begin with this key? */
static inline int
json_known_fits(const struct json_known *key, uint32_t parent, const char *at)
{
    uint64_t first;
    uint64_t second;

    memcpy(&first, at, sizeof first);
    memcpy(&second, at + 8, sizeof second);
    uint64_t differs = ((first ^ key->bytes[0]) & key->masks[0]) |
                       ((second ^ key->bytes[1]) & key->masks[1]) | (parent ^ key->parent);
    for (size_t i = 2; key->size > 8 * i && i < JSON_KNOWN_WORDS; i++) {
        uint64_t word;
        memcpy(&word, at + 8 * i, sizeof word);
        differs |= (word ^ key->bytes[i]) & key->masks[i];
    }
    return differs == 0;
}

#endif
