/*
 * ruling: a rule set and the judging that follows from it, read from files as often as wanted.
 *
 * What a running daemon takes over, at its start and on SIGHUP, passes the same checks: compiled whole, each
 * pattern probed, and no more patterns that run on every text than the settings allow.
 */
#ifndef REBATO_APP_RULES_RULING_H
#define REBATO_APP_RULES_RULING_H

#include "app/rules/judging.h"
#include "app/settings/settings.h"
#include "core/yaml/fault.h"

struct ruling {
    const struct rule_set *rules;
    struct judging judging; /* points at the rules */
    char *text;             /* the files, match/rule_text.h */
    size_t text_size;
};

/* Where rulings come from; the paths and settings outlive it. */
struct ruling_source {
    const char *const *paths; /* none: the embedded packs */
    size_t path_count;
    const struct settings *settings;
    struct probe *probe; /* remembers the patterns of all readings */
};

void ruling_source_init(struct ruling_source *source, const struct settings *settings);
void ruling_source_fini(struct ruling_source *source);

/* How these rules are judged by under these settings; all three outlive it. */
void ruling_judging(
        struct judging *judging, const struct rule_set *rules, const struct settings *settings);

/* Of a text that another process has read: NULL when it is at fault. */
struct ruling *ruling_of_text(const struct ruling_source *source,
        struct view text,
        const struct rule_set *former,
        struct fault_list *faults);
/* NULL when the files or the price of their patterns are at fault: see `faults`. `former`: the set whose
 * place it takes, or NULL; what both have is shared. */
struct ruling *ruling_create(const struct ruling_source *source,
        const struct rule_set *former,
        struct fault_list *faults);
void ruling_destroy(struct ruling **ruling);

#endif
