#include "kafka/way.h"

#include "core/process/clock.h"
#include "core/process/thread.h"
#include "kafka/client.h"
#include "kafka/member.h"
#include "kafka/usage.h"

#include <stdlib.h>

/* One thread of a run. */
struct hand {
    const struct way *way;
    struct client *client;
    struct consumer *consumer;
    int queue; /* of the client */
    int ends;
    struct flow flow;
    struct thread thread;
};

struct run {
    struct hand hands[WAY_THREADS_MAX];
    struct client clients[WAY_THREADS_MAX];
};

static void *
work(void *argument)
{
    struct hand *hand = argument;

    flow_begin(&hand->flow);
    if (hand->consumer != NULL) {
        member_read(hand->consumer, &hand->flow, hand->ends);
    } else {
        client_read(hand->client, hand->way->call, hand->queue, &hand->flow, hand->ends);
    }
    flow_end(&hand->flow);
    return NULL;
}

static int
connect_all(struct run *run, const struct way *way, const struct topic *topic)
{
    if (way->call == WAY_REBATO) {
        run->hands[0].consumer = member_create(topic);
        return run->hands[0].consumer != NULL;
    }
    for (int i = 0; i < way->threads; i++) {
        const int shared = way->clients == WAY_ONE_CLIENT;
        run->hands[i].client = &run->clients[shared ? 0 : i];
        run->hands[i].queue = shared ? i : 0;
        if ((!shared || i == 0) &&
                !client_init(&run->clients[i], way, topic, i, shared ? way->threads : 1)) {
            return 0;
        }
    }
    return 1;
}

static int
prepare(struct run *run,
        const struct way *way,
        const struct topic *topic,
        const struct duty_set *set,
        enum isa isa)
{
    for (int i = 0; i < way->threads; i++) {
        struct hand *hand = &run->hands[i];
        hand->way = way;
        hand->ends = (topic->partitions - i + way->threads - 1) / way->threads;
        hand->flow.duty = duty_create(set, way->duty, isa);
        if (hand->flow.duty == NULL) {
            return 0;
        }
    }
    return connect_all(run, way, topic);
}

static void
release(struct run *run)
{
    for (int i = 0; i < WAY_THREADS_MAX; i++) {
        consumer_destroy(&run->hands[i].consumer);
        client_fini(&run->clients[i]);
        duty_destroy(&run->hands[i].flow.duty);
    }
}

static void
add_up(const struct run *run, int threads, int64_t library_ns, struct way_result *result)
{
    int64_t first_ns = INT64_MAX;
    int64_t last_ns = 0;
    int64_t own_ns = 0;

    *result = (struct way_result){ .records = 0 };
    for (int i = 0; i < threads; i++) {
        const struct flow *flow = &run->hands[i].flow;
        const double longest_ms = (double)flow->longest_ns / 1e6;
        result->records += flow->records;
        result->bytes += flow->bytes;
        result->sum += duty_sum(flow->duty);
        result->naps += flow->naps;
        result->longest_ms = longest_ms > result->longest_ms ? longest_ms : result->longest_ms;
        own_ns += flow->own_ns;
        first_ns = flow->first_ns < first_ns ? flow->first_ns : first_ns;
        last_ns = flow->last_ns > last_ns ? flow->last_ns : last_ns;
    }
    const double records = result->records == 0 ? 1 : (double)result->records;
    result->wall_ns = (double)(last_ns - first_ns) / records;
    result->own_ns = (double)own_ns / records;
    result->library_ns = (double)library_ns / records;
}

int
way_run(const struct way *way,
        const struct topic *topic,
        const struct duty_set *set,
        enum isa isa,
        struct way_result *result)
{
    struct run *run = calloc(1, sizeof *run);
    const int64_t before_ns = usage_library_ns();
    int fine = run != NULL && prepare(run, way, topic, set, isa);

    for (int i = 0; fine && i < way->threads; i++) {
        fine = thread_start(&run->hands[i].thread, "bench", work, &run->hands[i]);
    }
    for (int i = 0; run != NULL && i < way->threads; i++) {
        thread_join(&run->hands[i].thread);
        fine = fine && !run->hands[i].flow.failed;
    }
    if (fine) {
        add_up(run, way->threads, usage_library_ns() - before_ns, result);
        fine = result->records == topic->records;
    }
    if (run != NULL) {
        release(run);
    }
    free(run);
    return fine;
}
