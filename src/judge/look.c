#include "judge/look.h"

#include "judge/state/state.h"
#include "judge/statistic/special.h"

#include <assert.h>

int
brand_judge_pulse(const struct brand_judge *judge,
        uint32_t bucket,
        enum signal signal,
        struct signal_pulse *pulse)
{
    const struct series *series = judge->series[signal];
    struct scan scan;

    assert(bucket >= judge->last_bucket);
    if (series == NULL) {
        return 0;
    }
    struct moment moment = judge_moment_later(judge, bucket);
    series_scan(series, &moment, 0, &scan);
    *pulse = (struct signal_pulse){ .people = scan.counted,
        .expected = scan.expected,
        .spread = spread_of(scan.expected, scan.dispersion) };
    return 1;
}

static void
look_through(const struct brand_judge *judge,
        const struct series *series,
        const struct moment *moment,
        struct signal_look *look)
{
    static_assert(SIGNAL_WINDOWS == SCALE_COUNT, "a window for each scale");

    for (uint32_t scale = 0; scale < SCALE_COUNT; scale++) {
        uint32_t span = scale_steps[scale] * STEP_BUCKETS;
        struct page_view view = judge_page_view(judge, series, moment, scale);
        struct scan scan;
        series_scan(series, moment, scale, &scan);
        look->windows[scale] = (struct signal_window){
            .window_ms = bucket_start_ms(span),
            .people = scan.counted,
            .posts = scan.posts,
            .mentions = window_sum_at(&judge->total, moment->bucket, span),
            .expected = scan.expected,
            .dispersion = scan.dispersion,
            .p_log10 = negative_binomial_tail_log10(scan.expected, scan.dispersion, scan.counted),
            .score = scan.score / 100.0,
            .needed = page_limits_at(&view).scan / 100.0,
        };
    }
}

int
brand_judge_look(const struct brand_judge *judge,
        uint32_t bucket,
        uint32_t subject,
        struct signal_look *look)
{
    const struct series *series = judge->series[subject];

    assert(bucket >= judge->last_bucket);
    if (series == NULL) {
        return 0;
    }
    struct moment moment = judge_moment_later(judge, bucket);
    struct page_view longest = judge_page_view(judge, series, &moment, SCALE_COUNT - 1);
    double odds = baseline_odds(&series->baseline);
    *look = (struct signal_look){ .cusum = series->cusum.evidence,
        .cusum_limit = page_limits_at(&longest).cusum / 100.0,
        .cusum_from_ms = bucket_start_ms(series->cusum.from),
        .severity = series_severity(series, &moment),
        .usual_share = odds / (1 + odds),
        .sensitivity = longest.sensitivity };
    look_through(judge, series, &moment, look);
    return 1;
}
