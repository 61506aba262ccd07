#include "crisis/intake.h"

#include "window/cell.h"
#include "window/voice.h"

#include <stdlib.h>
#include <string.h>

#define RECENT_SETS 2048
#define RECENT_WAYS 4

enum { SORTED_BY_HAND = 24 };

/* A mention that waits for its bucket to close. */
struct waiting {
    uint64_t author;
    uint64_t voice;
    uint32_t bucket;
    uint8_t signal;
    uint8_t reshared;
    uint8_t late;
};

struct intake {
    void (*take)(void *context, const struct brand_bucket *bucket);
    void *context;
    struct waiting *waiting; /* by bucket, then as they came */
    size_t count, capacity;
    uint64_t *authors; /* of the bucket being closed */
    uint64_t *voices;
    uint32_t closed;                           /* buckets below are */
    uint64_t recent[RECENT_SETS][RECENT_WAYS]; /* ids, the latest first */
};

struct intake *
intake_create(void (*take)(void *context, const struct brand_bucket *bucket), void *context)
{
    struct intake *intake = calloc(1, sizeof *intake);
    if (intake != NULL) {
        intake->take = take;
        intake->context = context;
    }
    return intake;
}

void
intake_destroy(struct intake **intake)
{
    if (*intake != NULL) {
        free((*intake)->waiting);
        free((*intake)->authors);
        free((*intake)->voices);
        free(*intake);
        *intake = NULL;
    }
}

/* ---- closing ---- */

static int
before(const struct waiting *a, const struct waiting *b)
{
    return a->signal != b->signal ? a->signal < b->signal : a->author < b->author;
}

static int
by_signal(const void *a, const void *b)
{
    return before(b, a) - before(a, b);
}

static void
sort(struct waiting *one, size_t count)
{
    if (count > SORTED_BY_HAND) {
        qsort(one, count, sizeof *one, by_signal);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct waiting moving = one[i];
        size_t at = i;
        while (at > 0 && before(&moving, &one[at - 1])) {
            one[at] = one[at - 1];
            at--;
        }
        one[at] = moving;
    }
}

static int
by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Sorted, each once; how many there are. */
static size_t
settle_voices(uint64_t *voices, size_t count)
{
    size_t kept = 0;

    if (count > 1) {
        qsort(voices, count, sizeof *voices, by_number);
    }
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || voices[kept - 1] != voices[i]) {
            voices[kept++] = voices[i];
        }
    }
    return kept;
}

static void
close_bucket(struct intake *intake, size_t count)
{
    struct brand_bucket bucket = { .bucket = intake->waiting[0].bucket };
    uint64_t *author = intake->authors;
    size_t voices = 0;

    sort(intake->waiting, count);
    for (size_t i = 0; i < count; i++) {
        const struct waiting *one = &intake->waiting[i];
        if (one->late) {
            bucket.late++;
            continue;
        }
        bucket.total++;
        bucket.reposts += one->reshared;
        if (one->signal == SIGNAL_COUNT) {
            continue;
        }
        intake->voices[voices++] = one->voice;
        size_t *people = &bucket.author_count[one->signal];
        if (bucket.posts[one->signal]++ == 0) {
            bucket.authors[one->signal] = author;
        }
        if (*people == 0 || author[-1] != one->author) {
            *author++ = one->author;
            ++*people;
        }
    }
    bucket.voices = intake->voices;
    bucket.voice_count = settle_voices(intake->voices, voices);
    intake->take(intake->context, &bucket);
}

/* Closes all buckets below `bucket`. */
static void
close_until(struct intake *intake, uint32_t bucket)
{
    size_t done = 0;
    struct waiting *first = intake->waiting;
    size_t all = intake->count;

    while (done < all && first[done].bucket < bucket) {
        size_t end = done + 1;
        while (end < all && first[end].bucket == first[done].bucket) {
            end++;
        }
        intake->waiting = first + done;
        close_bucket(intake, end - done);
        done = end;
    }
    intake->waiting = first;
    if (done > 0) {
        memmove(first, first + done, (all - done) * sizeof *first);
        intake->count = all - done;
    }
    intake->closed = bucket > intake->closed ? bucket : intake->closed;
}

/* ---- hearing ---- */

static int
came_before(struct intake *intake, uint64_t id)
{
    uint64_t *set = intake->recent[(id ^ (id >> 29)) % RECENT_SETS];
    for (int way = 0; way < RECENT_WAYS; way++) {
        if (id != 0 && set[way] == id) {
            return 1;
        }
    }
    memmove(set + 1, set, (RECENT_WAYS - 1) * sizeof *set);
    set[0] = id;
    return 0;
}

static int
make_room(struct intake *intake)
{
    if (intake->count < intake->capacity) {
        return 1;
    }
    size_t capacity = intake->capacity == 0 ? 64 : 2 * intake->capacity;
    struct waiting *waiting = realloc(intake->waiting, capacity * sizeof *waiting);
    if (waiting != NULL) {
        intake->waiting = waiting;
    }
    uint64_t *authors = realloc(intake->authors, capacity * sizeof *authors);
    if (authors != NULL) {
        intake->authors = authors;
    }
    uint64_t *voices = realloc(intake->voices, capacity * sizeof *voices);
    if (voices != NULL) {
        intake->voices = voices;
    }
    if (waiting == NULL || authors == NULL || voices == NULL) {
        return 0;
    }
    intake->capacity = capacity;
    return 1;
}

static uint64_t
voice_of(const struct heard *heard)
{
    int64_t age_ms = (int64_t)heard->age_days * 86400 * 1000;
    enum voice_age age = heard->age_days == AGE_UNKNOWN
                                 ? VOICE_AGE_UNKNOWN
                                 : voice_age_of(heard->time_ms - age_ms, heard->time_ms);

    uint64_t voice = voice_make(heard->author, age, heard->wording);

    return heard->reshared ? voice_passed_on(voice) : voice;
}

int
intake_hear(struct intake *intake, const struct heard *heard, int64_t clock_ms)
{
    int64_t over_ms = clock_ms - ALLOW_MS;
    if (over_ms >= 0) {
        close_until(intake, bucket_of(over_ms));
    }
    if (came_before(intake, heard->id)) {
        return 1;
    }
    if (!make_room(intake)) {
        return 0;
    }
    struct waiting one = { .author = heard->author,
        .voice = voice_of(heard),
        .bucket = bucket_of(heard->time_ms),
        .signal = (uint8_t)heard->signal,
        .reshared = (uint8_t)heard->reshared };
    if (heard->time_ms < over_ms) {
        one.bucket = bucket_of(clock_ms); /* it is shown where it came */
        one.late = 1;
    }
    size_t at = intake->count++;
    while (at > 0 && intake->waiting[at - 1].bucket > one.bucket) {
        intake->waiting[at] = intake->waiting[at - 1];
        at--;
    }
    intake->waiting[at] = one;
    return 1;
}

void
intake_end(struct intake *intake)
{
    close_until(intake, UINT32_MAX);
}
