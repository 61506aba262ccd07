#include "judge/statistic/page_limits.h"

#include <assert.h>

/* The CUSUM collects natural logarithms, scores are decimal ones: the same evidence is more of them. */
#define LN_10_MILLI 2303

static const struct page_limits limits[] = {
    [SENSITIVITY_FEWER] = { .scan = 700, .cusum = 1600 },
    [SENSITIVITY_BALANCED] = { .scan = 490, .cusum = 1230 },
    [SENSITIVITY_MORE] = { .scan = 430, .cusum = 900 },
};

/* These are of the scan alone: the CUSUM adds up, and does not leap. See decisions/0029. */
#define SIGNAL_SHIFT 70

/* What is asked less where fewer people an hour complain as usual, and in which windows: of a day's people there are
 * never so few that one more is a leap. */
static const struct {
    double usual;
    int64_t span_ms;
    int32_t shift;
} quiet[] = { { 0.2, INT64_C(3600000), 70 }, { 2, INT64_C(86400000), 30 } };

/* The last to begin: of two in one window the one that people have in mind. NULL: none. */
static const struct planned_event *
find_planned(const struct page_view *view)
{
    for (size_t i = view->brand->planned_count; i-- > 0;) {
        const struct planned_event *event = &view->brand->planned[i];
        if (event->start_ms < view->until_ms && view->until_ms - view->span_ms < event->end_ms &&
                (event->signals & SIGNAL_BIT(view->signal)) != 0) {
            return event;
        }
    }
    return NULL;
}

static int32_t
by_verdicts(const struct page_view *view)
{
    const int32_t *offsets = view->brand->score_offsets;

    assert(view->signal < SIGNAL_COUNT);
    return offsets == NULL ? 0 : offsets[view->signal];
}

static int32_t
by_size(const struct page_view *view)
{
    int32_t asked = view->anything ? 0 : SIGNAL_SHIFT;

    for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
        if (view->usual < quiet[i].usual && view->span_ms <= quiet[i].span_ms) {
            return asked - quiet[i].shift;
        }
    }
    return asked;
}

struct page_limits
page_limits_at(const struct page_view *view)
{
    int32_t moved = by_verdicts(view) + (find_planned(view) != NULL ? PLANNED_SHIFT : 0);

    assert(view->sensitivity <= SENSITIVITY_MORE);
    return (struct page_limits){ .scan = limits[view->sensitivity].scan + by_size(view) + moved,
        .cusum = limits[view->sensitivity].cusum + moved * LN_10_MILLI / 1000 };
}

struct limit_shift
page_shift_at(const struct page_view *view)
{
    const struct planned_event *event = find_planned(view);
    struct limit_shift shift = { .verdicts = by_verdicts(view) };

    if (event != NULL) {
        shift.planned = PLANNED_SHIFT;
        (void)view_copy(event->name, shift.name, sizeof shift.name);
    }
    return shift;
}

struct limit_shift
page_shift_of(const struct brand_settings *brand, const struct incident *incident)
{
    struct page_view view = { .brand = brand,
        .signal = incident->why.signal,
        .until_ms = incident->opened_ms,
        .span_ms = incident->why.window_ms };

    if ((incident->why.fired & ~(uint32_t)DETECTOR_THRESHOLD) == 0) {
        return (struct limit_shift){ .planned = 0 }; /* a rule asked for it, and was not moved */
    }
    return page_shift_at(&view);
}
