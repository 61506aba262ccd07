/* A brand's state is some sixty lines of memory that a fold comes to one after the other, and of 10,000 brands no cache
 * keeps any. Where they are is a matter of the bucket alone, but for two things that lines themselves say: where the
 * series are, and the tables of their authors. So they are asked for in two volleys and a handful behind. */
#include "core/line.h"
#include "judge/state.h"

#define DIMS_USUAL 3

static int
is_spoken(const struct brand_judge *judge, const struct brand_bucket *in, size_t subject)
{
    if (subject != SERIES_ANY) {
        return in->author_count[subject] > 0 || in->posts[subject] > 0;
    }
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (in->author_count[i] > 0 && (judge->settings->judged & SIGNAL_BIT(i)) != 0) {
            return 1;
        }
    }
    return 0;
}

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

static void
fetch_series(const struct brand_judge *judge, const struct brand_bucket *in)
{
    int closes = step_of(in->bucket + 1) > judge->step;

    for (size_t i = 0; i < SERIES_COUNT; i++) {
        const struct series *series = judge->series[i];
        if (series == NULL) {
            continue;
        }
        series_fetch(series);
        if (closes || is_spoken(judge, in, i)) {
            series_fetch_spoken(series, in->bucket);
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
fetch_authors(const struct brand_judge *judge, const struct brand_bucket *in)
{
    const struct series *anything = judge->series[SERIES_ANY];

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        const struct series *series = judge->series[i];
        if (in->author_count[i] == 0 || series == NULL) {
            continue;
        }
        authors_fetch(&series->authors, in->authors[i], in->author_count[i]);
        if (anything != NULL && (judge->settings->judged & SIGNAL_BIT(i)) != 0) {
            authors_fetch(&anything->authors, in->authors[i], in->author_count[i]);
        }
    }
}

void
judge_fetch(const struct brand_judge *judge, const struct brand_bucket *in)
{
    fetch_brand(judge, in->bucket);
    fetch_series(judge, in);
    fetch_authors(judge, in);
}
