#include "scene/plan.h"

#include "core/hash.h"
#include "core/rng.h"
#include "scene/rate.h"

#include <assert.h>
#include <stdlib.h>

#define SECOND_MS INT64_C(1000)
/* A coin thrown with this chance or less gives counts that are as good as Poisson's. */
#define COIN_MAX 0.25

/* One source while its posts are planned. */
struct source {
    const struct scene *scene;
    struct plan *plan;
    struct rng rng;
    uint64_t seed;
    uint32_t origin;
    uint32_t index;
    uint32_t count; /* posts so far */
};

uint64_t
plan_seed(const struct scene *scene, uint64_t seed, uint32_t origin, uint32_t index)
{
    /* By name, so that adding an event leaves the others as they were. */
    struct view id = origin == PLAN_EVENT ? scene->events[index].id : scene->brands[index].id;
    return rate_mix(hash_view(id, seed), origin);
}

/* Moves earlier posts when it grows: no pointer to a post outlives the next call. */
static struct plan_post *
add_post(struct source *source, int64_t time_ms)
{
    struct plan *plan = source->plan;
    if (plan->count == plan->capacity) {
        size_t capacity = plan->capacity * 2 + 4096;
        struct plan_post *posts = realloc(plan->posts, capacity * sizeof *posts);
        if (posts == NULL) {
            return NULL;
        }
        plan->posts = posts;
        plan->capacity = capacity;
    }
    struct plan_post *post = &plan->posts[plan->count++];
    *post = (struct plan_post){ .time_ms = time_ms,
        .arrived_ms = time_ms,
        .origin = source->origin,
        .index = source->index,
        .ordinal = source->count++,
        .root = SCENE_NONE };
    return post;
}

/* How many of a source that expects `mean` in this second. */
static uint32_t
throw_coins(struct rng *rng, double mean)
{
    uint32_t coins = (uint32_t)(mean / COIN_MAX) + 1;
    double chance = mean / coins;
    uint32_t count = 0;
    for (uint32_t i = 0; i < coins; i++) {
        count += rng_unit(rng) < chance ? 1 : 0;
    }
    return count;
}

/* The complaint is read before the plan grows under it. */
static int
add_answer(struct source *support, const struct plan_post *complaint)
{
    /* Support takes 4 to 49 minutes. */
    int64_t wait_ms = (240 + (int64_t)rng_below(&support->rng, 2700)) * SECOND_MS;
    uint32_t root = complaint->ordinal;
    uint32_t author = complaint->author;
    int64_t time_ms = complaint->time_ms + wait_ms;
    if (time_ms >= support->scene->head.end_ms) {
        return 1;
    }
    struct plan_post *answer = add_post(support, time_ms);
    if (answer == NULL) {
        return 0;
    }
    answer->root = root;
    answer->author = author;
    return 1;
}

/* Answers draw from the support's own numbers: whether a brand answers changes no other post. */
static int
plan_calm_second(struct source *source, struct source *support, int64_t time_ms)
{
    const struct scene_brand *brand = &source->scene->brands[source->index];
    int64_t local_ms = time_ms + source->scene->utc_offset_ms;
    double mean = rate_per_second(brand->daily, local_ms, source->seed);
    uint32_t count = throw_coins(&source->rng, mean);

    for (uint32_t i = 0; i < count; i++) {
        struct plan_post *post = add_post(source, time_ms);
        if (post == NULL) {
            return 0;
        }
        post->author = rng_below(&source->rng, brand->authors);
        post->grumble = rng_unit(&source->rng) < brand->complaint_share;
        if (post->grumble && rng_unit(&support->rng) < brand->support.share &&
                !add_answer(support, post)) {
            return 0;
        }
    }
    return 1;
}

static struct source
source_of(struct plan *plan,
        const struct scene *scene,
        uint64_t seed,
        enum plan_origin origin,
        uint32_t index)
{
    struct source source = { .scene = scene,
        .plan = plan,
        .seed = plan_seed(scene, seed, origin, index),
        .origin = origin,
        .index = index };
    source.rng = rng_seeded(source.seed);
    return source;
}

/* Every second of the scene. Half a million throws a day and brand take milliseconds, and need neither
 * logarithm nor exponential, whose last digits differ between hosts. */
static int
plan_calm(struct plan *plan, const struct scene *scene, uint64_t seed, uint32_t brand)
{
    struct source source = source_of(plan, scene, seed, PLAN_CALM, brand);
    struct source support = source_of(plan, scene, seed, PLAN_SUPPORT, brand);
    for (int64_t at = scene->head.start_ms; at < scene->head.end_ms; at += SECOND_MS) {
        if (!plan_calm_second(&source, &support, at)) {
            return 0;
        }
    }
    return 1;
}

/* Height of the event's envelope, 0 to 1, this long after its beginning. */
static double
envelope(const struct scene_event *event, int64_t since_ms)
{
    if (since_ms < event->ramp_ms) {
        return (double)since_ms / (double)event->ramp_ms;
    }
    int64_t fading_ms = since_ms - event->ramp_ms - event->hold_ms;
    return fading_ms < 0 ? 1 : 1 - (double)fading_ms / (double)event->decay_ms;
}

static int64_t
length_of(const struct scene_event *event)
{
    return event->ramp_ms + event->hold_ms + event->decay_ms;
}

/* `count` more people in one second. Many who come for the match never spoke of the brand before. */
static int
add_visitors(
        struct source *source, const struct scene_brand *brand, int64_t time_ms, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct plan_post *post = add_post(source, time_ms);
        if (post == NULL) {
            return 0;
        }
        post->author = rng_below(&source->rng, SCENE_POSTS_MAX);
        post->grumble = rng_unit(&source->rng) < brand->complaint_share;
    }
    return 1;
}

/* On top of the calm stream, which goes on beneath. */
static int
plan_volume(struct source *source, const struct scene_event *event)
{
    const struct scene_brand *brand = &source->scene->brands[event->brand];

    for (int64_t since = 0; since < length_of(event); since += SECOND_MS) {
        int64_t at = event->at_ms + since;
        int64_t local_ms = at + source->scene->utc_offset_ms;
        double calm = rate_per_second(brand->daily, local_ms, source->seed);
        double more = calm * (event->factor - 1) * envelope(event, since);
        uint32_t count = at < source->scene->head.end_ms ? throw_coins(&source->rng, more) : 0;
        if (!add_visitors(source, brand, at, count)) {
            return 0;
        }
    }
    return 1;
}

static int
compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* An earlier original of this turn, the first ones most often: that is what gets shared. */
static uint32_t
pick_root(struct source *source, size_t first)
{
    size_t count = source->plan->count - 1 - first; /* without the newest */
    for (int tries = 0; tries < 8 && count > 0; tries++) {
        double unit = rng_unit(&source->rng);
        const struct plan_post *post =
                &source->plan->posts[first + (size_t)(unit * unit * (double)count)];
        if (post->root == SCENE_NONE) {
            return post->ordinal;
        }
    }
    return SCENE_NONE;
}

/* One occurrence of a burst; `times` are in order, so ordinals are too and roots come before reposts. */
static int
plan_turn(struct source *source, const struct scene_event *event, const int64_t *times)
{
    size_t first = source->plan->count;

    for (uint32_t i = 0; i < event->posts; i++) {
        struct plan_post *post = add_post(source, times[i]);
        if (post == NULL) {
            return 0;
        }
        /* Everybody once before anybody twice: `authors` is exact. */
        post->author = i < event->authors ? i : rng_below(&source->rng, event->authors);
        if (rng_unit(&source->rng) < event->reposts) {
            post->root = pick_root(source, first);
        }
    }
    return 1;
}

/* As many points in time as the event has posts, dense where its envelope is high. */
static void
draw_times(struct source *source, const struct scene_event *event, int64_t at_ms, int64_t *times)
{
    uint32_t length_s = (uint32_t)((length_of(event) + SECOND_MS - 1) / SECOND_MS);

    for (uint32_t i = 0; i < event->posts;) {
        int64_t since_ms = (int64_t)rng_below(&source->rng, length_s) * SECOND_MS;
        if (rng_unit(&source->rng) <= envelope(event, since_ms)) {
            times[i++] = at_ms + since_ms;
        }
    }
    qsort(times, event->posts, sizeof *times, compare_times);
}

/* Once, or again and again; a turn that would run past the end is not begun. */
static int
plan_burst(struct source *source, const struct scene_event *event)
{
    const int64_t last_ms = source->scene->head.end_ms - length_of(event);
    int64_t *times = calloc(event->posts, sizeof *times);
    int whole = times != NULL;

    for (int64_t at_ms = event->at_ms; whole && at_ms <= last_ms; at_ms += event->every_ms) {
        draw_times(source, event, at_ms, times);
        whole = plan_turn(source, event, times);
        if (event->every_ms == 0) {
            break;
        }
    }
    free(times);
    return whole;
}

/* Those who wrote it themselves are answered, each in their own time; the burst was planned before. */
static int
plan_replies(struct source *source, const struct scene_event *event)
{
    const struct plan *plan = source->plan;
    size_t count = plan->count;

    for (size_t i = 0; i < count; i++) {
        struct plan_post asked = plan->posts[i]; /* a copy: posts move when there are more */
        if (asked.origin != PLAN_EVENT || asked.index != event->reply_to ||
                asked.root != SCENE_NONE || rng_unit(&source->rng) >= event->share) {
            continue;
        }
        uint32_t wait_s = 1 + rng_below(&source->rng, (uint32_t)(event->wait_ms / SECOND_MS));
        int64_t from_ms = asked.time_ms > event->at_ms ? asked.time_ms : event->at_ms;
        int64_t time_ms = from_ms + wait_s * SECOND_MS;
        if (time_ms >= source->scene->head.end_ms) {
            continue;
        }
        struct plan_post *answer = add_post(source, time_ms);
        if (answer == NULL) {
            return 0;
        }
        answer->root = asked.ordinal;
        answer->author = asked.author;
    }
    return 1;
}

static int
plan_event(struct plan *plan, const struct scene *scene, uint64_t seed, uint32_t index)
{
    const struct scene_event *event = &scene->events[index];
    struct source source = source_of(plan, scene, seed, PLAN_EVENT, index);

    switch (event->kind) {
    case SCENE_BURST:
        return plan_burst(&source, event);
    case SCENE_VOLUME:
        return plan_volume(&source, event);
    case SCENE_REPLIES:
        return plan_replies(&source, event);
    case SCENE_SAID:
        return add_post(&source, event->at_ms) != NULL;
    case SCENE_GAP:
        break;
    }
    return 1;
}

/* Whom a post speaks of, or by whom it is spoken. */
static uint32_t
brand_of(const struct scene *scene, const struct plan_post *post)
{
    return post->origin == PLAN_EVENT ? scene->events[post->index].brand : post->index;
}

/* What was written within the gap arrives after it, in the order of writing, squeezed together. Of a collector that
 * delivers in batches each turn is a gap of its own. */
static void
delay(struct plan *plan, const struct scene *scene, const struct scene_event *gap)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct plan_post *post = &plan->posts[i];
        int64_t since = post->time_ms - gap->at_ms;
        int64_t turn_ms =
                gap->every_ms > 0 && since > 0 ? since / gap->every_ms * gap->every_ms : 0;
        int64_t within = since - turn_ms;
        if (within < 0 || within >= gap->hold_ms ||
                (gap->brand != SCENE_NONE && gap->brand != brand_of(scene, post))) {
            continue;
        }
        post->arrived_ms = gap->delivered_ms + turn_ms + within * gap->delivery_ms / gap->hold_ms;
    }
}

/* A total order, so that the result does not depend on how the sort is done. */
static int
compare_posts(const void *left, const void *right)
{
    const struct plan_post *a = left;
    const struct plan_post *b = right;
    if (a->arrived_ms != b->arrived_ms) {
        return a->arrived_ms < b->arrived_ms ? -1 : 1;
    }
    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    if (a->origin != b->origin) {
        return a->origin < b->origin ? -1 : 1;
    }
    if (a->index != b->index) {
        return a->index < b->index ? -1 : 1;
    }
    return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

int
plan_init(struct plan *plan, const struct scene *scene, uint64_t seed, enum scene_variant variant)
{
    int whole = 1;

    *plan = (struct plan){ 0 };
    for (uint32_t i = 0; whole && i < scene->brand_count; i++) {
        whole = plan_calm(plan, scene, seed, i);
    }
    for (uint32_t i = 0; whole && i < scene->event_count; i++) {
        if (scene->events[i].variants & SCENE_IN(variant)) {
            whole = plan_event(plan, scene, seed, i);
        }
    }
    if (!whole) {
        plan_fini(plan);
        return 0;
    }
    /* Gaps last: they delay what is planned by then, which is everything. */
    for (uint32_t i = 0; i < scene->event_count; i++) {
        const struct scene_event *event = &scene->events[i];
        if (event->kind == SCENE_GAP && (event->variants & SCENE_IN(variant))) {
            delay(plan, scene, event);
        }
    }
    assert(plan->count == 0 || plan->posts != NULL);
    if (plan->count > 0) {
        qsort(plan->posts, plan->count, sizeof *plan->posts, compare_posts);
    }
    return 1;
}

void
plan_fini(struct plan *plan)
{
    free(plan->posts);
    *plan = (struct plan){ 0 };
}
