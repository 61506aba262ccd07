#include "judge/foresee.h"

#include "judge/state/state.h"

#include <assert.h>
#include <stdlib.h>

/* No window opens for fewer: see series_scan(). */
#define PEOPLE_FEWEST 4

struct foresight {
    struct brand_judge *copy; /* of the brand in hand; NULL: none */
    char *bytes;              /* its state on the way */
    size_t size;
};

struct foresight *
foresight_create(void)
{
    return calloc(1, sizeof(struct foresight));
}

void
foresight_destroy(struct foresight **foresight)
{
    if (*foresight == NULL) {
        return;
    }
    brand_judge_destroy(&(*foresight)->copy);
    free((*foresight)->bytes);
    free(*foresight);
    *foresight = NULL;
}

/* Could so many more in one series be news? */
static int
enough_people(const struct brand_judge *judge, size_t subject, uint64_t authors)
{
    const struct series *series = judge->series[subject];
    uint64_t before =
            series == NULL ? 0 : window_sum_at(&series->fresh, judge->last_bucket, SPAN_1H);

    return authors > 0 && before + authors >= PEOPLE_FEWEST;
}

int
foresight_is_worth(const struct brand_judge *judge, const struct open_counts *open)
{
    uint64_t anything = 0;

    if (life_is_live(&judge->life)) {
        return 0;
    }
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        anything += (judge->settings->judged & SIGNAL_BIT(i)) != 0 ? open->authors[i] : 0;
    }
    /* Those of any one signal are among them. */
    if (enough_people(judge, SERIES_ANY, anything)) {
        return 1;
    }
    for (size_t i = 0; i < judge->settings->threshold_count; i++) {
        if (open->posts[judge->settings->thresholds[i].signal] > 0) {
            return 1;
        }
    }
    return 0;
}

/* Saved and loaded: the one way of copying that is kept whole, because a takeover depends on it. */
int
foresight_start(struct foresight *foresight, const struct brand_judge *judge)
{
    size_t size = brand_judge_save(judge, foresight->bytes, foresight->size);

    if (size > foresight->size) {
        char *more = realloc(foresight->bytes, size);
        if (more == NULL) {
            return 0;
        }
        foresight->bytes = more;
        foresight->size = size;
        size = brand_judge_save(judge, foresight->bytes, foresight->size);
    }
    brand_judge_destroy(&foresight->copy);
    foresight->copy = brand_judge_create(judge->settings, judge->brand);
    return size > 0 && foresight->copy != NULL &&
           brand_judge_load(foresight->copy, foresight->bytes, size);
}

int
foresight_fold(
        struct foresight *foresight, const struct brand_bucket *in, struct judge_event *early)
{
    struct judge_event events[JUDGE_EVENTS_MAX];

    assert(foresight->copy != NULL);
    size_t count = brand_judge_fold(foresight->copy, in, events);
    for (size_t i = 0; i < count; i++) {
        if (events[i].kind == EVENT_OPENED || events[i].kind == EVENT_REOPENED) {
            *early = events[i];
            early->kind = EVENT_EARLY;
            return 1;
        }
    }
    return 0;
}
