#include "pattern/anchor.h"

#include <stdlib.h>

/* Bytes behind an anchor that make a key of few values; a word's end stands for the rest. */
#define ANCHOR_REST_MIN 3
#define KEY_SIZE        4
/* A loose anchor is a look at every place where its byte stands. */
#define LOOSE_COST 16.0
/* Loose bytes beyond ASCII cannot be told apart by the first pass. */
#define LOOSE_HIGH_COST 1.0
/* Sets above this size are only searched for common beginnings. */
#define PAIRS_MAX 64

static int
is_start_byte(unsigned char byte)
{
    return tree_word_byte(byte) && !(byte >= 'A' && byte <= 'Z');
}

static int
is_word_at(const struct literal *literal, size_t at)
{
    return tree_word_byte((unsigned char)literal->at[at]);
}

/* Is `at` a start in every match? */
static int
is_certain(const struct literal *literal, size_t at, unsigned flags)
{
    if (!is_start_byte((unsigned char)literal->at[at])) {
        return 0;
    }
    if (at > 0) {
        return !is_word_at(literal, at - 1);
    }
    return literal->boundary_begin || (flags & SPELLING_CLEAN) != 0;
}

static int
has_enough_behind(const struct literal *literal, size_t at)
{
    return literal->size - at >= ANCHOR_REST_MIN ||
           (literal->boundary_end && is_word_at(literal, literal->size - 1U));
}

/* A byte before an anchor is the right one about so often. */
#define BYTE_BEFORE_SHARE 0.3
/* Letters that are compared before the whole literal is. */
#define NEAR_SIZE 6
/* Nanoseconds, roughly, of a start that has the key, of one that goes on right, and of a key that
 * everything else has to share the tables with. */
#define CANDIDATE_COST 4.0
#define SURVIVOR_COST  12.0
#define KEY_COST       0.0005

/* How often the anchor stands at a start, with what follows it. */
static double
rate_behind(const struct frequency *frequency, const struct literal *literal, size_t at)
{
    size_t size = literal->size - at;
    char key[KEY_SIZE];
    if (size >= KEY_SIZE) {
        return frequency_at_start(frequency, literal->at + at, size);
    }
    memcpy(key, literal->at + at, size);
    if (literal->boundary_end && is_word_at(literal, literal->size - 1U)) {
        key[size++] = ' ';
    }
    return frequency_at_start(frequency, key, size);
}

/* And how often all of it: every byte before the anchor has to be right, too. */
static double
rate_at_start(const struct frequency *frequency, const struct literal *literal, size_t at)
{
    double rate = rate_behind(frequency, literal, at);
    for (size_t i = 0; i < at; i++) {
        rate *= BYTE_BEFORE_SHARE;
    }
    return rate;
}

/* A key that the literal does not fill is entered with all bytes that may follow. */
static double
key_count(const struct literal *literal, size_t at)
{
    static const double counts[KEY_SIZE] = { 1, 38, 38.0 * 38, 38.0 * 38 * 38 };
    size_t size = literal->size - at + (literal->boundary_end ? 1U : 0U);
    return counts[size < KEY_SIZE ? KEY_SIZE - size : 0];
}

/* What a scan does there: it looks up every start with this key, and looks closer where two more
 * letters are right. How often the whole literal stands is the same wherever it is anchored. */
static double
cost_at_start(const struct frequency *frequency, const struct literal *literal, size_t at)
{
    size_t size = literal->size - at;
    double near = size > NEAR_SIZE ? frequency_at_start(frequency, literal->at + at, NEAR_SIZE)
                                   : rate_behind(frequency, literal, at);
    double key = size > KEY_SIZE ? frequency_at_start(frequency, literal->at + at, KEY_SIZE) : near;
    return CANDIDATE_COST * key + SURVIVOR_COST * near + key_count(literal, at) * KEY_COST;
}

static double
rate_of_loose(const struct frequency *frequency, unsigned char byte)
{
    return frequency_of_byte(frequency, byte) + (byte >= 0x80 ? LOOSE_HIGH_COST : 0.0);
}

/* The boundaries that a scan can decide: beyond ASCII only PCRE2's tables know what a word is. */
static struct literal
bare_literal(enum pattern_mode mode, const struct spelling *spelling)
{
    struct literal literal = { .at = spelling->at, .size = spelling->size };
    unsigned char first = (unsigned char)spelling->at[0];
    unsigned char last = (unsigned char)spelling->at[spelling->size - 1];
    int known_first = mode == PATTERN_BYTES || first < 0x80;
    int known_last = mode == PATTERN_BYTES || last < 0x80;
    literal.boundary_begin = known_first && (spelling->flags & SPELLING_BEGINS) != 0;
    literal.boundary_end = known_last && (spelling->flags & SPELLING_ENDS) != 0;
    return literal;
}

/* The literal with its rarest anchor; false when it has none. */
static int
choose_one(enum pattern_mode mode,
        const struct frequency *frequency,
        const struct spelling *spelling,
        struct literal *out)
{
    int found = 0;
    double cost = 0;
    if (spelling->size == 0) {
        return 0;
    }
    struct literal literal = bare_literal(mode, spelling);
    for (size_t at = 0; at < literal.size && has_enough_behind(&literal, at); at++) {
        int certain = is_certain(&literal, at, spelling->flags);
        double here =
                certain ? cost_at_start(frequency, &literal, at)
                        : LOOSE_COST * rate_of_loose(frequency, (unsigned char)literal.at[at]);
        if (!found || here < cost) {
            *out = literal;
            out->anchor = (uint8_t)at;
            out->loose = !certain;
            cost = here;
            found = 1;
        }
    }
    return found;
}

/* Does a boundary that a scan decides stand at `at` of the literal, in every text? */
static int
has_boundary(const struct literal *literal, size_t at)
{
    if (at == 0) {
        return literal->boundary_begin;
    }
    if (at == literal->size) {
        return literal->boundary_end;
    }
    unsigned char before = (unsigned char)literal->at[at - 1];
    unsigned char behind = (unsigned char)literal->at[at];
    return before < 0x80 && behind < 0x80 && tree_word_byte(before) != tree_word_byte(behind);
}

/* Will `small` be met wherever `large` stands, `offset` bytes behind its first? */
static int
is_met_within(const struct literal *small, const struct literal *large, size_t offset)
{
    if (memcmp(small->at, large->at + offset, small->size) != 0 ||
            (small->boundary_begin && !has_boundary(large, offset)) ||
            (small->boundary_end && !has_boundary(large, offset + small->size))) {
        return 0;
    }
    if (small->loose || small->anchor > 0 || small->boundary_begin) {
        return 1;
    }
    /* Its anchor is a start for what stands before it. */
    return offset > 0 ? !is_word_at(large, offset - 1) : large->anchor == 0 && !large->loose;
}

static int
is_met_in(const struct literal *small, const struct literal *large)
{
    for (size_t offset = 0; offset + small->size <= large->size; offset++) {
        if (large->at[offset] == small->at[0] && is_met_within(small, large, offset)) {
            return 1;
        }
    }
    return 0;
}

static int
compare_flags(const struct literal *a, const struct literal *b)
{
    int x = a->anchor * 8 + (int)(a->loose * 4 + a->boundary_begin * 2 + a->boundary_end);
    int y = b->anchor * 8 + (int)(b->loose * 4 + b->boundary_begin * 2 + b->boundary_end);
    return x - y;
}

/* One order for all sets, so that equal ones are equal byte by byte. */
static int
compare(const void *a, const void *b)
{
    const struct literal *x = a;
    const struct literal *y = b;
    int order = view_compare((struct view){ x->at, x->size }, (struct view){ y->at, y->size });
    return order != 0 ? order : compare_flags(x, y);
}

static int
is_redundant(const struct anchor_set *set, size_t index)
{
    size_t from = set->count > PAIRS_MAX && index > PAIRS_MAX / 2 ? index - PAIRS_MAX / 2 : 0;
    size_t to = set->count > PAIRS_MAX ? index : set->count;
    for (size_t i = from; i < to; i++) {
        /* Literals left out earlier have size 0. */
        if (i != index && set->at[i].size > 0 && is_met_in(&set->at[i], &set->at[index])) {
            return 1;
        }
    }
    return 0;
}

static void
leave_out(struct anchor_set *set)
{
    size_t kept = 0;
    qsort(set->at, set->count, sizeof *set->at, compare);
    for (size_t i = 0; i < set->count; i++) {
        int again = i > 0 && compare(&set->at[i - 1], &set->at[i]) == 0;
        if (!again && is_redundant(set, i)) {
            set->at[i].size = 0;
        }
        if (again) {
            set->at[i - 1].size = 0;
        }
    }
    for (size_t i = 0; i < set->count; i++) {
        if (set->at[i].size > 0) {
            set->at[kept++] = set->at[i];
        }
    }
    set->count = kept;
}

static double
rate_of(const struct frequency *frequency, const struct anchor_set *set)
{
    double rate = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct literal *literal = &set->at[i];
        rate += literal->loose
                        ? rate_of_loose(frequency, (unsigned char)literal->at[literal->anchor])
                        : rate_at_start(frequency, literal, literal->anchor);
    }
    return rate;
}

void
anchor_tidy(struct anchor_set *set, const struct frequency *frequency)
{
    leave_out(set);
    set->rate = rate_of(frequency, set);
}

int
anchor_choose(struct spelling_room *room,
        const struct frequency *frequency,
        const struct spellings *spellings,
        struct anchor_set *out)
{
    size_t count = spellings->count;
    *out = (struct anchor_set){ .at = arena_take(room->arena, (count + 1) * sizeof *out->at) };
    if (out->at == NULL) {
        room->failed = 1;
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!choose_one(room->mode, frequency, &spellings->at[i], &out->at[i])) {
            return 0;
        }
    }
    out->count = count;
    anchor_tidy(out, frequency);
    return 1;
}

int
anchor_unite(struct spelling_room *room, struct anchor_set *set, const struct anchor_set *other)
{
    struct anchor_set united = { .rate = set->rate + other->rate };
    if (set->count + other->count > LITERALS_MAX) {
        return 0;
    }
    united.at = arena_take(room->arena, (set->count + other->count + 1) * sizeof *united.at);
    if (united.at == NULL) {
        room->failed = 1;
        return 0;
    }
    for (size_t i = 0; i < set->count; i++) {
        united.at[united.count++] = set->at[i];
    }
    for (size_t i = 0; i < other->count; i++) {
        united.at[united.count++] = other->at[i];
    }
    *set = united;
    return 1;
}
