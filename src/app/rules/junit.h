/* junit: results of rule tests as the XML that CI servers read. */
#ifndef REBATO_APP_RULES_JUNIT_H
#define REBATO_APP_RULES_JUNIT_H

#include "match/rule_test.h"

#include <stdio.h>

struct junit;

struct junit *junit_create(void);
void junit_destroy(struct junit **junit);

/* `failure` is NULL for a test that passed, else why it did not ("": it matched). */
void junit_add(
        struct junit *junit, struct view rule, const struct rule_test *test, const char *failure);

/* False when the file cannot be written. */
int junit_write(const struct junit *junit, const char *path);

/* Escaped for an attribute; what XML 1.0 cannot hold at all becomes U+FFFD. */
void junit_put_text(struct view text, FILE *out);

#endif
