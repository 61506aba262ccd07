/* page_limits: how sure the statistic must be before it wakes people, per sensitivity; in hundredths,
 * because scores are compared as integers. */
#ifndef REBATO_JUDGE_PAGE_LIMITS_H
#define REBATO_JUDGE_PAGE_LIMITS_H

#include "match/rule.h"

#include <stdint.h>

struct page_limits {
    int32_t scan;  /* -log10 p of a window */
    int32_t cusum; /* collected evidence, natural log */
};

const struct page_limits *page_limits_of(enum sensitivity sensitivity);

#endif
