#include "app/archive/learning.h"

#include "core/limits.h"
#include "core/names.h"
#include "core/process/clock.h"
#include "ledger/image.h"

#include <stdlib.h>

/* A brand as the replay left it. */
struct lesson {
    uint32_t folded_through;
    char *state; /* malloc'd */
    size_t size;
};

struct learning {
    struct keep *keep;
    struct names *brands;
    struct lesson lessons[BRANDS_MAX]; /* by number in `brands` */
};

struct learning *
learning_create(const char *place, const struct keep_options *options)
{
    struct keep_options wanted = *options;
    char trouble[KEEP_TROUBLE_SIZE];

    if (strncmp(place, "kafka:", 6) == 0) {
        wanted.topic = place + 6;
    } else {
        wanted.file = place;
    }
    wanted.name_space = ""; /* fits any */
    struct learning *learning = calloc(1, sizeof *learning);
    assert(learning != NULL);
    learning->brands = names_create(BRANDS_MAX);
    assert(learning->brands != NULL);
    learning->keep = keep_create(&wanted, trouble);
    if (learning->keep == NULL) {
        cli_complain("replay", "rebato replay --help shows how", "--learn: %s", trouble);
        learning_destroy(&learning);
    }
    return learning;
}

void
learning_destroy(struct learning **learning)
{
    if (*learning == NULL) {
        return;
    }
    for (size_t i = 0; i < BRANDS_MAX; i++) {
        free((*learning)->lessons[i].state);
    }
    names_destroy(&(*learning)->brands);
    keep_destroy(&(*learning)->keep);
    free(*learning);
    *learning = NULL;
}

void
learning_take(
        struct learning *learning, struct view brand, uint32_t folded_through, struct view state)
{
    uint32_t number = names_number(learning->brands, brand);

    assert(number < BRANDS_MAX); /* no rule set has more */
    struct lesson *lesson = &learning->lessons[number];
    if (lesson->size < state.size) {
        free(lesson->state);
        lesson->state = malloc(state.size);
        assert(lesson->state != NULL);
    }
    memcpy(lesson->state, state.at, state.size);
    lesson->size = state.size;
    lesson->folded_through = folded_through;
}

size_t
learning_brand_count(const struct learning *learning)
{
    return names_count(learning->brands);
}

const char *
learning_place(const struct learning *learning)
{
    return keep_place(learning->keep);
}

enum exit_code
learning_write(struct learning *learning)
{
    struct image_writer image = { .at = NULL };
    char trouble[KEEP_TROUBLE_SIZE];

    image_begin(&image, &(struct image_head){ .shards = 0, .taken_ms = clock_wall_ms() });
    for (uint32_t i = 0; i < names_count(learning->brands); i++) {
        const struct lesson *lesson = &learning->lessons[i];
        image_add_state(&image, names_text(learning->brands, i), lesson->folded_through,
                (struct view){ lesson->state, lesson->size });
    }
    assert(!image.short_of_memory);
    struct keep_item item = { 0, { image.at, image.size } };
    enum keep_outcome outcome = keep_write(learning->keep, &item, 1, trouble);
    image_fini(&image);
    if (outcome != KEEP_OK) {
        cli_complain("replay", "check the place and its permissions", "--learn: %s", trouble);
        return EXIT_AWAY;
    }
    return EXIT_FINE;
}
