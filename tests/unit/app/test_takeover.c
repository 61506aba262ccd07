/*
 * Whoever takes a brand over knows what its state says, and nothing else. So a judge that is saved and loaded before
 * every fold has to tell each scene as one that never was, to the byte: what it keeps besides, a table not tidied yet
 * or a sum that was rounded on its way, may decide nothing.
 */
#include "app/packs.h"
#include "app/rules/judging.h"
#include "app/scenes.h"
#include "pipeline/replay/run.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct told {
    FILE *out;
    char *text;
    size_t size;
    size_t loads;
};

static void
on_event(void *context, const struct judge_event *event, struct view payload)
{
    struct told *told = context;

    (void)event;
    fprintf(told->out, "%.*s\n", (int)payload.size, payload.at);
}

/* It is shown to whoever watches, and here the watcher meddles with it. */
static void
load_anew(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    struct told *told = context;
    struct brand_judge *judge = (struct brand_judge *)fold->judge;

    if (phase != FOLD_BEFORE) {
        return;
    }
    size_t size = brand_judge_save(judge, NULL, 0);
    void *bytes = malloc(size);
    cr_assert_eq(brand_judge_save(judge, bytes, size), size);
    cr_assert(brand_judge_load(judge, bytes, size));
    free(bytes);
    told->loads++;
}

static void
write_scene(const char *name, const char *path)
{
    enum exit_code code = EXIT_FINE;
    struct scene *scene = scenes_open("test", name, &code);
    struct scene_stream *stream = scene_stream_create(scene, scene_head(scene)->seed, SCENE_STORY);
    struct scene_post post;
    FILE *file = fopen(path, "w");

    cr_assert(file != NULL && stream != NULL);
    while (scene_stream_next(stream, &post)) {
        fprintf(file, "%.*s\n", (int)post.json.size, post.json.at);
    }
    cr_assert_eq(fclose(file), 0);
    scene_stream_destroy(&stream);
    scene_destroy(&scene);
}

static struct told
play(const struct rule_set *rules, const char *path, int loads)
{
    struct judging judging;
    struct replay_options options;
    struct replay_summary summary;
    char trouble[256];
    struct told told = { .loads = 0 };

    told.out = open_memstream(&told.text, &told.size);
    judging_init(&judging, rules, "main");
    replay_options_init(&options, rules, &judging.settings);
    options.workers = 1;
    options.on_event = on_event;
    options.on_fold = loads ? load_anew : NULL;
    options.context = &told;
    struct replay *replay = replay_create(&options);
    struct feed *feed = feed_open(path, trouble);
    cr_assert(replay != NULL && feed != NULL && replay_add(replay, feed), "%s", trouble);
    cr_assert(replay_run(replay, &summary, trouble), "%s", trouble);
    replay_destroy(&replay);
    judging_fini(&judging);
    fclose(told.out);
    return told;
}

Test(takeover, a_judge_loaded_before_every_fold_tells_the_same)
{
    static const char *const scenes[] = { "silent-operators" };
    char path[] = "/tmp/rebato-takeover-XXXXXX";
    enum exit_code code = EXIT_FINE;
    const struct rule_set *rules = packs_compile("test", NULL, 0, &code);
    int file = mkstemp(path);

    cr_assert(rules != NULL && file >= 0);
    close(file);
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        write_scene(scenes[i], path);
        struct told whole = play(rules, path, 0);
        struct told loaded = play(rules, path, 1);
        cr_expect_gt(loaded.loads, 1000u, "%s", scenes[i]);
        cr_expect_gt(whole.size, 0u, "%s", scenes[i]);
        cr_expect_eq(whole.size, loaded.size, "%s", scenes[i]);
        cr_expect_str_eq(whole.text, loaded.text, "%s", scenes[i]);
        free(whole.text);
        free(loaded.text);
    }
    unlink(path);
    rule_set_destroy(&rules);
}
