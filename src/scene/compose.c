#include "scene/compose.h"

#include <assert.h>
#include <stdio.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* The size was reckoned when the phrase was read: running out of room is a bug. */
static void
append(struct compose_text *text, struct view more)
{
    assert(more.size <= sizeof text->at - text->size);
    if (more.size > 0) {
        memcpy(text->at + text->size, more.at, more.size);
        text->size += more.size;
    }
}

static struct view
pick(const struct phrase_list *list, struct rng *rng)
{
    assert(list->count > 0);
    return list->at[rng_below(rng, (uint32_t)list->count)];
}

/* The three slots that stand for the people involved, then those of the file. */
static struct view
slot_value(const struct compose_voice *voice, struct view name, struct rng *rng)
{
    if (view_equal(name, VIEW("brand"))) {
        return pick(&voice->brand->names, rng);
    }
    if (view_equal(name, VIEW("handle"))) {
        return voice->brand->handle;
    }
    if (view_equal(name, VIEW("author"))) {
        return voice->addressee;
    }
    const struct phrase_slot *slot = phrase_book_slot(voice->book, name);
    assert(slot != NULL);
    return pick(&slot->values, rng);
}

/* Piece by piece: text up to the slot, its value, and on. A value is not looked at for slots again. */
void
compose_fill(const struct compose_voice *voice,
        struct view phrase,
        struct rng *rng,
        struct compose_text *text)
{
    size_t from = 0;
    size_t at = 0;
    size_t end = 0;

    text->size = 0;
    for (;;) {
        struct view name = phrase_next_slot(phrase, &at, &end);
        append(text, view_slice(phrase, from, at));
        if (at == phrase.size) {
            return;
        }
        append(text, slot_value(voice, name, rng));
        from = at = end;
    }
}

/* Every `from` becomes `to`, which is not longer. */
static void
replace(struct compose_text *text, struct view from, struct view to)
{
    size_t kept = 0;

    assert(to.size <= from.size);
    for (size_t i = 0; i < text->size;) {
        if (view_starts(view_slice((struct view){ text->at, text->size }, i, text->size), from)) {
            memcpy(text->at + kept, to.at, to.size);
            kept += to.size;
            i += from.size;
        } else {
            text->at[kept++] = text->at[i++];
        }
    }
    text->size = kept;
}

/* Habits of the keyboard. Each pair gets shorter or stays as long, so that replace() works in place. */
struct swap {
    struct view from;
    struct view to;
};

#define SWAP(from, to)                                                                             \
    {                                                                                              \
        { (from), sizeof(from) - 1 },                                                              \
        {                                                                                          \
            (to), sizeof(to) - 1                                                                   \
        }                                                                                          \
    }

static const struct swap openings[] = { SWAP("¿", ""), SWAP("¡", "") };
static const struct swap accents[] = { SWAP("á", "a"), SWAP("é", "e"), SWAP("í", "i"),
    SWAP("ó", "o"), SWAP("ú", "u"), SWAP("Á", "A"), SWAP("É", "E"), SWAP("Í", "I"), SWAP("Ó", "O"),
    SWAP("Ú", "U") };
static const struct swap short_words[] = { SWAP(" por qué ", " xq "), SWAP(" por que ", " xq "),
    SWAP(" porque ", " pq "), SWAP(" que ", " q "), SWAP(" también ", " tb "),
    SWAP(" también ", " tb ") };
static const struct swap apostrophes[] = { SWAP("n't ", "nt "), SWAP(" I'm ", " im ") };

static void
swap_all(struct compose_text *text, const struct swap *swaps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        replace(text, swaps[i].from, swaps[i].to);
    }
}

/* ASCII only: whoever leaves capitals out has mostly left the accents out as well. */
static void
small_letters(struct compose_text *text)
{
    for (size_t i = 0; i < text->size; i++) {
        if (text->at[i] >= 'A' && text->at[i] <= 'Z') {
            text->at[i] = (char)(text->at[i] - 'A' + 'a');
        }
    }
}

static void
capitals(struct compose_text *text)
{
    swap_all(text, accents, LENGTH(accents));
    for (size_t i = 0; i < text->size; i++) {
        if (text->at[i] >= 'a' && text->at[i] <= 'z') {
            text->at[i] = (char)(text->at[i] - 'a' + 'A');
        }
    }
}

/* "no funcionaaaa": people in a temper hold vowels. */
static void
hold_last_letter(struct compose_text *text)
{
    if (text->size == 0) {
        return;
    }
    char last = text->at[text->size - 1];
    if (last == 'a' || last == 'e' || last == 'o') {
        char held[] = { last, last, last };
        append(text, (struct view){ held, sizeof held });
    }
}

static int
chance(struct rng *rng, double share)
{
    return rng_unit(rng) < share;
}

/* The order matters: whole words with their accents are shortened only where accents are still there or
 * were dropped in both forms, and a tail comes last. */
void
compose_type(
        struct compose_text *text, enum scene_lang lang, enum compose_mood mood, struct rng *rng)
{
    /* A happy ending must not look like anger to a rule, nor the other way round. */
    static const char *const tails[2][6] = {
        [COMPOSE_EASY] = { "!", " :)", "...", " jeje", "!!", "." },
        [COMPOSE_UPSET] = { "!!", "!!!", "...", " :(", " 😡", "." },
    };

    if (lang == SCENE_ES && chance(rng, 0.75)) {
        swap_all(text, openings, LENGTH(openings));
    }
    if (lang == SCENE_ES && chance(rng, 0.45)) {
        swap_all(text, accents, LENGTH(accents));
    }
    if (lang == SCENE_ES && chance(rng, 0.25)) {
        swap_all(text, short_words, LENGTH(short_words));
    }
    if (lang == SCENE_EN && chance(rng, 0.2)) {
        swap_all(text, apostrophes, LENGTH(apostrophes));
    }
    if (chance(rng, 0.3)) {
        small_letters(text);
    } else if (mood == COMPOSE_UPSET && chance(rng, 0.05)) {
        capitals(text);
    }
    if (chance(rng, 0.1)) {
        hold_last_letter(text);
    }
    if (chance(rng, 0.35)) {
        append(text, view_of(tails[mood][rng_below(rng, LENGTH(tails[mood]))]));
    }
}

void
compose_number(struct compose_text *text, struct rng *rng)
{
    char digits[16];

    snprintf(digits, sizeof digits, " %u", 10 + rng_below(rng, 90));
    append(text, view_of(digits));
}
