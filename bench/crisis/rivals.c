#include "crisis/rivals.h"

#include "judge/statistic/special.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HOUR          ((size_t)60)
#define DAY           ((size_t)1440)
#define WEEK          ((size_t)10080)
#define EPISODE_APART 180
#define BIN           5

static uint32_t
complaints(const struct minutes *minutes, size_t until, size_t span)
{
    size_t from = until > span ? until - span : 0;
    return minutes->complaints[until] - minutes->complaints[from];
}

static double
at_least(double value, double least)
{
    return value > least ? value : least;
}

static void
run_static(const struct minutes *m, struct ladder *ladder)
{
    for (size_t t = m->scored; t < m->count; t++) {
        ladder_note(ladder, t, complaints(m, t + 1, 10));
    }
}

static void
run_ratio(const struct minutes *m, struct ladder *ladder)
{
    for (size_t t = m->scored; t < m->count; t++) {
        double now = complaints(m, t + 1, 10);
        double before = complaints(m, t > 9 ? t - 9 : 0, DAY) * 10.0 / (double)DAY;
        if (now >= 5) {
            ladder_note(ladder, t, now / (before + 0.5));
        }
    }
}

static void
run_ewma(const struct minutes *m, struct ladder *ladder)
{
    double weight = 1 - pow(0.5, (double)BIN / (double)DAY);
    double mean = 0;
    double variance = 1;

    for (size_t t = BIN - 1; t < m->count; t += BIN) {
        double now = complaints(m, t + 1, BIN);
        double away = now - mean;
        if (t >= m->scored && now >= 5) {
            ladder_note(ladder, t, away / sqrt(variance + 1e-9));
        }
        mean += weight * away;
        variance = (1 - weight) * (variance + weight * away * away);
    }
}

/* A seasonal negative-binomial scan as textbooks have it: hour of day, level, one dispersion a window. */
struct scan_state {
    double level, level_weight;
    double hour[24], hour_weight[24];
    double spread[4], spread_weight[4];
    double expected[DAY / BIN]; /* of the last day's bins */
    double sums[4];
};

static const size_t scan_bins[4] = { 2, 12, 72, 288 };
static const double scan_bonus[4] = { 0, 0.6, 1.2, 1.8 };

static double
scan_expected(const struct scan_state *s, size_t hour)
{
    double level = (s->level + 0.05) / (s->level_weight + 144);
    return at_least(level * (s->hour[hour] + 5) / (s->hour_weight[hour] + 5), 1e-4);
}

static double
scan_score(const struct scan_state *s, const struct minutes *m, size_t t, int window)
{
    uint32_t now = complaints(m, t + 1, scan_bins[window] * BIN);
    double mean = at_least(s->sums[window], 1e-3);
    double spread = at_least(s->spread[window] / s->spread_weight[window], 0.005);

    if (now < 4 || now < 1.5 * mean || now - mean <= 2.5 * sqrt(mean + spread * mean * mean)) {
        return 0;
    }
    return -negative_binomial_tail_log10(mean, spread, now) + scan_bonus[window];
}

static void
scan_learn(struct scan_state *s, const struct minutes *m, size_t t, double expected)
{
    const double fade = 0.9998281032728207; /* half-life 14 days, in bins */
    const double hour_fade = 0.9979391883568344;
    size_t hour = t / HOUR % 24;
    double usual = (s->hour[hour] + 5) / (s->hour_weight[hour] + 5);
    double level = (s->level + 0.05) / (s->level_weight + 144);
    double now = complaints(m, t + 1, BIN);
    double most = expected + 3 * sqrt(expected + 0.15 * expected * expected) + 1;

    now = now < most ? now : most;
    s->level = s->level * fade + now;
    s->level_weight = s->level_weight * fade + usual;
    s->hour[hour] = s->hour[hour] * hour_fade + now;
    s->hour_weight[hour] = s->hour_weight[hour] * hour_fade + level;
    for (int window = 0; window < 4; window++) {
        double mean = at_least(s->sums[window], 1e-3);
        double away = complaints(m, t + 1, scan_bins[window] * BIN) - mean;
        away = away < 3 * sqrt(mean) + 1 ? away : 3 * sqrt(mean) + 1;
        double excess = (away * away - mean) / at_least(mean * mean, 1);
        s->spread[window] =
                at_least(s->spread[window] * fade + excess, 0.005 * s->spread_weight[window]);
        s->spread_weight[window] = s->spread_weight[window] * fade + 1;
    }
}

static void
run_plain_nb(const struct minutes *m, struct ladder *ladder)
{
    struct scan_state s = { 0 };
    const size_t ring = DAY / BIN;

    for (int window = 0; window < 4; window++) {
        s.spread[window] = 0.15 * 576;
        s.spread_weight[window] = 576;
    }
    for (size_t bin = 0; (bin + 1) * BIN <= m->count; bin++) {
        size_t t = bin * BIN + BIN - 1;
        double expected = scan_expected(&s, t / HOUR % 24);
        double best = 0;
        for (int window = 0; window < 4; window++) {
            size_t old = (bin + ring - scan_bins[window]) % ring;
            s.sums[window] += expected - s.expected[old];
        }
        s.expected[bin % ring] = expected;
        for (int window = 0; t >= m->scored && window < 4; window++) {
            best = at_least(scan_score(&s, m, t, window), best);
        }
        if (best > 0) {
            ladder_note(ladder, t, best);
        }
        scan_learn(&s, m, t, expected);
    }
}

static void
run_hour_over_week(const struct minutes *m, struct ladder *ladder)
{
    for (size_t t = m->scored; t < m->count; t += BIN) {
        double now = complaints(m, t + 1, HOUR);
        double usual = complaints(m, t > HOUR ? t + 1 - HOUR : 0, WEEK) / 168.0;
        if (now >= 3) {
            ladder_note(ladder, t, now / at_least(usual, 0.5));
        }
    }
}

static void
run_hour_over_recent(const struct minutes *m, struct ladder *ladder)
{
    for (size_t t = m->scored; t < m->count; t += BIN) {
        double now = complaints(m, t + 1, HOUR);
        double usual = complaints(m, t > HOUR ? t + 1 - HOUR : 0, 12 * HOUR) / 12.0;
        usual = at_least(usual, complaints(m, t + 1 > DAY ? t + 1 - DAY : 0, HOUR));
        usual = at_least(usual, complaints(m, t + 1 > WEEK ? t + 1 - WEEK : 0, HOUR));
        if (now >= 3) {
            ladder_note(ladder, t, (now - usual) / sqrt(usual + 1));
        }
    }
}

static void
run_day_over_week(const struct minutes *m, struct ladder *ladder)
{
    for (size_t t = at_least((double)m->scored, DAY) > (double)m->scored ? DAY : m->scored;
            t < m->count; t += HOUR) {
        double sum = 0;
        double squares = 0;
        size_t hours = t / HOUR < 168 ? t / HOUR : 168;
        for (size_t back = 0; back < hours; back++) {
            double one = complaints(m, t - back * HOUR, HOUR);
            sum += one;
            squares += one * one;
        }
        double mean = sum / (double)hours;
        double deviation = sqrt(at_least(squares / (double)hours - mean * mean, 0));
        double now = complaints(m, t, DAY) / 24.0;
        ladder_note(ladder, t, (now - mean) / at_least(deviation, 0.2));
    }
}

static const struct row {
    const char *name;
    void (*run)(const struct minutes *, struct ladder *);
    double usual; /* threshold */
    double step;  /* to the next one up */
} rows[RIVAL_COUNT] = {
    { "static", run_static, 20, 1.5 },
    { "ratio", run_ratio, 3, 1.4 },
    { "ewma", run_ewma, 5, 1.3 },
    { "plain_nb", run_plain_nb, 5.5, 1.35 },
    { "hour_over_week", run_hour_over_week, 3, 1.4 },
    { "hour_over_recent", run_hour_over_recent, 3, 1.3 },
    { "day_over_week", run_day_over_week, 0.5, 1.2 },
};

const char *
rival_name(size_t rival)
{
    assert(rival < RIVAL_COUNT);
    return rows[rival].name;
}

double
ladder_threshold(size_t rival, size_t step)
{
    return rows[rival].usual * pow(rows[rival].step, (double)step);
}

void
rival_run(size_t rival, const struct minutes *minutes, struct ladder *ladder)
{
    for (size_t step = 0; step < LADDER_STEPS; step++) {
        ladder->thresholds[step] = ladder_threshold(rival, step);
        ladder->last[step] = INT64_MIN / 2;
        ladder->counts[step] = 0;
    }
    rows[rival].run(minutes, ladder);
}

static void
add_alarm(struct ladder *ladder, size_t step, size_t minute)
{
    if (ladder->counts[step] == ladder->capacities[step]) {
        size_t capacity = ladder->capacities[step] == 0 ? 32 : 2 * ladder->capacities[step];
        uint32_t *grown = realloc(ladder->alarms[step], capacity * sizeof *grown);
        if (grown == NULL) {
            ladder->failed = 1;
            return;
        }
        ladder->alarms[step] = grown;
        ladder->capacities[step] = capacity;
    }
    ladder->alarms[step][ladder->counts[step]++] = (uint32_t)minute;
}

void
ladder_note(struct ladder *ladder, size_t minute, double score)
{
    for (size_t step = 0; step < LADDER_STEPS && score >= ladder->thresholds[step]; step++) {
        int is_new = (int64_t)minute - ladder->last[step] > EPISODE_APART;
        ladder->last[step] = (int64_t)minute;
        if (is_new) {
            add_alarm(ladder, step, minute);
        }
    }
}

void
ladder_fini(struct ladder *ladder)
{
    for (size_t step = 0; step < LADDER_STEPS; step++) {
        free(ladder->alarms[step]);
    }
    *ladder = (struct ladder){ 0 };
}

int
minutes_init(struct minutes *minutes, size_t count, size_t scored)
{
    *minutes = (struct minutes){ .count = count, .scored = scored };
    minutes->complaints = calloc(count + 1, sizeof *minutes->complaints);
    return minutes->complaints != NULL;
}

void
minutes_fini(struct minutes *minutes)
{
    free(minutes->complaints);
    *minutes = (struct minutes){ 0 };
}

void
minutes_note(struct minutes *minutes, size_t minute)
{
    if (minute < minutes->count) {
        minutes->complaints[minute + 1]++;
    }
}

void
minutes_sum(struct minutes *minutes)
{
    for (size_t i = 0; i < minutes->count; i++) {
        minutes->complaints[i + 1] += minutes->complaints[i];
    }
}
