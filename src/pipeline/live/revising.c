#include "pipeline/live/revising.h"

#include "core/process/clock.h"
#include "core/process/log.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

/* The list is looked at this often; while the ledger does not answer, or somebody waits, at the other. */
#define LOOK_MS      1000
#define LOOK_SOON_MS 100
/* A text that could not be had or used is tried again. */
#define RETRY_MS 5000
#define MS_OF_NS INT64_C(1000000)
/* Sets held at a time: the one in force, the next, and two that old records may ask for. */
#define HELD_MAX 4

struct held {
    struct ruled ruled;
    char name[REVISION_NAME_SIZE]; /* "": the slot is free */
};

struct revising {
    struct revising_options options;
    struct ledger_reader *reader;
    struct revisions revisions;
    struct held held[HELD_MAX];

    /* To be listed. */
    struct ruled offered;
    int has_offer;
    int is_first; /* it is in slot 0 already, and nobody asked for it but the disk */
    int64_t compile_ns;

    /* On its way into a slot. */
    struct held coming;
    uint32_t slot;
    int swapping;
    int64_t swap_ns;

    int64_t look_ms;
    int64_t retry_ms;
    uint32_t noted; /* number of the last revision that the control log was told of */
};

struct revising *
revising_create(const struct revising_options *options, const struct ruled *first)
{
    struct revising *revising = calloc(1, sizeof *revising);

    if (revising == NULL) {
        return NULL;
    }
    revising->options = *options;
    revising->reader = ledger_reader_create(live_ledger(options->live));
    if (revising->reader == NULL) {
        free(revising);
        return NULL;
    }
    revising->held[0].ruled = *first;
    view_copy(view_of(rule_set_digest(first->rules)), revising->held[0].name, REVISION_NAME_SIZE);
    revising->offered = *first;
    revising->has_offer = 1;
    revising->is_first = 1;
    return revising;
}

static void
unmake(struct revising *revising, struct ruled *ruled)
{
    if (ruled->owner != NULL) {
        revising->options.unmake(revising->options.context, ruled);
    }
    *ruled = (struct ruled){ .owner = NULL };
}

static void
drop_offer(struct revising *revising)
{
    if (revising->has_offer && !revising->is_first) {
        unmake(revising, &revising->offered);
    }
    revising->has_offer = 0;
    revising->is_first = 0;
}

void
revising_leave(struct revising *revising)
{
    ledger_reader_destroy(&revising->reader);
}

void
revising_destroy(struct revising **revising)
{
    if (*revising == NULL) {
        return;
    }
    drop_offer(*revising);
    unmake(*revising, &(*revising)->coming.ruled);
    for (size_t i = 0; i < HELD_MAX; i++) {
        unmake(*revising, &(*revising)->held[i].ruled);
    }
    revising_leave(*revising);
    free(*revising);
    *revising = NULL;
}

void
revising_offer(struct revising *revising, const struct ruled *ruled, int64_t compile_ns)
{
    drop_offer(revising);
    revising->offered = *ruled;
    revising->has_offer = 1;
    revising->compile_ns = compile_ns;
    revising->look_ms = 0;
}

const char *
revising_newest(const struct revising *revising)
{
    return revisions_newest(&revising->revisions);
}

static const struct held *
find_held(const struct revising *revising, const char *name)
{
    for (size_t i = 0; i < HELD_MAX; i++) {
        if (name[0] != '\0' && strcmp(revising->held[i].name, name) == 0) {
            return &revising->held[i];
        }
    }
    return NULL;
}

const struct rule_set *
revising_rules(const struct revising *revising)
{
    const struct held *held = find_held(revising, revising_newest(revising));

    return held == NULL ? NULL : held->ruled.rules;
}

/* ---- into a slot ---- */

/* Newer than the other in the list; what is not listed is oldest. */
static int
is_newer(const struct revising *revising, const char *name, const char *than)
{
    size_t a = revisions_find(&revising->revisions, name);
    size_t b = revisions_find(&revising->revisions, than);

    return a != NO_REVISION && (b == NO_REVISION || a > b);
}

/* A free one, or that of the oldest set that nothing is judged by. The newest stays. NO_SLOT: none is free. */
static uint32_t
choose_slot(const struct revising *revising)
{
    uint32_t used = live_slots_used(revising->options.live);
    uint32_t chosen = NO_SLOT;

    for (uint32_t i = 0; i < HELD_MAX; i++) {
        const char *name = revising->held[i].name;
        if (name[0] == '\0') {
            return i;
        }
        if ((used & UINT32_C(1) << i) == 0 && strcmp(name, revising_newest(revising)) != 0 &&
                (chosen == NO_SLOT || is_newer(revising, revising->held[chosen].name, name))) {
            chosen = i;
        }
    }
    return chosen;
}

/* Takes `ruled` over. */
static void
install(struct revising *revising, const struct ruled *ruled, const char *name)
{
    struct live_rules rules = { .rules = ruled->rules, .judge = ruled->judge };

    revising->coming = (struct held){ .ruled = *ruled };
    view_copy(view_of(name), revising->coming.name, REVISION_NAME_SIZE);
    revising->slot = choose_slot(revising);
    revising->swap_ns = clock_monotonic_ns();
    rules.slot = revising->slot;
    if (live_offer_rules(revising->options.live, &rules)) {
        revising->swapping = 1;
        return;
    }
    log_event(LOG_ERROR, "rules_kept", "reason=%s", "out of memory");
    unmake(revising, &revising->coming.ruled);
}

static void
say_swapped(const struct revising *revising)
{
    const struct held *held = &revising->held[revising->slot];
    size_t index = revisions_find(&revising->revisions, held->name);
    uint32_t from = index == NO_REVISION ? 0 : revising->revisions.at[index].from;

    log_event(LOG_INFO, "rules_swapped",
            "digest=%s rules=%zu patterns=%zu compile_ms=%" PRId64 " swap_ms=%" PRId64
            " worker_us=%" PRId64 " from=%" PRId64,
            held->name, rule_set_rule_count(held->ruled.rules),
            rule_set_pattern_count(held->ruled.rules), revising->compile_ns / MS_OF_NS,
            (clock_monotonic_ns() - revising->swap_ns) / MS_OF_NS,
            live_rules_taken_ns(revising->options.live) / 1000, bucket_start_ms(from));
}

static void
finish(struct revising *revising)
{
    struct held *held = &revising->held[revising->slot];

    unmake(revising, &held->ruled);
    *held = revising->coming;
    revising->coming = (struct held){ .ruled = { .owner = NULL } };
    revising->swapping = 0;
    say_swapped(revising);
}

/* ---- the list ---- */

/* The set on disk is one that was in force before another took its place. */
static int
is_behind(const struct revising *revising, const char *name)
{
    return revising->is_first && revisions_find(&revising->revisions, name) != NO_REVISION &&
           strcmp(name, revising_newest(revising)) != 0;
}

/* False: the ledger does not answer. */
static int
list_offer(struct revising *revising)
{
    const char *name = rule_set_digest(revising->offered.rules);
    enum ledger_outcome outcome = LEDGER_OK;

    if (is_behind(revising, name)) {
        log_event(LOG_WARN, "rules_behind", "digest=%s in_force=%s advice=%s", name,
                revising_newest(revising),
                "the files are those of a former revision: mend them, or swap back with SIGHUP");
        drop_offer(revising);
        return 1;
    }
    if (strcmp(name, revising_newest(revising)) != 0) {
        outcome =
                ledger_revise(revising->reader, name, revising->offered.text, &revising->revisions);
    }
    if (outcome != LEDGER_OK) {
        return outcome == LEDGER_CLASH; /* somebody was faster: look again */
    }
    struct ruled ruled = revising->offered;
    int in_slot = find_held(revising, name) != NULL;
    int is_first = revising->is_first;
    revising->has_offer = 0;
    revising->is_first = 0;
    if (!in_slot) {
        install(revising, &ruled, name);
    } else if (!is_first) {
        log_event(LOG_INFO, "rules_swapped", "digest=%s from=%" PRId64, name,
                bucket_start_ms(revising->revisions.at[revising->revisions.count - 1].from));
        unmake(revising, &ruled);
    }
    return 1;
}

/* The text of a set, as the ledger has it, compiled. */
static void
fetch(struct revising *revising, const char *name)
{
    char *text = NULL;
    size_t size = 0;
    struct ruled made = { .owner = NULL };
    int64_t begin_ns = clock_monotonic_ns();
    enum ledger_outcome outcome = ledger_rules(revising->reader, name, &text, &size);
    struct view view = { .at = text, .size = size };

    revising->retry_ms = clock_monotonic_ms() + RETRY_MS;
    if (outcome == LEDGER_OK && !revising->options.make(revising->options.context, view,
                                        revising_rules(revising), &made)) {
        outcome = LEDGER_REFUSED;
    }
    free(text);
    if (outcome == LEDGER_OK && strcmp(rule_set_digest(made.rules), name) != 0) {
        outcome = LEDGER_CLASH;
        unmake(revising, &made);
    }
    if (outcome != LEDGER_OK) {
        log_event(LOG_ERROR, "rules_unusable", "digest=%s why=%s", name,
                outcome == LEDGER_REFUSED ? "they do not compile here: see the lines above"
                : outcome == LEDGER_CLASH ? "the ledger does not have their text"
                                          : "the ledger does not answer");
        return;
    }
    revising->retry_ms = 0;
    revising->compile_ns = clock_monotonic_ns() - begin_ns;
    install(revising, &made, name);
}

/* What is lacking: the newest, or what somebody waits for. "" when there is nothing. */
static const char *
lacking(const struct revising *revising)
{
    const char *newest = revising_newest(revising);
    uint32_t wanted = live_wanted_revision(revising->options.live);

    if (newest[0] != '\0' && find_held(revising, newest) == NULL) {
        return newest;
    }
    for (size_t i = 0; wanted != 0 && i < revising->revisions.count; i++) {
        const struct revision *revision = &revising->revisions.at[i];
        if (revision->number == wanted && find_held(revising, revision->name) == NULL) {
            return revision->name;
        }
    }
    return "";
}

/* False: try again. */
static int
note_one(struct revising *revising, const struct revision *revision)
{
    struct control_scribe *scribe = live_scribe(revising->options.live);
    const struct held *held = find_held(revising, revision->name);
    char *text = NULL;
    size_t size = 0;

    if (held != NULL) {
        control_scribe_note_revision(scribe, revision, held->ruled.text);
        return 1;
    }
    enum ledger_outcome outcome = ledger_rules(revising->reader, revision->name, &text, &size);
    if (outcome == LEDGER_OK) {
        control_scribe_note_revision(scribe, revision, (struct view){ .at = text, .size = size });
    }
    free(text);
    return outcome == LEDGER_OK || outcome == LEDGER_CLASH;
}

/* The control log is told of all that is listed. */
static void
note_list(struct revising *revising)
{
    for (size_t i = 0; i < revising->revisions.count; i++) {
        const struct revision *revision = &revising->revisions.at[i];
        if (live_scribe(revising->options.live) != NULL && revision->number > revising->noted &&
                note_one(revising, revision)) {
            revising->noted = revision->number;
        }
    }
}

/* False: the ledger does not answer. */
static int
look(struct revising *revising)
{
    return ledger_revisions(revising->reader, 0, &revising->revisions) == LEDGER_OK &&
           (!revising->has_offer || choose_slot(revising) == NO_SLOT || list_offer(revising));
}

int
revising_turn(struct revising *revising)
{
    int64_t now_ms = clock_monotonic_ms();

    if (revising->swapping) {
        if (!live_rules_settled(revising->options.live)) {
            return 1;
        }
        finish(revising);
    }
    int soon = revising->has_offer || live_wanted_revision(revising->options.live) != 0;
    if (now_ms >= revising->look_ms ||
            (soon && now_ms + LOOK_MS - LOOK_SOON_MS >= revising->look_ms)) {
        revising->look_ms = now_ms + LOOK_MS;
        if (look(revising)) {
            note_list(revising);
        }
    }
    const char *name = lacking(revising);
    if (!revising->swapping && name[0] != '\0' && now_ms >= revising->retry_ms &&
            choose_slot(revising) != NO_SLOT) {
        fetch(revising, name);
    }
    return revising->swapping || revising->has_offer;
}

enum ledger_outcome
revising_settle(struct ledger *ledger, const struct rule_set *rules)
{
    struct ledger_reader *reader = ledger_reader_create(ledger);
    struct revisions revisions = { .count = 0 };
    enum ledger_outcome outcome =
            reader == NULL ? LEDGER_AWAY : ledger_revisions(reader, 0, &revisions);

    if (outcome == LEDGER_OK && strcmp(revisions_newest(&revisions), rule_set_digest(rules)) != 0) {
        outcome = ledger_revise(
                reader, rule_set_digest(rules), (struct view){ .size = 0 }, &revisions);
    }
    ledger_reader_destroy(&reader);
    return outcome;
}
