/* Shared by the tests of src/match: compile rules from text, match one post, read the outcome. */
#ifndef REBATO_TESTS_UNIT_MATCH_FIXTURE_H
#define REBATO_TESTS_UNIT_MATCH_FIXTURE_H

#include "match/explain.h"
#include "match/matcher.h"
#include "match/rule_test.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* Compiles one file; `faults` may be NULL when none is expected to be an error. */
static inline const struct rule_set *
fixture_compile(const char *yaml, struct fault_list *faults)
{
    struct fault_list *own = faults == NULL ? fault_list_create() : NULL;
    struct rule_file file = { .name = "rules.yaml", .text = view_of(yaml) };
    const struct rule_set *set = rule_set_compile(&file, 1, own != NULL ? own : faults);
    if (own != NULL) {
        if (set == NULL) {
            fault_print(own, stderr, FAULT_PLAIN);
        }
        fault_list_destroy(&own);
    }
    return set;
}

/* What fault_print writes; free() it. */
static inline char *
fixture_print(const struct fault_list *faults)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    fault_print(faults, out, FAULT_PLAIN);
    (void)fclose(out);
    return text;
}

/* All errors of a file, printed; free() it. */
static inline char *
fixture_faults(const char *yaml)
{
    struct fault_list *faults = fault_list_create();
    const struct rule_set *set = fixture_compile(yaml, faults);
    char *text = fixture_print(faults);
    rule_set_destroy(&set);
    fault_list_destroy(&faults);
    return text;
}

/* A set and its matcher, from YAML that must compile. */
struct fixture {
    const struct rule_set *set;
    struct matcher *matcher;
    struct match_result result;
};

static inline void
fixture_init(struct fixture *fixture, const char *yaml)
{
    fixture->set = fixture_compile(yaml, NULL);
    cr_assert_not_null(fixture->set);
    fixture->matcher = matcher_create(fixture->set);
    cr_assert_not_null(fixture->matcher);
}

static inline void
fixture_fini(struct fixture *fixture)
{
    matcher_destroy(&fixture->matcher);
    rule_set_destroy(&fixture->set);
}

/* "brand:signal+signal brand2:" in the order of the result; "" when nothing matched. "!" in front
 * of a brand that speaks, "*" behind one whose author is affected. */
static inline const char *
fixture_describe(const struct fixture *fixture, char *out, size_t size)
{
    const struct match_result *result = &fixture->result;
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < result->brand_count; i++) {
        const struct brand_match *match = &result->brands[i];
        struct view id = rule_set_brand(fixture->set, match->brand)->id;
        used += (size_t)snprintf(out + used, size - used, "%s%s%.*s:", i == 0 ? "" : " ",
                match->relation == BRAND_SPEAKING ? "!" : "", (int)id.size, id.at);
        const char *plus = "";
        for (size_t signal = 0; signal < SIGNAL_COUNT; signal++) {
            if (match->signals & SIGNAL_BIT(signal)) {
                used += (size_t)snprintf(
                        out + used, size - used, "%s%s", plus, signal_name((enum signal)signal));
                plus = "+";
            }
        }
        used += (size_t)snprintf(out + used, size - used, "%s", match->first_person ? "*" : "");
    }
    return out;
}

#endif
