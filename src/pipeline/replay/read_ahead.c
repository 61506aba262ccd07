#include "pipeline/replay/read_ahead.h"

#include "core/process/thread.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Bytes of a chunk: small enough to stay in a core's own cache from its reading to its matching, large
 * enough that handing it on costs nothing. With very many feeds less, since each holds some. */
#define CHUNK_SIZE      ((size_t)256 * 1024)
#define CHUNK_SIZE_MANY ((size_t)32 * 1024)
#define MANY_FEEDS      32
#define CHUNK_RECORDS   2048

struct slot {
    struct chunk chunk;
    int ready; /* examined */
};

/* A feed's chunks: [first, next) are cut, in the slots that their numbers give. */
struct lane {
    struct feed *feed;
    struct slot *slots;
    size_t first; /* the next to be handed over, or the one that was */
    size_t next;
    int held; /* `first` is the caller's */
    int cutting;
    int ended;
};

struct worker_thread {
    struct read_ahead *ahead;
    struct examiner *examiner;
    struct feed_batch
            batch; /* what it cut and now examines: always the same bytes of its own cache */
    struct thread thread;
};

struct read_ahead {
    /* Fixed at creation. */
    struct read_ahead_options options;
    size_t depth; /* chunks a feed may be ahead */
    size_t worker_count;

    /* Under the lock: lanes, but for the slots that are being cut, examined or held; the first worker is
     * the caller's and has no thread. */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct lane *lanes;
    int stopping;

    struct worker_thread workers[READ_AHEAD_WORKERS_MAX];
};

/* ---- one chunk ---- */

static void
examine(struct worker_thread *worker, struct findings *findings)
{
    findings_clear(findings);
    for (size_t i = 0; i < worker->batch.count; i++) {
        const struct feed_record *from = &worker->batch.records[i];
        struct engine_record record = { .bytes = from->bytes,
            .offset = from->offset,
            .ingest_ms = from->ingest_ms,
            .partition = from->partition,
            .tombstone = from->tombstone,
            .too_large = from->too_large };
        examiner_add(worker->examiner, &record, findings);
    }
    examiner_flush(worker->examiner, findings);
}

/* The feed that has least ahead, if there is one to cut: whoever waits for a chunk waits for the first of
 * its feed. */
static struct lane *
neediest(struct read_ahead *ahead)
{
    struct lane *found = NULL;

    for (size_t i = 0; i < ahead->options.feed_count; i++) {
        struct lane *lane = &ahead->lanes[i];
        size_t lead = lane->next - lane->first;
        if (!lane->ended && !lane->cutting && lead < ahead->depth &&
                (found == NULL || lead < found->next - found->first)) {
            found = lane;
        }
    }
    return found;
}

/* Cuts and examines one chunk. With the lock held, which is open meanwhile. False when there is none to
 * cut now. */
static int
work(struct read_ahead *ahead, struct worker_thread *worker)
{
    struct lane *lane = neediest(ahead);

    if (lane == NULL) {
        return 0;
    }
    struct slot *slot = &lane->slots[lane->next++ % ahead->depth];
    lane->cutting = 1;
    pthread_mutex_unlock(&ahead->lock);
    slot->chunk.outcome = feed_fill(lane->feed, &worker->batch, ahead->options.chunk_size);
    slot->chunk.progress = feed_progress(lane->feed);
    int ended = slot->chunk.outcome != FEED_RECORD;

    pthread_mutex_lock(&ahead->lock);
    lane->cutting = 0;
    lane->ended = ended;
    pthread_cond_broadcast(&ahead->changed); /* another may cut it now */
    pthread_mutex_unlock(&ahead->lock);
    examine(worker, &slot->chunk.findings);

    pthread_mutex_lock(&ahead->lock);
    slot->ready = 1;
    pthread_cond_broadcast(&ahead->changed);
    return 1;
}

static void *
run(void *argument)
{
    struct worker_thread *worker = argument;
    struct read_ahead *ahead = worker->ahead;

    pthread_mutex_lock(&ahead->lock);
    while (!ahead->stopping) {
        if (!work(ahead, worker)) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
        }
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

/* ---- the thread that counts ---- */

const struct chunk *
read_ahead_next(struct read_ahead *ahead, size_t feed)
{
    assert(feed < ahead->options.feed_count);
    struct lane *lane = &ahead->lanes[feed];

    pthread_mutex_lock(&ahead->lock);
    if (lane->held) {
        lane->slots[lane->first % ahead->depth].ready = 0;
        lane->first++;
        lane->held = 0;
        pthread_cond_broadcast(&ahead->changed);
    }
    struct slot *slot = &lane->slots[lane->first % ahead->depth];
    while (!slot->ready) {
        assert(lane->next > lane->first || !lane->ended);
        if (!work(ahead, &ahead->workers[0])) {
            pthread_cond_wait(&ahead->changed, &ahead->lock);
        }
    }
    lane->held = 1;
    pthread_mutex_unlock(&ahead->lock);
    return &slot->chunk;
}

static int
lane_init(const struct read_ahead *ahead, struct lane *lane, struct feed *feed)
{
    *lane = (struct lane){ .feed = feed, .slots = calloc(ahead->depth, sizeof *lane->slots) };
    int ready = lane->slots != NULL;

    for (size_t i = 0; ready && i < ahead->depth; i++) {
        ready = findings_init(&lane->slots[i].chunk.findings, CHUNK_RECORDS);
    }
    return ready;
}

static void
lane_fini(const struct read_ahead *ahead, struct lane *lane)
{
    for (size_t i = 0; lane->slots != NULL && i < ahead->depth; i++) {
        findings_fini(&lane->slots[i].chunk.findings);
    }
    free(lane->slots);
}

/* A feed's share of the chunks that keep all workers busy while the sequencer holds one: none may wait
 * for another's. */
static size_t
depth_of(const struct read_ahead_options *options)
{
    size_t share = (2 * (size_t)options->workers + 2) / (options->feed_count + 1);

    if (options->workers == 1) {
        return 1;
    }
    return 2 + share;
}

static int
create_lanes(struct read_ahead *ahead)
{
    size_t count = ahead->options.feed_count;

    ahead->lanes = calloc(count + 1, sizeof *ahead->lanes);
    int ready = ahead->lanes != NULL;
    for (size_t i = 0; ready && i < count; i++) {
        ready = lane_init(ahead, &ahead->lanes[i], ahead->options.feeds[i]);
    }
    return ready;
}

/* NULL when out of memory. */
static struct examiner *
create_examiner(const struct read_ahead_options *options)
{
    struct examiner *examiner = examiner_create(matcher_create(options->sets[0]), options->reader);
    int whole = examiner != NULL;

    for (uint32_t slot = 1; whole && slot < options->set_count; slot++) {
        struct matcher *matcher = matcher_create(options->sets[slot]);
        whole = matcher != NULL;
        (void)examiner_use_matcher(examiner, slot, matcher);
    }
    if (!whole) {
        examiner_destroy(&examiner);
        return NULL;
    }
    if (options->map != NULL) {
        examiner_use_map(examiner, options->map);
    }
    if (options->talk) {
        examiner_note_talk(examiner);
    }
    return examiner;
}

static int
create_workers(struct read_ahead *ahead)
{
    int ready = 1;

    for (uint32_t i = 0; ready && i < ahead->options.workers; i++) {
        struct worker_thread *worker = &ahead->workers[ahead->worker_count++];
        worker->ahead = ahead;
        worker->examiner = create_examiner(&ahead->options);
        ready = worker->examiner != NULL && feed_batch_init(&worker->batch, CHUNK_RECORDS);
    }
    return ready;
}

struct read_ahead *
read_ahead_create(const struct read_ahead_options *options)
{
    struct read_ahead *ahead = calloc(1, sizeof *ahead);

    assert(options->workers >= 1 && options->workers <= READ_AHEAD_WORKERS_MAX);
    if (ahead == NULL) {
        return NULL;
    }
    ahead->options = *options;
    if (options->chunk_size == 0) {
        ahead->options.chunk_size = options->feed_count > MANY_FEEDS ? CHUNK_SIZE_MANY : CHUNK_SIZE;
    }
    ahead->depth = depth_of(options);
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    if (!create_lanes(ahead) || !create_workers(ahead)) {
        read_ahead_destroy(&ahead);
        return NULL;
    }
    ahead->options.feeds = NULL; /* the lanes know them, and the examiners the sets */
    ahead->options.sets = NULL;
    ahead->options.map = NULL;
    for (uint32_t i = 1; i < options->workers; i++) {
        char name[16];
        snprintf(name, sizeof name, "reader-%u", i % 1000);
        /* One that does not start leaves its work to the others. */
        (void)thread_start(&ahead->workers[i].thread, name, run, &ahead->workers[i]);
    }
    return ahead;
}

void
read_ahead_destroy(struct read_ahead **ahead)
{
    struct read_ahead *gone = *ahead;

    if (gone == NULL) {
        return;
    }
    pthread_mutex_lock(&gone->lock);
    gone->stopping = 1;
    pthread_cond_broadcast(&gone->changed);
    pthread_mutex_unlock(&gone->lock);
    for (size_t i = 0; i < gone->worker_count; i++) {
        thread_join(&gone->workers[i].thread);
        examiner_destroy(&gone->workers[i].examiner);
        feed_batch_fini(&gone->workers[i].batch);
    }
    for (size_t i = 0; gone->lanes != NULL && i < gone->options.feed_count; i++) {
        lane_fini(gone, &gone->lanes[i]);
    }
    free(gone->lanes);
    pthread_cond_destroy(&gone->changed);
    pthread_mutex_destroy(&gone->lock);
    free(gone);
    *ahead = NULL;
}
