/* The partitions of a replay's inputs: claims, and what is late in them from where on. */
#include "pipeline/replay/private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static struct replay_source *
create_source(const struct engine *engine, uint32_t number)
{
    struct replay_source *source = calloc(1, sizeof *source);

    if (source == NULL || !engine_source_init(engine, &source->engine)) {
        free(source);
        return NULL;
    }
    source->number = number;
    source->end_offset = INT64_MAX;
    return source;
}

static void
destroy_source(struct replay_source **source)
{
    if (*source == NULL) {
        return;
    }
    engine_source_fini(&(*source)->engine);
    free((*source)->idles);
    free(*source);
    *source = NULL;
}

static int
compare_offsets(const void *left, const void *right)
{
    const struct control_idle *a = left;
    const struct control_idle *b = right;

    return (a->from > b->from) - (a->from < b->from);
}

static void
note_idles(struct replay_source *source,
        const struct control_idle *idles,
        size_t count,
        struct view topic,
        int32_t partition)
{
    assert(source->idles == NULL);
    source->idles = calloc(count + 1, sizeof *source->idles);
    assert(source->idles != NULL);
    for (size_t i = 0; i < count; i++) {
        if (idles[i].partition == partition && view_equal(idles[i].topic, topic)) {
            source->idles[source->idle_count++] = idles[i];
        }
    }
    if (source->idle_count > 0) {
        qsort(source->idles, source->idle_count, sizeof *source->idles, compare_offsets);
    }
}

static struct replay_source *
add_source(struct replay *replay, struct replay_input *input, uint32_t partition)
{
    if (partition >= input->source_count) {
        struct replay_source **more =
                realloc(input->sources, (partition + 1) * sizeof(struct replay_source *));
        assert(more != NULL);
        for (size_t i = input->source_count; i <= partition; i++) {
            more[i] = NULL;
        }
        input->sources = more;
        input->source_count = partition + 1;
    }
    struct replay_source *source = create_source(replay->engine, replay->source_count);
    assert(source != NULL);
    replay->source_count++;
    input->sources[partition] = source;
    return source;
}

struct replay_source *
replay_source_of(struct replay *replay, struct replay_input *input, uint32_t partition)
{
    assert(partition < PARTITIONS_MAX);
    if (partition < input->source_count && input->sources[partition] != NULL) {
        return input->sources[partition];
    }
    return add_source(replay, input, partition);
}

/* A file joins the watermark with its first record, not before: one that begins years later must not hold
 * back the one that is being read. */
void
replay_claim_source(
        struct replay *replay, const struct replay_input *input, struct replay_source *source)
{
    struct ledger_claim claim;
    char topic[32];

    snprintf(topic, sizeof topic, "input-%zu", (size_t)(input - replay->inputs));
    enum ledger_outcome outcome = ledger_claim(
            replay->writer, source->number, view_of(topic), (int32_t)source->number, &claim);
    if (outcome == LEDGER_OK && !claim.known) {
        outcome = ledger_found(replay->writer, source->number, 0, &claim);
    }
    assert(outcome == LEDGER_OK);
    source->claimed = 1;
}

/* The records of a topic come in order of their arrival: what stands in another partition may be older than
 * all that was read. So its partitions are in the watermark from the start. */
void
replay_claim_topic(struct replay *replay, struct replay_input *input)
{
    size_t count = 0;
    const struct feed_partition *partitions = feed_partitions(input->feed, &count);

    for (size_t i = 0; i < count; i++) {
        struct replay_source *source = replay_source_of(replay, input, partitions[i].partition);
        source->end_offset = partitions[i].end;
        note_idles(source, replay->options.idles, replay->options.idle_count,
                view_of(feed_topic(input->feed)), (int32_t)partitions[i].partition);
        replay_claim_source(replay, input, source);
    }
}

void
replay_tell_idles(struct replay_source *source, int64_t offset)
{
    while (replay_has_idles(source, offset)) {
        const struct control_idle *idle = &source->idles[source->idle_next++];
        uint32_t *late_below = &source->engine.late_below[idle->shard];
        *late_below = idle->late_below > *late_below ? idle->late_below : *late_below;
    }
}

void
replay_close_input(struct replay_input *input)
{
    for (size_t i = 0; i < input->source_count; i++) {
        destroy_source(&input->sources[i]);
    }
    free(input->sources);
    feed_close(&input->feed);
}
