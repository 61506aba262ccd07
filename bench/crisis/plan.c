#include "crisis/plan.h"

#include <assert.h>
#include <math.h>

#define PLACE_TRIES 40
#define APART_MS    DAY_MS
#define MONTH_DAYS  28.0

struct planner {
    struct plan *plan;
    const struct world *world;
    const struct traits *traits;
    const struct era *era;
    struct rng *rng;
};

static double
at_least(double value, double least)
{
    return value > least ? value : least;
}

static int64_t
minutes(struct rng *rng, struct range range)
{
    return (int64_t)(draw_in(rng, range) * (double)MINUTE_MS);
}

/* Large brands are heard by more people, but not by as many more as they are larger. */
static double
reach(const struct traits *traits)
{
    return at_least(sqrt(traits->volume / 2171), 1);
}

/* ---- crises: size and shape ---- */

static void
shape_outage(const struct planner *p, struct event *event)
{
    const struct world *w = p->world;
    int64_t span = minutes(p->rng, w->outage_minutes);

    event->signal = SIGNAL_OUTAGE;
    event->end_ms = span;
    event->pace_min = draw_in(p->rng, w->outage_ramp);
    event->rate =
            at_least(p->traits->busy * draw_magnitude(p->rng, w->outage_multiple), w->outage_least);
    if (draw_chance(p->rng, w->outage_small)) {
        event->rate = 0;
        event->total = draw_in(p->rng, w->outage_few);
        event->pace_min = (double)span / (double)MINUTE_MS / 4;
    }
}

static void
shape_regional(const struct planner *p, struct event *event)
{
    const struct world *w = p->world;
    double people = p->traits->busy * draw_in(p->rng, w->region);

    event->signal = SIGNAL_OUTAGE;
    event->end_ms = minutes(p->rng, w->outage_minutes);
    event->pace_min = draw_in(p->rng, w->outage_ramp);
    event->rate =
            at_least(people * draw_magnitude(p->rng, w->regional_multiple), w->regional_least);
}

static void
shape_viral(const struct planner *p, struct event *event)
{
    event->signal = draw_chance(p->rng, 0.5) ? SIGNAL_MISTREATMENT : SIGNAL_REPUTATION;
    event->pace_min = draw_in(p->rng, p->world->viral_peak);
    event->total = draw_magnitude(p->rng, p->world->viral_reshares) * reach(p->traits);
    event->end_ms = (int64_t)(4 * event->pace_min) * MINUTE_MS;
}

static void
shape_boycott(const struct planner *p, struct event *event)
{
    event->signal = SIGNAL_EXODUS;
    event->pace_min = draw_in(p->rng, p->world->boycott_peak);
    event->total = draw_magnitude(p->rng, p->world->boycott_people) * reach(p->traits);
    event->end_ms = (int64_t)(4 * event->pace_min) * MINUTE_MS;
}

static void
shape_degradation(const struct planner *p, struct event *event)
{
    const struct world *w = p->world;
    event->signal = SIGNAL_DEGRADED;
    event->end_ms = minutes(p->rng, w->degradation_minutes);
    event->pace_min = 20;
    event->rate = at_least(
            p->traits->busy * draw_in(p->rng, w->degradation_multiple), w->degradation_least);
}

static void
shape_privacy(const struct planner *p, struct event *event)
{
    event->signal = SIGNAL_PRIVACY;
    event->end_ms = minutes(p->rng, p->world->privacy_minutes);
    event->total = draw_in(p->rng, p->world->privacy_people);
    event->pace_min = (double)event->end_ms / (double)MINUTE_MS / 4;
}

static void
shape_slow_burn(const struct planner *p, struct event *event)
{
    static const enum signal signals[] = { SIGNAL_COMPLAINT, SIGNAL_BILLING, SIGNAL_MISTREATMENT };
    const struct world *w = p->world;
    double multiple = draw_in(p->rng, w->slow_multiple);

    event->signal = signals[rng_below(p->rng, 3)];
    event->pace_min = draw_in(p->rng, w->slow_ramp_minutes);
    event->end_ms =
            (int64_t)(event->pace_min + draw_in(p->rng, w->slow_plateau_minutes)) * MINUTE_MS;
    event->rate = at_least(multiple * p->traits->volume * p->traits->share, w->slow_least) / 1440;
}

/* ---- what only looks like one ---- */

static void
shape_bots(const struct planner *p, struct event *event)
{
    event->signal = SIGNAL_COMPLAINT;
    event->end_ms = minutes(p->rng, p->world->bot_minutes);
    event->accounts = (uint32_t)(draw_in(p->rng, p->world->bot_accounts) + 0.5);
    event->rate = draw_in(p->rng, p->world->bot_posts) * (double)MINUTE_MS / (double)event->end_ms;
}

static void
shape_sybil(const struct planner *p, struct event *event)
{
    event->signal = SIGNAL_REPUTATION;
    event->pace_min = draw_in(p->rng, p->world->sybil_peak);
    event->total = draw_magnitude(p->rng, p->world->sybil_accounts);
    event->end_ms = (int64_t)(4 * event->pace_min) * MINUTE_MS;
}

static void
shape_planned(const struct planner *p, struct event *event)
{
    event->multiple = draw_magnitude(p->rng, p->world->planned_multiple);
    event->end_ms = minutes(p->rng, p->world->planned_minutes);
    event->share =
            event->kind == HAPPENING_FOOTBALL ? draw_in(p->rng, p->world->football_share) : 1;
}

static void
shape_harmless(const struct planner *p, struct event *event)
{
    double size = p->traits->volume / 24 * p->world->harmless_size * (0.3 + draw_pareto(p->rng));
    double most = p->traits->volume * p->world->harmless_most;

    event->pace_min = draw_in(p->rng, p->world->harmless_minutes);
    event->total = size < most ? size : most;
    event->end_ms = (int64_t)(6 * event->pace_min) * MINUTE_MS;
}

static void
shape_thread(const struct planner *p, struct event *event)
{
    event->signal = SIGNAL_COMPLAINT;
    event->end_ms = minutes(p->rng, p->world->thread_minutes);
    event->accounts = (uint32_t)(draw_in(p->rng, p->world->thread_people) + 0.5);
    event->rate =
            draw_in(p->rng, p->world->thread_posts) * (double)MINUTE_MS / (double)event->end_ms;
}

static void
shape_gap(const struct planner *p, struct event *event)
{
    event->end_ms = minutes(p->rng, p->world->gap_minutes);
}

/* At one time of the day for 20 minutes, as long as the brand is known. */
static void
shape_newsletter(const struct planner *p, struct event *event)
{
    event->multiple = draw_in(p->rng, p->world->newsletter_multiple);
    event->end_ms = 2 * SLOT_MS;
}

static void
shape_step(const struct planner *p, struct event *event)
{
    event->multiple = draw_in(p->rng, p->world->step_multiple);
    event->end_ms = DAY_MS; /* it stays; for a day it is news */
}

/* Sets everything but the start; `end_ms` is the span. */
static void
shape(const struct planner *p, struct event *event)
{
    static void (*const shapes[])(const struct planner *, struct event *) = {
        [HAPPENING_OUTAGE] = shape_outage,
        [HAPPENING_REGIONAL] = shape_regional,
        [HAPPENING_SUPPLIER] = NULL, /* drawn by its group */
        [HAPPENING_VIRAL] = shape_viral,
        [HAPPENING_BOYCOTT] = shape_boycott,
        [HAPPENING_DEGRADATION] = shape_degradation,
        [HAPPENING_PRIVACY] = shape_privacy,
        [HAPPENING_SLOW_BURN] = shape_slow_burn,
        [HAPPENING_BOTS] = shape_bots,
        [HAPPENING_SYBIL] = shape_sybil,
        [HAPPENING_PLANNED] = shape_planned,
        [HAPPENING_FOOTBALL] = shape_planned,
        [HAPPENING_GAP] = shape_gap,
        [HAPPENING_NEWSLETTER] = shape_newsletter,
        [HAPPENING_STEP] = shape_step,
        [HAPPENING_HARMLESS] = shape_harmless,
        [HAPPENING_THREAD] = shape_thread,
    };
    shapes[event->kind](p, event);
}

/* ---- when ---- */

/* What happens all the time happens whatever else does; the rest keeps apart, or nobody could say what an
 * alarm was about. */
static int
keeps_apart(enum happening kind)
{
    return kind != HAPPENING_HARMLESS && kind != HAPPENING_THREAD && kind != HAPPENING_NEWSLETTER &&
           kind != HAPPENING_STEP;
}

static int
is_free(const struct plan *plan, const struct event *event)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct event *other = &plan->events[i];
        if (keeps_apart(other->kind) && event->start_ms < other->end_ms + APART_MS &&
                other->start_ms < event->end_ms + APART_MS) {
            return 0;
        }
    }
    return 1;
}

static int64_t
a_time(struct rng *rng, int64_t from_ms, int64_t until_ms)
{
    double span = until_ms > from_ms ? (double)(until_ms - from_ms) : 0;
    return from_ms + (int64_t)(span * rng_unit(rng)) / 1000 * 1000;
}

/* False: there was no room for it. */
static int
place(const struct planner *p, struct event *event)
{
    int anywhere = !keeps_apart(event->kind);
    int64_t span = event->end_ms;
    int64_t from = anywhere && event->kind != HAPPENING_STEP ? p->era->from_ms : p->era->scored_ms;

    for (int i = 0; i < PLACE_TRIES; i++) {
        event->start_ms = a_time(p->rng, from, p->era->until_ms - span - DAY_MS / 4);
        event->end_ms = event->start_ms + span;
        if (event->end_ms < p->era->until_ms && (anywhere || is_free(p->plan, event))) {
            return 1;
        }
    }
    return 0;
}

static void
add(const struct planner *p, enum happening kind)
{
    struct event event = { .kind = kind, .signal = SIGNAL_COUNT };
    shape(p, &event);
    if (p->plan->count < EVENTS_MAX && place(p, &event)) {
        p->plan->events[p->plan->count++] = event;
    }
}

/* ---- what strikes a whole group ---- */

static void
add_supplier(const struct planner *p)
{
    const struct world *w = p->world;
    uint32_t group = p->era->brand / (uint32_t)w->supplier_group;
    struct rng rng = draw_stream(p->era->seed, "supplier", group);
    double days = (double)(p->era->until_ms - p->era->scored_ms) / (double)DAY_MS;
    double rate = happening_rate(HAPPENING_SUPPLIER) / w->supplier_hits;

    int happens = draw_chance(&rng, rate * days / MONTH_DAYS);
    int64_t span = minutes(&rng, w->outage_minutes);
    int64_t start = a_time(&rng, p->era->scored_ms, p->era->until_ms - span - DAY_MS / 2);
    double multiple = draw_magnitude(&rng, w->supplier_multiple);
    if (!happens || !draw_chance(p->rng, w->supplier_hits)) {
        return;
    }
    start += minutes(p->rng, w->supplier_lag_minutes);
    p->plan->events[p->plan->count++] = (struct event){ .kind = HAPPENING_SUPPLIER,
        .signal = SIGNAL_OUTAGE,
        .start_ms = start,
        .end_ms = start + span,
        .rate = at_least(p->traits->busy * multiple, w->outage_least),
        .pace_min = draw_in(p->rng, w->outage_ramp) };
}

static uint32_t
how_many(const struct planner *p, enum happening kind)
{
    int always = kind == HAPPENING_HARMLESS || kind == HAPPENING_THREAD;
    int64_t from = always ? p->era->from_ms : p->era->scored_ms;
    double days = (double)(p->era->until_ms - from) / (double)DAY_MS;
    double mean = happening_rate(kind) * days / MONTH_DAYS;
    /* The rare ones happen once at most; the others as often as they like. */
    return mean < 1 && !always ? (uint32_t)draw_chance(p->rng, mean) : draw_poisson(p->rng, mean);
}

static void
shuffle(struct rng *rng, enum happening *kinds, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = rng_below(rng, (uint32_t)i);
        enum happening kind = kinds[i - 1];
        kinds[i - 1] = kinds[j];
        kinds[j] = kind;
    }
}

void
plan_draw(struct plan *plan,
        const struct world *world,
        const struct traits *traits,
        const struct era *era)
{
    struct rng rng = draw_stream(era->seed, "plan", era->brand);
    struct planner p = { plan, world, traits, era, &rng };
    enum happening kinds[EVENTS_MAX];
    size_t count = 0;

    plan->count = 0;
    add_supplier(&p);
    for (int kind = 0; kind < HAPPENING_COUNT; kind++) {
        uint32_t times = kind == HAPPENING_SUPPLIER ? 0 : how_many(&p, (enum happening)kind);
        while (times-- > 0 && count < EVENTS_MAX) {
            kinds[count++] = (enum happening)kind;
        }
    }
    shuffle(&rng, kinds, count);
    for (size_t i = 0; i < count; i++) {
        add(&p, kinds[i]);
    }
}
