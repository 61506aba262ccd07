/* A brand's state is a hundred lines of memory that a fold comes to one after the other, and of 10,000 brands no cache
 * keeps any. They are asked for in three volleys, because the second and the third need what the one before brings. */
#include "core/line.h"
#include "judge/state.h"

static void
fetch_series(const struct brand_judge *judge, uint32_t bucket)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (judge->series[i] != NULL) {
            series_fetch(judge->series[i], step_of(bucket));
        }
    }
}

static void
fetch_places(const struct brand_judge *judge, const struct brand_bucket *in)
{
    const struct series *anything = judge->series[SERIES_ANY];

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        const struct series *series = judge->series[i];
        if (in->author_count[i] == 0 || series == NULL) {
            continue;
        }
        series_fetch_places(series, in->bucket, in->authors[i], in->author_count[i]);
        if (anything != NULL && (judge->settings->judged & SIGNAL_BIT(i)) != 0) {
            series_fetch_places(anything, in->bucket, in->authors[i], in->author_count[i]);
        }
    }
}

void
judge_fetch(const struct brand_judge *judge, const struct brand_bucket *in)
{
    line_fetch(judge, offsetof(struct brand_judge, volume));
    line_fetch(&judge->scopes[0], 3 * sizeof judge->scopes[0].dims[0]);
    line_fetch(&judge->scopes[1], 1);
    line_fetch(&judge->replies.day, 1);
    line_fetch(&judge->life.incident, (size_t)2 * LINE_SIZE);
    fetch_series(judge, in->bucket);
    window_fetch(&judge->total, in->bucket);
    voices_fetch(&judge->voices);
    fetch_places(judge, in);
}
