#include "judge/statistic/series.h"

#include "judge/statistic/special.h"

#include <assert.h>

#define GATE_COUNT     4
#define GATE_RATIO     1.5
#define GATE_DEVIATION 2.5
#define SCORE_MAX      300.0
#define FADE_DAY       0.9975961328836203 /* of a step, half-life 1 day */
#define FADE_WEEK      0.9996562360941261 /* half-life 7 days */
#define EXPECTED_LEAST 1e-3               /* of a window */
#define SURGE_SPREAD   0.3 /* variance of the share of complaints when only the crowd is new */

/* Long windows are tried less often independently of each other: they may speak a little sooner. */
static const double scale_bonus[SCALE_COUNT] = { 0, 0.6, 1.2, 1.8 };

uint64_t
series_count(struct series *series,
        uint32_t bucket,
        uint64_t posts,
        const uint64_t *authors,
        size_t author_count)
{
    uint64_t fresh = 0;
    for (size_t i = 0; i < author_count; i++) {
        fresh += (uint64_t)authors_see(&series->authors, authors[i], bucket);
    }
    window_advance(&series->fresh, bucket);
    window_advance(&series->posts, bucket);
    window_add(&series->fresh, fresh);
    window_add(&series->posts, posts);
    series->open.counted += fresh;
    series->open.posts += posts;
    return fresh;
}

static double
not_below(double value, double floor)
{
    return value > floor ? value : floor;
}

/* A surge of the whole conversation raises what is expected, not the alarm. */
static double
expected_by_odds(const struct series *series, uint64_t total, uint64_t counted)
{
    return total > counted ? baseline_odds(&series->baseline) * (double)(total - counted) : 0;
}

static void
sums_move(struct series *series, uint32_t step, const struct step_counts *closed)
{
    uint32_t place = step % STEPS_A_DAY;

    for (uint32_t scale = 0; scale < SCALE_COUNT; scale++) {
        struct step_counts *sum = &series->sums[scale];
        const struct step_counts *leaving =
                &series->steps[step_place_before(place, scale_steps[scale])];
        sum->expected = not_below(sum->expected + closed->expected - leaving->expected, 0);
        sum->clipped = not_below(sum->clipped + closed->clipped - leaving->clipped, 0);
        sum->counted += closed->counted - leaving->counted;
        sum->posts += closed->posts - leaving->posts;
    }
}

/* From the ring, without the rounding that moving sums collect. `step` is the last closed one. */
static void
sums_rebuild(struct series *series, uint32_t step)
{
    for (uint32_t scale = 0; scale < SCALE_COUNT; scale++) {
        struct step_counts sum = { 0 };
        for (uint32_t age = 0; age < scale_steps[scale]; age++) {
            const struct step_counts *one =
                    &series->steps[(step + STEPS_A_DAY - age) % STEPS_A_DAY];
            sum.expected += one->expected;
            sum.clipped += one->clipped;
            sum.counted += one->counted;
            sum.posts += one->posts;
        }
        series->sums[scale] = sum;
    }
}

void
series_settle(struct series *series, uint32_t step)
{
    for (uint32_t scale = 0; scale < FINE_SCALES; scale++) {
        series->leaving[scale] =
                series->steps[step_place_before(step % STEPS_A_DAY, scale_steps[scale])].expected;
    }
}

static void
push_step(struct series *series, uint32_t step, const struct step_counts *closed)
{
    sums_move(series, step, closed);
    series->steps[step % STEPS_A_DAY] = *closed;
    series->open = (struct step_counts){ 0 };
    series_settle(series, step + 1);
    if (step % STEPS_A_DAY == 0) {
        sums_rebuild(series, step);
    }
}

static void
excess_add(struct series *series, uint32_t step)
{
    static const double fade[2] = { FADE_DAY, FADE_WEEK };
    double excess = 0;
    for (uint32_t age = 0; age < 3; age++) {
        const struct step_counts *one = &series->steps[(step + STEPS_A_DAY - age) % STEPS_A_DAY];
        excess += (double)one->counted - one->expected;
    }
    for (int i = 0; i < 2; i++) {
        series->excess_square[i] = series->excess_square[i] * fade[i] + excess * excess;
        series->excess_weight[i] = series->excess_weight[i] * fade[i] + 1;
    }
}

void
series_close_step(struct series *series, uint32_t step, uint64_t total)
{
    struct step_counts closed = series->open;
    double by_season = baseline_expected(&series->baseline, step);

    closed.expected = not_below(expected_by_odds(series, total, closed.counted), by_season);
    closed.clipped = baseline_clip(&series->baseline, closed.expected, closed.counted);
    cusum_add(&series->cusum, &series->baseline, step, closed.expected, closed.counted);
    push_step(series, step, &closed);
    excess_add(series, step);

    struct step_facts facts = { .step = step,
        .counted = closed.counted,
        .posts = closed.posts,
        .total = total,
        .expected = closed.expected };
    baseline_learn(&series->baseline, &facts);
    for (uint32_t scale = 0; scale < SCALE_COUNT; scale++) {
        baseline_learn_spread(&series->baseline, scale, series->sums[scale].expected,
                series->sums[scale].clipped);
    }
}

void
series_close_gap(struct series *series, uint32_t step)
{
    struct step_counts nothing = { 0 };
    push_step(series, step, &nothing);
}

void
series_unexpect(struct series *series, uint32_t step, uint32_t count)
{
    for (uint32_t age = 0; age < count && age < STEPS_A_DAY; age++) {
        series->steps[(step + STEPS_A_DAY - age) % STEPS_A_DAY].expected = 0;
    }
    sums_rebuild(series, step);
    series_settle(series, step + 1);
}

void
series_restart_evidence(struct series *series, uint32_t bucket)
{
    cusum_restart(&series->cusum, bucket + 1);
}

void
series_forget(struct series *series, uint32_t bucket)
{
    for (uint32_t i = 0; i < STEPS_A_DAY; i++) {
        series->steps[i] = (struct step_counts){ 0 };
    }
    for (uint32_t scale = 0; scale < SCALE_COUNT; scale++) {
        series->sums[scale] = (struct step_counts){ 0 };
    }
    series->open = (struct step_counts){ 0 };
    series_settle(series, 0);
    window_clear(&series->fresh);
    series->recheck = 0;
    series_restart_evidence(series, bucket);
}

/* What the open step should hold by now. */
static double
expected_open(const struct series *series, const struct moment *moment)
{
    double by_season = baseline_expected(&series->baseline, moment->step) * moment->elapsed;
    return not_below(expected_by_odds(series, moment->step_total, series->open.counted), by_season);
}

/* What some steps' worth of time should hold: the open step so far, the closed ones, and the part of the oldest that
 * still is inside. `sum` is that of all the closed ones, `leaving` that of the oldest. */
static double
expected_window(
        const struct series *series, const struct moment *moment, double sum, double leaving)
{
    return not_below(expected_open(series, moment) + sum - moment->elapsed * leaving, 0);
}

/* What level and season alone let expect of the open step so far and `steps` steps before it. */
static double
expected_by_season(const struct series *series, const struct moment *moment, uint32_t steps)
{
    double sum = 0;

    for (uint32_t back = 0; back <= steps; back++) {
        double part = back == 0 ? moment->elapsed : back == steps ? 1 - moment->elapsed : 1;
        sum += part * baseline_expected(&series->baseline, moment->step - back);
    }
    return sum;
}

/* Up to an hour to the bucket; beyond, in whole steps. */
static void
scan_count(const struct series *series, const struct moment *moment, struct scan *scan)
{
    const struct step_counts *sum = &series->sums[scan->scale];
    if (scan->scale > 1) {
        scan->counted = series->open.counted + sum->counted;
        scan->posts = series->open.posts + sum->posts;
        return;
    }
    uint32_t span = scan->scale == 0 ? SPAN_10M : SPAN_1H;
    scan->counted = window_sum_at(&series->fresh, moment->bucket, span);
    scan->posts = window_sum_at(&series->posts, moment->bucket, span);
}

static double
expected_in_steps(const struct series *series, const struct moment *moment, uint32_t scale)
{
    return expected_open(series, moment) + series->sums[scale].expected;
}

static double
expected_to_the_bucket(
        const struct series *series, const struct moment *moment, const struct scan *scan)
{
    uint64_t total = scan->scale == 0 ? moment->total_10m : moment->total_1h;
    double closed = series->sums[scan->scale].expected;

    return not_below(expected_by_odds(series, total, scan->counted),
            expected_window(series, moment, closed, series->leaving[scan->scale]));
}

static void
scan_expect(const struct series *series, const struct moment *moment, struct scan *scan)
{
    double expected = scan->scale > 1 ? expected_in_steps(series, moment, scan->scale)
                                      : expected_to_the_bucket(series, moment, scan);
    scan->expected = not_below(expected, EXPECTED_LEAST);
}

/* How far a count may swing around what is expected. To what the windows of the past have taught it adds: people
 * bring others along, and what is known from few complaints is not known well. */
static double
calm_dispersion(const struct series *series, const struct scan *scan)
{
    return baseline_dispersion(&series->baseline, scan->scale) +
           BASELINE_CONTAGION / scan->expected + baseline_doubt(&series->baseline);
}

/* And more, in a surge of the whole conversation, which shows against what the season alone lets expect: nobody knows
 * what share of a new crowd complains. */
static double
surge_dispersion(const struct series *series, const struct moment *moment, const struct scan *scan)
{
    double by_season = expected_by_season(series, moment, scale_steps[scan->scale]);
    double surge = scan->expected > by_season ? 1 - by_season / scan->expected : 0;

    return SURGE_SPREAD * surge * surge;
}

/* Not more than will be expected, without asking what is usual: of the closed steps alone, which what is expected of
 * the open one can only add to. */
static double
expected_at_least(const struct series *series, const struct moment *moment, uint32_t scale)
{
    double closed = series->sums[scale].expected;

    return scale < FINE_SCALES ? closed - moment->elapsed * series->leaving[scale] : closed;
}

/* Of the cheap questions before the tail, those that need no dispersion ... */
static int
are_enough(const struct scan *scan)
{
    return scan->counted >= GATE_COUNT && (double)scan->counted >= GATE_RATIO * scan->expected;
}

/* ... and the one that does. */
static int
stands_out(const struct scan *scan)
{
    double excess = (double)scan->counted - scan->expected;

    return excess > GATE_DEVIATION * spread_of(scan->expected, scan->dispersion);
}

void
series_scan(
        const struct series *series, const struct moment *moment, uint32_t scale, struct scan *scan)
{
    assert(scale < SCALE_COUNT);

    *scan = (struct scan){ .scale = scale };
    scan_count(series, moment, scan);
    scan_expect(series, moment, scan);
    scan->dispersion = calm_dispersion(series, scan) + surge_dispersion(series, moment, scan);
    series_rescan(scan, scan->counted);
}

int32_t
series_score(
        const struct series *series, const struct moment *moment, uint32_t scale, struct scan *scan)
{
    assert(scale < SCALE_COUNT);

    *scan = (struct scan){ .scale = scale };
    scan_count(series, moment, scan);
    if (scan->counted < GATE_COUNT ||
            (double)scan->counted < GATE_RATIO * expected_at_least(series, moment, scale)) {
        return 0;
    }
    scan_expect(series, moment, scan);
    if (!are_enough(scan)) {
        return 0;
    }
    scan->dispersion = calm_dispersion(series, scan);
    if (!stands_out(scan)) {
        return 0; /* a season of 288 steps is not walked through for what is nothing anyway */
    }
    scan->dispersion += surge_dispersion(series, moment, scan);
    series_rescan(scan, scan->counted);
    return scan->score;
}

void
series_rescan(struct scan *scan, uint64_t counted)
{
    scan->counted = counted;
    scan->score = 0;
    /* Cheap questions first: the tail is only worth its price near an alarm. */
    if (!are_enough(scan) || !stands_out(scan)) {
        return;
    }
    scan->p_log10 = negative_binomial_tail_log10(scan->expected, scan->dispersion, scan->counted);
    double score = -scan->p_log10 + scale_bonus[scan->scale];
    scan->score = (int32_t)(100 * (score < SCORE_MAX ? score : SCORE_MAX));
}

double
series_severity(const struct series *series, const struct moment *moment)
{
    double sum = 0;
    double leaving = 0;
    for (uint32_t age = 1; age <= 3; age++) {
        leaving = series->steps[(moment->step + STEPS_A_DAY - age) % STEPS_A_DAY].expected;
        sum += leaving;
    }
    double expected = expected_window(series, moment, sum, leaving);
    double excess = (double)window_sum_at(&series->fresh, moment->bucket, SPAN_15M) - expected;
    double swing = not_below(spread_of(expected, baseline_dispersion(&series->baseline, 0)), 1);
    for (int i = 0; i < 2; i++) {
        if (series->excess_weight[i] > 0) {
            double mean_square = series->excess_square[i] / series->excess_weight[i];
            swing = mean_square > swing * swing ? spread_of(mean_square, 0) : swing;
        }
    }
    return excess > 0 ? excess / swing : 0;
}

double
series_expected_posts(const struct series *series, const struct moment *moment, uint32_t span)
{
    double authors = 0;
    double left = (double)span / STEP_BUCKETS;
    for (uint32_t back = 0; left > 0; back += STEPS_AN_HOUR) {
        double part = left < STEPS_AN_HOUR ? left : STEPS_AN_HOUR;
        uint32_t step = moment->step > back ? moment->step - back : 0;
        authors += part * baseline_expected(&series->baseline, step);
        left -= part;
    }
    return authors * baseline_posts_per_author(&series->baseline);
}

/* In a window that is longer than what is kept bucket by bucket: the beginning of a step. */
static uint32_t
onset_in_steps(const struct series *series, const struct moment *moment, uint32_t steps)
{
    double counted = (double)series->open.counted;
    double best = 0;
    uint32_t onset = moment->bucket;

    for (uint32_t age = 1; age <= steps; age++) {
        counted += (double)series->steps[(moment->step + STEPS_A_DAY - age) % STEPS_A_DAY].counted;
    }
    double pace = counted / (steps + 1) / 2;
    double sum = (double)series->open.counted - pace;
    for (uint32_t age = 1; age <= steps && age <= moment->step; age++) {
        const struct step_counts *one =
                &series->steps[(moment->step + STEPS_A_DAY - age) % STEPS_A_DAY];
        sum += (double)one->counted - not_below(pace, one->expected);
        if (sum > best) {
            best = sum;
            onset = (moment->step - age) * STEP_BUCKETS;
        }
    }
    return onset;
}

/* The start that explains the window best: from it to now people arrive faster than half way between
 * calm and the window's own pace; before it they do not. */
uint32_t
series_onset(const struct series *series, const struct moment *moment, uint32_t span)
{
    if (span > SPAN_1H) {
        uint32_t steps = span / STEP_BUCKETS;
        return onset_in_steps(series, moment, steps < STEPS_A_DAY ? steps : STEPS_A_DAY - 1);
    }
    double counted = (double)window_sum_at(&series->fresh, moment->bucket, span);
    double calm = baseline_expected(&series->baseline, moment->step) / STEP_BUCKETS;
    double pace = not_below(counted / span / 2, calm);
    double best = 0;
    double sum = 0;
    uint32_t onset = moment->bucket;

    for (uint32_t age = 0; age < span && age <= moment->bucket; age++) {
        uint32_t behind = moment->bucket - series->fresh.newest;
        sum += (age < behind ? 0 : window_count(&series->fresh, age - behind)) - pace;
        if (sum > best) {
            best = sum;
            onset = moment->bucket - age;
        }
    }
    return onset;
}
