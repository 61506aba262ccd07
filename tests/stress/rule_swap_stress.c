/*
 * Rules swapped all the time while a stream is counted, judged, announced and looked at.
 *
 * A plain program for ThreadSanitizer, and for AddressSanitizer: each set is destroyed as soon as it is said to
 * be left. Two sets take turns that say the same of the brand spoken of, with other brands and rules around it,
 * so that none of its numbers stays what it was. In the end its counts are those of a run without swaps: the
 * page shows every post once, and there is one incident.
 */
#include "live_scene.h"

#define SWAPS_MIN 20

static const char *const yaml[] = {
    "schema: rebato/rules/v1\n"
    "brands:\n"
    "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
    "rules:\n"
    "  - {id: down, signal: outage, match: {any: ['no va']}, tests: [{match: ['acme no va']}]}\n",
    "schema: rebato/rules/v1\n"
    "brands:\n"
    "  - {id: abba, names: [abba], handles: [abba], official_accounts: [{handle: abba}]}\n"
    "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
    "  - {id: zeta, names: [zeta], handles: [zeta], official_accounts: [{handle: zeta}]}\n"
    "rules:\n"
    "  - {id: bad, signal: complaint, match: {any: ['fatal']}, tests: [{match: ['acme fatal']}]}\n"
    "  - {id: down, signal: outage, match: {any: ['no va']}, tests: [{match: ['acme no va']}]}\n",
};

/* A set and the judging by it. */
struct sway {
    size_t number;
    const struct rule_set *rules;
    struct judge_settings judge;
    struct judge_threshold threshold;
};

struct scene {
    struct revising *revising;
    size_t made; /* sets, of which the last was offered last */
    size_t swaps;
    struct stage stage;
};

static struct sway *
sway_create(size_t number)
{
    struct fault_list *faults = fault_list_create();
    struct rule_file file = { .name = "rules.yaml", .text = view_of(yaml[number]) };
    struct sway *sway = calloc(1, sizeof *sway);

    sway->number = number;
    sway->rules = rule_set_compile(&file, 1, faults);
    fault_list_destroy(&faults);
    if (sway->rules == NULL) {
        printf("rule_swap: the rules are wrong\n");
        abort();
    }
    sway->threshold = stage_threshold((uint32_t)rule_set_find_rule(sway->rules, VIEW("down")));
    stage_settings(&sway->judge, &sway->threshold);
    return sway;
}

static void
sway_destroy(struct sway **sway)
{
    if (*sway != NULL) {
        rule_set_destroy(&(*sway)->rules);
        /* Whoever still looked at it would find nonsense. */
        memset(*sway, 0xff, sizeof **sway);
        free(*sway);
        *sway = NULL;
    }
}

static struct ruled
ruled_of(struct sway *sway)
{
    return (struct ruled){ .rules = sway->rules,
        .judge = &sway->judge,
        .text = { .at = sway->number == 0 ? "0" : "1", .size = 1 },
        .owner = sway };
}

/* By the text, which is a number here. */
static int
make(void *context, struct view text, const struct rule_set *former, struct ruled *made)
{
    (void)context;
    (void)former;
    *made = ruled_of(sway_create(view_equal(text, VIEW("1")) ? 1 : 0));
    return 1;
}

static void
unmake(void *context, struct ruled *ruled)
{
    struct sway *sway = ruled->owner;

    (void)context;
    sway_destroy(&sway);
}

/* One step: offers the other set when the last one is in its slot. */
static void
swap_on(struct scene *scene)
{
    if (!revising_turn(scene->revising)) {
        struct ruled next = ruled_of(sway_create(++scene->made % 2));
        revising_offer(scene->revising, &next, 0);
        scene->swaps++;
    }
}

static int
begin_revising(struct scene *scene, const struct ruled *first)
{
    struct revising_options options = { .live = scene->stage.live, .make = make, .unmake = unmake };

    scene->revising = revising_create(&options, first);
    return scene->revising != NULL;
}

/* No other set, but what is under way goes on: a worker may wait for it. */
static void
turn(void *context)
{
    (void)revising_turn(((struct scene *)context)->revising);
}

static int
produce(struct scene *scene, int from, int to)
{
    for (int i = from; i < to; i++) {
        if (i % 16 == 0) {
            swap_on(scene);
        }
        if (!stage_send(&scene->stage, i)) {
            return 0;
        }
    }
    return producer_flush(scene->stage.producer, PATIENCE_MS);
}

/* All mentions of the brand that the page knows of: the sum of its minutes, which are fewer than an hour's. */
static uint64_t
shown(const struct stage *stage)
{
    char *text = stage_get(stage, "/api/v1/brands");
    char *at = strstr(text, "\"id\":\"acme\"");
    uint64_t sum = 0;

    at = at == NULL ? NULL : strstr(at, "\"spark\":[");
    if (at != NULL) {
        for (at += strlen("\"spark\":"); *at == '[' || *at == ',';) {
            sum += strtoull(at + 1, &at, 10);
        }
    }
    free(text);
    return sum;
}

/* Reads the page as a browser would, swapping on, until everything is counted. */
static int
watch(struct scene *scene)
{
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    int failed = 0;

    for (size_t i = 0; clock_monotonic_ms() < end_ms; i++) {
        swap_on(scene);
        failed += !stage_answers(&scene->stage, i);
        if (stage_is_over(&scene->stage)) {
            break;
        }
        clock_sleep_ms(5);
    }
    uint64_t sum = shown(&scene->stage);
    printf("rule_swap: %d answers of the page failed, %" PRIu64 " posts shown\n", failed, sum);
    return failed == 0 && sum == MATCHED;
}

static int
compare(const struct scene *scene)
{
    printf("rule_swap: %zu swaps, the last held a worker up for %" PRId64 " us\n", scene->swaps,
            live_rules_taken_ns(scene->stage.live) / 1000);
    return stage_compare(&scene->stage) && scene->swaps >= SWAPS_MIN;
}

static enum ending
perform(struct scene *scene)
{
    struct stage *stage = &scene->stage;
    char trouble[LIVE_TROUBLE_SIZE];

    struct ruled first = ruled_of(sway_create(0));
    if (!stage_open(stage) || !stage_start(stage, first.rules, first.judge) ||
            !begin_revising(scene, &first)) {
        return CANNOT_START;
    }
    int fine = produce(scene, 0, FIRST_POSTS);
    if (fine && !stage_group_forms(stage)) {
        printf("rule_swap: the group did not form\n");
        return live_stop(stage->live, trouble) == LIVE_OK ? NO_GROUP : WRONG;
    }
    fine = fine && produce(scene, FIRST_POSTS, POSTS / 2) && produce(scene, POSTS / 2, POSTS) &&
           watch(scene);
    fine = live_stop(stage->live, trouble) == LIVE_OK && fine;
    return compare(scene) && fine ? FINE : WRONG;
}

int
main(void)
{
    enum ending ending = NO_GROUP;

    log_setup(LOG_ERROR, LOG_SILENT);
    for (int i = 0; i < TRIES_MAX && ending == NO_GROUP; i++) {
        struct scene scene = { .stage = { .program = "rule_swap" } };
        scene.stage.turn = turn;
        scene.stage.context = &scene;
        ending = perform(&scene);
        if (scene.revising != NULL) {
            revising_leave(scene.revising);
        }
        stage_close(&scene.stage);
        revising_destroy(&scene.revising);
    }
    return (int)ending;
}
