#include "app/run/reload.h"

#include "app/run/signals.h"
#include "core/process/clock.h"
#include "core/process/log.h"

#include <assert.h>
#include <inttypes.h>

/* More faults than this are for `rebato check`, not for a log. */
#define FAULTS_SAID_MAX 20

void
reload_init(struct reload *reload, const struct ruling_source *source, struct ruling *first)
{
    *reload = (struct reload){ .source = source, .first = first };
    view_copy(view_of(rule_set_digest(first->rules)), reload->on_disk, sizeof reload->on_disk);
}

static struct ruled
ruled_of(struct ruling *ruling)
{
    return (struct ruled){ .rules = ruling->rules,
        .judge = &ruling->judging.settings,
        .text = { .at = ruling->text, .size = ruling->text_size },
        .owner = ruling };
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
}

/* ---- what another process has read ---- */

static int
make(void *context, struct view text, const struct rule_set *former, struct ruled *made)
{
    const struct reload *reload = context;
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    struct ruling *ruling = ruling_of_text(reload->source, text, former, faults);
    if (ruling == NULL) {
        say_faults(faults);
    } else {
        *made = ruled_of(ruling);
    }
    fault_list_destroy(&faults);
    return ruling != NULL;
}

static void
unmake(void *context, struct ruled *ruled)
{
    struct ruling *ruling = ruled->owner;

    (void)context;
    ruling_destroy(&ruling);
}

int
reload_begin(struct reload *reload, struct live *live)
{
    struct revising_options options = {
        .live = live, .make = make, .unmake = unmake, .context = reload
    };
    struct ruled first = ruled_of(reload->first);

    reload->revising = revising_create(&options, &first);
    if (reload->revising != NULL) {
        reload->first = NULL;
    }
    return reload->revising != NULL;
}

void
reload_end(struct reload *reload)
{
    if (reload->revising != NULL) {
        revising_leave(reload->revising);
    }
}

void
reload_fini(struct reload *reload)
{
    revising_destroy(&reload->revising);
    ruling_destroy(&reload->first);
}

/* ---- what the files say now ---- */

/* NULL, and said why, when there is nothing to swap to. */
static struct ruling *
read_again(struct reload *reload)
{
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    struct ruling *next = ruling_create(reload->source, revising_rules(reload->revising), faults);
    if (next == NULL) {
        say_faults(faults);
        log_event(LOG_ERROR, "rules_kept", "reason=%s errors=%zu", "the new rules have errors",
                fault_count(faults, FAULT_ERROR));
    } else if (strcmp(rule_set_digest(next->rules), reload->on_disk) == 0 &&
               strcmp(reload->on_disk, revising_newest(reload->revising)) == 0) {
        log_event(LOG_INFO, "rules_kept", "reason=%s digest=%s", "the files say the same",
                reload->on_disk);
        ruling_destroy(&next);
    }
    fault_list_destroy(&faults);
    return next;
}

static void
offer_again(struct reload *reload)
{
    int64_t begin_ns = clock_monotonic_ns();
    struct ruling *next = read_again(reload);

    if (next == NULL) {
        return;
    }
    view_copy(view_of(rule_set_digest(next->rules)), reload->on_disk, sizeof reload->on_disk);
    struct ruled ruled = ruled_of(next);
    revising_offer(reload->revising, &ruled, clock_monotonic_ns() - begin_ns);
}

int
reload_turn(struct reload *reload)
{
    if (signals_reload_asked()) {
        offer_again(reload);
    }
    return revising_turn(reload->revising);
}
