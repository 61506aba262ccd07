#include "app/rules/judging.h"

#include <assert.h>
#include <stdlib.h>

static void
take_rule(struct judging *judging, uint32_t index, const struct rule *rule, signal_set *seen)
{
    struct judge_settings *settings = &judging->settings;
    int first = (*seen & SIGNAL_BIT(rule->signal)) == 0;

    if (rule->by_brand) {
        return; /* nobody's complaint */
    }
    if (first || rule->severity > settings->severity[rule->signal]) {
        settings->severity[rule->signal] = rule->severity;
    }
    /* Several rules of one signal: the most cautious wish counts. */
    if (first || rule->sensitivity < settings->sensitivity[rule->signal]) {
        settings->sensitivity[rule->signal] = rule->sensitivity;
    }
    *seen |= SIGNAL_BIT(rule->signal);
    if (rule->has_threshold) {
        judging->thresholds[settings->threshold_count++] =
                (struct judge_threshold){ .signal = rule->signal,
                    .rule = index,
                    .threshold = rule->threshold,
                    .severity = rule->severity };
    }
}

void
judging_init(struct judging *judging, const struct rule_set *rules, const char *deployment)
{
    signal_set seen = 0;
    size_t count = rule_set_rule_count(rules);

    *judging = (struct judging){ .thresholds = calloc(count + 1, sizeof *judging->thresholds) };
    assert(judging->thresholds != NULL);
    judge_settings_init(&judging->settings);
    judging->settings.deployment = deployment;
    for (size_t i = 0; i < count; i++) {
        take_rule(judging, (uint32_t)i, rule_set_rule(rules, i), &seen);
    }
    judging->settings.thresholds = judging->thresholds;
}

void
judging_fini(struct judging *judging)
{
    free(judging->thresholds);
    *judging = (struct judging){ .thresholds = NULL };
}

void
judging_set_sensitivity(struct judging *judging, enum sensitivity sensitivity)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        judging->settings.sensitivity[i] = sensitivity;
    }
}
