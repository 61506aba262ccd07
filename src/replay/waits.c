#include "replay/waits.h"

#include "core/limits.h"
#include "core/names.h"
#include "replay/answered.h"
#include "window/cell.h"

#include <assert.h>
#include <stdlib.h>

#define HOUR_MS (INT64_C(60) * 60 * 1000)
/* An onset lies no further behind the alert, apart from what creeps up for days. */
#define KEPT_MS (48 * HOUR_MS)
/* A brand works off its queue after the matter is over. */
#define AFTER_MS   (24 * HOUR_MS)
#define ROOM_FIRST 4096

struct followed {
    char id[INCIDENT_ID_SIZE];
    uint32_t brand;
    int64_t onset_ms;
    int64_t resolved_ms;
    signal_set signals;
    int settled;
    struct incident_waits result;
};

struct waits {
    const char *wanted;
    struct names *names;
    int64_t *dropped_ms; /* by brand: the latest post that went */
    size_t brand_room;
    int64_t newest_ms; /* heard */
    int64_t judged_ms; /* folded: what came behind it may still become an incident */

    /* Ring of what was heard: the oldest goes first. */
    struct heard *heard;
    size_t room; /* a power of two */
    size_t first;
    size_t count;

    struct followed *incidents[WAITS_INCIDENTS_MAX]; /* each malloc'd */
    size_t incident_count;
    size_t unsettled; /* those before it are settled */
};

struct waits *
waits_create(const char *wanted)
{
    struct waits *waits = calloc(1, sizeof *waits);

    assert(waits != NULL);
    waits->wanted = wanted;
    waits->newest_ms = INT64_MIN;
    waits->judged_ms = INT64_MIN / 2;
    waits->names = names_create(BRANDS_MAX);
    assert(waits->names != NULL);
    return waits;
}

static struct heard *
heard_at(const struct waits *waits, size_t index)
{
    return &waits->heard[(waits->first + index) & (waits->room - 1)];
}

void
waits_destroy(struct waits **waits)
{
    if (*waits == NULL) {
        return;
    }
    for (size_t i = 0; i < (*waits)->count; i++) {
        free(heard_at(*waits, i)->words);
    }
    for (size_t i = 0; i < (*waits)->incident_count; i++) {
        free((*waits)->incidents[i]);
    }
    free((*waits)->heard);
    free((*waits)->dropped_ms);
    names_destroy(&(*waits)->names);
    free(*waits);
    *waits = NULL;
}

static uint32_t
brand_number(struct waits *waits, struct view id)
{
    uint32_t number = names_number(waits->names, id);

    assert(number != NAME_NONE);
    if (number >= waits->brand_room) {
        size_t room = 2 * ((size_t)number + 8);
        int64_t *more = reallocarray(waits->dropped_ms, room, sizeof *more);
        assert(more != NULL);
        for (size_t i = waits->brand_room; i < room; i++) {
            more[i] = INT64_MIN;
        }
        waits->dropped_ms = more;
        waits->brand_room = room;
    }
    return number;
}

/* ---- what came of an incident ---- */

static void
settle(struct waits *waits, struct followed *incident, int64_t end_ms)
{
    struct answered_question question = { .brand = incident->brand,
        .signals = incident->signals,
        .onset_ms = incident->onset_ms,
        .over_ms = incident->resolved_ms == TIME_NONE ? end_ms : incident->resolved_ms,
        .until_ms = end_ms };
    struct heard_list list = {
        .ring = waits->heard, .mask = waits->room - 1, .first = waits->first, .count = waits->count
    };
    int64_t dropped_ms = waits->dropped_ms[incident->brand];

    if (incident->resolved_ms != TIME_NONE && incident->resolved_ms + AFTER_MS < end_ms) {
        question.until_ms = incident->resolved_ms + AFTER_MS;
    }
    answered_find(&list, &question, &incident->result);
    incident->result.followed_ms = dropped_ms >= incident->onset_ms ? dropped_ms : TIME_NONE;
    incident->settled = 1;
    while (waits->unsettled < waits->incident_count &&
            waits->incidents[waits->unsettled]->settled) {
        waits->unsettled++;
    }
}

/* Nothing that is still to come can be about it. */
static int
is_past(const struct waits *waits, const struct followed *incident)
{
    return incident->resolved_ms != TIME_NONE &&
           incident->resolved_ms + AFTER_MS < waits->judged_ms;
}

/* ---- the ring ---- */

static void
drop_first(struct waits *waits)
{
    struct heard *gone = heard_at(waits, 0);

    if (waits->dropped_ms[gone->brand] < gone->time_ms) {
        waits->dropped_ms[gone->brand] = gone->time_ms;
    }
    free(gone->words);
    waits->first = (waits->first + 1) & (waits->room - 1);
    waits->count--;
}

/* By an incident that goes on, or that people may still be answered about. */
static int
is_needed(struct waits *waits, const struct heard *heard)
{
    for (size_t i = waits->unsettled; i < waits->incident_count; i++) {
        struct followed *incident = waits->incidents[i];
        if (incident->settled || incident->brand != heard->brand) {
            continue;
        }
        if (is_past(waits, incident)) {
            settle(waits, incident, waits->judged_ms);
        } else if (incident->onset_ms <= heard->time_ms) {
            return 1;
        }
    }
    return 0;
}

static void
drop_old(struct waits *waits)
{
    while (waits->count > 0 && heard_at(waits, 0)->time_ms < waits->judged_ms - KEPT_MS &&
            !is_needed(waits, heard_at(waits, 0))) {
        drop_first(waits);
    }
}

static void
make_room(struct waits *waits)
{
    if (waits->count < waits->room) {
        return;
    }
    if (waits->room == WAITS_POSTS_MAX) {
        drop_first(waits);
        return;
    }
    size_t room = waits->room == 0 ? ROOM_FIRST : 2 * waits->room;
    struct heard *more = calloc(room, sizeof *more);
    assert(more != NULL);
    for (size_t i = 0; i < waits->count; i++) {
        more[i] = *heard_at(waits, i);
    }
    free(waits->heard);
    waits->heard = more;
    waits->room = room;
    waits->first = 0;
}

/* Id and link, each with its end. */
static char *
words_of(const struct waits_post *post)
{
    char *words = calloc(1, post->id.size + post->link.size + 2);

    assert(words != NULL);
    (void)view_copy(post->id, words, post->id.size + 1);
    (void)view_copy(post->link, words + strlen(words) + 1, post->link.size + 1);
    return words;
}

void
waits_hear(struct waits *waits, const struct waits_post *post)
{
    uint32_t brand = brand_number(waits, post->brand);

    assert(post->voice != WAITS_NEITHER);
    if (post->time_ms > waits->newest_ms) {
        waits->newest_ms = post->time_ms;
    }
    drop_old(waits);
    make_room(waits);
    waits->count++;
    *heard_at(waits, waits->count - 1) = (struct heard){ .time_ms = post->time_ms,
        .brand = brand,
        .signals = post->signals,
        .voice = post->voice,
        .first_person = post->first_person,
        .weight = post->voice == WAITS_REPLY ? post->sketch : post->reach,
        .post = post->post,
        .author = post->author,
        .handle = post->voice == WAITS_REPLY ? post->addressee : post->handle,
        .target = post->target,
        .words = post->voice == WAITS_COMPLAINT ? words_of(post) : NULL };
}

/* ---- incidents ---- */

static struct followed *
find(const struct waits *waits, const char *id)
{
    for (size_t i = waits->incident_count; i-- > 0;) {
        if (strcmp(waits->incidents[i]->id, id) == 0) {
            return waits->incidents[i];
        }
    }
    return NULL;
}

static struct followed *
follow(struct waits *waits, const struct incident *incident)
{
    struct followed *followed = find(waits, incident->id);

    if (followed != NULL || waits->incident_count == WAITS_INCIDENTS_MAX ||
            (waits->wanted != NULL && strcmp(waits->wanted, incident->id) != 0)) {
        return followed;
    }
    followed = calloc(1, sizeof *followed);
    assert(followed != NULL);
    memcpy(followed->id, incident->id, sizeof followed->id);
    followed->brand = brand_number(waits, view_of(incident->brand));
    waits->incidents[waits->incident_count++] = followed;
    return followed;
}

/* What was settled and goes on is looked at again. */
static void
note_incident(struct waits *waits, struct followed *followed, const struct incident *incident)
{
    followed->onset_ms = incident->onset_ms;
    followed->resolved_ms = incident->resolved_ms;
    followed->signals = incident->signals;
    waits->unsettled = followed->settled ? 0 : waits->unsettled;
    followed->settled = 0;
}

void
waits_watch(struct waits *waits, enum fold_phase phase, const struct watched_fold *fold)
{
    int64_t folded_ms = bucket_start_ms(fold->in->bucket);

    if (folded_ms > waits->judged_ms) {
        waits->judged_ms = folded_ms;
    }
    for (size_t i = 0; phase == FOLD_AFTER && i < fold->event_count; i++) {
        const struct incident *incident = &fold->events[i].incident;
        struct followed *followed = follow(waits, incident);
        if (followed != NULL) {
            note_incident(waits, followed, incident);
        }
    }
}

void
waits_finish(struct waits *waits, uint32_t closed)
{
    int64_t end_ms = closed == 0 ? waits->newest_ms : bucket_start_ms(closed + 1);

    for (size_t i = 0; i < waits->incident_count; i++) {
        if (!waits->incidents[i]->settled) {
            settle(waits, waits->incidents[i], end_ms);
        }
    }
}

const struct incident_waits *
waits_of(const struct waits *waits, const char *id)
{
    const struct followed *followed = find(waits, id);

    return followed == NULL || !followed->settled ? NULL : &followed->result;
}
