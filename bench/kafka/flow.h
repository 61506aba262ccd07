/*
 * flow: one thread's stream of records, and how long it had to wait in between.
 *
 * A nap is a wait while the log is not at its end, after the first record.
 */
#ifndef REBATO_BENCH_KAFKA_FLOW_H
#define REBATO_BENCH_KAFKA_FLOW_H

#include "kafka/duty.h"

#include <stdint.h>

/* Naps that are counted last longer. */
#define FLOW_NAP_MS 100

struct flow {
    struct duty *duty;
    uint64_t records, bytes;
    int64_t first_ns, last_ns; /* when records came */
    int64_t waiting_ns;        /* since when; 0: not */
    int64_t longest_ns;
    unsigned naps;
    int64_t own_ns; /* CPU time */
    int ends;       /* partitions that were read to the end */
    int failed;
};

/* The caller's thread: before the first record, and behind the last. */
void flow_begin(struct flow *flow);
void flow_end(struct flow *flow);

/* Between two looks at the client: how many records came of it? */
void flow_looked(struct flow *flow, uint64_t records_before);

static inline void
flow_take(struct flow *flow, struct view record)
{
    flow->records++;
    flow->bytes += record.size;
    duty_take(flow->duty, record);
}

#endif
