/*
 * verdict: what a person made of an incident, and how far that moves what its signal's score has to reach.
 *
 * The result goes into the brand's file, never into a state: see statistic/page_limits.h
 * and decisions/0025.
 */
#ifndef REBATO_JUDGE_VERDICT_H
#define REBATO_JUDGE_VERDICT_H

#include "match/rule.h"

enum verdict {
    VERDICT_REAL,     /* people were right to complain */
    VERDICT_NOISE,    /* nothing had happened */
    VERDICT_EXPECTED, /* it was known beforehand: next time the calendar may say so */
};

const char *verdict_name(enum verdict verdict);

/* The offset after it, in hundredths, from SCORE_OFFSET_MIN to SCORE_OFFSET_MAX. */
int32_t verdict_move(int32_t offset, enum verdict verdict);

#endif
