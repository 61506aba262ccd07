/*
 * phrases: what people say when something fails, as patterns. Rules are made of them, and posts of
 * what they match.
 */
#ifndef REBATO_BENCH_GENERATOR_PHRASES_H
#define REBATO_BENCH_GENERATOR_PHRASES_H

#include "core/rng.h"
#include "generator/sink.h"

struct phrase {
    const char *category;
    char pattern[192]; /* with accents, as for texts in lower case */
};

/* The ones that every rule set begins with, one category after the other. False behind the last. */
int phrase_core(size_t index, struct phrase *phrase);
/* Those put together of subject and predicate, adjective and noun. */
int phrase_composed(size_t index, struct phrase *phrase);
size_t phrase_composed_count(void);
/* What goes with a brand: "somewhere behind its name". Five. */
int phrase_beside(size_t index, struct phrase *phrase);

/* A text that the pattern matches, drawn at random. Knows groups, |, ?, +, {m,n}, classes, \w, \d,
 * \b and a dot, which is all that phrases and brands use. */
void phrase_speak(struct view pattern, struct rng *rng, struct sink *sink);

#endif
