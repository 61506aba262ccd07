/*
 * view: bytes that belong to somebody else.
 *
 * A view borrows; it is never NUL-terminated and never freed. Keep the bytes longer than their owner
 * promises (one record, one batch, one rule set) and you copy them first.
 */
#ifndef REBATO_CORE_VIEW_H
#define REBATO_CORE_VIEW_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct view {
    const char *at; /* may be NULL when size is 0 */
    size_t size;    /* bytes */
};

/* A view of a string literal, without counting it at run time. */
#define VIEW(literal) ((struct view){ .at = (literal), .size = sizeof(literal) - 1 })

static inline struct view
view_of(const char *text)
{
    return (struct view){ .at = text, .size = text == NULL ? 0 : strlen(text) };
}

static inline int
view_equal(struct view a, struct view b)
{
    if (a.size != b.size || a.size == 0) {
        return a.size == b.size;
    }
    assert(a.at != NULL && b.at != NULL);
    return memcmp(a.at, b.at, a.size) == 0;
}

static inline int
view_starts(struct view text, struct view start)
{
    if (text.size < start.size || start.size == 0) {
        return start.size == 0;
    }
    assert(text.at != NULL && start.at != NULL);
    return memcmp(text.at, start.at, start.size) == 0;
}

/* `from` and `to` are byte positions with from <= to <= text.size. */
static inline struct view
view_slice(struct view text, size_t from, size_t to)
{
    /* An empty view may hold NULL, which nothing may be added to. */
    return (struct view){ .at = from == 0 ? text.at : text.at + from, .size = to - from };
}

/* ASCII case only: handles and header names, not prose. */
int view_equal_caseless(struct view a, struct view b);

/* Without leading and trailing ASCII white space. */
struct view view_trim(struct view text);

/* Whole view as a decimal number. False when empty, signed, not digits, or past UINT64_MAX. */
int view_to_u64(struct view text, uint64_t *number);

/* Order of bytes, as memcmp; a prefix comes first. */
int view_compare(struct view a, struct view b);

/* Copies at most size-1 bytes and terminates; returns 0 when the text was cut. */
int view_copy(struct view text, char *at, size_t size);

#endif
