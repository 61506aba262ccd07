#include "app/reload.h"

#include "app/signals.h"
#include "core/clock.h"
#include "core/log.h"

#include <assert.h>
#include <inttypes.h>

/* More faults than this are for `rebato check`, not for a log. */
#define FAULTS_SAID_MAX 20
#define MS_OF_NS        INT64_C(1000000)

void
reload_init(struct reload *reload, const struct ruling_source *source, struct ruling *now)
{
    *reload = (struct reload){ .source = source, .now = now };
}

void
reload_fini(struct reload *reload)
{
    ruling_destroy(&reload->next);
    ruling_destroy(&reload->now);
}

static void
say_faults(const struct fault_list *faults)
{
    size_t said = 0;

    for (size_t i = 0; i < fault_list_size(faults) && said < FAULTS_SAID_MAX; i++) {
        const struct fault *fault = fault_at(faults, i);
        if (fault->level == FAULT_ERROR) {
            said++;
            log_event(LOG_ERROR, "rule_fault", "file=%s line=%zu column=%zu what=%s", fault->file,
                    fault->line, fault->column, fault->what);
        }
    }
    log_event(LOG_ERROR, "rules_kept", "reason=%s errors=%zu", "the new rules have errors",
            fault_count(faults, FAULT_ERROR));
}

static int
says_the_same(const struct ruling *a, const struct ruling *b)
{
    return view_equal(view_of(rule_set_digest(a->rules)), view_of(rule_set_digest(b->rules)));
}

/* NULL, and said why, when there is nothing to swap to. */
static struct ruling *
read_again(const struct reload *reload)
{
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    struct ruling *next = ruling_create(reload->source, reload->now, faults);
    if (next == NULL) {
        say_faults(faults);
    } else if (says_the_same(next, reload->now)) {
        log_event(LOG_INFO, "rules_kept", "reason=%s digest=%s", "the files say the same",
                rule_set_digest(next->rules));
        ruling_destroy(&next);
    }
    fault_list_destroy(&faults);
    return next;
}

static void
begin(struct reload *reload)
{
    int64_t begin_ns = clock_monotonic_ns();

    reload->next = read_again(reload);
    if (reload->next == NULL) {
        return;
    }
    reload->offered_ns = clock_monotonic_ns();
    reload->compile_ns = reload->offered_ns - begin_ns;
    if (!live_offer_rules(reload->live, reload->next->rules, &reload->next->judging.settings)) {
        log_event(LOG_ERROR, "rules_kept", "reason=%s", "out of memory");
        ruling_destroy(&reload->next);
    }
}

static void
finish(struct reload *reload)
{
    const struct rule_set *rules = reload->next->rules;
    int64_t swap_ns = clock_monotonic_ns() - reload->offered_ns;

    log_event(LOG_INFO, "rules_swapped",
            "digest=%s rules=%zu patterns=%zu compile_ms=%" PRId64 " swap_ms=%" PRId64
            " worker_us=%" PRId64,
            rule_set_digest(rules), rule_set_rule_count(rules), rule_set_pattern_count(rules),
            reload->compile_ns / MS_OF_NS, swap_ns / MS_OF_NS,
            live_rules_taken_ns(reload->live) / 1000);
    ruling_destroy(&reload->now);
    reload->now = reload->next;
    reload->next = NULL;
}

int
reload_turn(struct reload *reload)
{
    if (reload->next == NULL && signals_reload_asked()) {
        begin(reload);
    }
    if (reload->next != NULL && live_rules_settled(reload->live)) {
        finish(reload);
    }
    return reload->next != NULL;
}
