#include "replay/roster.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct roster {
    const struct rule_set *rules;
    char more[ROSTER_MORE][BRAND_ID_SIZE_MAX + 1];
    size_t more_count;
};

struct roster *
roster_create(const struct rule_set *rules)
{
    struct roster *roster = calloc(1, sizeof *roster);

    assert(roster != NULL);
    roster->rules = rules;
    return roster;
}

void
roster_destroy(struct roster **roster)
{
    free(*roster);
    *roster = NULL;
}

size_t
roster_room(const struct rule_set *rules)
{
    return rule_set_brand_count(rules) + ROSTER_MORE;
}

static size_t
number_of_more(struct roster *roster, const char *id)
{
    size_t known = rule_set_brand_count(roster->rules);

    for (size_t i = 0; i < roster->more_count; i++) {
        if (strcmp(roster->more[i], id) == 0) {
            return known + i;
        }
    }
    if (roster->more_count == ROSTER_MORE) {
        return SIZE_MAX;
    }
    memcpy(roster->more[roster->more_count], id, strlen(id) + 1);
    return known + roster->more_count++;
}

size_t
roster_number(struct roster *roster, const struct watched_fold *fold)
{
    assert(fold->settings != NULL);
    struct view id = view_of(fold->settings->id);

    /* Nearly always the rules at hand are the ones it is judged by. */
    if (fold->brand < rule_set_brand_count(roster->rules) &&
            view_equal(rule_set_brand(roster->rules, fold->brand)->id, id)) {
        return fold->brand;
    }
    size_t number = rule_set_find_brand(roster->rules, id);
    return number != SIZE_MAX ? number : number_of_more(roster, fold->settings->id);
}
