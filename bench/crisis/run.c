#include "crisis/run.h"

#include "crisis/details.h"
#include "crisis/intake.h"

#include "core/hash.h"
#include "core/process/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define FIRST_DAY INT64_C(20605) /* Monday, 1 June 2026: the first day that is scored */

#define AGREEMENT_OF 20 /* brands, one */

enum { THREADS_MAX = 64 };

/* What threads share. */
struct crew {
    const struct run_options *options;
    struct tiers tiers;
    atomic_uint next; /* brand */
    pthread_mutex_t print_lock;
};

/* What one of them has for itself. */
struct hand {
    struct crew *crew;
    struct thread thread;
    struct results *results;
    struct ladder ladder;
};

static void
fold(void *context, const struct brand_bucket *bucket)
{
    struct panel *panel = context;
    panel_fold(panel, bucket);
}

/* Posts in the order of arrival; their arrival is the clock, because other brands keep it going. */
static int
judge_stream(const struct stream *stream, struct panel *panel)
{
    struct intake *intake = intake_create(fold, panel);
    int fine = intake != NULL;

    panel_begin(panel, stream->era.from_ms);
    for (size_t i = 0; fine && i < stream->count; i++) {
        const struct post *post = &stream->posts[i];
        struct heard heard = { .time_ms = post->time_ms,
            .id = post->id,
            .author = post->author,
            .signal = (enum signal)post->signal,
            .reshared = post->root != 0,
            .age_days = post->age_days,
            .wording = hash_bytes(&post->text, sizeof post->text) };
        fine = intake_hear(intake, &heard, post->arrived_ms);
    }
    if (fine) {
        intake_end(intake);
        panel_end(panel, stream->era.until_ms);
    }
    intake_destroy(&intake);
    return fine && !panel_failed(panel);
}

static int
measure_panel(struct hand *hand, const struct truth *truth, const struct panel *panel)
{
    for (int tier = 0; tier < TIERS; tier++) {
        const struct alarm_list *list = panel_alarms(panel, (enum tier)tier);
        int64_t *times = calloc(2 * list->count + 1, sizeof *times);
        int64_t *labelled = times + list->count; /* coordinated: no alarms */
        size_t count = 0;
        size_t labelled_count = 0;
        if (times == NULL) {
            return 0;
        }
        for (size_t i = 0; i < list->count; i++) {
            const struct alarm *alarm = &list->alarms[i];
            if (alarm->coordinated) {
                labelled[labelled_count++] = alarm->opened_ms;
            } else {
                times[count++] = alarm->opened_ms;
            }
        }
        sheet_judge(&hand->results->tiers[tier], truth, times, count);
        sheet_label(&hand->results->tiers[tier], truth, labelled, labelled_count);
        free(times);
    }
    return 1;
}

/* ---- rivals ---- */

static int
fill_minutes(struct minutes *minutes, const struct stream *stream)
{
    const struct era *era = &stream->era;
    size_t count = (size_t)((era->until_ms - era->from_ms) / MINUTE_MS);
    size_t scored = (size_t)((era->scored_ms - era->from_ms) / MINUTE_MS);

    if (!minutes_init(minutes, count, scored)) {
        return 0;
    }
    for (size_t i = 0; i < stream->count; i++) {
        if (stream->posts[i].signal != SIGNAL_COUNT) {
            minutes_note(
                    minutes, (size_t)((stream->posts[i].arrived_ms - era->from_ms) / MINUTE_MS));
        }
    }
    minutes_sum(minutes);
    return 1;
}

static int
measure_step(struct hand *hand,
        const struct stream *stream,
        const struct truth *truth,
        size_t rival,
        size_t step)
{
    size_t count = hand->ladder.counts[step];
    int64_t *times = calloc(count + 1, sizeof *times);
    if (times == NULL) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        times[i] = stream->era.from_ms + (int64_t)(hand->ladder.alarms[step][i] + 1) * MINUTE_MS;
    }
    sheet_judge(&hand->results->rivals[rival][step], truth, times, count);
    free(times);
    return 1;
}

static int
measure_rivals(struct hand *hand, const struct stream *stream, const struct truth *truth)
{
    struct minutes minutes;
    int fine = fill_minutes(&minutes, stream);

    for (size_t rival = 0; fine && rival < RIVAL_COUNT; rival++) {
        rival_run(rival, &minutes, &hand->ladder);
        for (size_t step = 0; fine && step < LADDER_STEPS; step++) {
            fine = measure_step(hand, stream, truth, rival, step);
        }
    }
    minutes_fini(&minutes);
    return fine && !hand->ladder.failed;
}

/* ---- brands ---- */

static int
measure(struct hand *hand, struct stream *stream, struct panel *panel)
{
    struct crew *crew = hand->crew;
    struct truth truth;
    int fine = judge_stream(stream, panel) && truth_find(&truth, stream);

    if (!fine) {
        return 0;
    }
    fine = measure_panel(hand, &truth, panel) && measure_rivals(hand, stream, &truth);
    pthread_mutex_lock(&crew->print_lock);
    if (crew->options->details != NULL) {
        details_print(crew->options->details, stream, &truth, panel);
    }
    if (crew->options->stream != NULL) {
        details_print_stream(crew->options->stream, stream);
    }
    pthread_mutex_unlock(&crew->print_lock);
    truth_fini(&truth);
    return fine;
}

static int
agrees_or_not(struct hand *hand, const struct stream *stream)
{
    const struct run_options *options = hand->crew->options;
    struct rng rng = draw_stream(options->seed, "agreement", 0);

    if (options->rules == NULL ||
            stream->era.brand % AGREEMENT_OF != rng_below(&rng, AGREEMENT_OF)) {
        return 1;
    }
    return agreement_check(stream, options->rules, &hand->results->agreement);
}

static int
run_brand(struct hand *hand, uint32_t number)
{
    const struct run_options *options = hand->crew->options;
    const struct era era = { .seed = options->seed,
        .brand = options->first + number,
        .scored_ms = FIRST_DAY * DAY_MS,
        .until_ms = (FIRST_DAY + options->days) * DAY_MS };
    struct stream stream;

    if (!stream_make(&stream, options->world, &era)) {
        return 0;
    }
    struct panel *panel = panel_create(&hand->crew->tiers, "brand");
    int fine = panel != NULL && measure(hand, &stream, panel) && agrees_or_not(hand, &stream);
    hand->results->mentions += stream.count;
    panel_destroy(&panel);
    stream_fini(&stream);
    return fine;
}

static void *
work(void *argument)
{
    struct hand *hand = argument;
    struct crew *crew = hand->crew;

    for (;;) {
        /* Only a number is handed out; results meet when the threads have ended. */
        unsigned number = atomic_fetch_add_explicit(&crew->next, 1, memory_order_relaxed);
        if (number >= crew->options->brands || hand->results->failed) {
            return NULL;
        }
        hand->results->failed = !run_brand(hand, number);
    }
}

void
results_add(struct results *to, const struct results *from)
{
    for (int tier = 0; tier < TIERS; tier++) {
        sheet_add(&to->tiers[tier], &from->tiers[tier]);
        to->failed |= to->tiers[tier].failed;
    }
    for (size_t rival = 0; rival < RIVAL_COUNT; rival++) {
        for (size_t step = 0; step < LADDER_STEPS; step++) {
            sheet_add(&to->rivals[rival][step], &from->rivals[rival][step]);
            to->failed |= to->rivals[rival][step].failed;
        }
    }
    to->agreement.brands += from->agreement.brands;
    to->agreement.mentions += from->agreement.mentions;
    to->agreement.numbers += from->agreement.numbers;
    to->agreement.differences += from->agreement.differences;
    to->mentions += from->mentions;
    to->failed |= from->failed;
}

void
results_fini(struct results *results)
{
    for (int tier = 0; tier < TIERS; tier++) {
        sheet_fini(&results->tiers[tier]);
    }
    for (size_t rival = 0; rival < RIVAL_COUNT; rival++) {
        for (size_t step = 0; step < LADDER_STEPS; step++) {
            sheet_fini(&results->rivals[rival][step]);
        }
    }
}

int
run_seed(const struct run_options *options, struct results *results)
{
    unsigned threads = options->threads < THREADS_MAX ? options->threads : THREADS_MAX;
    struct crew crew = { .options = options, .print_lock = PTHREAD_MUTEX_INITIALIZER };
    struct hand *hands = calloc(threads, sizeof *hands);
    unsigned started = 0;

    tiers_init(&crew.tiers);
    while (hands != NULL && started < threads) {
        struct hand *hand = &hands[started];
        hand->crew = &crew;
        hand->results = calloc(1, sizeof *hand->results);
        if (hand->results == NULL || !thread_start(&hand->thread, "brands", work, hand)) {
            free(hand->results);
            break;
        }
        started++;
    }
    for (unsigned i = 0; i < started; i++) {
        thread_join(&hands[i].thread);
        results_add(results, hands[i].results);
        results_fini(hands[i].results);
        ladder_fini(&hands[i].ladder);
        free(hands[i].results);
    }
    free(hands);
    pthread_mutex_destroy(&crew.print_lock);
    return started > 0 && !results->failed;
}
