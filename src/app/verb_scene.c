/* rebato scene: invented streams with a story in them, to try rules, judge and replay on. */
#include "app/embedded.h"
#include "app/packs.h"
#include "app/scenes.h"
#include "app/verbs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OPT_SEED, OPT_TWIN, OPT_EXPECT, OPT_LIST };

static const struct cli_option options[] = {
    { "seed", 0, "N", "another stream of the same story (default: the scene's own)" },
    { "twin", 0, NULL, "the story without its decisive element" },
    { "expect", 0, NULL, "print what rebato must say of it, one JSON object a line" },
    { "list", 'l', NULL, "list the scenes inside the binary" },
};

static void
list_scenes(enum lang lang)
{
    for (size_t i = 0; i < embedded_file_count; i++) {
        struct scene *scene = scenes_embedded_at(i);
        if (scene != NULL) {
            const struct scene_head *head = scene_head(scene);
            printf("%-20.*s %.*s\n", (int)head->id.size, head->id.at, (int)head->title[lang].size,
                    head->title[lang].at);
            scene_destroy(&scene);
        }
    }
}

static enum exit_code
print_stream(const struct scene *scene, uint64_t seed, enum scene_variant variant)
{
    struct scene_stream *stream = scene_stream_create(scene, seed, variant);
    struct scene_post post;

    if (stream == NULL) {
        cli_complain("scene", NULL, "out of memory");
        return EXIT_BROKEN;
    }
    while (scene_stream_next(stream, &post) && !ferror(stdout)) {
        fwrite(post.json.at, 1, post.json.size, stdout);
        putchar('\n');
    }
    scene_stream_destroy(&stream);
    return EXIT_FINE;
}

static enum exit_code
print_expectations(const struct scene *scene, enum scene_variant variant)
{
    char *text = scene_expect_json(scene, variant);

    if (text == NULL) {
        return EXIT_BROKEN;
    }
    fputs(text, stdout);
    free(text);
    return EXIT_FINE;
}

static enum exit_code
run_scene(int argc, char **argv)
{
    struct cli_values values;
    enum exit_code code = EXIT_FINE;
    struct cli_range any = { 0, UINT64_MAX };
    uint64_t seed = 0;

    if (!cli_parse(&verb_scene, argc, argv, &values, &code)) {
        return code;
    }
    if (cli_count(&values, OPT_LIST) > 0) {
        list_scenes(cli_lang(NULL));
        return EXIT_FINE;
    }
    if (values.rest_count != 1) {
        cli_complain("scene", "rebato scene --list shows them", "name one scene");
        return EXIT_USAGE;
    }
    const char *wanted = cli_value(&values, OPT_SEED, NULL);
    if (wanted != NULL && !cli_number("scene", "seed", wanted, &any, &seed)) {
        return EXIT_USAGE;
    }
    struct scene *scene = scenes_open("scene", values.rest[0], &code);
    if (scene == NULL) {
        return code;
    }
    enum scene_variant variant = cli_count(&values, OPT_TWIN) > 0 ? SCENE_TWIN : SCENE_STORY;
    seed = wanted == NULL ? scene_head(scene)->seed : seed;
    code = cli_count(&values, OPT_EXPECT) > 0 ? print_expectations(scene, variant)
                                              : print_stream(scene, seed, variant);
    scene_destroy(&scene);
    return code;
}

const struct cli_verb verb_scene = {
    .name = "scene",
    .summary = "an invented stream with a story in it, as NDJSON",
    .usage = "NAME|FILE [--seed N] [--twin] [--expect]",
    .examples = "  rebato scene --list\n"
                "  rebato scene tweetdeck-2014 > archive.ndjson\n"
                "  rebato scene tweetdeck-2014 --twin | rebato replay - --format text\n",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_scene,
};
