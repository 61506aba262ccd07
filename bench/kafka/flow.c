#include "kafka/flow.h"

#include "core/process/clock.h"
#include "kafka/usage.h"

void
flow_begin(struct flow *flow)
{
    flow->own_ns = -usage_own_ns();
}

void
flow_end(struct flow *flow)
{
    duty_finish(flow->duty);
    /* Behind the last record the client waits for the ends to be told. */
    flow->last_ns = flow->waiting_ns != 0 ? flow->waiting_ns : clock_monotonic_ns();
    flow->own_ns += usage_own_ns();
}

void
flow_looked(struct flow *flow, uint64_t records_before)
{
    if (flow->records == records_before) {
        if (flow->waiting_ns == 0 && flow->records > 0) {
            flow->waiting_ns = clock_monotonic_ns();
        }
        return;
    }
    if (flow->waiting_ns != 0) {
        int64_t waited_ns = clock_monotonic_ns() - flow->waiting_ns;
        flow->waiting_ns = 0;
        flow->longest_ns = waited_ns > flow->longest_ns ? waited_ns : flow->longest_ns;
        flow->naps += waited_ns > FLOW_NAP_MS * INT64_C(1000000);
    }
    if (flow->first_ns == 0) {
        flow->first_ns = clock_monotonic_ns();
    }
}
