#include "crisis/stream.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define FROM INT64_C(1780272000000)

static struct era
era(uint64_t seed, uint32_t brand)
{
    return (struct era){
        .seed = seed, .brand = brand, .scored_ms = FROM, .until_ms = FROM + 14 * DAY_MS
    };
}

static size_t
made(uint64_t seed, uint32_t brand, struct stream *stream)
{
    const struct era one = era(seed, brand);
    cr_assert(stream_make(stream, world_usual(), &one));
    return stream->count;
}

Test(stream, the_same_seed_gives_the_same_mentions_and_another_gives_others)
{
    struct stream a;
    struct stream b;
    struct stream c;
    made(5, 2, &a);
    made(5, 2, &b);
    made(6, 2, &c);
    cr_assert_eq(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        cr_assert_eq(a.posts[i].id, b.posts[i].id);
        cr_assert_eq(a.posts[i].author, b.posts[i].author);
        cr_assert_eq(a.posts[i].arrived_ms, b.posts[i].arrived_ms);
    }
    cr_assert(c.count != a.count || c.posts[0].id != a.posts[0].id);
    stream_fini(&a);
    stream_fini(&b);
    stream_fini(&c);
}

Test(stream, mentions_come_in_the_order_of_arrival_and_never_before_they_were_written)
{
    for (uint32_t brand = 0; brand < 8; brand++) {
        struct stream stream;
        made(7, brand, &stream);
        for (size_t i = 0; i < stream.count; i++) {
            cr_assert_geq(stream.posts[i].arrived_ms, stream.posts[i].time_ms);
            cr_assert(i == 0 || stream.posts[i - 1].arrived_ms <= stream.posts[i].arrived_ms);
        }
        stream_fini(&stream);
    }
}

Test(stream, events_keep_apart_so_that_an_alarm_is_about_one_of_them)
{
    for (uint32_t brand = 0; brand < 60; brand++) {
        struct plan plan;
        struct traits traits;
        struct rng rng = draw_stream(3, "brand", brand);
        struct era one = era(3, brand);
        one.from_ms = one.scored_ms;
        traits_draw(&traits, world_usual(), &rng);
        plan_draw(&plan, world_usual(), &traits, &one);
        for (size_t i = 0; i < plan.count; i++) {
            const struct event *event = &plan.events[i];
            cr_assert(event->start_ms < event->end_ms);
            cr_assert(event->start_ms >= one.from_ms && event->end_ms <= one.until_ms);
            for (size_t k = 0; k < i && happening_is_crisis(event->kind); k++) {
                const struct event *other = &plan.events[k];
                cr_assert(!happening_is_crisis(other->kind) || other->end_ms < event->start_ms ||
                          event->end_ms < other->start_ms);
            }
        }
    }
}

Test(stream, brands_of_one_supplier_fail_at_the_same_time)
{
    size_t groups = 0;
    for (uint32_t group = 0; group < 60; group++) {
        int64_t first = 0;
        for (uint32_t brand = 10 * group; brand < 10 * group + 10; brand++) {
            struct plan plan;
            struct traits traits;
            struct rng rng = draw_stream(4, "brand", brand);
            struct era one = era(4, brand);
            one.from_ms = one.scored_ms;
            one.until_ms = one.scored_ms + 28 * DAY_MS;
            traits_draw(&traits, world_usual(), &rng);
            plan_draw(&plan, world_usual(), &traits, &one);
            if (plan.count == 0 || plan.events[0].kind != HAPPENING_SUPPLIER) {
                continue;
            }
            groups += first == 0;
            first = first == 0 ? plan.events[0].start_ms : first;
            cr_assert_leq(llabs(plan.events[0].start_ms - first), 10 * MINUTE_MS);
        }
    }
    cr_assert_geq(groups, 1u);
}
