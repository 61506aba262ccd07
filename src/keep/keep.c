#include "keep/keep.h"

#include "core/arena.h"
#include "keep/body.h"

#include <stdio.h>
#include <stdlib.h>

/* A copy in the arena; NULL stays NULL. */
static const char *
copy(struct keep *keep, const char *text)
{
    struct view copied = text == NULL ? (struct view){ 0 } : arena_copy(keep->arena, view_of(text));

    assert(text == NULL || copied.at != NULL); /* settings: memory is a precondition of starting */
    return copied.at;
}

static void
copy_options(struct keep *keep, const struct keep_options *options)
{
    struct keep_property *properties =
            arena_take(keep->arena, (options->property_count + 1) * sizeof *properties);

    assert(properties != NULL);
    for (size_t i = 0; i < options->property_count; i++) {
        properties[i] = (struct keep_property){ copy(keep, options->properties[i].name),
            copy(keep, options->properties[i].value) };
    }
    keep->options = (struct keep_options){ .file = copy(keep, options->file),
        .topic = copy(keep, options->topic),
        .brokers = copy(keep, options->brokers),
        .properties = properties,
        .property_count = options->property_count,
        .name_space = copy(keep, options->name_space),
        .deployment = copy(keep, options->deployment) };
    keep->owner = (struct frame_owner){ view_of(keep->options.name_space),
        view_of(keep->options.deployment) };
}

struct keep *
keep_create(const struct keep_options *options, char trouble[KEEP_TROUBLE_SIZE])
{
    if ((options->file == NULL) == (options->topic == NULL)) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "a checkpoint lies in a file or in a topic: name one");
        return NULL;
    }
    if (options->topic != NULL && options->brokers == NULL) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "a checkpoint in a topic needs brokers");
        return NULL;
    }
    struct keep *keep = calloc(1, sizeof *keep);
    assert(keep != NULL);
    keep->arena = arena_create();
    assert(keep->arena != NULL);
    copy_options(keep, options);
    snprintf(keep->place, sizeof keep->place, "%s %.200s", options->file != NULL ? "file" : "topic",
            options->file != NULL ? options->file : options->topic);
    return keep;
}

void
keep_destroy(struct keep **keep)
{
    if (*keep == NULL) {
        return;
    }
    keep_topic_close(*keep);
    arena_destroy(&(*keep)->arena);
    free(*keep);
    *keep = NULL;
}

const char *
keep_place(const struct keep *keep)
{
    return keep->place;
}

enum keep_outcome
keep_write(struct keep *keep,
        const struct keep_item *items,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE])
{
    trouble[0] = '\0';
    return keep->options.file != NULL ? keep_file_write(keep, items, count, trouble)
                                      : keep_topic_write(keep, items, count, trouble);
}

enum keep_outcome
keep_read(struct keep *keep, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE])
{
    *box = (struct keep_box){ 0 };
    trouble[0] = '\0';
    enum keep_outcome outcome = keep->options.file != NULL ? keep_file_read(keep, box, trouble)
                                                           : keep_topic_read(keep, box, trouble);
    if (outcome != KEEP_OK) {
        keep_box_fini(box);
    }
    return outcome;
}

void
keep_box_fini(struct keep_box *box)
{
    for (size_t i = 0; i < box->memory_count; i++) {
        free(box->memory[i]);
    }
    free(box->memory);
    free(box->items);
    *box = (struct keep_box){ 0 };
}
