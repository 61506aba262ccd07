/*
 * bench_judge: what a step of ten seconds costs the judge, brand by brand.
 *
 *   bench_judge --seed 7 --limit 10000 --format json
 *
 * Brands out of a seed, each with a day behind it in which people spoke of it and complained. Then bucket after
 * bucket is folded for all of them:
 *   dirty     every brand has a complaint, as many as it is used to: a bucket every two minutes
 *   closing   the same in the last bucket of a step of five minutes: what it was is learnt from, too
 *   saved     as dirty, and each brand's state is written down after it, as a commit needs it
 *   crisis    every brand has one in every bucket, and is used to few: all of them have an incident
 *   ordinary  a fifth of them is spoken of, a hundredth complained about
 * A step of ten seconds costs `ms_per_step` for all brands together.
 * Status 2 when nothing could be measured.
 */
#include "harness/report.h"

#include "core/rng.h"
#include "judge/judge.h"
#include "window/voice.h"

#include <stdio.h>
#include <stdlib.h>

#define BRANDS_DEFAULT 10000
#define CONTENDERS     5
/* Warming up: one bucket in so many has posts. */
#define WARM_STRIDE  12
#define WARM_BUCKETS 8640
#define STEP_BUCKETS 30
/* A handful of people is waited for: after ten minutes every brand has its incident. */
#define CRISIS_BUCKETS 60
/* After a quarter of the day behind them brands may have incidents. */
#define LEARNING_MS (INT64_C(6) * 3600 * 1000)
/* Monday 2024-01-01, 00:00 UTC. */
#define FIRST_BUCKET 170406720U

struct mood;
struct crowd {
    struct brand_judge **judges;
    struct brand_settings *brands;
    size_t count;
    uint32_t bucket;
    struct rng rng;
    uint64_t events;
    const struct mood *mood;
    void *state; /* of the brand that was saved last */
    size_t state_size;
    uint64_t state_bytes; /* of all that were */
    uint64_t states;
};

enum afterwards { NOTHING_AFTERWARDS, SAVE_AFTERWARDS };

/* Of a hundred brands, so many are spoken of in a bucket; of a hundred of these, so many with a complaint. */
struct mood {
    const char *name;
    unsigned spoken, complaints;
    unsigned usual;  /* complaints of the day before */
    uint32_t stride; /* to the next bucket that is measured; */
    uint32_t place;  /* the first one; */
    uint32_t before; /* so many like it come first, unmeasured */
    enum afterwards afterwards;
};
static const struct mood moods[CONTENDERS] = {
    { "dirty", 100, 100, 100, WARM_STRIDE, 0, 0, NOTHING_AFTERWARDS },
    { "closing", 100, 100, 100, STEP_BUCKETS, STEP_BUCKETS - 1, 0, NOTHING_AFTERWARDS },
    { "saved", 100, 100, 100, WARM_STRIDE, 0, 0, SAVE_AFTERWARDS },
    { "crisis", 100, 100, 5, 1, 0, CRISIS_BUCKETS, NOTHING_AFTERWARDS },
    { "ordinary", 20, 5, 5, 1, 0, 0, NOTHING_AFTERWARDS },
};

struct bench {
    struct bench_options options;
    struct judge_settings settings;
    struct crowd crowds[CONTENDERS];
    struct contender contenders[CONTENDERS];
    size_t count; /* of those that are wanted */
    json_t *report;
};

static void
fold(struct crowd *crowd, size_t brand, unsigned complaints)
{
    uint64_t author = rng_next(&crowd->rng) >> 1;
    uint64_t voice = voice_make(author, VOICE_AGE_OLDER, rng_next(&crowd->rng));
    uint64_t total = 1 + rng_below(&crowd->rng, 4);
    struct dim_count dims[] = { { VIEW("lang.es"), total }, { VIEW("plat.x"), total } };
    struct judge_event events[JUDGE_EVENTS_MAX];
    struct brand_bucket in = {
        .bucket = crowd->bucket, .total = total, .dims = dims, .dim_count = 2
    };

    if (rng_below(&crowd->rng, 100) < complaints) {
        in.authors[SIGNAL_OUTAGE] = &author;
        in.author_count[SIGNAL_OUTAGE] = 1;
        in.posts[SIGNAL_OUTAGE] = 1;
        in.voices = &voice;
        in.voice_count = 1;
    }
    crowd->events += brand_judge_fold(crowd->judges[brand], &in, events);
}

static void
save(struct crowd *crowd, const struct brand_judge *judge)
{
    size_t size = brand_judge_save(judge, crowd->state, crowd->state_size);

    if (size > crowd->state_size) {
        free(crowd->state);
        crowd->state = malloc(size);
        crowd->state_size = crowd->state == NULL ? 0 : size;
        size = brand_judge_save(judge, crowd->state, crowd->state_size);
    }
    crowd->state_bytes += size;
    crowd->states++;
}

/* As many complaints as are measured, and what comes after. */
static void
speak(struct crowd *crowd, size_t brand)
{
    fold(crowd, brand, crowd->mood->complaints);
    if (crowd->mood->afterwards == SAVE_AFTERWARDS) {
        save(crowd, crowd->judges[brand]);
    }
}

static size_t
step(void *state)
{
    struct crowd *crowd = state;

    for (size_t i = 0; i < crowd->count; i++) {
        if (rng_below(&crowd->rng, 100) < crowd->mood->spoken) {
            speak(crowd, i);
        } else if (brand_judge_next(crowd->judges[i]) <= crowd->bucket) {
            struct judge_event events[JUDGE_EVENTS_MAX];
            struct brand_bucket nothing = { .bucket = crowd->bucket };
            crowd->events += brand_judge_fold(crowd->judges[i], &nothing, events);
        }
    }
    crowd->bucket += crowd->mood->stride;
    return crowd->count;
}

/* A day, so that all windows and sums have something in them. */
static void
warm_up(struct crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        for (uint32_t at = 0; at < WARM_BUCKETS; at += WARM_STRIDE) {
            crowd->bucket = FIRST_BUCKET + at;
            fold(crowd, i, crowd->mood->usual);
        }
    }
    crowd->bucket = FIRST_BUCKET + WARM_BUCKETS + crowd->mood->place;
    for (uint32_t i = 0; i < crowd->mood->before; i++) {
        (void)step(crowd);
    }
}

static int
crowd_init(struct crowd *crowd, const struct bench *bench, uint64_t seed)
{
    crowd->count = bench->options.limit == 0 || bench->options.limit == SIZE_MAX
                           ? BRANDS_DEFAULT
                           : bench->options.limit;
    crowd->rng = rng_seeded(seed);
    crowd->judges = calloc(crowd->count, sizeof(struct brand_judge *));
    crowd->brands = calloc(crowd->count, sizeof *crowd->brands);
    if (crowd->judges == NULL || crowd->brands == NULL) {
        return 0;
    }
    for (size_t i = 0; i < crowd->count; i++) {
        (void)snprintf(crowd->brands[i].id, sizeof crowd->brands[i].id, "brand%zu", i);
        crowd->judges[i] = brand_judge_create(&bench->settings, &crowd->brands[i]);
        if (crowd->judges[i] == NULL) {
            return 0;
        }
    }
    warm_up(crowd);
    return 1;
}

static void
crowd_fini(struct crowd *crowd)
{
    for (size_t i = 0; crowd->judges != NULL && i < crowd->count; i++) {
        brand_judge_destroy(&crowd->judges[i]);
    }
    free(crowd->judges);
    free(crowd->brands);
    free(crowd->state);
}

static int
prepare(struct bench *bench)
{
    judge_settings_init(&bench->settings);
    bench->settings.deployment = "bench";
    bench->settings.learning_ms = LEARNING_MS;
    for (size_t i = 0; i < CONTENDERS; i++) {
        struct crowd *crowd = &bench->crowds[bench->count];
        if (!bench_options_want(&bench->options, moods[i].name)) {
            continue;
        }
        crowd->mood = &moods[i];
        if (!crowd_init(crowd, bench, bench->options.seed + i)) {
            return 0;
        }
        bench->contenders[bench->count++] =
                (struct contender){ .name = moods[i].name, .round = step, .state = crowd };
    }
    return bench->count > 0;
}

static int
measure(struct bench *bench)
{
    struct calibration calibration = calibration_measure();

    bench->report = report_create("judge", &bench->options, &calibration);
    if (bench->report == NULL || !prepare(bench) ||
            !timing_run(bench->contenders, bench->count, bench->options.reps)) {
        return 0;
    }
    for (size_t i = 0; i < bench->count; i++) {
        const struct contender *contender = &bench->contenders[i];
        json_t *engine = report_engine(bench->report, contender, "brand");
        json_object_set_new(engine, "ms_per_step",
                json_real(contender->median_ns * (double)contender->units / 1e6));
        json_object_set_new(engine, "events", json_integer((json_int_t)bench->crowds[i].events));
        if (bench->crowds[i].states > 0) {
            json_object_set_new(engine, "state_bytes",
                    json_integer(
                            (json_int_t)(bench->crowds[i].state_bytes / bench->crowds[i].states)));
        }
    }
    report_print(bench->report, &bench->options);
    return 1;
}

int
main(int argc, char **argv)
{
    struct bench bench = { 0 };
    int status;

    if (bench_options_read(&bench.options, argc, argv, &status)) {
        return status;
    }
    status = measure(&bench) ? 0 : 2;
    if (status != 0) {
        (void)fprintf(stderr, "nothing could be measured\n");
    }
    report_destroy(&bench.report);
    for (size_t i = 0; i < CONTENDERS; i++) {
        crowd_fini(&bench.crowds[i]);
    }
    return status;
}
