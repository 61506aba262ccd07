#include "pattern/spelling.h"

static struct spelling *
take(struct spelling_room *room, size_t count)
{
    struct spelling *at = arena_take(room->arena, (count > 0 ? count : 1) * sizeof *at);
    room->failed |= at == NULL;
    return at;
}

struct spellings
spellings_empty(struct spelling_room *room, unsigned flags)
{
    struct spellings out = { .at = take(room, 1), .count = 1 };
    if (out.at != NULL) {
        out.at[0] = (struct spelling){ .at = "", .flags = (uint8_t)flags };
    } else {
        out.count = 0;
    }
    return out;
}

int
spellings_of(struct spelling_room *room, struct view text, struct spellings *out)
{
    *out = (struct spellings){ 0 };
    if (text.size > LITERAL_SIZE_MAX) {
        return 0;
    }
    *out = (struct spellings){ .at = take(room, 1), .count = 1, .bytes = text.size };
    if (out->at == NULL) {
        return 0;
    }
    out->at[0] = (struct spelling){ .at = text.at, .size = (uint8_t)text.size };
    return 1;
}

enum meeting { MEETS, MEETS_PERHAPS, CANNOT_MEET };

/* Is a boundary between these two bytes? Beyond ASCII only PCRE2's tables know. */
static enum meeting
boundary_between(enum pattern_mode mode, unsigned char before, unsigned char behind)
{
    if (mode == PATTERN_UNICODE && (before >= 0x80 || behind >= 0x80)) {
        return MEETS_PERHAPS;
    }
    return tree_word_byte(before) != tree_word_byte(behind) ? MEETS : CANNOT_MEET;
}

/* The flags of the joined string; what stood between the two is decided before. */
static uint8_t
joined_flags(const struct spelling *left, const struct spelling *right)
{
    unsigned flags = left->flags & (SPELLING_BEGINS | SPELLING_CLEAN);
    flags |= right->flags & SPELLING_ENDS;
    if (left->size == 0) {
        flags |= right->flags & (SPELLING_BEGINS | SPELLING_CLEAN);
    }
    if (right->size == 0) {
        flags |= left->flags & SPELLING_ENDS;
    }
    if (left->size == 0 && right->size == 0 && (flags & (SPELLING_BEGINS | SPELLING_ENDS)) != 0) {
        flags |= SPELLING_BEGINS | SPELLING_ENDS;
    }
    return (uint8_t)flags;
}

static enum meeting
meet(enum pattern_mode mode, const struct spelling *left, const struct spelling *right)
{
    int marked = (left->flags & SPELLING_ENDS) != 0 || (right->flags & SPELLING_BEGINS) != 0;
    if (!marked || left->size == 0 || right->size == 0) {
        return MEETS;
    }
    return boundary_between(
            mode, (unsigned char)left->at[left->size - 1], (unsigned char)right->at[0]);
}

static int
join(struct spelling_room *room,
        const struct spelling *left,
        const struct spelling *right,
        struct spelling *out)
{
    *out = (struct spelling){ .flags = joined_flags(left, right) };
    out->size = (uint8_t)(left->size + right->size);
    if (left->size == 0 || right->size == 0) {
        out->at = left->size == 0 ? right->at : left->at;
        return 1;
    }
    char *bytes = arena_take(room->arena, out->size);
    if (bytes == NULL) {
        room->failed = 1;
        return 0;
    }
    memcpy(bytes, left->at, left->size);
    memcpy(bytes + left->size, right->at, right->size);
    out->at = bytes;
    return 1;
}

/* How many strings and bytes the product has; false when that is too much. */
static int
product_fits(const struct spellings *left, const struct spellings *right)
{
    size_t count = left->count * right->count;
    size_t bytes = left->bytes * right->count + right->bytes * left->count;
    size_t count_max = left->count <= 1 || right->count <= 1 ? LITERALS_MAX : SPELLINGS_PRODUCT_MAX;
    return count <= count_max && bytes <= SPELLINGS_BYTES_MAX;
}

/* One pair of the product. */
static int
add_pair(struct spelling_room *room,
        const struct spelling *left,
        const struct spelling *right,
        struct spellings *out)
{
    enum meeting meeting = meet(room->mode, left, right);
    if (meeting == CANNOT_MEET) {
        return 1;
    }
    if (left->size + right->size > LITERAL_SIZE_MAX ||
            !join(room, left, right, &out->at[out->count])) {
        return 0;
    }
    out->inexact |= meeting == MEETS_PERHAPS;
    out->bytes += out->at[out->count].size;
    out->count++;
    return 1;
}

int
spellings_joined(struct spelling_room *room,
        const struct spellings *left,
        const struct spellings *right,
        struct spellings *out)
{
    struct spellings joined = { .inexact = left->inexact || right->inexact };
    if (!product_fits(left, right)) {
        return 0;
    }
    joined.at = take(room, left->count * right->count);
    if (joined.at == NULL) {
        return 0;
    }
    for (size_t i = 0; i < left->count; i++) {
        for (size_t j = 0; j < right->count; j++) {
            if (!add_pair(room, &left->at[i], &right->at[j], &joined)) {
                return 0;
            }
        }
    }
    *out = joined;
    return 1;
}

static int
grow(struct spelling_room *room, struct spellings *to, size_t count)
{
    if (count <= to->room) {
        return 1;
    }
    size_t wanted = count > 2 * to->room ? count : 2 * to->room;
    struct spelling *at = take(room, wanted);
    if (at == NULL) {
        return 0;
    }
    if (to->count > 0) {
        memcpy(at, to->at, to->count * sizeof *at);
    }
    to->at = at;
    to->room = wanted;
    return 1;
}

int
spellings_append(struct spelling_room *room, struct spellings *to, const struct spellings *more)
{
    size_t count = to->count + more->count;
    to->inexact |= more->inexact;
    if (count > LITERALS_MAX || to->bytes + more->bytes > SPELLINGS_BYTES_MAX ||
            !grow(room, to, count)) {
        return 0;
    }
    for (size_t i = 0; i < more->count; i++) {
        to->at[to->count + i] = more->at[i];
    }
    to->count = count;
    to->bytes += more->bytes;
    return 1;
}

unsigned
spellings_lead(const struct spellings *spellings)
{
    unsigned lead = SPELLING_BEGINS | SPELLING_CLEAN;
    for (size_t i = 0; i < spellings->count; i++) {
        const struct spelling *spelling = &spellings->at[i];
        int ends = (spelling->flags & SPELLING_ENDS) != 0;
        int clean = spelling->size == 0
                            ? (spelling->flags & SPELLING_CLEAN) != 0
                            : !tree_word_byte((unsigned char)spelling->at[spelling->size - 1]);
        lead &= (ends ? SPELLING_BEGINS | SPELLING_CLEAN : 0U) | (clean ? SPELLING_CLEAN : 0U);
    }
    return spellings->count > 0 ? lead : 0;
}
