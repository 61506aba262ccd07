/*
 * rule_test: runs the tests that stand inside rule files.
 *
 *   tests:
 *     - match:    ['WhatsApp NO FUNCIONA!!!']
 *     - no_match: ['whatsapp no va nada mal']
 *
 * A text passes `match` when the rule matches it, with everything the rule requires except the
 * brand where the text names none; official rules are tested as if an official account had posted
 * the text.
 */
#ifndef REBATO_MATCH_RULE_TEST_H
#define REBATO_MATCH_RULE_TEST_H

#include "match/explain.h"

struct rule_test {
    size_t rule; /* index in the set */
    struct view text;
    int expect_match;
    const char *file;
    size_t line;
};

/* The tests of a set, in file order. */
size_t rule_set_test_count(const struct rule_set *set);
const struct rule_test *rule_set_test(const struct rule_set *set, size_t index);

/* True when it passes; else `*why` (when not NULL) explains as explain.h does. */
int rule_test_run(struct matcher *matcher, const struct rule_test *test, struct explanation *why);

#endif
