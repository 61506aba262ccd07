/*
 * rule: what a rule file says, compiled; read-only for everybody but the compiler.
 *
 * A brand says how people name it and which accounts speak for it. A rule says which words, under
 * which conditions, are which signal, and from which threshold that is news. Both live in a
 * rule_set.
 */
#ifndef REBATO_MATCH_RULE_H
#define REBATO_MATCH_RULE_H

#include "core/view.h"
#include "match/signal.h"
#include "mention/mention.h"

#include <stddef.h>
#include <stdint.h>

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL };
const char *severity_name(enum severity severity);

enum sensitivity { SENSITIVITY_FEWER, SENSITIVITY_BALANCED, SENSITIVITY_MORE };
const char *sensitivity_name(enum sensitivity sensitivity);
/* False when it is none of "fewer", "balanced", "more". */
int sensitivity_find(struct view name, enum sensitivity *sensitivity);

/* A plain threshold, as written under detect.threshold: every part that is not 0 must hold over the
 * window, for `for_ms` without a break. At least one of count, authors, ratio, share is set. */
struct threshold {
    int64_t window_ms;    /* a multiple of the bucket, 10 s to 24 h; authors: up to 1 h */
    uint32_t min_count;   /* posts with the signal */
    uint32_t min_authors; /* distinct authors of them */
    double ratio;         /* posts over what is expected */
    double share;         /* posts over all mentions of the brand, 0-1 */
    int64_t for_ms;
};

/* An account that speaks for a brand: an immutable id, or a handle only where no id is given. */
struct account {
    enum platform platform; /* PLATFORM_OTHER: any platform (handle only) */
    struct view id;
    struct view handle;
};

/* What is known beforehand to make people talk: a final, a launch. Meanwhile more is asked of the statistic. */
struct planned_event {
    struct view name; /* up to PLANNED_NAME_SIZE_MAX bytes */
    int64_t start_ms; /* event time; */
    int64_t end_ms;   /* the first moment that is no longer part of it */
    signal_set signals;
};

/* How far verdicts may move what a score has to reach, in hundredths: decisions/0025. */
#define SCORE_OFFSET_MIN  0
#define SCORE_OFFSET_MAX  200
#define SCORE_OFFSET_STEP 50 /* by one verdict */

struct brand {
    struct view id;
    struct view title;
    const struct account *accounts;
    size_t account_count;
    int64_t ack_target_ms;               /* default 15 min */
    int64_t update_every_ms;             /* default 30 min */
    const struct planned_event *planned; /* by start */
    size_t planned_count;
    const int32_t *score_offsets; /* by signal, hundredths: what verdicts moved; NULL: nothing */
    const char *file;             /* where it stands */
    size_t line;
};

struct rule {
    struct view id;
    struct view title[2]; /* by enum lang */
    enum signal signal;
    enum severity severity;
    enum sensitivity sensitivity;
    uint32_t weight_milli; /* rules of one signal add up, until its threshold is reached */
    int first_person;      /* a match means that the author is affected */
    int require_brand;
    int by_brand; /* looked for in posts of official accounts alone: what the brand does, or, with a
                     complaint's signal, what it names */
    uint32_t near_words; /* 0 = anywhere */
    int negation_voids;  /* a match that is denied ("no se ha caído") does not count */
    int has_threshold;
    struct threshold threshold;
    struct view playbook;
    const char *file; /* where it stands */
    size_t line;
};

#endif
