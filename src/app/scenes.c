#include "app/scenes.h"

#include "app/embedded.h"
#include "app/packs.h"
#include "core/limits.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PHRASES_NAME "scenarios/phrases.yaml"

static struct view
phrases(void)
{
    const struct embedded_file *file = embedded_find(PHRASES_NAME);

    return file == NULL ? (struct view){ .at = NULL }
                        : (struct view){ .at = file->text, .size = file->size };
}

static struct scene *
parse_embedded(const struct embedded_file *file, struct fault_list *faults)
{
    struct view text = { .at = file->text, .size = file->size };

    return scene_parse(file->name, text, phrases(), faults);
}

static struct scene *
parse_file(const char *path, struct fault_list *faults)
{
    size_t size = 0;
    char *text = packs_read_file(path, RULE_FILE_SIZE_MAX, &size, faults);
    struct scene *scene = NULL;

    if (text != NULL) {
        scene = scene_parse(path, (struct view){ .at = text, .size = size }, phrases(), faults);
        free(text);
    }
    return scene;
}

struct scene *
scenes_open(const char *verb, const char *name, enum exit_code *code)
{
    char inside[128];
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    snprintf(inside, sizeof inside, "scenarios/%s.yaml", name);
    const struct embedded_file *file = embedded_find(inside);
    struct scene *scene = file != NULL ? parse_embedded(file, faults) : parse_file(name, faults);
    if (scene == NULL) {
        fault_print(faults, stderr, cli_color(STDERR_FILENO) ? FAULT_COLOR : FAULT_PLAIN);
        cli_complain(verb, "rebato scene --list shows the scenes inside the binary",
                "no such scene: %s", name);
        *code = EXIT_USAGE;
    }
    fault_list_destroy(&faults);
    return scene;
}

struct scene *
scenes_embedded_at(size_t index)
{
    const struct embedded_file *file = &embedded_files[index];

    if (strncmp(file->name, "scenarios/", 10) != 0 || strcmp(file->name, PHRASES_NAME) == 0) {
        return NULL;
    }
    struct fault_list *faults = fault_list_create();
    assert(faults != NULL);
    struct scene *scene = parse_embedded(file, faults);
    fault_list_destroy(&faults);
    return scene;
}
