#include "judge/look.h"
#include "judge/state/state.h"
#include "judge/statistic/special.h"

#include <assert.h>

/* A silence longer than 36 hours is not walked through step by step. */
#define STEPS_WALKED_MAX 432
/* Half-life 12 h, of a step: what a brand's people pass on in a day, the last hours most. */
#define FADE_HALF_DAY 0.9951980443443538
/* Silence this improbable is a fault of the input, not of the people: ln 1e-6. */
#define LOG_IMPROBABLE (-13.815510557964274)
/* Fewer than this cannot fail to come so improbably: log(1 + x) <= x. */
#define EXPECTED_FEW 13.8

/* ln P[nothing] where `expected` mentions should have come. */
static double
log_silence(const struct brand_judge *judge, double expected)
{
    double spread = baseline_dispersion(&judge->volume, 0);
    return -special_log(1 + spread * expected) / spread;
}

static int
silence_is_gap(const struct brand_judge *judge, double expected)
{
    return expected > EXPECTED_FEW && log_silence(judge, expected) < LOG_IMPROBABLE;
}

/* Whole steps in between, as they are closed: the same silence is a gap here and there. */
int
brand_judge_would_miss(const struct brand_judge *judge, uint32_t heard, uint32_t bucket)
{
    uint32_t first = step_of(heard) + 1;
    uint32_t end = step_of(bucket);
    double expected = 0;

    if (judge_is_learning(judge) || end <= first) {
        return 0;
    }
    if (end - first > STEPS_WALKED_MAX) {
        expected = (double)(end - first) * baseline_level(&judge->volume);
    }
    for (uint32_t step = first; step < end && end - first <= STEPS_WALKED_MAX; step++) {
        expected += baseline_expected(&judge->volume, step);
    }
    return silence_is_gap(judge, expected);
}

static void
close_as_gap(struct brand_judge *judge)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (judge->series[i] != NULL) {
            series_close_gap(judge->series[i], judge->step);
        }
    }
}

/* The gap is noticed some steps after it began: what these expected is taken back. */
static void
gap_begins(struct brand_judge *judge)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (judge->series[i] != NULL) {
            series_unexpect(judge->series[i], judge->step, judge->silent_steps);
        }
    }
}

/* Who complains over a day is asked what is passed on over a day. */
static void
learn_reposts(struct brand_judge *judge)
{
    uint32_t end = judge->step * STEP_BUCKETS + STEP_BUCKETS - 1;
    uint64_t reposts =
            judge->step_total > 0 ? window_sum_at(&judge->reposts, end, STEP_BUCKETS) : 0;

    judge->mentions_faded = judge->mentions_faded * FADE_HALF_DAY + (double)judge->step_total;
    judge->reposts_faded = judge->reposts_faded * FADE_HALF_DAY + (double)reposts;
}

static void
close_as_seen(struct brand_judge *judge)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (judge->series[i] != NULL) {
            series_close_step(judge->series[i], judge->step, judge->step_total);
        }
    }
    struct step_facts facts = { .step = judge->step,
        .counted = judge->step_total,
        .posts = judge->step_total,
        .total = judge->step_total,
        .expected = baseline_expected(&judge->volume, judge->step) };
    baseline_learn(&judge->volume, &facts);
    learn_reposts(judge);
    voices_fade(&judge->voices);
    judge->observed_steps++;
}

void
judge_close_step(struct brand_judge *judge)
{
    if (judge->step_total > 0) {
        judge->silent_steps = 0;
        judge->silent_expected = 0;
    } else {
        judge->silent_steps++;
        judge->silent_expected += baseline_expected(&judge->volume, judge->step);
    }
    /* While it still learns when the brand sleeps, a night must not look like a fault. */
    uint32_t was_gap = judge->in_gap;
    judge->in_gap = judge->silent_steps > 0 && !judge_is_learning(judge) &&
                    silence_is_gap(judge, judge->silent_expected);
    if (judge->in_gap) {
        close_as_gap(judge);
    } else {
        close_as_seen(judge);
    }
    if (judge->in_gap && !was_gap) {
        gap_begins(judge);
    }
    judge->step_total = 0;
    judge->step++;
}

/* A leap: all windows are empty behind it. A brand that is rarely spoken of has just not been spoken
 * of; for any other the input was missing. Nobody learns from it. */
static void
leap(struct brand_judge *judge, uint32_t step)
{
    double steps = (double)(step - judge->step);
    double expected = steps * baseline_level(&judge->volume);

    if (log_silence(judge, expected) >= LOG_IMPROBABLE) {
        judge->observed_steps += step - judge->step;
    }
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (judge->series[i] != NULL) {
            series_forget(judge->series[i], judge->last_bucket);
        }
    }
    judge->silent_steps = 0;
    judge->silent_expected = 0;
    judge->in_gap = 0;
    judge->step = step;
}

void
judge_advance(struct brand_judge *judge, uint32_t bucket)
{
    uint32_t step = step_of(bucket);
    if (!judge->started) {
        judge->started = 1;
        judge->step = step;
    }
    assert(step >= judge->step);

    if (step > judge->step) {
        judge_close_step(judge); /* it may have been spoken in */
    }
    if (step > judge->step && step - judge->step > STEPS_WALKED_MAX) {
        leap(judge, step);
    }
    while (judge->step < step) {
        judge_close_step(judge);
    }
    window_advance(&judge->total, bucket);
    window_advance(&judge->reposts, bucket);
    window_advance(&judge->first_person, bucket);
    window_advance(&judge->late, bucket);
    judge->last_bucket = bucket;
}
