#include "nab/scoring.h"

#include <math.h>

#define PROBATION_SHARE 0.15
#define PROBATION_MOST  750
#define FAR             3.0 /* widths of the window before: no longer near it */

const struct nab_profile nab_profiles[NAB_PROFILES] = {
    [NAB_STANDARD] = { "standard", 1, 0.11 },
    [NAB_LOW_FP] = { "low_fp", 1, 0.22 },
    [NAB_LOW_FN] = { "low_fn", 2, 0.11 },
};

size_t
nab_probation(size_t row_count)
{
    size_t share = (size_t)(PROBATION_SHARE * (double)row_count);
    return share < PROBATION_MOST ? share : PROBATION_MOST;
}

static double
sigmoid(double x)
{
    return 2 / (1 + exp(5 * x)) - 1;
}

static double
width(const struct nab_window *window)
{
    return (double)(window->last - window->first + 1);
}

static double
gain(const struct nab_window *window, size_t row)
{
    return sigmoid(-(double)(window->last - row + 1) / width(window)) / sigmoid(-1);
}

/* `before`: the last window that ended before the row; NULL: none. */
static double
loss(const struct nab_window *before, size_t row)
{
    if (before == NULL || before->last == before->first) {
        return -1;
    }
    double away = (double)(row - before->last) / (width(before) - 1);
    return away > FAR ? -1 : sigmoid(away);
}

double
nab_raw(const struct nab_rows *rows,
        const struct nab_profile *profile,
        const size_t *alarms,
        size_t alarm_count)
{
    const size_t probation = nab_probation(rows->count);
    double raw = 0;
    size_t at = 0; /* of the windows: the first that does not end before the alarm */
    int hit = 0;

    for (size_t i = 0; i < alarm_count; i++) {
        if (alarms[i] < probation) {
            continue;
        }
        for (; at < rows->window_count && rows->windows[at].last < alarms[i]; at++) {
            raw -= hit ? 0 : profile->fn;
            hit = 0;
        }
        if (at == rows->window_count || alarms[i] < rows->windows[at].first) {
            raw += profile->fp * loss(at == 0 ? NULL : &rows->windows[at - 1], alarms[i]);
        } else if (!hit) {
            raw += gain(&rows->windows[at], alarms[i]);
            hit = 1;
        }
    }
    for (; at < rows->window_count; at++) {
        raw -= hit ? 0 : profile->fn;
        hit = 0;
    }
    return raw;
}

double
nab_normal(double raw, const struct nab_profile *profile, size_t window_count)
{
    double never = -profile->fn * (double)window_count;
    double perfect = (double)window_count;
    return window_count == 0 ? 0 : 100 * (raw - never) / (perfect - never);
}
