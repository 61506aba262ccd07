#include "app/ruling.h"

#include "app/packs.h"
#include "pattern/probe.h"

#include <assert.h>
#include <stdlib.h>

void
ruling_source_init(struct ruling_source *source, const struct settings *settings)
{
    *source = (struct ruling_source){ .paths = settings->rules,
        .path_count = settings->rule_count,
        .settings = settings,
        .probe = probe_create() };
    assert(source->probe != NULL);
}

void
ruling_source_fini(struct ruling_source *source)
{
    probe_destroy(&source->probe);
}

void
ruling_judging(
        struct judging *judging, const struct rule_set *rules, const struct settings *settings)
{
    struct judge_settings *judge = &judging->settings;

    judging_init(judging, rules, settings->deployment);
    judge->learning_ms = settings->learning_ms;
    judge->cool_after_ms = settings->cool_after_ms;
    judge->resolve_after_ms = settings->resolve_after_ms;
    judge->reopen_within_ms = settings->reopen_within_ms;
    if (settings->has_sensitivity) {
        judging_set_sensitivity(judging, settings->sensitivity);
    }
}

struct ruling *
ruling_create(
        const struct ruling_source *source, const struct ruling *former, struct fault_list *faults)
{
    struct ruling *ruling = calloc(1, sizeof *ruling);

    assert(ruling != NULL);
    ruling->rules = packs_compile_next(former == NULL ? NULL : former->rules, source->paths,
            source->path_count, source->probe, faults);
    if (ruling->rules != NULL) {
        /* Too many patterns that run on every text, and a burst is no longer kept up with. */
        packs_price(ruling->rules, source->settings->always_max, faults);
    }
    if (fault_count(faults, FAULT_ERROR) > 0) {
        ruling_destroy(&ruling);
        return NULL;
    }
    ruling_judging(&ruling->judging, ruling->rules, source->settings);
    return ruling;
}

void
ruling_destroy(struct ruling **ruling)
{
    if (*ruling == NULL) {
        return;
    }
    judging_fini(&(*ruling)->judging);
    rule_set_destroy(&(*ruling)->rules);
    free(*ruling);
    *ruling = NULL;
}
