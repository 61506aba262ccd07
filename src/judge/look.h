/*
 * look: what the detectors see of one signal of a brand, for whoever draws a decision or explains it.
 *
 * Nothing here decides, and nothing here changes a state: the figures are those that the scan and the CUSUM
 * compare, asked for as of the last bucket folded or of a later one with nothing in between.
 */
#ifndef REBATO_JUDGE_LOOK_H
#define REBATO_JUDGE_LOOK_H

#include "judge/judge.h"

/* The scan's windows: 10 min, 1 h, 6 h, 24 h. */
#define SIGNAL_WINDOWS 4

#define LOOK_ANYTHING SIGNAL_COUNT
#define LOOKS_MAX     (SIGNAL_COUNT + 1)

/* Ten minutes, cheap enough to be asked every minute. */
struct signal_pulse {
    uint64_t people; /* who complain; each counts once an hour */
    double expected;
    double spread; /* standard deviation of what is expected */
};

struct signal_window {
    int64_t window_ms;
    uint64_t people;   /* U */
    uint64_t posts;    /* C */
    uint64_t mentions; /* T: all of the brand */
    double expected;   /* M */
    double dispersion; /* phi */
    double p_log10;    /* of so many people or more; <= 0 */
    double score;      /* -log10 p and the window's bonus; 0: not even unusual enough to ask */
    double needed;     /* what it has to reach, by sensitivity, calendar and verdicts */
};

struct signal_look {
    struct signal_window windows[SIGNAL_WINDOWS];
    double cusum;
    double cusum_limit;
    int64_t cusum_from_ms; /* since when it has collected */
    double severity;       /* how big for this brand */
    double usual_share;
    enum sensitivity sensitivity;
};

/* Both false when nobody has ever said it of the brand. */
int brand_judge_pulse(const struct brand_judge *judge,
        uint32_t bucket,
        enum signal signal,
        struct signal_pulse *pulse);
/* `subject`: a signal, or LOOK_ANYTHING for all who complain of anything. */
int brand_judge_look(const struct brand_judge *judge,
        uint32_t bucket,
        uint32_t subject,
        struct signal_look *look);

/* ---- what the brand's input is worth ---- */

/* So much came late in the last hour, as of a bucket not before the last one folded, that nobody can say how it is. */
int brand_judge_is_stale(const struct brand_judge *judge, uint32_t bucket);
/* Would nobody speak of the brand between these two buckets only if its input failed? False while it learns. The
 * judge closes such a silence as a gap, once it is that long. */
int brand_judge_would_miss(const struct brand_judge *judge, uint32_t heard, uint32_t bucket);

#endif
