/*
 * Everything at once: embedded broker, two workers, judge, messenger, HTTP server, and a reader of the page.
 *
 * A plain program for ThreadSanitizer. It ends with the counts compared with what was sent; a race ends it
 * with the sanitizer's own code.
 */
#include "live_scene.h"

static const char yaml[] =
        "schema: rebato/rules/v1\n"
        "brands:\n"
        "  - {id: acme, names: [acme], handles: [acme], official_accounts: [{handle: acme}]}\n"
        "rules:\n"
        "  - {id: down, signal: outage, match: {any: ['no va']}, tests: [{match: ['acme no "
        "va']}]}\n";

struct scene {
    const struct rule_set *rules;
    struct judge_settings judge;
    struct judge_threshold threshold;
    struct stage stage;
};

static int
prepare(struct scene *scene)
{
    struct fault_list *faults = fault_list_create();
    struct rule_file file = { .name = "rules.yaml", .text = view_of(yaml) };

    scene->rules = rule_set_compile(&file, 1, faults);
    fault_list_destroy(&faults);
    scene->threshold = stage_threshold(0);
    stage_settings(&scene->judge, &scene->threshold);
    return scene->rules != NULL && stage_open(&scene->stage);
}

static int
produce(const struct stage *stage, int from, int to)
{
    for (int i = from; i < to; i++) {
        if (!stage_send(stage, i)) {
            return 0;
        }
    }
    return producer_flush(stage->producer, PATIENCE_MS);
}

/* Reads the page as a browser would, until everything is counted. */
static int
watch(const struct stage *stage)
{
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    int failed = 0;

    for (size_t i = 0; clock_monotonic_ms() < end_ms; i++) {
        failed += !stage_answers(stage, i);
        if (stage_is_over(stage)) {
            break;
        }
        clock_sleep_ms(5);
    }
    printf("live: %d answers of the page failed\n", failed);
    return failed == 0;
}

static enum ending
perform(struct scene *scene)
{
    struct stage *stage = &scene->stage;
    char trouble[LIVE_TROUBLE_SIZE];

    if (!prepare(scene) || !stage_start(stage, scene->rules, &scene->judge)) {
        return CANNOT_START;
    }
    int fine = produce(stage, 0, FIRST_POSTS);
    if (fine && !stage_group_forms(stage)) {
        printf("live: the group did not form\n");
        return live_stop(stage->live, trouble) == LIVE_OK ? NO_GROUP : WRONG;
    }
    fine = fine && produce(stage, FIRST_POSTS, POSTS / 2) && produce(stage, POSTS / 2, POSTS) &&
           watch(stage);
    fine = live_stop(stage->live, trouble) == LIVE_OK && fine;
    return stage_compare(stage) && fine ? FINE : WRONG;
}

int
main(void)
{
    enum ending ending = NO_GROUP;

    log_setup(LOG_ERROR, LOG_SILENT);
    for (int i = 0; i < TRIES_MAX && ending == NO_GROUP; i++) {
        struct scene scene = { .stage = { .program = "live" } };
        ending = perform(&scene);
        stage_close(&scene.stage);
        rule_set_destroy(&scene.rules);
    }
    return (int)ending;
}
