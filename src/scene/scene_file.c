/* A scene file from the top: head, brands, events, verdict, twin. */
#include "core/limits.h"
#include "core/text/calendar.h"
#include "scene/model.h"

#include <assert.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define SCENE_LENGTH_MAX_MS (INT64_C(60) * 86400000)

/* A map of the two languages, both needed. */
static void
read_both(struct scene_reader *reader, const struct yaml_node *map, struct view texts[2])
{
    static const char *const keys[SCENE_LANG_COUNT] = { "es", "en" };

    if (map == NULL) {
        return;
    }
    yaml_expect_keys(map, keys, LENGTH(keys), reader->faults);
    for (size_t i = 0; yaml_kind_of(map) == YAML_MAP && i < LENGTH(keys); i++) {
        if (yaml_get(map, keys[i]) == NULL) {
            yaml_fault(map, reader->faults, NULL, "the text in \"%s\" is missing", keys[i]);
        }
        (void)yaml_read_text(yaml_get(map, keys[i]), &texts[i], reader->faults);
    }
}

static void
read_brands(struct scene_reader *reader, const struct yaml_node *list)
{
    if (yaml_kind_of(list) != YAML_LIST || yaml_size(list) == 0) {
        yaml_fault(list, reader->faults, "write \"brands:\" and a list of them",
                "a list of brands is expected here");
        return;
    }
    for (size_t i = 0; i < yaml_size(list); i++) {
        scene_read_one_brand(reader, yaml_item(list, i));
    }
}

/* With a faulty start or length the scene is taken to be endless: its events need not be faulted for
 * lying outside. */
static void
read_span_of_time(struct scene_reader *reader, const struct yaml_node *root)
{
    struct scene_head *head = &reader->scene->head;
    const struct yaml_node *start = yaml_get(root, "start");
    const struct yaml_node *length = yaml_get(root, "length");
    struct view text = { 0 };
    int64_t start_ms = 0;
    int64_t length_ms = 0;

    head->start_ms = 0;
    head->end_ms = EVENT_TIME_MAX_MS;
    (void)yaml_read_span(
            yaml_get(root, "utc_offset"), &reader->scene->utc_offset_ms, reader->faults);
    if (!yaml_read_text(start, &text, reader->faults) ||
            !yaml_read_span(length, &length_ms, reader->faults)) {
        return;
    }
    if (!calendar_parse(text, &start_ms) || start_ms % 1000 != 0 || start_ms < EVENT_TIME_MIN_MS ||
            start_ms > EVENT_TIME_MAX_MS - SCENE_LENGTH_MAX_MS) {
        yaml_fault(start, reader->faults, "write it as 2014-02-22T00:00:00Z",
                "a point in time from 2004 on, in whole seconds, is expected here");
        return;
    }
    if (length_ms <= 0 || length_ms > SCENE_LENGTH_MAX_MS) {
        yaml_fault(length, reader->faults, NULL, "a scene lasts up to 60 days");
        return;
    }
    head->start_ms = start_ms;
    head->end_ms = start_ms + length_ms;
}

/* The seed is the one number with a default: any would do. */
static void
read_head(struct scene_reader *reader, const struct yaml_node *root)
{
    static const char *const needed[] = { "id", "title", "invented", "start", "length", "brands",
        "expect" };
    struct scene_head *head = &reader->scene->head;
    struct view schema = { 0 };
    int64_t seed = 1;

    if (yaml_read_text(yaml_get(root, "schema"), &schema, reader->faults) == 0 ||
            !view_equal(schema, VIEW("rebato/scene/v1"))) {
        yaml_fault(yaml_get(root, "schema") == NULL ? root : yaml_get(root, "schema"),
                reader->faults, "write schema: rebato/scene/v1", "this is not a scene file");
    }
    for (size_t i = 0; i < LENGTH(needed); i++) {
        scene_need(reader, root, needed[i]);
    }
    scene_read_name(reader, yaml_get(root, "id"), &head->id);
    read_both(reader, yaml_get(root, "title"), head->title);
    read_both(reader, yaml_get(root, "invented"), head->invented);
    (void)yaml_read_i64(yaml_get(root, "seed"), &seed, reader->faults);
    head->seed = (uint64_t)seed;
    read_span_of_time(reader, root);
}

/* The story without some events and with others instead. */
static void
read_twin(struct scene_reader *reader, const struct yaml_node *twin)
{
    static const char *const keys[] = { "title", "remove", "add", "expect" };
    struct scene *scene = reader->scene;
    struct view title[2] = { { 0 }, { 0 } };

    yaml_expect_keys(twin, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(twin) != YAML_MAP) {
        return;
    }
    scene_need(reader, twin, "expect");
    read_both(reader, yaml_get(twin, "title"), title);
    const struct yaml_node *removed = yaml_get(twin, "remove");
    for (size_t i = 0; i < yaml_size(removed); i++) {
        const struct yaml_node *node = yaml_item(removed, i);
        uint32_t event = scene_find_event(scene, yaml_text(node));
        if (event == SCENE_NONE) {
            yaml_fault(node, reader->faults, "name one of the events", "there is no such event");
            continue;
        }
        scene->events[event].variants &= ~SCENE_IN(SCENE_TWIN);
    }
    uint32_t first = scene->event_count;
    const struct yaml_node *added = yaml_get(twin, "add");
    if (added != NULL) {
        scene_read_events(reader, added, SCENE_IN(SCENE_TWIN));
        scene_link_events(reader, added, first);
    }
    scene->expect[SCENE_TWIN] = yaml_get(twin, "expect");
    scene_check_expect(reader, scene->expect[SCENE_TWIN]);
}

/* In the order in which parts refer to each other: phrases, brands, events, verdicts, twin. */
static void
read_root(struct scene_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = { "schema", "id", "title", "invented", "start", "length",
        "seed", "utc_offset", "brands", "slots", "banks", "events", "expect", "twin" };
    struct scene *scene = reader->scene;

    yaml_expect_keys(root, keys, LENGTH(keys), reader->faults);
    if (yaml_kind_of(root) != YAML_MAP) {
        return;
    }
    read_head(reader, root);
    phrase_book_read(&scene->book, root, scene->arena, reader->faults);
    if (yaml_get(root, "brands") != NULL) {
        read_brands(reader, yaml_get(root, "brands"));
    }
    if (yaml_get(root, "events") != NULL) {
        scene_read_events(
                reader, yaml_get(root, "events"), SCENE_IN(SCENE_STORY) | SCENE_IN(SCENE_TWIN));
        scene_link_events(reader, yaml_get(root, "events"), 0);
    }
    scene->expect[SCENE_STORY] = yaml_get(root, "expect");
    scene_check_expect(reader, scene->expect[SCENE_STORY]);
    if (yaml_get(root, "twin") != NULL) {
        read_twin(reader, yaml_get(root, "twin"));
    }
}

/* The shared file: nothing but slots and banks. */
static void
read_phrases(struct scene_reader *reader, const struct yaml_node *root)
{
    static const char *const keys[] = { "schema", "slots", "banks" };

    yaml_expect_keys(root, keys, LENGTH(keys), reader->faults);
    if (!view_equal(yaml_text(yaml_get(root, "schema")), VIEW("rebato/phrases/v1"))) {
        yaml_fault(root, reader->faults, "write schema: rebato/phrases/v1",
                "this is not a file of phrases");
    }
    phrase_book_read(&reader->scene->book, root, reader->scene->arena, reader->faults);
}

static double
burst_posts(const struct scene_event *event, double days)
{
    double turns = event->every_ms == 0 ? 1 : days * 86400000 / (double)event->every_ms + 1;

    return (double)event->posts * turns;
}

/* All that the parts may grow to, so that a stream's memory is known before it is made. */
static void
check_size(struct scene_reader *reader, const struct yaml_node *root)
{
    const struct scene *scene = reader->scene;
    double days = (double)(scene->head.end_ms - scene->head.start_ms) / 86400000;
    double posts = 0;

    for (uint32_t i = 0; i < scene->brand_count; i++) {
        posts += scene->brands[i].daily * days * 2;
    }
    for (uint32_t i = 0; i < scene->event_count; i++) {
        const struct scene_event *event = &scene->events[i];
        double length = (double)(event->ramp_ms + event->hold_ms + event->decay_ms) / 86400000;
        int replies = event->kind == SCENE_REPLIES && event->reply_to != SCENE_NONE;
        posts += burst_posts(replies ? &scene->events[event->reply_to] : event, days);
        posts += event->kind != SCENE_VOLUME || event->brand == SCENE_NONE
                         ? 0
                         : scene->brands[event->brand].daily * 2 * length * event->factor;
    }
    if (posts > SCENE_POSTS_MAX) {
        yaml_fault(root, reader->faults, "fewer mentions a day, or fewer days",
                "this scene may grow to %.0f posts; the limit is %d", posts, SCENE_POSTS_MAX);
    }
}

/* Only for those who want to cut to the chase: the stream does not need it. */
static void
find_story(struct scene *scene)
{
    scene->head.story_ms = scene->head.end_ms;
    for (uint32_t i = 0; i < scene->event_count; i++) {
        if (scene->events[i].at_ms < scene->head.story_ms) {
            scene->head.story_ms = scene->events[i].at_ms;
        }
    }
}

/* Both documents are read to the end before anything is decided, and a scene is given away whole or not
 * at all. */
struct scene *
scene_parse(const char *file, struct view text, struct view phrases, struct fault_list *faults)
{
    struct scene *scene = calloc(1, sizeof *scene);
    size_t before = fault_count(faults, FAULT_ERROR);

    if (scene == NULL || (scene->arena = arena_create()) == NULL) {
        free(scene);
        fault_add(faults, FAULT_ERROR, (struct fault_place){ .file = file }, "out of memory", NULL);
        return NULL;
    }
    struct scene_reader reader = { .scene = scene, .faults = faults };
    if (phrases.size > 0) {
        scene->phrases = yaml_parse("phrases.yaml", phrases, faults);
        if (scene->phrases != NULL) {
            read_phrases(&reader, yaml_root(scene->phrases));
        }
    }
    scene->document = yaml_parse(file, text, faults);
    if (scene->document != NULL) {
        read_root(&reader, yaml_root(scene->document));
    }
    if (fault_count(faults, FAULT_ERROR) == before) {
        check_size(&reader, yaml_root(scene->document));
    }
    if (fault_count(faults, FAULT_ERROR) > before) {
        scene_destroy(&scene);
        return NULL;
    }
    find_story(scene);
    return scene;
}

void
scene_destroy(struct scene **scene)
{
    if (*scene == NULL) {
        return;
    }
    yaml_destroy(&(*scene)->document);
    yaml_destroy(&(*scene)->phrases);
    arena_destroy(&(*scene)->arena);
    free(*scene);
    *scene = NULL;
}

const struct scene_head *
scene_head(const struct scene *scene)
{
    return &scene->head;
}
