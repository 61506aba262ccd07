#include "alert/outbox.h"

#include "core/rng.h"

#include <assert.h>
#include <stdlib.h>

enum mark { MARK_WAITING, MARK_DELIVERED, MARK_REFUSED, MARK_ABANDONED };

/* One notice at one sink. */
struct attempt {
    enum mark mark;
    uint32_t count;
    int64_t due_ms;
};

struct entry {
    struct notice notice; /* views into `bytes` */
    struct entry *before; /* the notice of the same incident added just before this one */
    int repeated;         /* a later notice of the incident is here, too */
    int64_t added_ms;
    size_t size;
    struct attempt attempts[OUTBOX_SINKS_MAX];
    char bytes[];
};

/* Shared by all notices of a sink, so that a dead receiver costs one timeout in a while and not one
 * for each notice. */
struct lane {
    uint32_t failures;
    int64_t due_ms;
};

struct outbox {
    struct outbox_settings settings;
    struct rng rng;
    struct lane lanes[OUTBOX_SINKS_MAX];
    struct entry **entries; /* in the order of arrival */
    size_t count;
    size_t bytes;
    struct entry *current; /* handed out by outbox_next, not answered yet */
    size_t current_sink;
};

static void
settings_fill(struct outbox_settings *settings)
{
    settings->notices_max = settings->notices_max == 0 ? OUTBOX_NOTICES_MAX : settings->notices_max;
    settings->bytes_max = settings->bytes_max == 0 ? OUTBOX_BYTES_MAX : settings->bytes_max;
    settings->retry_min_ms = settings->retry_min_ms == 0 ? 1000 : settings->retry_min_ms;
    settings->retry_max_ms = settings->retry_max_ms == 0 ? 300000 : settings->retry_max_ms;
    settings->give_up_ms = settings->give_up_ms == 0 ? 86400000 : settings->give_up_ms;
}

struct outbox *
outbox_create(const struct outbox_settings *settings)
{
    assert(settings->sink_count <= OUTBOX_SINKS_MAX);
    struct outbox *outbox = calloc(1, sizeof *outbox);
    assert(outbox != NULL);
    outbox->settings = *settings;
    settings_fill(&outbox->settings);
    assert(outbox->settings.retry_min_ms <= outbox->settings.retry_max_ms);
    outbox->rng = rng_seeded(settings->seed);
    outbox->entries = calloc(outbox->settings.notices_max, sizeof(struct entry *));
    assert(outbox->entries != NULL);
    return outbox;
}

void
outbox_destroy(struct outbox **outbox)
{
    if (*outbox == NULL) {
        return;
    }
    for (size_t i = 0; i < (*outbox)->count; i++) {
        free((*outbox)->entries[i]);
    }
    free((void *)(*outbox)->entries);
    free(*outbox);
    *outbox = NULL;
}

/* ---- notices in and out ---- */

static struct view
keep(char **to, struct view text)
{
    struct view kept = { .at = *to, .size = text.size };

    if (text.size > 0) {
        memcpy(*to, text.at, text.size);
    }
    *to += text.size;
    return kept;
}

static size_t
notice_size(const struct notice *notice)
{
    return sizeof(struct entry) + notice->key.size + notice->incident.size + notice->also.size +
           notice->kind.size + notice->json.size;
}

static struct entry *
entry_create(const struct notice *notice, int64_t now_ms)
{
    size_t size = notice_size(notice);
    struct entry *entry = calloc(1, size);
    assert(entry != NULL);
    char *to = entry->bytes;

    entry->notice.key = keep(&to, notice->key);
    entry->notice.incident = keep(&to, notice->incident);
    entry->notice.also = keep(&to, notice->also);
    entry->notice.kind = keep(&to, notice->kind);
    entry->notice.json = keep(&to, notice->json);
    entry->added_ms = now_ms;
    entry->size = size;
    for (size_t sink = 0; sink < OUTBOX_SINKS_MAX; sink++) {
        entry->attempts[sink].due_ms = now_ms;
    }
    return entry;
}

/* Takes the entry out of the order; those behind it in its incident now follow the one before it. */
static void
entry_remove(struct outbox *outbox, size_t index)
{
    struct entry *entry = outbox->entries[index];

    for (size_t i = index + 1; i < outbox->count; i++) {
        if (outbox->entries[i]->before == entry) {
            outbox->entries[i]->before = entry->before;
        }
        outbox->entries[i - 1] = outbox->entries[i];
    }
    outbox->count--;
    outbox->bytes -= entry->size;
    free(entry);
}

/* Ids have one length: what is found at a multiple of it is one. */
static int
is_of(const struct notice *notice, struct view incident)
{
    if (view_equal(notice->incident, incident)) {
        return 1;
    }
    for (size_t at = 0; incident.size > 0 && at + incident.size <= notice->also.size;
            at += incident.size) {
        if (memcmp(notice->also.at + at, incident.at, incident.size) == 0) {
            return 1;
        }
    }
    return 0;
}

static struct entry *
last_of_incident(const struct outbox *outbox, struct view incident)
{
    for (size_t i = outbox->count; i > 0; i--) {
        if (is_of(&outbox->entries[i - 1]->notice, incident)) {
            return outbox->entries[i - 1];
        }
    }
    return NULL;
}

static int
is_waiting(const struct outbox *outbox, const struct entry *entry)
{
    for (size_t sink = 0; sink < outbox->settings.sink_count; sink++) {
        if (entry->attempts[sink].mark == MARK_WAITING) {
            return 1;
        }
    }
    return 0;
}

static void
abandon(struct entry *entry, size_t sink)
{
    if (entry->attempts[sink].mark == MARK_WAITING) {
        entry->attempts[sink].mark = MARK_ABANDONED;
    }
}

/* A first or a last notice says something that no other notice says. */
static int
is_update(const struct entry *entry)
{
    return !view_equal(entry->notice.kind, VIEW("opened")) &&
           !view_equal(entry->notice.kind, VIEW("reopened")) &&
           !view_equal(entry->notice.kind, VIEW("resolved"));
}

/* Room for a notice of `incident`: the oldest update that is said again by a later one is let go. It is
 * not forgotten: outbox_done tells of it. */
static void
let_one_go(struct outbox *outbox, struct view incident)
{
    for (size_t i = 0; i < outbox->count; i++) {
        struct entry *entry = outbox->entries[i];
        int repeated = entry->repeated || view_equal(entry->notice.incident, incident);
        if (!repeated || !is_update(entry) || !is_waiting(outbox, entry)) {
            continue;
        }
        for (size_t sink = 0; sink < outbox->settings.sink_count; sink++) {
            abandon(entry, sink);
        }
        return;
    }
}

static int
has_room(const struct outbox *outbox, size_t size)
{
    return outbox->count < outbox->settings.notices_max &&
           outbox->bytes + size <= outbox->settings.bytes_max;
}

enum outbox_added
outbox_add(struct outbox *outbox, const struct notice *notice, int64_t now_ms)
{
    assert(notice->key.size > 0 && notice->key.size < OUTBOX_KEY_SIZE);
    assert(outbox->current == NULL); /* answer the task first */
    for (size_t i = 0; i < outbox->count; i++) {
        if (view_equal(outbox->entries[i]->notice.key, notice->key)) {
            return OUTBOX_KNOWN;
        }
    }
    if (!has_room(outbox, notice_size(notice))) {
        /* The caller reads the receipt before it comes back, and then there is room. */
        let_one_go(outbox, notice->incident);
        return OUTBOX_FULL;
    }
    struct entry *entry = entry_create(notice, now_ms);
    entry->before = last_of_incident(outbox, notice->incident);
    if (entry->before != NULL) {
        entry->before->repeated = 1;
    }
    outbox->entries[outbox->count++] = entry;
    outbox->bytes += entry->size;
    return OUTBOX_ADDED;
}

int
outbox_done(struct outbox *outbox, struct outbox_receipt *receipt)
{
    for (size_t i = 0; i < outbox->count; i++) {
        struct entry *entry = outbox->entries[i];
        if (is_waiting(outbox, entry)) {
            continue;
        }
        *receipt = (struct outbox_receipt){ 0 };
        view_copy(entry->notice.key, receipt->key, sizeof receipt->key);
        for (size_t sink = 0; sink < outbox->settings.sink_count; sink++) {
            enum mark mark = entry->attempts[sink].mark;
            receipt->delivered += mark == MARK_DELIVERED;
            receipt->refused += mark == MARK_REFUSED;
            receipt->abandoned += mark == MARK_ABANDONED;
        }
        entry_remove(outbox, i);
        return 1;
    }
    return 0;
}

/* ---- what is due ---- */

/* Its turn at this sink has come when all notices before it in its incident have their end there. */
static int
is_first_in_line(const struct entry *entry, size_t sink)
{
    if (entry->attempts[sink].mark != MARK_WAITING) {
        return 0;
    }
    for (const struct entry *before = entry->before; before != NULL; before = before->before) {
        if (before->attempts[sink].mark == MARK_WAITING) {
            return 0;
        }
    }
    return 1;
}

static int64_t
due_ms(const struct outbox *outbox, const struct entry *entry, size_t sink)
{
    int64_t own = entry->attempts[sink].due_ms;
    int64_t lane = outbox->lanes[sink].due_ms;

    return own > lane ? own : lane;
}

/* A sink that was tried, or that fails whoever tries it. */
static void
abandon_tried(struct outbox *outbox, struct entry *entry)
{
    for (size_t sink = 0; sink < outbox->settings.sink_count; sink++) {
        if (entry->attempts[sink].count > 0 || outbox->lanes[sink].failures > 0) {
            abandon(entry, sink);
        }
    }
}

/* By age and not by one more attempt each: a receiver that is gone for good would be asked thousands of
 * times. What was never tried at a healthy sink (the process slept) is still tried. */
static void
abandon_old(struct outbox *outbox, int64_t now_ms)
{
    for (size_t i = 0; i < outbox->count; i++) {
        if (now_ms - outbox->entries[i]->added_ms >= outbox->settings.give_up_ms) {
            abandon_tried(outbox, outbox->entries[i]);
        }
    }
}

/* The first sink at which this notice is due, or SIZE_MAX. */
static size_t
due_sink(const struct outbox *outbox, const struct entry *entry, int64_t now_ms)
{
    for (size_t sink = 0; sink < outbox->settings.sink_count; sink++) {
        if (is_first_in_line(entry, sink) && due_ms(outbox, entry, sink) <= now_ms) {
            return sink;
        }
    }
    return SIZE_MAX;
}

int
outbox_next(struct outbox *outbox, int64_t now_ms, struct outbox_task *task)
{
    assert(outbox->current == NULL); /* the last task was never answered */
    abandon_old(outbox, now_ms);
    for (size_t i = 0; i < outbox->count; i++) {
        struct entry *entry = outbox->entries[i];
        size_t sink = due_sink(outbox, entry, now_ms);
        if (sink == SIZE_MAX) {
            continue;
        }
        outbox->current = entry;
        outbox->current_sink = sink;
        *task = (struct outbox_task){
            .notice = entry->notice,
            .sink = sink,
            .attempts = entry->attempts[sink].count,
        };
        return 1;
    }
    return 0;
}

/* Doubled at every failure, at least one half of it certain: many notices do not come back as one. */
static int64_t
back_off_ms(struct outbox *outbox, uint32_t failures)
{
    int64_t delay = outbox->settings.retry_min_ms;

    for (uint32_t i = 1; i < failures && delay < outbox->settings.retry_max_ms; i++) {
        delay *= 2;
    }
    if (delay > outbox->settings.retry_max_ms) {
        delay = outbox->settings.retry_max_ms;
    }
    return delay / 2 + (int64_t)rng_below(&outbox->rng, (uint32_t)(delay / 2 + 1));
}

static void
put_off(struct outbox *outbox, struct attempt *attempt, int64_t retry_after_ms, int64_t now_ms)
{
    struct lane *lane = &outbox->lanes[outbox->current_sink];
    int64_t delay = back_off_ms(outbox, attempt->count);

    lane->failures++;
    attempt->due_ms = now_ms + (delay > retry_after_ms ? delay : retry_after_ms);
    delay = back_off_ms(outbox, lane->failures);
    lane->due_ms = now_ms + (delay > retry_after_ms ? delay : retry_after_ms);
}

void
outbox_result(
        struct outbox *outbox, enum sink_outcome outcome, int64_t retry_after_ms, int64_t now_ms)
{
    struct entry *entry = outbox->current;
    assert(entry != NULL);
    struct attempt *attempt = &entry->attempts[outbox->current_sink];

    attempt->count++;
    if (outcome != SINK_RETRY) {
        /* A refusal is an answer too: the receiver is alive. */
        attempt->mark = outcome == SINK_DELIVERED ? MARK_DELIVERED : MARK_REFUSED;
        outbox->lanes[outbox->current_sink].failures = 0;
    } else {
        put_off(outbox, attempt, retry_after_ms, now_ms);
    }
    outbox->current = NULL;
}

static int64_t
entry_due_ms(const struct outbox *outbox, const struct entry *entry)
{
    int64_t earliest = INT64_MAX;

    for (size_t sink = 0; sink < outbox->settings.sink_count; sink++) {
        if (is_first_in_line(entry, sink) && due_ms(outbox, entry, sink) < earliest) {
            earliest = due_ms(outbox, entry, sink);
        }
    }
    return earliest;
}

int64_t
outbox_wait_ms(const struct outbox *outbox, int64_t now_ms)
{
    int64_t earliest = INT64_MAX;

    for (size_t i = 0; i < outbox->count; i++) {
        int64_t due = entry_due_ms(outbox, outbox->entries[i]);
        earliest = due < earliest ? due : earliest;
    }
    if (earliest == INT64_MAX) {
        return INT64_MAX;
    }
    return earliest > now_ms ? earliest - now_ms : 0;
}

size_t
outbox_size(const struct outbox *outbox)
{
    return outbox->count;
}

uint32_t
outbox_failures(const struct outbox *outbox, size_t sink)
{
    assert(sink < outbox->settings.sink_count);
    return outbox->lanes[sink].failures;
}
