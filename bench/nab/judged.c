#include "nab/judged.h"

#include "judge/statistic/page_limits.h"
#include "judge/statistic/series.h"

#include <stdlib.h>

#define STEP_SECONDS 300
#define HOT_10M      2.0
#define HOT_1H       3.0
#define QUIET_STEPS  14    /* 10 minutes without reason, then an hour of quiet */
#define COUNT_MOST   60000 /* authors of one step that the judge remembers */
#define GAP_WALKED   864
#define OFTEN        1000.0 /* people an hour: never a quiet brand */

/* One series under the judge. */
struct trial {
    struct series *series;
    const struct nab_series *rows;
    uint64_t *authors;
    uint64_t next_author;
    uint32_t step; /* the open one */
};

static int
trial_begin(struct trial *trial, const struct nab_series *rows)
{
    static const uint32_t spans[] = { SPAN_10M, SPAN_1H };
    *trial = (struct trial){ .rows = rows,
        .series = series_create(SIGNAL_COMPLAINT, 0, spans, 2),
        .authors = calloc(COUNT_MOST, sizeof *trial->authors),
        .next_author = 1,
        .step = (uint32_t)(rows->times[0] / STEP_SECONDS) };
    return trial->series != NULL && trial->authors != NULL;
}

static void
trial_end(struct trial *trial)
{
    series_destroy(&trial->series);
    free(trial->authors);
}

/* Counts the row into the open step, and says where that is in time. */
static struct moment
trial_count(struct trial *trial, size_t row)
{
    double value = trial->rows->values[row];
    size_t count = value < 0 ? 0 : value > COUNT_MOST ? COUNT_MOST : (size_t)value;
    uint32_t bucket = trial->step * STEP_BUCKETS + STEP_BUCKETS - 1;

    for (size_t i = 0; i < count; i++) {
        /* A good mix: an odd multiplier gives every number once. */
        trial->authors[i] = trial->next_author++ * UINT64_C(0x9e3779b97f4a7c15);
    }
    (void)series_count(trial->series, bucket, count, trial->authors, count);
    return (struct moment){ .bucket = bucket,
        .step = trial->step,
        .elapsed = 1,
        .step_total = count,
        .total_10m = window_sum_at(&trial->series->fresh, bucket, SPAN_10M),
        .total_1h = window_sum_at(&trial->series->fresh, bucket, SPAN_1H) };
}

/* Rows come every five minutes; where one is missing nothing is known. */
static void
trial_close(struct trial *trial, size_t row, uint64_t total)
{
    series_close_step(trial->series, trial->step++, total);
    if (row + 1 == trial->rows->rows.count) {
        return;
    }
    int64_t next = trial->rows->times[row + 1] / STEP_SECONDS;
    for (uint32_t i = 0; i < GAP_WALKED && (int64_t)trial->step < next; i++) {
        series_close_gap(trial->series, trial->step++);
    }
}

int
judged_severity(const struct nab_series *series, double *severity)
{
    struct trial trial;
    int fine = trial_begin(&trial, series);

    for (size_t row = 0; fine && row < series->rows.count; row++) {
        struct moment moment = trial_count(&trial, row);
        severity[row] = series_severity(trial.series, &moment);
        trial_close(&trial, row, moment.step_total);
    }
    trial_end(&trial);
    return fine;
}

static double
score(const struct trial *trial, const struct moment *moment, uint32_t scale)
{
    struct scan scan;
    series_scan(trial->series, moment, scale, &scan);
    return (double)scan.score / 100;
}

static double
best_score(const struct trial *trial, const struct moment *moment)
{
    double best = 0;
    for (uint32_t scale = 0; scale < SCALE_COUNT; scale++) {
        double one = score(trial, moment, scale);
        best = one > best ? one : best;
    }
    return best;
}

/* Of a brand without a calendar, of which many complain, all of them counted as one. */
static struct page_limits
page_limits(void)
{
    static const struct brand_settings plain = { .planned_count = 0 };

    return page_limits_at(&(struct page_view){ .brand = &plain,
            .sensitivity = SENSITIVITY_BALANCED,
            .signal = SIGNAL_COMPLAINT,
            .anything = 1,
            .usual = OFTEN });
}

double
judged_page_limit(void)
{
    return (double)page_limits().scan / 100;
}

int
judged_openings(const struct nab_series *series, double limit, size_t *alarms, size_t *alarm_count)
{
    double cusum_limit = (double)page_limits().cusum / 100 * limit / judged_page_limit();
    struct trial trial;
    int fine = trial_begin(&trial, series);
    int is_open = 0;
    size_t hot = 0; /* the last row with a reason */

    *alarm_count = 0;
    for (size_t row = 0; fine && row < series->rows.count; row++) {
        struct moment moment = trial_count(&trial, row);
        int opens = !is_open && (best_score(&trial, &moment) >= limit ||
                                        trial.series->cusum.evidence >= cusum_limit);
        if (opens) {
            alarms[(*alarm_count)++] = row;
            is_open = 1;
        }
        if (opens || (is_open && (score(&trial, &moment, 0) >= HOT_10M ||
                                         score(&trial, &moment, 1) >= HOT_1H))) {
            hot = row;
        }
        trial_close(&trial, row, moment.step_total);
        if (is_open && row - hot >= QUIET_STEPS) {
            series_forget(trial.series, moment.bucket);
            is_open = 0;
        }
    }
    trial_end(&trial);
    return fine;
}
