#include "judge/state/state.h"

#include "window/voice.h"

#include <string.h>

/* Half a brand's usual share of complaints, to start a new signal from. */
#define PRIOR_SHARE 0.02
#define PRIOR_LEVEL 0.0005

void
dims_add(struct incident_dim dims[INCIDENT_DIMS_MAX],
        size_t *dim_count,
        const struct dim_count *added)
{
    for (size_t i = 0; i < *dim_count; i++) {
        if (view_equal(view_of(dims[i].name), added->name)) {
            dims[i].count += added->count;
            return;
        }
    }
    if (*dim_count < INCIDENT_DIMS_MAX) {
        struct incident_dim *dim = &dims[*dim_count];
        if (view_copy(added->name, dim->name, sizeof dim->name)) {
            dim->count = added->count;
            ++*dim_count;
        }
    }
}

static void
scope_copy(struct scope *to, const struct scope *from)
{
    to->count = from->count;
    memcpy(to->dims, from->dims, from->count * sizeof from->dims[0]);
}

static void
count_scope(struct brand_judge *judge, const struct brand_bucket *in)
{
    uint32_t epoch = in->bucket / SCOPE_BUCKETS;
    if (epoch != judge->scope_epoch) {
        if (epoch == judge->scope_epoch + 1) {
            scope_copy(&judge->scopes[1], &judge->scopes[0]);
        } else {
            judge->scopes[1].count = 0;
        }
        judge->scopes[0].count = 0;
        judge->scope_epoch = epoch;
    }
    for (size_t i = 0; i < in->dim_count; i++) {
        dims_add(judge->scopes[0].dims, &judge->scopes[0].count, &in->dims[i]);
    }
}

size_t
judge_spans_of(
        const struct judge_settings *settings, uint32_t subject, uint32_t spans[WINDOW_SPANS_MAX])
{
    size_t count = 0;
    uint32_t longest = SPAN_1H;

    spans[count++] = SPAN_10M;
    for (size_t i = 0; i < settings->threshold_count; i++) {
        const struct judge_threshold *row = &settings->thresholds[i];
        uint32_t span = (uint32_t)(row->threshold.window_ms / (BUCKET_SECONDS * INT64_C(1000)));
        if (row->signal != subject) {
            continue;
        }
        longest = span > longest ? span : longest;
        if (count < WINDOW_SPANS_MAX - 1) {
            spans[count++] = span; /* the others are added up when asked */
        }
    }
    spans[count++] = longest;
    return count;
}

/* A signal heard for the first time inherits what the brand's silence about it has taught: it was
 * watched for as long as the brand was, and nobody complained. */
struct series *
judge_series_born(const struct brand_judge *judge, uint32_t subject)
{
    uint32_t spans[WINDOW_SPANS_MAX];
    size_t span_count = judge_spans_of(judge->settings, subject, spans);
    double prior = PRIOR_SHARE * baseline_level(&judge->volume) + PRIOR_LEVEL;
    struct series *series = series_create(subject, prior, spans, span_count);

    if (series != NULL) {
        series->baseline.level_weight = judge->volume.level_weight;
        series->baseline.other_sum = judge->volume.level_sum;
        cusum_restart(&series->cusum, judge->last_bucket);
    }
    return series;
}

/* Without memory for a new series it is tried again with the next complaint. */
static void
count_in(struct brand_judge *judge, uint32_t subject, size_t signal, const struct brand_bucket *in)
{
    struct series **series = &judge->series[subject];

    if (*series == NULL) {
        *series = judge_series_born(judge, subject);
    }
    if (*series != NULL) {
        judge->heard |= UINT32_C(1) << subject;
        series_count(*series, in->bucket, in->posts[signal], in->authors[signal],
                in->author_count[signal]);
    }
}

/* The voices of a bucket beside the authors of each signal, both sorted. */
struct hearing {
    const struct brand_bucket *in;
    signal_set asked; /* signals that may open anything */
    size_t at[SIGNAL_COUNT];
};

/* One author of the bucket, with what they complain of. */
static signal_set
find_author(struct hearing *hearing, uint64_t voice, uint64_t *author)
{
    signal_set signals = 0;

    for (signal_set left = hearing->asked; left != 0; left &= left - 1) {
        size_t signal = (size_t)__builtin_ctz(left);
        const uint64_t *authors = hearing->in->authors[signal];
        size_t count = hearing->in->author_count[signal];
        size_t *at = &hearing->at[signal];
        while (*at < count && voice_author_of(authors[*at]) < voice_author_of(voice)) {
            ++*at;
        }
        if (*at < count && voice_author_of(authors[*at]) == voice_author_of(voice)) {
            signals |= SIGNAL_BIT(signal);
            *author = authors[*at];
        }
    }
    return signals;
}

/* Before the authors are counted, which makes them known. Of one who said several things the first is heard, own
 * words before what was passed on. */
static void
hear_voices(struct brand_judge *judge, const struct brand_bucket *in, signal_set spoken)
{
    const struct series *anything = judge->series[SERIES_ANY];
    struct hearing hearing = { .in = in, .asked = spoken & judge->settings->judged };

    for (size_t i = 0; i < in->voice_count; i++) {
        uint64_t author = 0;
        uint64_t voice = in->voices[i];
        if (i > 0 && voice_author_of(in->voices[i - 1]) == voice_author_of(voice)) {
            continue;
        }
        signal_set signals = find_author(&hearing, voice, &author);
        if (signals == 0 ||
                (anything != NULL && authors_know(&anything->authors, author, in->bucket))) {
            continue;
        }
        voices_hear(&judge->voices, &(struct voice_heard){ in->bucket, signals, voice },
                life_is_live(&judge->life) ? VOICE_IN_INCIDENT : VOICE_USUAL);
    }
}

signal_set
judge_spoken(const struct brand_bucket *in)
{
    signal_set spoken = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        spoken |= (signal_set)(in->posts[i] > 0 || in->author_count[i] > 0) << i;
    }
    return spoken;
}

void
judge_count(struct brand_judge *judge, const struct brand_bucket *in)
{
    signal_set spoken = judge_spoken(in);

    window_add(&judge->total, in->total);
    window_add(&judge->reposts, in->reposts);
    window_add(&judge->first_person, in->first_person);
    window_add(&judge->late, in->late);
    judge->step_total += in->total;
    count_scope(judge, in);
    hear_voices(judge, in, spoken);

    for (signal_set left = spoken; left != 0; left &= left - 1) {
        size_t i = (size_t)__builtin_ctz(left);
        if (signal_kind_of((enum signal)i) != SIGNAL_KIND_COMPLAINT) {
            continue;
        }
        count_in(judge, (uint32_t)i, i, in);
        if ((judge->settings->judged & SIGNAL_BIT(i)) != 0) {
            count_in(judge, SERIES_ANY, i, in);
        }
    }
}
