/*
 * scan_set: thousands of patterns, compiled for one pass over many texts. Read-only once built.
 *
 *   patterns ── literals ──▶ key table (first four bytes of every literal's anchor)
 *                            literal table (the bytes, the boundaries, whose they are)
 *
 *   texts ──▶ starts ──▶ keys in the table? ──▶ literal there? ──▶ pattern sure / possible
 *             (vector code)                     (exact compare)     (PCRE2 decides the possible)
 *
 * A pattern whose literals are its whole language is *sure* where one stands; others are *possible*
 * and PCRE2 has the last word. Nothing else is ever reported, and nothing that matches is missed:
 * tests hold it against PCRE2 run pattern by pattern.
 *
 * A probe is a literal without a pattern: it is reported as possible where it stands.
 */
#ifndef REBATO_SCAN_SCAN_SET_H
#define REBATO_SCAN_SCAN_SET_H

#include "pattern/literals.h"

#include <stdint.h>

struct scan_builder;
struct scan_set;

/* NULL when out of memory, as everywhere here. `frequency` is borrowed while building. */
struct scan_builder *scan_builder_create(const struct frequency *frequency);
void scan_builder_destroy(struct scan_builder **builder);

/* Adds a pattern under the next number, from 0 on; `text` is what it was compiled from (folded) and
 * is not kept. `compiled` is borrowed and must outlive the set. `*literals` (may be NULL) tells what
 * was found: it lives with the set. False when out of memory. */
int scan_builder_add(struct scan_builder *builder,
        const struct pattern *compiled,
        struct view text,
        enum pattern_mode mode,
        const struct literals **literals);
/* Adds a probe under the next number: `text` at a start when its first byte is a word byte, anywhere
 * otherwise. At most LITERAL_SIZE_MAX bytes, folded. */
int scan_builder_add_probe(struct scan_builder *builder, struct view text);

/* Takes what was added; the builder can only be destroyed afterwards. */
const struct scan_set *scan_set_build(struct scan_builder *builder);
void scan_set_destroy(const struct scan_set **set);

size_t scan_set_count(const struct scan_set *set);

/* What a set looks like, for `rebato rules bench` and the benchmarks. */
struct scan_summary {
    size_t patterns, exact, required, always;
    size_t literals, keys;
    size_t table_bytes;
    double filter_fill;   /* share of the filter's bits that are set */
    double expected_rate; /* literals met a mention, by the frequency tables */
};
struct scan_summary scan_set_summary(const struct scan_set *set);

#endif
