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

/* Only PCRE2's tables know what is a word beyond ASCII. */
static int
is_known(enum pattern_mode mode, unsigned char byte)
{
    return mode == PATTERN_BYTES || byte < 0x80;
}

static enum meeting
boundary_between(enum pattern_mode mode, unsigned char before, unsigned char behind)
{
    if (!is_known(mode, before) || !is_known(mode, behind)) {
        return MEETS_PERHAPS;
    }
    return tree_word_byte(before) != tree_word_byte(behind) ? MEETS : CANNOT_MEET;
}

/* An empty string's conditions, told to the string before or behind it, of which `byte` is next to
 * them. No word on this side: known at once. No word on the other side: next to a word byte that is
 * a boundary, next to another one it is not looked at any more. */
static enum meeting
tell(enum pattern_mode mode, unsigned char byte, unsigned this_side, unsigned other_side)
{
    if (!is_known(mode, byte)) {
        return this_side != 0 || other_side != 0 ? MEETS_PERHAPS : MEETS;
    }
    if (tree_word_byte(byte)) {
        return this_side != 0 ? CANNOT_MEET : MEETS;
    }
    return other_side != 0 ? MEETS_PERHAPS : MEETS;
}

/* `left` is not empty, `right` is. */
static enum meeting
close_with(enum pattern_mode mode, const struct spelling *right, struct spelling *left)
{
    unsigned char last = (unsigned char)left->at[left->size - 1];
    unsigned other_side = right->flags & SPELLING_NO_WORD_BEHIND;
    left->flags |= right->flags & SPELLING_ENDS;
    if (other_side != 0 && is_known(mode, last) && tree_word_byte(last)) {
        left->flags |= SPELLING_ENDS;
    }
    return tell(mode, last, right->flags & SPELLING_NO_WORD_BEFORE, other_side);
}

/* `left` is empty, `right` is not. */
static enum meeting
open_with(enum pattern_mode mode, const struct spelling *left, struct spelling *right)
{
    unsigned char first = (unsigned char)right->at[0];
    unsigned other_side = left->flags & SPELLING_NO_WORD_BEFORE;
    right->flags |= left->flags & (SPELLING_BEGINS | SPELLING_CLEAN);
    if (other_side != 0 && is_known(mode, first) && tree_word_byte(first)) {
        right->flags |= SPELLING_BEGINS;
    }
    return tell(mode, first, left->flags & SPELLING_NO_WORD_BEHIND, other_side);
}

/* Both empty: all conditions are those of one place. */
static struct spelling
both_empty(const struct spelling *left, const struct spelling *right)
{
    unsigned flags = left->flags | right->flags;
    if ((flags & (SPELLING_BEGINS | SPELLING_ENDS)) != 0) {
        flags |= SPELLING_BEGINS | SPELLING_ENDS;
    }
    return (struct spelling){ .at = "", .flags = (uint8_t)flags };
}

/* Neither is empty. False when out of memory. */
static int
append(struct spelling_room *room,
        const struct spelling *left,
        const struct spelling *right,
        struct spelling *out)
{
    char *bytes = arena_take(room->arena, (size_t)left->size + right->size);
    if (bytes == NULL) {
        room->failed = 1;
        return 0;
    }
    memcpy(bytes, left->at, left->size);
    memcpy(bytes + left->size, right->at, right->size);
    out->at = bytes;
    out->size = (uint8_t)(left->size + right->size);
    out->flags = (uint8_t)((left->flags & (SPELLING_BEGINS | SPELLING_CLEAN)) |
                           (right->flags & SPELLING_ENDS));
    return 1;
}

static enum meeting
join(struct spelling_room *room,
        const struct spelling *left,
        const struct spelling *right,
        struct spelling *out)
{
    if (left->size == 0 && right->size == 0) {
        *out = both_empty(left, right);
        return MEETS;
    }
    if (right->size == 0) {
        *out = *left;
        return close_with(room->mode, right, out);
    }
    if (left->size == 0) {
        *out = *right;
        return open_with(room->mode, left, out);
    }
    int marked = (left->flags & SPELLING_ENDS) != 0 || (right->flags & SPELLING_BEGINS) != 0;
    enum meeting meeting =
            !marked ? MEETS
                    : boundary_between(room->mode, (unsigned char)left->at[left->size - 1],
                              (unsigned char)right->at[0]);
    return meeting == CANNOT_MEET || append(room, left, right, out) ? meeting : CANNOT_MEET;
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
    if (left->size + right->size > LITERAL_SIZE_MAX) {
        return 0;
    }
    enum meeting meeting = join(room, left, right, &out->at[out->count]);
    if (meeting != CANNOT_MEET) {
        unsigned doubt = (left->flags | right->flags) & SPELLING_PERHAPS;
        doubt |= meeting == MEETS_PERHAPS ? SPELLING_PERHAPS : 0U;
        out->at[out->count].flags |= (uint8_t)doubt;
        out->bytes += out->at[out->count].size;
        out->count++;
    }
    return !room->failed;
}

int
spellings_joined(struct spelling_room *room,
        const struct spellings *left,
        const struct spellings *right,
        struct spellings *out)
{
    struct spellings joined = { 0 };
    if (!product_fits(left, right)) {
        return 0;
    }
    joined.at = take(room, left->count * right->count);
    if (joined.at == NULL) {
        return 0;
    }
    size_t pairs = left->count * right->count;
    for (size_t i = 0; i < pairs; i++) {
        if (!add_pair(room, &left->at[i / right->count], &right->at[i % right->count], &joined)) {
            return 0;
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

void
spellings_doubt(struct spellings *spellings)
{
    for (size_t i = 0; i < spellings->count; i++) {
        spellings->at[i].flags |= SPELLING_PERHAPS;
    }
}

/* The same string under the same conditions or fewer, without doubt. */
static int
has_sure_twin(const struct spellings *spellings, const struct spelling *doubtful)
{
    unsigned asked = SPELLING_BEGINS | SPELLING_ENDS;
    for (size_t i = 0; i < spellings->count; i++) {
        const struct spelling *other = &spellings->at[i];
        if ((other->flags & SPELLING_PERHAPS) == 0 && other->size == doubtful->size &&
                (other->flags & ~doubtful->flags & asked) == 0 &&
                memcmp(other->at, doubtful->at, other->size) == 0) {
            return 1;
        }
    }
    return 0;
}

int
spellings_settle(struct spellings *spellings)
{
    size_t kept = 0;
    int sure = 1;
    for (size_t i = 0; i < spellings->count; i++) {
        int doubtful = (spellings->at[i].flags & SPELLING_PERHAPS) != 0;
        sure = sure && (!doubtful || has_sure_twin(spellings, &spellings->at[i]));
    }
    for (size_t i = 0; sure && i < spellings->count; i++) {
        if ((spellings->at[i].flags & SPELLING_PERHAPS) == 0) {
            spellings->at[kept++] = spellings->at[i];
        }
    }
    spellings->count = sure ? kept : spellings->count;
    return sure;
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
