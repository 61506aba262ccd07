#include "sample.h"

#include <stdio.h>

#define EVENTS SAMPLE_HEAD SAMPLE_ACME "events:\n"
#define CROWD                                                                                      \
    "  - {id: crowd, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, hold: 30m, posts: 40,"    \
    " banks: down}\n"

Test(scene, its_head_says_what_it_tells_and_when_the_calm_ends)
{
    struct scene *scene = sample_parse(EVENTS CROWD SAMPLE_EXPECT "seed: 9\n");
    const struct scene_head *head = scene_head(scene);

    cr_assert(view_equal(head->id, VIEW("sample")));
    cr_assert(view_equal(head->title[0], VIEW("Muestra")));
    cr_assert(view_equal(head->title[1], VIEW("Sample")));
    cr_assert(view_equal(head->invented[1], VIEW("Everything")));
    cr_assert_eq(head->start_ms, INT64_C(1392595200000));
    cr_assert_eq(head->end_ms - head->start_ms, INT64_C(7) * 86400000);
    cr_assert_eq(head->story_ms - head->start_ms, INT64_C(4) * 86400000 + INT64_C(18) * 3600000);
    cr_assert_eq(head->seed, 9);
    scene_destroy(&scene);
}

Test(scene, a_scene_without_events_is_calm_to_its_end)
{
    struct scene *scene = sample_parse(SAMPLE_HEAD SAMPLE_ACME SAMPLE_EXPECT);

    cr_assert_eq(scene_head(scene)->story_ms, scene_head(scene)->end_ms);
    scene_destroy(&scene);
    cr_assert_null(scene);
    scene_destroy(&scene);
}

Test(scene, each_variant_has_its_own_verdict_as_json)
{
    struct scene *scene = sample_parse(
            EVENTS CROWD "expect:\n"
                         "  - incident: {brand: acme, signal: outage, at: 2014-02-21T18:00:00Z, "
                         "within: 15m, answered: yes,"
                         " ticks_in_order: [acknowledge, resolved], reminders_at_least: 3}\n"
                         "  - pages: {at_most: 1}\n"
                         "twin:\n"
                         "  remove: [crowd]\n"
                         "  expect: [{counted: {brand: acme, signal: outage, at_most: 4}}]\n");
    char *of_story = scene_expect_json(scene, SCENE_STORY);
    char *of_twin = scene_expect_json(scene, SCENE_TWIN);

    cr_assert_str_eq(of_story,
            "{\"claim\":\"incident\",\"brand\":\"acme\",\"signal\":\"outage\","
            "\"at\":\"2014-02-21T18:00:00Z\",\"within\":\"15m\",\"answered\":true,"
            "\"ticks_in_order\":[\"acknowledge\",\"resolved\"],\"reminders_at_least\":3}\n"
            "{\"claim\":\"pages\",\"at_most\":1}\n");
    cr_assert_str_eq(of_twin,
            "{\"claim\":\"counted\",\"brand\":\"acme\",\"signal\":\"outage\",\"at_most\":4}\n");
    free(of_story);
    free(of_twin);
    scene_destroy(&scene);
}

/* ---- what is refused ---- */

struct wrong {
    const char *text;
    size_t line; /* of the fault that must be among them */
    const char *what;
};

static void
expect_faults(const struct wrong *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fault_list *faults = fault_list_create();
        struct scene *scene =
                scene_parse("wrong.yaml", view_of(rows[i].text), view_of(SAMPLE_PHRASES), faults);
        int found = 0;
        cr_assert_null(scene, "row %zu was accepted", i);
        for (size_t k = 0; k < fault_list_size(faults); k++) {
            const struct fault *fault = fault_at(faults, k);
            cr_assert(fault->level != FAULT_ERROR || fault->line > 0, "row %zu: no place", i);
            found |= fault->line == rows[i].line && strstr(fault->what, rows[i].what) != NULL;
        }
        if (!found) {
            fault_print(faults, stderr, FAULT_PLAIN);
        }
        cr_assert(found, "row %zu: no \"%s\" at line %zu", i, rows[i].what, rows[i].line);
        fault_list_destroy(&faults);
    }
}

Test(scene, a_wrong_head_is_faulted_where_it_stands)
{
    static const struct wrong rows[] = {
        { "id: x\n", 1, "not a scene file" },
        { "schema: rebato/rules/v1\n", 1, "not a scene file" },
        { "schema: rebato/scene/v1\nid: x\n", 1, "\"start\" is missing" },
        { SAMPLE_HEAD "  []\n" SAMPLE_EXPECT, 8, "list of brands" },
        { SAMPLE_HEAD SAMPLE_ACME SAMPLE_EXPECT "colour: red\n", 10, "unknown key \"colour\"" },
        { SAMPLE_HEAD SAMPLE_ACME, 1, "\"expect\" is missing" },
        { SAMPLE_HEAD SAMPLE_ACME "expect: []\n", 9, "list of expectations" },
        { SAMPLE_HEAD "  - {id: acme}\n" SAMPLE_EXPECT, 8, "\"daily\" is missing" },
        { SAMPLE_HEAD SAMPLE_ACME "slots: {brand: [x]}\n" SAMPLE_EXPECT, 9, "known already" },
        { SAMPLE_HEAD SAMPLE_ACME "banks: {own: {es: ['{nope} x']}}\n" SAMPLE_EXPECT, 9,
                "unknown slot {nope}" },
        { SAMPLE_HEAD SAMPLE_ACME "banks: {own: {es: []}}\n" SAMPLE_EXPECT, 9, "list of texts" },
        { "schema: rebato/scene/v1\nid: x\nstart: soon\nlength: 2d\n", 3, "point in time" },
        { "schema: rebato/scene/v1\nid: x\nstart: 2014-02-17T00:00:00Z\nlength: 61d\n", 4,
                "up to 60 days" },
    };

    expect_faults(rows, sizeof rows / sizeof rows[0]);
}

Test(scene, a_wrong_event_is_faulted_where_it_stands)
{
    static const struct wrong rows[] = {
        { EVENTS "  - {id: a}\n" SAMPLE_EXPECT, 10, "\"kind\" is missing" },
        { EVENTS "  - {id: a, kind: flood}\n" SAMPLE_EXPECT, 10, "unknown kind" },
        { EVENTS "  - {id: a, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, hold: 1h, banks: "
                 "down}\n" SAMPLE_EXPECT,
                10, "\"posts\" is missing" },
        { EVENTS "  - {id: a, kind: crowd, brand: acme, at: 2014-03-21T18:00:00Z, hold: 1h, posts: "
                 "4,"
                 " banks: down}\n" SAMPLE_EXPECT,
                10, "outside the scene" },
        { EVENTS "  - {id: a, kind: crowd, brand: acme, at: 2014-02-23T23:30:00Z, hold: 1h, posts: "
                 "4,"
                 " banks: down}\n" SAMPLE_EXPECT,
                10, "after the scene has ended" },
        { EVENTS "  - {id: a, kind: crowd, brand: acne, at: 2014-02-21T18:00:00Z, hold: 1h, posts: "
                 "4,"
                 " banks: down}\n" SAMPLE_EXPECT,
                10, "no such brand" },
        { EVENTS "  - {id: a, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, hold: 1h, posts: "
                 "4,"
                 " banks: up}\n" SAMPLE_EXPECT,
                10, "unknown phrase bank" },
        { EVENTS "  - {id: acme, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, hold: 1h, "
                 "posts: 4,"
                 " banks: down}\n" SAMPLE_EXPECT,
                10, "name is taken" },
        { EVENTS CROWD CROWD SAMPLE_EXPECT, 11, "name is taken" },
        { EVENTS "  - {id: a, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, hold: 1h, posts: "
                 "0,"
                 " banks: down}\n" SAMPLE_EXPECT,
                10, "from 1 to" },
        { EVENTS "  - {id: a, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, hold: 0s, posts: "
                 "9,"
                 " banks: down}\n" SAMPLE_EXPECT,
                10, "no time at all" },
        { EVENTS "  - {id: a, kind: gap, at: 2014-02-21T18:00:00Z, length: 1h,"
                 " delivered: 2014-02-21T18:30:00Z}\n" SAMPLE_EXPECT,
                10, "before the gap ends" },
        { EVENTS "  - {id: a, kind: gap, at: 2014-02-21T18:00:00Z, length: 1h, every: 30m,"
                 " delivered: 2014-02-21T19:00:00Z}\n" SAMPLE_EXPECT,
                10, "before it has ended" },
        { EVENTS "  - {id: a, kind: person, brand: acme, at: 2014-02-21T18:00:00Z, account: x, "
                 "text: hi,"
                 " reply_to: nobody}\n" SAMPLE_EXPECT,
                10, "no such post" },
        { EVENTS "  - {id: a, kind: replies, brand: acme, at: 2014-02-21T18:00:00Z, account: x, "
                 "banks: down, share: 1, wait: 5m}\n" SAMPLE_EXPECT,
                10, "\"reply_to\" is missing" },
        { EVENTS CROWD
                "  - {id: a, kind: replies, brand: acme, at: 2014-02-22T18:00:00Z, "
                "account: x, banks: down, share: 1, wait: 5m, reply_to: nobody}\n" SAMPLE_EXPECT,
                11, "no such post" },
        { EVENTS CROWD
                "  - {id: a, kind: replies, brand: acme, at: 2014-02-22T18:00:00Z, "
                "account: x, banks: down, share: 1, wait: 5s, reply_to: crowd}\n" SAMPLE_EXPECT,
                11, "that soon" },
        { EVENTS CROWD SAMPLE_EXPECT "twin: {remove: [clowd], expect: [{pages: {at_most: 0}}]}\n",
                12, "no such event" },
        { EVENTS CROWD "expect: [{incident: {brand: acme, signal: outage}}]\n", 11,
                "\"at\" is missing" },
        { EVENTS CROWD "expect: [{replay: {allow: much}}]\n", 11, "span" },
        { EVENTS CROWD "expect: [{replay: {}}]\n", 11, "\"allow\" is missing" },
        { EVENTS CROWD "expect: [{input: {late_at_most: 0}}]\n", 11, "\"brand\" is missing" },
        { EVENTS CROWD "expect: [{page: {at_most: 0}}]\n", 11, "unknown key \"page\"" },
        { EVENTS CROWD "expect: [{pages: {at_most: many}}]\n", 11, "whole number" },
        { EVENTS CROWD SAMPLE_EXPECT "twin: {remove: [crowd]}\n", 12, "\"expect\" is missing" },
    };

    expect_faults(rows, sizeof rows / sizeof rows[0]);
}

Test(scene, a_language_that_is_spoken_needs_sentences)
{
    static const struct wrong rows[] = {
        { SAMPLE_HEAD SAMPLE_ACME "banks: {solo: {signal: outage, es: ['{brand} mal']}}\n"
                                  "events:\n"
                                  "  - {id: a, kind: crowd, brand: acme, at: 2014-02-21T18:00:00Z, "
                                  "hold: 1h, posts: 4,"
                                  " banks: solo}\n" SAMPLE_EXPECT,
                11, "no sentences" },
    };

    expect_faults(rows, 1);
}

Test(scene, a_scene_beyond_the_limit_is_refused_before_memory_is_taken)
{
    static const struct wrong rows[] = {
        { SAMPLE_HEAD "  - {id: acme, handle: a, names: [a], daily: 900000, complaint_share: 0, "
                      "spanish: 1,"
                      " chatter: chat, complaints: down}\n" SAMPLE_EXPECT,
                1, "the limit is" },
    };

    expect_faults(rows, 1);
}

Test(scene, what_is_no_yaml_is_a_fault_and_no_scene)
{
    static const char *const texts[] = { "", "[", "- a\n- b\n", "\xff\xfe", "schema: [1, 2]\n" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct fault_list *faults = fault_list_create();
        cr_assert_null(scene_parse("x.yaml", view_of(texts[i]), view_of(SAMPLE_PHRASES), faults));
        cr_assert_gt(fault_count(faults, FAULT_ERROR), 0, "row %zu", i);
        fault_list_destroy(&faults);
    }
}

/* ---- the scenes that are shipped ---- */

static char *
read_shipped(const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/scenarios/%s.yaml", RULES_ROOT, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    char *text = calloc(1, 1 << 20);
    size_t size = fread(text, 1, (1 << 20) - 1, file);
    cr_assert(size > 0 && feof(file));
    fclose(file);
    return text;
}

Test(scene, the_shipped_scenes_are_well_formed_and_begin_with_days_of_calm)
{
    static const struct {
        const char *name;
        int64_t calm_hours;
    } rows[] = { { "demo", 84 }, { "twitter-2010", 96 }, { "whatsapp-2014-3", 96 },
        { "tweetdeck-2014", 96 }, { "one-rude-reply", 96 }, { "deluge", 0 },
        { "five-minute-batches", 0 } };
    char *phrases = read_shipped("phrases");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fault_list *faults = fault_list_create();
        char *text = read_shipped(rows[i].name);
        struct scene *scene = scene_parse(rows[i].name, view_of(text), view_of(phrases), faults);
        fault_print(faults, stderr, FAULT_PLAIN);
        cr_assert_not_null(scene, "%s", rows[i].name);
        const struct scene_head *head = scene_head(scene);
        cr_assert(view_equal(head->id, view_of(rows[i].name)));
        cr_assert_geq(
                head->story_ms - head->start_ms, rows[i].calm_hours * 3600000, "%s", rows[i].name);
        char *expect = scene_expect_json(scene, SCENE_TWIN);
        cr_assert_not_null(
                strstr(expect, "\"claim\""), "%s has a twin with a verdict", rows[i].name);
        free(expect);
        free(text);
        scene_destroy(&scene);
        fault_list_destroy(&faults);
    }
    free(phrases);
}
