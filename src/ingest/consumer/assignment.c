#include "ingest/consumer/assignment.h"

#include "core/limits.h"

#include <assert.h>
#include <stdlib.h>

void
assignment_init(struct assignment *assignment)
{
    *assignment = (struct assignment){ .sources = NULL };
}

void
assignment_fini(struct assignment *assignment)
{
    for (uint32_t i = 0; i < assignment->count; i++) {
        free(assignment->sources[i].topic);
    }
    free(assignment->sources);
    assignment_init(assignment);
}

static int
is_source(const struct source *source, const char *topic, int32_t partition)
{
    return source->partition == partition && strcmp(source->topic, topic) == 0;
}

uint32_t
assignment_find(struct assignment *assignment, const char *topic, int32_t partition)
{
    if (assignment->last < assignment->count &&
            is_source(&assignment->sources[assignment->last], topic, partition)) {
        return assignment->last;
    }
    for (uint32_t i = 0; i < assignment->count; i++) {
        if (is_source(&assignment->sources[i], topic, partition)) {
            assignment->last = i;
            return i;
        }
    }
    return SOURCE_NONE;
}

static int
grow(struct assignment *assignment)
{
    if (assignment->count < assignment->capacity) {
        return 1;
    }
    uint32_t capacity = assignment->capacity == 0 ? 16 : assignment->capacity * 2;
    struct source *sources = realloc(assignment->sources, capacity * sizeof(*sources));
    if (sources == NULL) {
        return 0;
    }
    assignment->sources = sources;
    assignment->capacity = capacity;
    return 1;
}

static uint32_t
add(struct assignment *assignment, const char *topic, int32_t partition)
{
    if (assignment->count == PARTITIONS_MAX || !grow(assignment)) {
        return SOURCE_NONE;
    }
    char *name = strdup(topic);
    if (name == NULL) {
        return SOURCE_NONE;
    }
    assignment->sources[assignment->count] =
            (struct source){ .topic = name, .partition = partition, .state = SOURCE_GONE };
    return assignment->count++;
}

static void
raise_flag(struct assignment *assignment, int *flag)
{
    if (!*flag) {
        *flag = 1;
        assignment->due_count++;
    }
}

static void
lower_flag(struct assignment *assignment, int *flag)
{
    if (*flag) {
        assert(assignment->due_count > 0);
        *flag = 0;
        assignment->due_count--;
    }
}

uint32_t
assignment_gain(struct assignment *assignment, const char *topic, int32_t partition)
{
    uint32_t number = assignment_find(assignment, topic, partition);

    if (number == SOURCE_NONE) {
        number = add(assignment, topic, partition);
    }
    if (number == SOURCE_NONE) {
        return SOURCE_NONE;
    }
    struct source *source = &assignment->sources[number];
    source->state = SOURCE_HELD;
    source->retry_ms = 0;
    source->damages = 0;
    raise_flag(assignment, &source->assign_due);
    return number;
}

/* A worker that has not yet heard of the gain need not hear of the loss. */
void
assignment_lose(struct assignment *assignment, uint32_t number)
{
    struct source *source = &assignment->sources[number];

    source->state = SOURCE_GONE;
    source->retry_ms = 0;
    lower_flag(assignment, &source->assign_due);
    lower_flag(assignment, &source->lost_due);
    if (source->told) {
        raise_flag(assignment, &source->revoke_due);
    }
}

void
assignment_lost(struct assignment *assignment, uint32_t number)
{
    raise_flag(assignment, &assignment->sources[number].lost_due);
}

void
assignment_lost_told(struct assignment *assignment, uint32_t number)
{
    lower_flag(assignment, &assignment->sources[number].lost_due);
}

/* Losses before gains over all sources: a worker that frees what it must not hold has room for
 * what it gets. */
enum consumer_event_kind
assignment_due(struct assignment *assignment, uint32_t *number)
{
    if (assignment->due_count == 0) {
        return CONSUMER_NOTHING;
    }
    for (*number = 0; *number < assignment->count; (*number)++) {
        struct source *source = &assignment->sources[*number];
        if (source->revoke_due) {
            lower_flag(assignment, &source->revoke_due);
            source->told = 0;
            return CONSUMER_REVOKED;
        }
    }
    for (*number = 0; *number < assignment->count; (*number)++) {
        struct source *source = &assignment->sources[*number];
        if (source->assign_due) {
            lower_flag(assignment, &source->assign_due);
            source->told = 1;
            return CONSUMER_ASSIGNED;
        }
        if (source->lost_due) {
            return CONSUMER_LOST;
        }
    }
    assert(0 && "a flag is up that nobody holds");
    return CONSUMER_NOTHING;
}
