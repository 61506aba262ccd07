/* One number for each brand, though every rule set numbers them anew. */
#include "replay/roster.h"

#include <assert.h>
#include <criterion/criterion.h>
#include <stdio.h>

#define BRAND_OF(id) "  - {id: " id ", names: [" id "]}\n"

static const struct rule_set *
rules_of(const char *brands)
{
    char yaml[256];
    struct fault_list *faults = fault_list_create();
    struct rule_file file = { .name = "rules.yaml" };

    snprintf(yaml, sizeof yaml, "schema: rebato/rules/v1\nbrands:\n%s", brands);
    file.text = view_of(yaml);
    const struct rule_set *rules = rule_set_compile(&file, 1, faults);
    assert(rules != NULL);
    fault_list_destroy(&faults);
    return rules;
}

static size_t
number_of(struct roster *roster, size_t brand, const char *id)
{
    struct brand_settings settings = { .ack_target_ms = 0 };
    struct watched_fold fold = { .brand = brand, .settings = &settings };

    snprintf(settings.id, sizeof settings.id, "%s", id);
    return roster_number(roster, &fold);
}

Test(roster, a_brand_has_the_number_of_the_rules_at_hand_or_one_behind_them)
{
    static const struct {
        size_t brand; /* as another set numbers it */
        const char *id;
        size_t number;
    } rows[] = {
        { 0, "acme", 0 },
        { 1, "zeta", 1 },
        { 0, "zeta", 1 },
        { 2, "acme", 0 },
        { 0, "beta", 2 },
        { 1, "gamma", 3 },
        { 7, "beta", 2 },
        { 0, "acme", 0 },
    };
    const struct rule_set *rules = rules_of(BRAND_OF("acme") BRAND_OF("zeta"));
    struct roster *roster = roster_create(rules);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(number_of(roster, rows[i].brand, rows[i].id), rows[i].number, "row %zu", i);
    }
    roster_destroy(&roster);
    rule_set_destroy(&rules);
}

Test(roster, there_is_an_end_to_the_room)
{
    const struct rule_set *rules = rules_of(BRAND_OF("acme"));
    struct roster *roster = roster_create(rules);
    char id[16];

    for (size_t i = 0; i < ROSTER_MORE; i++) {
        snprintf(id, sizeof id, "b%zu", i);
        cr_assert_lt(number_of(roster, 0, id), roster_room(rules));
    }
    cr_expect_eq(number_of(roster, 0, "last"), SIZE_MAX);
    cr_expect_eq(number_of(roster, 0, "acme"), 0);
    roster_destroy(&roster);
    rule_set_destroy(&rules);
}
