/*
 * page_limits: how sure the statistic must be before it wakes people; in hundredths, because scores are compared as
 * integers.
 *
 *   what a sensitivity asks of all who complain, of a signal more, of a quiet brand less
 *     + what verdicts moved for this brand and signal + 2 around a planned event
 *
 * A signal is one of seven that are looked at side by side, and seven have seven chances to be unusual: most of what
 * paged for nothing were five people of a signal that is rare, on a day like others for the brand. Who complain of
 * anything are looked at once.
 *
 * Where people are few a count leaps from likely to unlikely, and a limit is passed by more than was asked: a brand of
 * which hardly anybody complains would page ten times less often for nothing than one of thousands, and later.
 *
 * Both limits move by the same evidence: 2 of a score, a hundred times rarer, are 4.6 of the CUSUM's logarithms.
 *
 * A planned event counts for every window that reaches into it: what people wrote during a final is still in the hour
 * after it. So the short windows are as sure as ever soon after its end, and those of a day, as the CUSUM, a day later.
 * Nothing is ever muted: what is a hundred times rarer still opens. Plain thresholds of rules are what a person asked
 * for, and stay as they are.
 *
 * Settings and time in, limits out: nothing of it is state. This folder only.
 */
#ifndef REBATO_JUDGE_STATISTIC_PAGE_LIMITS_H
#define REBATO_JUDGE_STATISTIC_PAGE_LIMITS_H

#include "judge/judge.h"

#include <stdint.h>

#define PLANNED_SHIFT 200

struct page_limits {
    int32_t scan;  /* -log10 p of a window */
    int32_t cusum; /* collected evidence, natural log */
};

/* Whose limits, and of which window: [until - span, until). */
struct page_view {
    const struct brand_settings *brand;
    enum sensitivity sensitivity;
    enum signal signal; /* of who complain of anything, what most of them say */
    int anything;       /* 1: all who complain, of whatever; 0: those of one signal */
    double usual;       /* people an hour who complain of the brand, as usual */
    int64_t until_ms;
    int64_t span_ms;
};

/* The CUSUM is asked with the longest window. */
struct page_limits page_limits_at(const struct page_view *view);
/* What of it is not the sensitivity's. */
struct limit_shift page_shift_at(const struct page_view *view);
/* As of an incident's opening. */
struct limit_shift page_shift_of(
        const struct brand_settings *brand, const struct incident *incident);

/* Is there anything that moves them? */
static inline int
page_limits_move(const struct brand_settings *brand)
{
    return brand->planned_count > 0 || brand->score_offsets != NULL;
}

#endif
