/*
 * compose: a phrase becomes what a person types. Private to this folder.
 *
 * Slots are filled, then habits of the keyboard applied: accents left out, "q" for "que", no capitals, a
 * last letter held down, an outcry at the end. All drawn from the post's own numbers.
 */
#ifndef REBATO_SCENE_COMPOSE_H
#define REBATO_SCENE_COMPOSE_H

#include "core/rng.h"
#include "scene/model.h"

/* A filled phrase, what habits add to it, and the number that tells a bot's texts apart. */
#define COMPOSE_SIZE_MAX (PHRASE_TEXT_SIZE_MAX + 64)

struct compose_text {
    char at[COMPOSE_SIZE_MAX];
    size_t size;
};

struct compose_voice {
    const struct phrase_book *book;
    const struct scene_brand *brand;
    struct view addressee; /* without the @; empty when nobody is answered */
};

enum compose_mood { COMPOSE_EASY, COMPOSE_UPSET };

/* `phrase` was checked with phrase_check(): its slots are known. */
void compose_fill(const struct compose_voice *voice,
        struct view phrase,
        struct rng *rng,
        struct compose_text *text);

void compose_type(
        struct compose_text *text, enum scene_lang lang, enum compose_mood mood, struct rng *rng);

/* A few digits behind the text, as bots do to differ from themselves. */
void compose_number(struct compose_text *text, struct rng *rng);

#endif
