#include "app/rules/ruling.h"

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

/* Takes the text over. */
static struct ruling *
create(const struct ruling_source *source,
        char *memory,
        size_t size,
        const struct rule_set *former,
        struct fault_list *faults)
{
    struct ruling *ruling = calloc(1, sizeof *ruling);
    struct view text = { .at = memory, .size = size };

    assert(ruling != NULL);
    ruling->text = memory;
    ruling->text_size = size;
    ruling->rules = packs_compile_text(former, text, source->probe, faults);
    if (ruling->rules != NULL) {
        /* Too many patterns that run on every text, and a burst is no longer kept up with. */
        packs_price(ruling->rules, source->settings->always_max, faults);
    }
    if (ruling->rules == NULL || fault_count(faults, FAULT_ERROR) > 0) {
        ruling_destroy(&ruling);
        return NULL;
    }
    ruling_judging(&ruling->judging, ruling->rules, source->settings);
    return ruling;
}

struct ruling *
ruling_create(const struct ruling_source *source,
        const struct rule_set *former,
        struct fault_list *faults)
{
    size_t size = 0;
    char *text = packs_text(source->paths, source->path_count, &size, faults);

    return text == NULL ? NULL : create(source, text, size, former, faults);
}

struct ruling *
ruling_of_text(const struct ruling_source *source,
        struct view text,
        const struct rule_set *former,
        struct fault_list *faults)
{
    char *copy = malloc(text.size + 1);

    assert(copy != NULL);
    if (text.size > 0) {
        memcpy(copy, text.at, text.size);
    }
    return create(source, copy, text.size, former, faults);
}

void
ruling_destroy(struct ruling **ruling)
{
    if (*ruling == NULL) {
        return;
    }
    judging_fini(&(*ruling)->judging);
    rule_set_destroy(&(*ruling)->rules);
    free((*ruling)->text);
    free(*ruling);
    *ruling = NULL;
}
