#include "pipeline/copies/keeper.h"

#include "core/process/clock.h"
#include "core/process/log.h"
#include "core/process/meter.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* What cannot be kept now is tried again after this. */
#define RETRY_MS 5000
/* Shards are looked at this often: a restore that nobody finished must not stay half. */
#define LOOK_MS 10000
/* A pause is slept in pieces, so that nobody has to wait for its end. */
#define PIECE_MS 20

struct keeper {
    /* Fixed at creation. */
    struct keeper_options options;
    uint32_t shard_count;

    /* Owned by the thread; by who stops it afterwards. */
    struct image_writer images[SHARDS_MAX];
    int anew; /* the last writing failed: the next one takes all shards, whoever's turn it is */

    /* Shared, under the lock: the thread, and whoever finds a shard lost. */
    pthread_mutex_t lock;
    struct ledger_reader *reader;
    int armed; /* there were fences: if they are gone now, they were lost */
    int damage_said;

    /* Written by the thread, read by any. */
    meter kept;
    meter kept_ms;

    struct stop_flag stop;
    struct thread thread;
};

struct keeper *
keeper_create(const struct keeper_options *options)
{
    struct keeper *keeper = calloc(1, sizeof *keeper);
    struct keep *keep = options->keep;

    assert(options->every_ms > 0);
    if (keeper == NULL) {
        keep_destroy(&keep);
        return NULL;
    }
    keeper->options = *options;
    keeper->shard_count = ledger_shard_count(options->ledger);
    pthread_mutex_init(&keeper->lock, NULL);
    keeper->reader = ledger_reader_create(options->ledger);
    if (keeper->reader == NULL) {
        keeper_destroy(&keeper);
    }
    return keeper;
}

void
keeper_destroy(struct keeper **keeper)
{
    if (*keeper == NULL) {
        return;
    }
    for (uint32_t i = 0; i < SHARDS_MAX; i++) {
        image_fini(&(*keeper)->images[i]);
    }
    ledger_reader_destroy(&(*keeper)->reader);
    keep_destroy(&(*keeper)->options.keep);
    pthread_mutex_destroy(&(*keeper)->lock);
    free(*keeper);
    *keeper = NULL;
}

uint64_t
keeper_kept_count(const struct keeper *keeper)
{
    return meter_read(&keeper->kept);
}

int64_t
keeper_kept_ms(const struct keeper *keeper)
{
    return (int64_t)meter_read(&keeper->kept_ms);
}

/* ---- keeping; in the thread ---- */

/* Images of all shards that are due; OK when there is none to be missed. With the lock held. */
static enum ledger_outcome
take_images(struct keeper *keeper, struct keep_item items[SHARDS_MAX], size_t *count)
{
    struct ledger_image_wish wish = { .now_ms = clock_wall_ms() };

    if (keeper->options.sharing == KEEPER_SHARED && !keeper->anew) {
        wish.every_ms = keeper->options.every_ms;
    }
    *count = 0;
    for (uint32_t shard = 0; shard < keeper->shard_count; shard++) {
        struct image_writer *image = &keeper->images[shard];
        enum ledger_outcome outcome = ledger_image(keeper->reader, shard, &wish, image);
        if (outcome == LEDGER_OK) {
            items[(*count)++] = (struct keep_item){ shard, { image->at, image->size } };
        } else if (outcome != LEDGER_CLOSED) {
            return outcome;
        }
    }
    keeper->armed = 1;
    return LEDGER_OK;
}

/* False: try again soon. */
static int
keep_all(struct keeper *keeper)
{
    struct keep_item items[SHARDS_MAX];
    char trouble[KEEP_TROUBLE_SIZE];
    size_t count = 0;
    int64_t began_ms = clock_monotonic_ms();

    pthread_mutex_lock(&keeper->lock);
    enum ledger_outcome outcome = take_images(keeper, items, &count);
    pthread_mutex_unlock(&keeper->lock);
    if (outcome != LEDGER_OK) {
        /* Some shards may have counted this as their turn. */
        keeper->anew = keeper->anew || count > 0;
        return 0;
    }
    if (count == 0) {
        return 1;
    }
    enum keep_outcome kept = keep_write(keeper->options.keep, items, count, trouble);
    keeper->anew = kept != KEEP_OK;
    if (kept != KEEP_OK) {
        log_event(LOG_ERROR, "checkpoint_failed", "place=%s reason=%s",
                keep_place(keeper->options.keep), trouble);
        return 0;
    }
    meter_add(&keeper->kept, 1);
    meter_set(&keeper->kept_ms, (uint64_t)clock_wall_ms());
    log_event(LOG_DEBUG, "checkpoint", "place=%s shards=%zu ms=%lld",
            keep_place(keeper->options.keep), count, (long long)(clock_monotonic_ms() - began_ms));
    return 1;
}

/* ---- bringing back; with the lock held ---- */

/* OK and *lost: at least one shard has no partition at all. */
static enum ledger_outcome
look(struct keeper *keeper, uint8_t lost[SHARDS_MAX], uint32_t *count)
{
    *count = 0;
    for (uint32_t shard = 0; shard < keeper->shard_count; shard++) {
        struct ledger_progress progress;
        enum ledger_outcome outcome = ledger_progress(keeper->reader, shard, &progress);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        lost[shard] = progress.partitions == 0;
        *count += lost[shard];
    }
    return LEDGER_OK;
}

/* Of this very ledger, or states that fit any. */
static int
fits(const struct keeper *keeper, const struct keep_item *item)
{
    struct image_reader image;

    return image_open(&image, item->bytes) && image.head.shards == keeper->shard_count;
}

/* What brought back counts, and what only states. */
struct rescue {
    const uint8_t *lost;
    uint32_t shards;
    uint32_t states;
};

static enum ledger_outcome
give_back(struct keeper *keeper, const struct keep_item *item, struct rescue *rescue)
{
    int whole = fits(keeper, item);

    if (whole && (item->number >= keeper->shard_count || !rescue->lost[item->number])) {
        return LEDGER_OK;
    }
    enum ledger_outcome outcome = ledger_restore(keeper->reader, item->bytes);
    rescue->shards += outcome == LEDGER_OK && whole;
    rescue->states += outcome == LEDGER_OK && !whole;
    return outcome == LEDGER_CLASH ? LEDGER_OK : outcome; /* somebody else was faster */
}

static enum ledger_outcome
give_back_kind(struct keeper *keeper, const struct keep_box *box, int whole, struct rescue *rescue)
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = 0; i < box->count && outcome == LEDGER_OK; i++) {
        if (fits(keeper, &box->items[i]) == whole) {
            outcome = give_back(keeper, &box->items[i], rescue);
        }
    }
    return outcome;
}

/* What is of this ledger comes first: states of another one fill what is still missing. */
static enum ledger_outcome
give_back_all(struct keeper *keeper, const struct keep_box *box, struct rescue *rescue)
{
    enum ledger_outcome outcome = give_back_kind(keeper, box, 1, rescue);

    return outcome == LEDGER_OK ? give_back_kind(keeper, box, 0, rescue) : outcome;
}

static void
say_rescue(struct keeper *keeper, const struct keep_box *box, const struct rescue *rescue)
{
    if (rescue->shards > 0) {
        keeper->armed = 1;
        log_event(LOG_WARN, "counts_rebuilt", "place=%s shards=%u from_ms=%lld what=%s",
                keep_place(keeper->options.keep), rescue->shards, (long long)box->written_ms,
                "the ledger was empty: counts and states are those of the checkpoint, what came "
                "since is read again, published series before it are gone");
    }
    if (rescue->states > 0) {
        log_event(LOG_INFO, "states_taken_over", "place=%s from_ms=%lld",
                keep_place(keeper->options.keep), (long long)box->written_ms);
    }
}

static enum ledger_outcome
bring_back(struct keeper *keeper, const uint8_t lost[SHARDS_MAX], char *trouble)
{
    struct keep_box box;
    char ledger_trouble[160];
    struct rescue rescue = { .lost = lost };

    switch (keep_read(keeper->options.keep, &box, trouble)) {
    case KEEP_OK:
        break;
    case KEEP_NONE:
        return LEDGER_OK;
    case KEEP_AWAY:
        return LEDGER_AWAY;
    case KEEP_DAMAGED:
    case KEEP_FOREIGN:
        return LEDGER_REFUSED;
    }
    /* The layout was lost with the rest; who starts next shall find it. */
    enum ledger_outcome outcome = ledger_check(keeper->options.ledger, ledger_trouble);
    if (outcome == LEDGER_OK) {
        outcome = give_back_all(keeper, &box, &rescue);
    }
    if (outcome != LEDGER_OK) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "the ledger says: %s", ledger_outcome_name(outcome));
    }
    say_rescue(keeper, &box, &rescue);
    keep_box_fini(&box);
    return outcome;
}

static enum ledger_outcome
look_and_bring_back(struct keeper *keeper, char trouble[KEEP_TROUBLE_SIZE])
{
    uint8_t lost[SHARDS_MAX];
    uint32_t count = 0;

    trouble[0] = '\0';
    enum ledger_outcome outcome = look(keeper, lost, &count);
    if (outcome != LEDGER_OK) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "the ledger does not answer");
        return outcome;
    }
    keeper->armed = keeper->armed || count == 0;
    return count == 0 ? LEDGER_OK : bring_back(keeper, lost, trouble);
}

/* ---- who calls ---- */

enum ledger_outcome
keeper_begin(struct keeper *keeper, char trouble[KEEPER_TROUBLE_SIZE])
{
    char why[KEEP_TROUBLE_SIZE];

    pthread_mutex_lock(&keeper->lock);
    enum ledger_outcome outcome = look_and_bring_back(keeper, why);
    pthread_mutex_unlock(&keeper->lock);
    snprintf(trouble, KEEPER_TROUBLE_SIZE,
            outcome == LEDGER_REFUSED
                    ? "the checkpoint in %s cannot be used: %s; remove it to begin anew"
                    : "the checkpoint in %s: %s",
            keep_place(keeper->options.keep), why);
    return outcome;
}

/* Nobody is looking: an alarm that stands still is worse than one that learns anew. */
enum ledger_outcome
keeper_rescue(struct keeper *keeper)
{
    char why[KEEP_TROUBLE_SIZE];

    pthread_mutex_lock(&keeper->lock);
    enum ledger_outcome outcome = look_and_bring_back(keeper, why);
    if (outcome == LEDGER_REFUSED && !keeper->damage_said) {
        keeper->damage_said = 1;
        log_event(LOG_ERROR, "checkpoint_unusable", "place=%s reason=%s what=%s",
                keep_place(keeper->options.keep), why,
                "the ledger is empty and stays so: all brands learn anew");
    }
    pthread_mutex_unlock(&keeper->lock);
    return outcome == LEDGER_REFUSED ? LEDGER_OK : outcome;
}

/* ---- the thread ---- */

static void
pause_until(struct keeper *keeper, int64_t end_ms)
{
    while (clock_monotonic_ms() < end_ms && !stop_raised(&keeper->stop)) {
        clock_sleep_ms(PIECE_MS);
    }
}

static int
is_armed(struct keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    int armed = keeper->armed;
    pthread_mutex_unlock(&keeper->lock);
    return armed;
}

static void *
run(void *argument)
{
    struct keeper *keeper = argument;
    int64_t due_ms = clock_monotonic_ms() + keeper->options.every_ms;
    int64_t look_ms = clock_monotonic_ms() + LOOK_MS;

    while (!stop_raised(&keeper->stop)) {
        pause_until(keeper, due_ms < look_ms ? due_ms : look_ms);
        int64_t now_ms = clock_monotonic_ms();
        if (now_ms >= look_ms && is_armed(keeper)) {
            (void)keeper_rescue(keeper);
        }
        look_ms = now_ms >= look_ms ? now_ms + LOOK_MS : look_ms;
        if (now_ms >= due_ms) {
            due_ms = now_ms + (keep_all(keeper) ? keeper->options.every_ms : RETRY_MS);
        }
    }
    return NULL;
}

int
keeper_start(struct keeper *keeper)
{
    return thread_start(&keeper->thread, "keeper", run, keeper);
}

void
keeper_stop(struct keeper *keeper)
{
    int was_running = keeper->thread.running;

    stop_raise(&keeper->stop);
    thread_join(&keeper->thread);
    if (was_running) {
        keeper->anew = 1;
        (void)keep_all(keeper);
    }
}
