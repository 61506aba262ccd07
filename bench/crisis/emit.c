#include "crisis/stream.h"

#include <math.h>

#define ROOTS 8

/* How the people of an event behave. */
struct manner {
    double again;      /* wrote before about it */
    double reshares;   /* pass somebody else's post on */
    double main_word;  /* use the event's own signal; the others just complain */
    double chatter;    /* mentions beside each complaint that are none */
    uint32_t wordings; /* different texts; 0: everybody has their own */
    uint32_t age_most; /* days of their accounts; 0: any */
};

static const struct manner manners[HAPPENING_COUNT] = {
    [HAPPENING_OUTAGE] = { 0.08, 0.15, 0.75, 0.3, 0, 0 },
    [HAPPENING_REGIONAL] = { 0.08, 0.15, 0.75, 0.2, 0, 0 },
    [HAPPENING_SUPPLIER] = { 0.08, 0.15, 0.75, 0.3, 0, 0 },
    [HAPPENING_VIRAL] = { 0.03, 0.85, 0.85, 0.2, 0, 0 },
    [HAPPENING_BOYCOTT] = { 0.15, 0.5, 0.65, 0.4, 0, 0 },
    [HAPPENING_DEGRADATION] = { 0.15, 0.1, 0.7, 0.1, 0, 0 },
    [HAPPENING_PRIVACY] = { 0.15, 0.1, 0.85, 0.2, 0, 0 },
    [HAPPENING_SLOW_BURN] = { 0.1, 0.15, 0.8, 0.1, 0, 0 },
    [HAPPENING_BOTS] = { 0, 0.1, 1, 0, 6, 120 },
    [HAPPENING_SYBIL] = { 0.05, 0.3, 0.9, 0, 12, 30 },
    [HAPPENING_THREAD] = { 0, 0.2, 0.6, 0.6, 0, 0 },
};

/* One event being told. */
struct teller {
    struct sink sink;
    struct event *event;
    uint16_t number;
    const struct manner *manner;
    uint64_t roots[ROOTS];
    uint32_t root_count;
};

/* Complaints a minute, so many minutes after it began. */
static double
pace(const struct teller *t, double minute)
{
    const struct event *event = t->event;
    double u = minute / event->pace_min;

    if (event->total > 0) {
        return event->total / event->pace_min * u * exp(-u);
    }
    if (event->kind == HAPPENING_SLOW_BURN) {
        int64_t now_ms = event->start_ms + (int64_t)(minute * (double)MINUTE_MS);
        return event->rate * (u < 1 ? u : 1) * traits_season(&t->sink.stream->traits, now_ms);
    }
    return event->pace_min > 0 ? event->rate * (1 - exp(-u)) : event->rate;
}

static uint64_t
a_person(struct teller *t, int *fresh)
{
    const struct stream *stream = t->sink.stream;
    struct event *event = t->event;
    uint64_t number = (uint64_t)(t->number + 1) << 32;

    if (event->accounts > 0) {
        uint32_t who = rng_below(t->sink.rng, event->accounts);
        *fresh = who >= event->people;
        who = *fresh ? event->people : who;
        event->people += (uint32_t)*fresh;
        return stream_person(stream, "account", number + who);
    }
    *fresh = event->people == 0 || !draw_chance(t->sink.rng, t->manner->again);
    if (*fresh) {
        return stream_person(stream, "account", number + event->people++);
    }
    return stream_person(stream, "account", number + rng_below(t->sink.rng, event->people));
}

static uint64_t
a_root(struct teller *t)
{
    if (t->root_count == 0 || !draw_chance(t->sink.rng, t->manner->reshares)) {
        return 0;
    }
    /* The first post is passed on most. */
    uint32_t one = rng_below(t->sink.rng, t->root_count);
    return t->roots[rng_below(t->sink.rng, one + 1)];
}

static uint16_t
a_text(struct teller *t, uint64_t root)
{
    uint32_t own = 4000 + 100 * (uint32_t)(t->number % 256);
    if (t->manner->wordings > 0) {
        return (uint16_t)(own + rng_below(t->sink.rng, t->manner->wordings));
    }
    return root != 0 ? (uint16_t)(own + root % 50) : (uint16_t)rng_below(t->sink.rng, 4000);
}

static void
complain(struct teller *t, int64_t time_ms)
{
    struct rng *rng = t->sink.rng;
    int fresh = 0;
    uint64_t author = a_person(t, &fresh);
    uint64_t root = a_root(t);
    int main_word = draw_chance(rng, t->manner->main_word);
    uint32_t age = t->manner->age_most > 0 ? rng_below(rng, t->manner->age_most)
                                           : 10 + rng_below(rng, 3000);
    struct post post = { .time_ms = time_ms,
        .author = author,
        .root = root,
        .event = t->number,
        .age_days = (uint16_t)age,
        .text = a_text(t, root),
        .signal = (uint8_t)(main_word ? t->event->signal : SIGNAL_COMPLAINT),
        .fresh = (uint8_t)fresh };
    uint64_t id = sink_post(&t->sink, &post);
    if (root == 0 && id != 0 && t->root_count < ROOTS) {
        t->roots[t->root_count++] = id;
    }
}

static void
chat(struct teller *t, int64_t time_ms)
{
    struct post post = { .time_ms = time_ms,
        .author = rng_next(t->sink.rng) | 1,
        .event = t->number,
        .age_days = (uint16_t)(10 + rng_below(t->sink.rng, 3000)),
        .text = (uint16_t)rng_below(t->sink.rng, 4000),
        .signal = SIGNAL_COUNT,
        .fresh = 1 };
    (void)sink_post(&t->sink, &post);
}

static int64_t
within_minute(struct teller *t, int64_t minute_ms)
{
    return minute_ms + (int64_t)(rng_unit(t->sink.rng) * (double)MINUTE_MS);
}

void
emit_event(struct stream *stream, const struct world *world, uint16_t number)
{
    struct rng rng =
            draw_stream(stream->era.seed, "event", (uint64_t)stream->era.brand * 1000 + number);
    struct event *event = &stream->plan.events[number];
    struct teller t = { .sink = { stream, world, &rng },
        .event = event,
        .number = number,
        .manner = &manners[event->kind] };
    if (t.manner->main_word <= 0) {
        return; /* it changes what is always said, and says nothing of its own */
    }
    /* A wave has a tail beyond the time in which finding it counts. */
    int64_t last_ms =
            event->total > 0 ? event->end_ms + (event->end_ms - event->start_ms) : event->end_ms;
    for (int64_t at = event->start_ms; at < last_ms; at += MINUTE_MS) {
        double mean = pace(&t, (double)(at - event->start_ms) / (double)MINUTE_MS + 0.5);
        for (uint32_t n = draw_poisson(&rng, mean); n > 0; n--) {
            complain(&t, within_minute(&t, at));
        }
        for (uint32_t n = draw_poisson(&rng, mean * t.manner->chatter); n > 0; n--) {
            chat(&t, within_minute(&t, at));
        }
    }
}
