/*
 * literals_oracle: what literals promise, said again as plainly as possible.
 *
 * Looks for every literal at every byte of a text, in the way that literals.h describes for a scan.
 */
#ifndef REBATO_TESTS_LITERALS_ORACLE_H
#define REBATO_TESTS_LITERALS_ORACLE_H

#include "pattern/literals.h"

#include <assert.h>

enum presence { PRESENCE_NONE, PRESENCE_PERHAPS, PRESENCE_SURE };

static inline int
oracle_word(struct view text, size_t at)
{
    char c = (char)(at < text.size ? text.at[at] : ' ');
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static inline int
oracle_start(struct view text, size_t at)
{
    int upper = text.at[at] >= 'A' && text.at[at] <= 'Z';
    return oracle_word(text, at) && !upper && (at == 0 || !oracle_word(text, at - 1));
}

static inline int
oracle_foreign(struct view text, size_t at, enum pattern_mode mode)
{
    return mode == PATTERN_UNICODE && at < text.size && (unsigned char)text.at[at] >= 0x80;
}

/* Is there a boundary before byte `at`? */
static inline enum presence
oracle_boundary(struct view text, size_t at, enum pattern_mode mode)
{
    int before = at > 0 && oracle_word(text, at - 1);
    if ((at > 0 && oracle_foreign(text, at - 1, mode)) || oracle_foreign(text, at, mode)) {
        return PRESENCE_PERHAPS;
    }
    return before != oracle_word(text, at) ? PRESENCE_SURE : PRESENCE_NONE;
}

static inline enum presence
oracle_literal_at(
        const struct literal *literal, struct view text, size_t at, enum pattern_mode mode)
{
    enum presence begin = PRESENCE_SURE;
    enum presence end = PRESENCE_SURE;
    if (text.size - at < literal->size || memcmp(text.at + at, literal->at, literal->size) != 0 ||
            (!literal->loose && !oracle_start(text, at + literal->anchor))) {
        return PRESENCE_NONE;
    }
    if (literal->boundary_begin) {
        begin = oracle_boundary(text, at, mode);
    }
    if (literal->boundary_end) {
        end = oracle_boundary(text, at + literal->size, mode);
    }
    return begin < end ? begin : end;
}

static inline enum presence
oracle_presence(const struct literal_set *set, struct view text, enum pattern_mode mode)
{
    enum presence best = PRESENCE_NONE;
    for (size_t i = 0; i < set->count; i++) {
        for (size_t at = 0; at < text.size; at++) {
            enum presence here = oracle_literal_at(&set->at[i], text, at, mode);
            best = here > best ? here : best;
        }
    }
    return best;
}

/* Does a literal of `set` stand in bytes [from, to) of the text? Begins there, that is. */
static inline int
oracle_begins_in(const struct literal_set *set,
        struct view text,
        enum pattern_mode mode,
        size_t from,
        size_t to)
{
    for (size_t at = from; at < to && at < text.size; at++) {
        for (size_t i = 0; i < set->count; i++) {
            if (oracle_literal_at(&set->at[i], text, at, mode) != PRESENCE_NONE) {
                return 1;
            }
        }
    }
    return 0;
}

/* Is there a pair of literals within reach of each other? */
static inline int
oracle_pair(const struct literals *literals, struct view text, enum pattern_mode mode)
{
    int ahead = literals->reach > 0;
    const struct literal_set *before = ahead ? &literals->first : &literals->second;
    const struct literal_set *behind = ahead ? &literals->second : &literals->first;
    size_t reach = (size_t)(ahead ? literals->reach : -(int64_t)literals->reach);
    for (size_t at = 0; at < text.size; at++) {
        if (oracle_begins_in(before, text, mode, at, at + 1) &&
                (literals->reach == 0 ||
                        oracle_begins_in(behind, text, mode, at + 1, at + 1 + reach))) {
            return 1;
        }
    }
    return 0;
}

/* What a scan relies on without looking. */
static inline void
oracle_check_set(const struct literal_set *set)
{
    assert(set->count <= LITERALS_MAX);
    for (size_t i = 0; i < set->count; i++) {
        const struct literal *literal = &set->at[i];
        struct view text = { literal->at, literal->size };
        assert(literal->size > 0 && literal->anchor < literal->size);
        assert(memchr(literal->at, 0x00, literal->size) == NULL);
        assert(memchr(literal->at, 0xFF, literal->size) == NULL);
        int closed = literal->boundary_end && oracle_word(text, literal->size - 1U);
        assert(literal->size - literal->anchor >= 3 || closed);
        assert(literal->loose ||
                (oracle_word(text, literal->anchor) &&
                        (literal->anchor == 0 || !oracle_word(text, literal->anchor - 1U))));
    }
}

/* NULL, or what is wrong with the literals of a pattern that `found` says about `text`. */
static inline const char *
oracle_fault(const struct literals *literals, enum pattern_mode mode, struct view text, int found)
{
    if (literals->kind == LITERALS_NONE) {
        return literals->why == NULL ? "no reason is given" : NULL;
    }
    enum presence first = oracle_presence(&literals->first, text, mode);
    if (found && first == PRESENCE_NONE) {
        return "a match without a literal";
    }
    if (found && literals->second.count > 0 &&
            oracle_presence(&literals->second, text, mode) == PRESENCE_NONE) {
        return "a match without a literal of the second set";
    }
    if (found && literals->second.count > 0 && !oracle_pair(literals, text, mode)) {
        return "a match whose literals are out of reach of each other";
    }
    if (!found && literals->kind == LITERALS_EXACT && first == PRESENCE_SURE) {
        return "an exact literal without a match";
    }
    return NULL;
}

#endif
