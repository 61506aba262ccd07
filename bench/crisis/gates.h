/*
 * gates: what the judge has to reach, and whether it did.
 */
#ifndef REBATO_BENCH_CRISIS_GATES_H
#define REBATO_BENCH_CRISIS_GATES_H

#include "crisis/run.h"

#define GATES_MAX 32

struct gate {
    char name[64];
    double value; /* -1: nothing of the kind happened */
    double goal;
    int at_most; /* else at least */
};

struct gates {
    struct gate rows[GATES_MAX];
    size_t count;
};

void gates_measure(struct gates *gates, struct results *results);
/* Nothing happened: not met, but not missed either. */
int gate_is_open(const struct gate *gate);
int gate_is_met(const struct gate *gate);

#endif
