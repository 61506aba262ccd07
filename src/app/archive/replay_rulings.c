#include "app/archive/replay_rulings.h"

#include "app/packs.h"
#include "app/rules/judging.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct replay_rulings {
    struct revisions revisions;
    struct replay_set sets[REVISIONS_MAX];
    struct judging judging[REVISIONS_MAX];
    const struct rule_set *rules[REVISIONS_MAX];
    size_t count;
};

void
replay_rulings_destroy(struct replay_rulings **rulings)
{
    if (*rulings == NULL) {
        return;
    }
    for (size_t i = 0; i < (*rulings)->count; i++) {
        judging_fini(&(*rulings)->judging[i]);
        rule_set_destroy(&(*rulings)->rules[i]);
    }
    free(*rulings);
    *rulings = NULL;
}

static void
say_other_rules(const struct control *control, const char *verb_digest)
{
    for (size_t i = 0; i < control_rules_count(control); i++) {
        const struct control_rules *rules = control_rules_at(control, i);
        if (strcmp(rules->digest, verb_digest) != 0) {
            fprintf(stderr,
                    "rebato replay: the run counted by other rules than these (%s): the log may "
                    "differ\n",
                    rules->digest);
            return;
        }
    }
}

/* The last of the log: older ones are for what is older still. */
static void
list(struct replay_rulings *rulings, const struct control *control)
{
    size_t count = control_rules_count(control);

    for (size_t i = count > REVISIONS_MAX ? count - REVISIONS_MAX : 0; i < count; i++) {
        const struct control_rules *rules = control_rules_at(control, i);
        struct revision *entry = &rulings->revisions.at[rulings->revisions.count++];
        *entry = (struct revision){ .number = rules->number, .from = rules->from };
        (void)view_copy(view_of(rules->digest), entry->name, sizeof entry->name);
    }
}

static int
knows(const struct replay_rulings *rulings, const char *digest)
{
    for (size_t i = 0; i < rulings->count; i++) {
        if (strcmp(rule_set_digest(rulings->rules[i]), digest) == 0) {
            return 1;
        }
    }
    return 0;
}

/* NULL: complained. */
static const struct rule_set *
compile(const struct control *control, const char *digest, const struct rule_set *former)
{
    struct fault_list *faults = fault_list_create();
    const struct rule_set *set = NULL;
    size_t size = 0;
    char *text = control_rules_text(control, digest, &size);

    assert(faults != NULL);
    if (text == NULL) {
        cli_complain("replay", "name the rules with --rules, for the whole run",
                "the control log lists the rules %s, and does not have their text", digest);
    } else {
        set = packs_compile_text(former, (struct view){ .at = text, .size = size }, NULL, faults);
        if (set == NULL) {
            fault_print(faults, stderr, cli_color(STDERR_FILENO) ? FAULT_COLOR : FAULT_PLAIN);
            cli_complain("replay", NULL, "the rules %s do not compile", digest);
        }
    }
    free(text);
    fault_list_destroy(&faults);
    return set;
}

/* As the set at hand is judged, but for what rules themselves ask for. */
static void
judge_like(struct judging *judging, const struct rule_set *rules, const struct judge_settings *like)
{
    judging_init(judging, rules, like->deployment);
    judging->settings.learning_ms = like->learning_ms;
    judging->settings.cool_after_ms = like->cool_after_ms;
    judging->settings.resolve_after_ms = like->resolve_after_ms;
    judging->settings.reopen_within_ms = like->reopen_within_ms;
    judging->settings.reopen_most_ms = like->reopen_most_ms;
}

static int
make_sets(struct replay_rulings *rulings,
        const struct control *control,
        const struct replay_options *options)
{
    const char *at_hand = rule_set_digest(options->rules);

    for (size_t i = 0; i < rulings->revisions.count; i++) {
        const char *digest = rulings->revisions.at[i].name;
        if (strcmp(digest, at_hand) == 0 || knows(rulings, digest)) {
            continue;
        }
        size_t at = rulings->count;
        rulings->rules[at] = compile(control, digest, options->rules);
        if (rulings->rules[at] == NULL) {
            return 0;
        }
        judge_like(&rulings->judging[at], rulings->rules[at], options->judge);
        rulings->sets[at] = (struct replay_set){ .rules = rulings->rules[at],
            .judge = &rulings->judging[at].settings };
        rulings->count++;
    }
    return rulings->count < RULE_SLOTS;
}

int
replay_rulings_fit(struct replay_rulings **rulings,
        const struct control *control,
        const struct replay_said *said,
        struct replay_options *options)
{
    if (said->by_rules || control_rules_count(control) == 0) {
        say_other_rules(control, said->rules_digest);
        return 1;
    }
    *rulings = calloc(1, sizeof **rulings);
    assert(*rulings != NULL);
    list(*rulings, control);
    if (!make_sets(*rulings, control, options)) {
        return 0;
    }
    options->revisions = &(*rulings)->revisions;
    options->sets = (*rulings)->sets;
    options->set_count = (*rulings)->count;
    return 1;
}
