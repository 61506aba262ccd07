/*
 * generator: rules and corpora out of a seed, for whoever has no posts to measure with.
 *
 *   lean  about 384 bytes of JSON around 111 bytes of text, 7 in 100 match 500 rules
 *   hot   posts at brands: 73 in 100 match
 *   full  3.4 kB of JSON, as X 1.1 wrote it, around texts like lean's
 *
 * Brands are invented, sentences are put together word by word. What they have in common with real
 * posts is what costs time: lengths, words a text, accents, emoji, handles and links, how often
 * words begin like a rule's words, how many match. The same seed gives the same bytes on every
 * host.
 */
#ifndef REBATO_BENCH_GENERATOR_GENERATOR_H
#define REBATO_BENCH_GENERATOR_GENERATOR_H

#include <stddef.h>
#include <stdint.h>

enum corpus_kind { CORPUS_LEAN, CORPUS_HOT, CORPUS_FULL, CORPUS_KIND_COUNT };

#define GENERATED_RULES_MAX 2000

/* Bytes from malloc, LINES_PADDING longer than `size`; `at` is NULL when out of memory. */
struct generated {
    char *at;
    size_t size;
};

/* False when it is none of the names above. */
int corpus_kind_named(const char *name, enum corpus_kind *kind);
/* As many lines as the fixed corpora have. */
size_t corpus_lines(enum corpus_kind kind);

/* `count` rules, 1..GENERATED_RULES_MAX, as TSV: four in ten are brands, 200 at most. */
struct generated generate_rules(uint64_t seed, size_t count);
/* Names of further brands, ten to a rule, as TSV rows whose ids begin at `first_id`. */
struct generated generate_aliases(uint64_t seed, size_t first_id, size_t count);
/* NDJSON that speaks of the brands of the same seed. */
struct generated generate_corpus(uint64_t seed, enum corpus_kind kind, size_t lines);

#endif
