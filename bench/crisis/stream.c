#include "crisis/stream.h"

#include "core/hash.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOISE_VOLUME_MIN 180.0
#define NOISE_SHARE_MIN  360.0
#define WORDINGS         4000

/* A log-AR(1) process of mean 1. */
struct noise {
    double keep, spread, at;
};

static struct noise
noise_begin(struct rng *rng, double spread, double minutes)
{
    return (struct noise){ exp(-SLOT_MINUTES / minutes), spread, draw_normal(rng) };
}

static double
noise_next(struct noise *noise, struct rng *rng)
{
    noise->at = noise->keep * noise->at + sqrt(1 - noise->keep * noise->keep) * draw_normal(rng);
    return exp(noise->spread * noise->at - noise->spread * noise->spread / 2);
}

uint64_t
stream_person(const struct stream *stream, const char *of, uint64_t number)
{
    uint64_t seed = stream->era.seed * UINT64_C(1000003) + stream->era.brand;
    uint64_t who = hash_view(view_of(of), seed) ^ (number * UINT64_C(0x9e3779b97f4a7c15));
    return hash_bytes(&who, sizeof who) | 1; /* 0 is nobody */
}

/* ---- arrival ---- */

static const struct event *
gap_at(const struct plan *plan, int64_t time_ms)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct event *event = &plan->events[i];
        if (event->kind == HAPPENING_GAP && time_ms >= event->start_ms && time_ms < event->end_ms) {
            return event;
        }
    }
    return NULL;
}

static int64_t
arrival_of(const struct sink *sink, int64_t time_ms)
{
    const struct world *world = sink->world;
    const struct event *gap = gap_at(&sink->stream->plan, time_ms);
    double delay_s = draw_exponential(sink->rng, world->delay_s);

    if (gap != NULL) {
        double wait = rng_unit(sink->rng) * world->gap_delivery_minutes * (double)MINUTE_MS;
        return gap->end_ms + (int64_t)wait;
    }
    if (draw_chance(sink->rng, world->slow)) {
        delay_s = draw_in(sink->rng, world->slow_s);
    }
    return time_ms + (int64_t)(1000 * delay_s);
}

static void
append(struct stream *stream, const struct post *post)
{
    if (stream->count == stream->capacity) {
        size_t capacity = stream->capacity == 0 ? 4096 : 2 * stream->capacity;
        struct post *grown = realloc(stream->posts, capacity * sizeof *grown);
        if (grown == NULL) {
            stream->failed = 1;
            return;
        }
        stream->posts = grown;
        stream->capacity = capacity;
    }
    stream->posts[stream->count++] = *post;
}

uint64_t
sink_post(struct sink *sink, struct post *post)
{
    struct stream *stream = sink->stream;
    if (post->time_ms < stream->era.from_ms || post->time_ms >= stream->era.until_ms) {
        return 0;
    }
    post->id = rng_next(sink->rng) | 1;
    post->arrived_ms = arrival_of(sink, post->time_ms);
    if (post->signal != SIGNAL_COUNT && post->fresh) {
        stream->came[(post->time_ms - stream->era.from_ms) / SLOT_MS]++;
    }
    append(stream, post);
    if (draw_chance(sink->rng, sink->world->twice)) {
        struct post again = *post;
        again.arrived_ms += (int64_t)(1000 * draw_in(sink->rng, sink->world->twice_s));
        append(stream, &again);
    }
    return post->id;
}

/* ---- what is always said ---- */

/* The whole conversation over the usual, and the share of complaints over theirs. */
struct lift {
    double volume, share, added;
};

/* One rise and fall of this size, a minute. */
static double
wave(const struct event *event, double minute)
{
    double u = minute / event->pace_min;
    return event->total / event->pace_min * u * exp(-u);
}

static void
lift_by(const struct event *event, int64_t time_ms, struct lift *lift)
{
    double minute = (double)(time_ms - event->start_ms) / (double)MINUTE_MS;
    double part = (double)(time_ms - event->start_ms) / (double)(event->end_ms - event->start_ms);
    int inside = time_ms >= event->start_ms && time_ms < event->end_ms;

    if (event->kind == HAPPENING_STEP && time_ms >= event->start_ms) {
        lift->volume *= event->multiple;
    } else if (event->kind == HAPPENING_NEWSLETTER) {
        int64_t of_day = ((time_ms - event->start_ms) % DAY_MS + DAY_MS) % DAY_MS;
        lift->volume *= of_day < 2 * SLOT_MS ? event->multiple : 1;
    } else if (event->kind == HAPPENING_HARMLESS && inside) {
        lift->added += wave(event, minute) * SLOT_MINUTES;
    } else if ((event->kind == HAPPENING_PLANNED || event->kind == HAPPENING_FOOTBALL) && inside) {
        double height = sqrt(sin(3.14159265358979 * part));
        lift->volume *= 1 + (event->multiple - 1) * height;
        lift->share *= 1 + (event->share - 1) * height;
    }
}

static struct lift
lift_at(const struct plan *plan, int64_t time_ms)
{
    struct lift lift = { 1, 1, 0 };
    for (size_t i = 0; i < plan->count; i++) {
        lift_by(&plan->events[i], time_ms, &lift);
    }
    return lift;
}

static enum signal
usual_signal(const struct sink *sink)
{
    double at = rng_unit(sink->rng);
    int i = 0;
    while (i < MIX_SIZE - 1 && at >= sink->stream->traits.mix[i]) {
        i++;
    }
    return sink->world->mix[i].signal;
}

static int64_t
time_in_slot(struct rng *rng, int64_t slot_ms)
{
    return slot_ms + (int64_t)(rng_unit(rng) * (double)SLOT_MS);
}

static uint64_t
somebody(struct sink *sink)
{
    const struct stream *stream = sink->stream;
    if (draw_chance(sink->rng, sink->world->regulars)) {
        uint32_t circle = 5 + (uint32_t)(stream->traits.volume / 2);
        return stream_person(stream, "regular", rng_below(sink->rng, circle));
    }
    return rng_next(sink->rng) | 1;
}

static struct post
ordinary_post(struct sink *sink, int64_t slot_ms)
{
    int reshared = draw_chance(sink->rng, sink->stream->traits.reshared);
    return (struct post){ .time_ms = time_in_slot(sink->rng, slot_ms),
        .author = somebody(sink),
        .root = reshared ? 1 + rng_below(sink->rng, 1000) : 0,
        .event = NO_EVENT,
        .age_days = (uint16_t)(30 + rng_below(sink->rng, 3000)),
        .text = (uint16_t)rng_below(sink->rng, WORDINGS),
        .signal = SIGNAL_COUNT,
        .fresh = 1 };
}

/* A complaint and, now and then, more of it by the same or by somebody who agrees. */
static void
ordinary_complaint(struct sink *sink, int64_t slot_ms)
{
    struct post post = ordinary_post(sink, slot_ms);
    post.signal = (uint8_t)usual_signal(sink);
    struct post first = post;
    uint64_t root = sink_post(sink, &post);

    for (uint32_t more = draw_poisson(sink->rng, sink->world->cluster); more > 0; more--) {
        post = first;
        post.time_ms += (int64_t)draw_exponential(sink->rng, 5 * (double)MINUTE_MS);
        post.text = (uint16_t)rng_below(sink->rng, WORDINGS);
        post.fresh = (uint8_t)draw_chance(sink->rng, 0.6);
        if (post.fresh) {
            post.author = somebody(sink);
        }
        post.root = draw_chance(sink->rng, 0.3) ? root : 0;
        (void)sink_post(sink, &post);
    }
}

static void
always_said(struct sink *sink)
{
    struct stream *stream = sink->stream;
    const struct traits *traits = &stream->traits;
    struct noise volume = noise_begin(sink->rng, traits->volume_noise, NOISE_VOLUME_MIN);
    struct noise share = noise_begin(sink->rng, traits->share_noise, NOISE_SHARE_MIN);

    for (size_t i = 0; i < stream->slots && !stream->failed; i++) {
        int64_t slot_ms = stream->era.from_ms + (int64_t)i * SLOT_MS;
        struct lift lift = lift_at(&stream->plan, slot_ms);
        double usual = traits->volume / SLOTS_A_DAY * traits_season(traits, slot_ms) *
                       noise_next(&volume, sink->rng);
        double all = usual * lift.volume + lift.added;
        double complaining = traits->share * noise_next(&share, sink->rng) * lift.share;
        double complaints = all * (complaining < 0.9 ? complaining : 0.9);
        double clusters = complaints / (1 + sink->world->cluster);

        stream->usual[i] = clusters * (1 + 0.6 * sink->world->cluster);
        for (uint32_t n = draw_poisson(sink->rng, clusters); n > 0; n--) {
            ordinary_complaint(sink, slot_ms);
        }
        for (uint32_t n = draw_poisson(sink->rng, all - complaints); n > 0; n--) {
            struct post post = ordinary_post(sink, slot_ms);
            (void)sink_post(sink, &post);
        }
    }
}

/* ---- the whole ---- */

static int
by_arrival(const void *a, const void *b)
{
    const struct post *left = a;
    const struct post *right = b;
    if (left->arrived_ms != right->arrived_ms) {
        return left->arrived_ms < right->arrived_ms ? -1 : 1;
    }
    return (left->id > right->id) - (left->id < right->id);
}

int
stream_make(struct stream *stream, const struct world *world, const struct era *era)
{
    struct rng rng = draw_stream(era->seed, "brand", era->brand);

    *stream = (struct stream){ .era = *era };
    traits_draw(&stream->traits, world, &rng);
    stream->era.from_ms = era->scored_ms - (stream->traits.warm ? world->warm_days * DAY_MS : 0);
    stream->slots = (size_t)((era->until_ms - stream->era.from_ms) / SLOT_MS);
    stream->usual = calloc(stream->slots, sizeof *stream->usual);
    stream->came = calloc(stream->slots, sizeof *stream->came);
    if (stream->usual == NULL || stream->came == NULL) {
        stream_fini(stream);
        return 0;
    }
    plan_draw(&stream->plan, world, &stream->traits, &stream->era);
    struct sink sink = { stream, world, &rng };
    always_said(&sink);
    for (size_t i = 0; i < stream->plan.count; i++) {
        emit_event(stream, world, (uint16_t)i);
    }
    if (stream->failed) {
        stream_fini(stream);
        return 0;
    }
    qsort(stream->posts, stream->count, sizeof *stream->posts, by_arrival);
    return 1;
}

void
stream_fini(struct stream *stream)
{
    free(stream->posts);
    free(stream->usual);
    free(stream->came);
    *stream = (struct stream){ 0 };
}
