#include "judge/look.h"
#include "judge/state/state.h"
#include "judge/statistic/special.h"

#include <assert.h>
#include <string.h>

/* More late than this, of at least so many: nobody can say that the brand is calm. */
#define STALE_SHARE  20 /* one in twenty */
#define STALE_FEWEST 10

int
brand_judge_is_stale(const struct brand_judge *judge, uint32_t bucket)
{
    assert(bucket >= judge->last_bucket);
    uint64_t late = window_sum_at(&judge->late, bucket, SPAN_1H);
    uint64_t on_time = window_sum_at(&judge->total, bucket, SPAN_1H);
    return late >= STALE_FEWEST && late * STALE_SHARE > late + on_time;
}

static enum brand_state
state_of(const struct brand_judge *judge, uint32_t bucket)
{
    if (judge->life.incident.state == INCIDENT_OPEN) {
        return BRAND_OPEN;
    }
    if (judge->life.incident.state == INCIDENT_COOLING) {
        return BRAND_COOLING;
    }
    if (brand_judge_is_stale(judge, bucket)) {
        return BRAND_STALE;
    }
    return judge_is_learning(judge) ? BRAND_LEARNING : BRAND_CALM;
}

/* The signal that is most unusual in these ten minutes speaks for the brand. */
static void
describe_complaints(
        const struct brand_judge *judge, const struct moment *moment, struct brand_status *status)
{
    double worst = 1;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        const struct series *series = judge->series[i];
        struct scan scan;
        if (series == NULL) {
            continue;
        }
        series_scan(series, moment, 0, &scan);
        double tail = scan.counted > 0 ? negative_binomial_tail_log10(
                                                 scan.expected, scan.dispersion, scan.counted)
                                       : 0;
        status->complaints_10m =
                scan.posts > status->complaints_10m ? scan.posts : status->complaints_10m;
        if (worst <= 0 && tail >= worst) {
            continue;
        }
        worst = tail;
        status->p_log10 = tail;
        status->authors_10m = authors_distinct(&series->authors, moment->bucket, SPAN_10M);
        status->expected_10m = scan.expected;
        status->ratio = (double)scan.counted / (scan.expected > 0.1 ? scan.expected : 0.1);
        status->share = moment->total_10m > 0 ? (double)scan.posts / (double)moment->total_10m : 0;
    }
}

/* A bucket beyond the open step: the steps in between were empty and are not closed yet. */
struct moment
judge_moment_later(const struct brand_judge *judge, uint32_t bucket)
{
    struct moment moment = judge_moment(judge, bucket);
    if (step_of(bucket) > judge->step) {
        moment.elapsed = 1;
        moment.step_total = judge->step_total;
    }
    return moment;
}

void
brand_judge_status(const struct brand_judge *judge, uint32_t bucket, struct brand_status *status)
{
    const struct incident *incident = &judge->life.incident;
    int64_t now_ms = bucket_end_ms(bucket);

    assert(bucket >= judge->last_bucket);
    struct moment moment = judge_moment_later(judge, bucket);
    *status = (struct brand_status){
        .state = state_of(judge, bucket),
        .count_1m = window_sum_at(&judge->total, bucket, SPAN_1M),
        .count_10m = moment.total_10m,
        .count_1h = moment.total_1h,
        .count_24h = window_sum_at(&judge->total, bucket, SPAN_24H),
        .grade = '-',
    };
    describe_complaints(judge, &moment, status);
    if (!life_is_live(&judge->life)) {
        return;
    }
    status->severity = incident->severity;
    status->grade = answer_grade(incident, now_ms);
    memcpy(status->incident, incident->id, sizeof status->incident);
    if (incident->clock.answered_ms == TIME_NONE) {
        status->silence_ms = now_ms - incident->onset_ms;
    }
}
