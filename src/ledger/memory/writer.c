/* The workers' half of the memory ledger. */
#include "ledger/memory/body.h"

#include "core/hash.h"
#include "core/process/log.h"
#include "ledger/page.h"

#include <assert.h>
#include <stdlib.h>

struct memory_source {
    int claimed;
    int wake; /* the last range met a closed bucket: the next claim says from where on it is late */
    size_t partition; /* index in the ledger */
    int64_t fence;
    uint64_t token;
    uint32_t late_below;
};

struct memory_writer {
    struct ledger_writer base;
    struct memory_source sources[PARTITIONS_MAX];
    /* By a name's number at the worker: its number here + 1; 0: not asked yet. Numbers never change. */
    uint32_t numbers[NAMES_MAX];
};

static struct memory_writer *
writer_of(struct ledger_writer *writer)
{
    return (struct memory_writer *)writer;
}

struct ledger_writer *
memory_writer_create(struct ledger *ledger, const struct names *names)
{
    struct memory_writer *writer = calloc(1, sizeof *writer);

    (void)ledger;
    (void)names;
    return writer == NULL ? NULL : &writer->base;
}

void
memory_writer_destroy(struct ledger_writer *writer)
{
    free(writer);
}

/* The partition, entered without a fence when it is new. NULL when memory is short. */
static struct memory_partition *
partition_of(struct memory_ledger *ledger, struct view topic, int32_t number)
{
    for (size_t i = 0; i < ledger->partition_count; i++) {
        struct memory_partition *partition = &ledger->partitions[i];
        struct view name = { partition->topic, partition->topic_size };
        if (partition->partition == number && view_equal(name, topic)) {
            return partition;
        }
    }
    void *at = ledger->partitions;
    char *copy = malloc(topic.size + 1);
    if (copy == NULL || !page_grow(&at, &ledger->partition_room, ledger->partition_count,
                                sizeof *ledger->partitions)) {
        free(copy);
        return NULL;
    }
    view_copy(topic, copy, topic.size + 1);
    ledger->partitions = at;
    struct memory_partition *partition = &ledger->partitions[ledger->partition_count++];
    *partition = (struct memory_partition){
        .topic = copy, .topic_size = topic.size, .partition = number, .max_time_ms = INT64_MIN
    };
    return partition;
}

/* All that is closed is late for the partition from its fence on. What is said of an offset again holds. */
static void
lapse(struct memory_ledger *ledger, struct memory_partition *partition)
{
    size_t index = (size_t)(partition - ledger->partitions);
    void *at = ledger->lapses;
    size_t i = 0;

    partition->late_below = ledger->closed;
    while (i < ledger->lapse_count && (ledger->lapses[i].partition != index ||
                                              ledger->lapses[i].offset != partition->fence)) {
        i++;
    }
    if (ledger->closed == 0 || !page_grow(&at, &ledger->lapse_room, i, sizeof *ledger->lapses)) {
        return; /* nothing is late; or a replay of this run will be off, which is no reason to end it */
    }
    ledger->lapses = at;
    ledger->lapses[i] = (struct memory_lapse){ index, partition->fence, ledger->closed };
    ledger->lapse_count += i == ledger->lapse_count;
}

/* Leaves a new token at the partition and tells the writer, and its caller, how it stands. */
static void
take_partition(struct memory_ledger *ledger,
        struct memory_source *source,
        struct memory_partition *partition,
        struct ledger_claim *claim)
{
    partition->token = ++ledger->tokens;
    if (partition->idle || source->wake) {
        partition->idle = 0;
        lapse(ledger, partition);
    }
    *source = (struct memory_source){ .claimed = partition->known,
        .partition = (size_t)(partition - ledger->partitions),
        .fence = partition->fence,
        .token = partition->token,
        .late_below = partition->late_below };
    *claim = (struct ledger_claim){ .known = partition->known,
        .seen_offset = -1,
        .topic = 1, /* under each name the one that there was at the start */
        .fence = { partition->fence },
        .lowest_fence = partition->fence,
        .max_time_ms = partition->max_time_ms,
        .late_below = { partition->late_below } };
}

enum ledger_outcome
memory_claim(struct ledger_writer *base,
        uint32_t source,
        struct view topic,
        int32_t number,
        struct ledger_claim *claim)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);

    pthread_mutex_lock(&ledger->lock);
    struct memory_partition *partition = partition_of(ledger, topic, number);
    if (partition != NULL) {
        take_partition(ledger, &writer_of(base)->sources[source], partition, claim);
    }
    pthread_mutex_unlock(&ledger->lock);
    return partition != NULL ? LEDGER_OK : LEDGER_AWAY;
}

/* A process that counts in memory alone has nothing of a former topic but what it read itself. */
enum ledger_outcome
memory_renew(struct ledger_writer *base, uint32_t source, struct view topic)
{
    (void)base;
    (void)source;
    (void)topic;
    return LEDGER_REFUSED;
}

enum ledger_outcome
memory_found(
        struct ledger_writer *base, uint32_t number, int64_t offset, struct ledger_claim *claim)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    struct memory_source *source = &writer_of(base)->sources[number];

    assert(source->token != 0); /* found only after a claim */
    pthread_mutex_lock(&ledger->lock);
    struct memory_partition *partition = &ledger->partitions[source->partition];
    if (!partition->known) {
        partition->known = 1;
        partition->fence = offset;
        lapse(ledger, partition);
    }
    take_partition(ledger, source, partition, claim);
    pthread_mutex_unlock(&ledger->lock);
    return LEDGER_OK;
}

void
memory_release(struct ledger_writer *base, uint32_t source)
{
    writer_of(base)->sources[source] = (struct memory_source){ 0 };
}

enum ledger_outcome
memory_idle(struct ledger_writer *base, uint32_t number, int64_t end_offset)
{
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    const struct memory_source *source = &writer_of(base)->sources[number];
    enum ledger_outcome outcome = LEDGER_CLASH;

    pthread_mutex_lock(&ledger->lock);
    if (source->claimed) {
        struct memory_partition *partition = &ledger->partitions[source->partition];
        if (partition->token == source->token && partition->fence == end_offset) {
            partition->idle = 1;
            outcome = LEDGER_OK;
        }
    }
    pthread_mutex_unlock(&ledger->lock);
    return outcome;
}

void
memory_submit(struct ledger_writer *base, const struct tally *tally)
{
    (void)base; /* the work is done in the poll: the caller sees one shape of answer in both bodies */
    (void)tally;
}

/* The same questions the apply script asks. */
static enum ledger_outcome
judge_range(const struct memory_ledger *ledger,
        const struct memory_source *source,
        const struct tally_range *range)
{
    if (!source->claimed) {
        return LEDGER_CLASH;
    }
    const struct memory_partition *partition = &ledger->partitions[source->partition];
    if (range->to <= source->fence) {
        return LEDGER_PENDING; /* nothing in it that is not counted already */
    }
    if (partition->fence != source->fence) {
        return LEDGER_CLASH;
    }
    if (partition->idle || partition->late_below != source->late_below ||
            range->lowest_bucket <= ledger->closed) {
        return LEDGER_CLOSED;
    }
    return LEDGER_OK;
}

static int
counted(const struct memory_writer *writer, uint32_t range)
{
    return writer->base.ranges[range] == LEDGER_OK;
}

/* What belongs to no open bucket any more is counted in the first that is open: nothing folds a closed
 * one again. */
static uint32_t
open_bucket(const struct memory_ledger *ledger, uint32_t bucket)
{
    return bucket > ledger->closed ? bucket : ledger->closed + 1;
}

/* NAME_NONE when the table is full. */
static uint32_t
number_here(struct memory_writer *writer, uint32_t name)
{
    struct memory_ledger *ledger = memory_ledger_of(writer->base.ledger);

    if (writer->numbers[name] == 0) {
        uint32_t number = names_number(ledger->names, names_text(writer->base.names, name));
        if (number == NAME_NONE) {
            return NAME_NONE;
        }
        writer->numbers[name] = number + 1;
    }
    return writer->numbers[name] - 1;
}

static void
add_cells(struct memory_writer *writer, const struct tally *tally)
{
    struct memory_ledger *ledger = memory_ledger_of(writer->base.ledger);

    for (size_t i = 0; i < tally_cell_count(tally); i++) {
        const struct tally_cell *cell = tally_cell_at(tally, i);
        if (!counted(writer, cell->range)) {
            continue;
        }
        struct memory_cell key = { .bucket = cell->bucket,
            .brand = number_here(writer, cell->brand),
            .dim = number_here(writer, cell->dim),
            .kind = cell->kind };
        if (cell->kind == CELL_LATE) {
            key.bucket = open_bucket(ledger, key.bucket);
        }
        struct memory_cell *entry = memory_table_put(&ledger->cells, &key);
        assert(entry != NULL); /* an exact count cannot go on without memory */
        entry->count += cell->count;
    }
}

static void
add_authors(struct memory_writer *writer, const struct tally *tally)
{
    struct memory_ledger *ledger = memory_ledger_of(writer->base.ledger);

    for (size_t i = 0; i < tally_author_count(tally); i++) {
        const struct tally_author *author = tally_author_at(tally, i);
        if (!counted(writer, author->range)) {
            continue;
        }
        struct memory_author key = { .bucket = author->bucket,
            .brand = number_here(writer, author->brand),
            .dim = number_here(writer, author->dim),
            .author = author->author };
        void *entry = memory_table_put(&ledger->authors, &key);
        assert(entry != NULL);
    }
}

static void
add_officials(struct memory_writer *writer, const struct tally *tally)
{
    struct memory_ledger *ledger = memory_ledger_of(writer->base.ledger);

    for (size_t i = 0; i < tally_official_count(tally); i++) {
        const struct tally_official *official = tally_official_at(tally, i);
        if (!counted(writer, official->range)) {
            continue;
        }
        struct memory_official key = { .brand = number_here(writer, official->brand),
            .post = ledger_post_hash(official) };
        struct memory_official *entry = memory_table_put(&ledger->officials, &key);
        assert(entry != NULL);
        entry->official = *official;
        entry->official.bucket = open_bucket(ledger, official->bucket);
    }
}

/* Exemplars are samples: they belong to no range, and to add one twice changes nothing. */
static void
add_exemplars(struct memory_writer *writer, const struct tally *tally)
{
    struct memory_ledger *ledger = memory_ledger_of(writer->base.ledger);

    for (size_t i = 0; i < tally_exemplar_count(tally); i++) {
        const struct tally_exemplar *exemplar = tally_exemplar_at(tally, i);
        struct memory_exemplar key = { .weight = exemplar->weight,
            .post = hash_bytes(exemplar->json, exemplar->json_size),
            .brand = number_here(writer, exemplar->brand),
            .bucket = exemplar->bucket };
        struct memory_exemplar *entry =
                key.brand == NAME_NONE ? NULL : memory_table_put(&ledger->exemplars, &key);
        if (entry != NULL) {
            entry->json_size = exemplar->json_size;
            memcpy(entry->json, exemplar->json, exemplar->json_size);
        }
    }
}

/* Every name of the tally has a number here; 0 when the table is full. Asked before anything is counted,
 * since half a range cannot be taken back. */
static int
names_fit(struct memory_writer *writer, const struct tally *tally)
{
    for (size_t i = 0; i < tally_cell_count(tally); i++) {
        const struct tally_cell *cell = tally_cell_at(tally, i);
        if (number_here(writer, cell->brand) == NAME_NONE ||
                number_here(writer, cell->dim) == NAME_NONE) {
            return 0;
        }
    }
    for (size_t i = 0; i < tally_author_count(tally); i++) {
        const struct tally_author *author = tally_author_at(tally, i);
        if (number_here(writer, author->brand) == NAME_NONE ||
                number_here(writer, author->dim) == NAME_NONE) {
            return 0;
        }
    }
    for (size_t i = 0; i < tally_official_count(tally); i++) {
        if (number_here(writer, tally_official_at(tally, i)->brand) == NAME_NONE) {
            return 0;
        }
    }
    return 1;
}

static void
note_since(struct memory_ledger *ledger, const struct tally_range *range)
{
    if (range->lowest_bucket != UINT32_MAX &&
            (ledger->since == 0 || range->lowest_bucket < ledger->since)) {
        ledger->since = range->lowest_bucket;
    }
}

static void
move_fences(struct memory_writer *writer, const struct tally *tally)
{
    struct memory_ledger *ledger = memory_ledger_of(writer->base.ledger);

    for (size_t i = 0; i < writer->base.range_count; i++) {
        const struct tally_range *range = tally_range_at(tally, i);
        struct memory_source *source = &writer->sources[range->source];
        if (counted(writer, (uint32_t)i)) {
            struct memory_partition *partition = &ledger->partitions[source->partition];
            note_since(ledger, range);
            partition->fence = range->to;
            partition->max_time_ms = range->max_time_ms;
            source->fence = range->to;
        } else if (writer->base.ranges[i] == LEDGER_PENDING) {
            writer->base.ranges[i] = LEDGER_OK; /* was counted before */
        } else {
            source->wake = writer->base.ranges[i] == LEDGER_CLOSED;
            source->claimed = 0;
        }
    }
}

enum ledger_outcome
memory_poll(struct ledger_writer *base, int64_t wait_ms)
{
    struct memory_writer *writer = writer_of(base);
    struct memory_ledger *ledger = memory_ledger_of(base->ledger);
    const struct tally *tally = base->tally;

    (void)wait_ms;
    pthread_mutex_lock(&ledger->lock);
    int fit = names_fit(writer, tally);
    for (size_t i = 0; i < base->range_count; i++) {
        const struct tally_range *range = tally_range_at(tally, i);
        base->ranges[i] =
                fit ? judge_range(ledger, &writer->sources[range->source], range) : LEDGER_REFUSED;
    }
    add_cells(writer, tally);
    add_authors(writer, tally);
    add_officials(writer, tally);
    add_exemplars(writer, tally);
    move_fences(writer, tally);
    pthread_mutex_unlock(&ledger->lock);
    if (!fit) {
        log_event(LOG_ERROR, "ledger_full", "names=%u", (unsigned)NAMES_MAX);
    }
    base->tally = NULL;
    return ledger_ranges_outcome(base);
}
