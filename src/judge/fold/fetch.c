/* A brand's state is some sixty lines of memory that a fold comes to one after the other, and of 10,000 brands no cache
 * keeps any. Where they are is a matter of the bucket alone, but for two things that lines themselves say: where the
 * series are, and the tables of their authors. So they are asked for in two volleys and a handful behind. */
#include "core/line.h"
#include "judge/state/state.h"

#define DIMS_USUAL     3
#define SERIES_ANY_BIT (UINT32_C(1) << SERIES_ANY)

static void
fetch_total(const struct brand_judge *judge, uint32_t bucket)
{
    static const uint32_t back[] = { 0, SPAN_1M, SPAN_10M, SPAN_1H };

    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        uint32_t place = (bucket - back[i]) % SPAN_24H;
        line_fetch(&judge->rings.total[place], 1);
        line_fetch(&judge->rings.total_filled[place / 64], 1);
    }
}

static void
fetch_brand(const struct brand_judge *judge, uint32_t bucket)
{
    line_fetch(judge, offsetof(struct brand_judge, replies) + sizeof judge->replies.day);
    line_fetch(&judge->scopes[0], DIMS_USUAL * sizeof judge->scopes[0].dims[0]);
    line_fetch(&judge->scopes[1].count, 1);
    line_fetch(&judge->life.incident.state, 1);
    fetch_total(judge, bucket);
}

/* Of those that exist, `spoken` are spoken of. */
static void
fetch_series(const struct brand_judge *judge, uint32_t bucket, uint32_t spoken)
{
    int closes = step_of(bucket + 1) > judge->step;

    for (uint32_t left = judge->heard; left != 0; left &= left - 1) {
        const struct series *series = judge->series[__builtin_ctz(left)];
        series_fetch(series);
        if (closes || (spoken & left & -left) != 0) {
            series_fetch_spoken(series, bucket);
        }
        if (closes) {
            series_fetch_closing(series, judge->step);
        }
    }
    if (closes) {
        line_fetch(&judge->volume, offsetof(struct baseline, slots));
    }
    voices_fetch(&judge->voices);
}

static void
fetch_authors(const struct brand_judge *judge, const struct brand_bucket *in, uint32_t spoken)
{
    const struct series *anything = judge->series[SERIES_ANY];

    for (uint32_t left = spoken & judge->heard & ~SERIES_ANY_BIT; left != 0; left &= left - 1) {
        size_t i = (size_t)__builtin_ctz(left);
        authors_fetch(&judge->series[i]->authors, in->authors[i], in->author_count[i]);
        if (anything != NULL && (judge->settings->judged & SIGNAL_BIT(i)) != 0) {
            authors_fetch(&anything->authors, in->authors[i], in->author_count[i]);
        }
    }
}

void
judge_fetch(const struct brand_judge *judge, const struct brand_bucket *in)
{
    uint32_t spoken = judge_spoken(in);

    fetch_brand(judge, in->bucket);
    if ((spoken & judge->settings->judged) != 0) {
        spoken |= SERIES_ANY_BIT;
    }
    fetch_series(judge, in->bucket, spoken);
    fetch_authors(judge, in, spoken);
}
