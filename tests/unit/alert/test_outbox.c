#include "alert/outbox.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* "a:1" is the first notice of incident a. */
static struct notice
notice(const char *key, const char *kind)
{
    return (struct notice){ .key = view_of(key),
        .incident = { key, strcspn(key, ":") },
        .kind = view_of(kind),
        .json = VIEW("{}") };
}

static enum outbox_added
add(struct outbox *outbox, const char *key, const char *kind, int64_t now_ms)
{
    struct notice one = notice(key, kind);

    return outbox_add(outbox, &one, now_ms);
}

/* The next task as "key@sink", or "-". */
static const char *
next(struct outbox *outbox, int64_t now_ms)
{
    static char text[80];
    struct outbox_task task;

    if (!outbox_next(outbox, now_ms, &task)) {
        return "-";
    }
    snprintf(text, sizeof text, "%.*s@%zu", (int)task.notice.key.size, task.notice.key.at,
            task.sink);
    return text;
}

/* The next receipt as "key delivered/refused/abandoned", or "-". */
static const char *
done(struct outbox *outbox)
{
    static char text[128];
    struct outbox_receipt receipt;

    if (!outbox_done(outbox, &receipt)) {
        return "-";
    }
    snprintf(text, sizeof text, "%s %u/%u/%u", receipt.key, receipt.delivered, receipt.refused,
            receipt.abandoned);
    return text;
}

static struct outbox *
create(size_t sinks, size_t notices_max)
{
    struct outbox_settings settings = {
        .sink_count = sinks, .notices_max = notices_max, .seed = 7
    };

    return outbox_create(&settings);
}

Test(outbox, notice_is_done_when_every_sink_has_answered)
{
    struct outbox *outbox = create(2, 0);

    cr_assert_eq(outbox_wait_ms(outbox, 0), INT64_MAX);
    cr_assert_eq(add(outbox, "a:1", "opened", 0), OUTBOX_ADDED);
    cr_assert_eq(add(outbox, "a:1", "opened", 0), OUTBOX_KNOWN);
    cr_assert_eq(outbox_wait_ms(outbox, 0), 0);
    cr_assert_str_eq(next(outbox, 0), "a:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    cr_assert_str_eq(done(outbox), "-");
    cr_assert_str_eq(next(outbox, 0), "a:1@1");
    outbox_result(outbox, SINK_REFUSED, 0, 0);
    cr_assert_str_eq(next(outbox, 0), "-");
    cr_assert_str_eq(done(outbox), "a:1 1/1/0");
    cr_assert_str_eq(done(outbox), "-");
    cr_assert_eq(outbox_size(outbox), 0);
    cr_assert_eq(add(outbox, "a:1", "opened", 0), OUTBOX_ADDED, "what is done is forgotten");
    outbox_destroy(&outbox);
    cr_assert_null(outbox);
    outbox_destroy(&outbox);
}

Test(outbox, without_sinks_nothing_waits)
{
    struct outbox *outbox = create(0, 0);

    add(outbox, "a:1", "opened", 0);
    cr_assert_str_eq(next(outbox, 0), "-");
    cr_assert_str_eq(done(outbox), "a:1 0/0/0");
    outbox_destroy(&outbox);
}

Test(outbox, incident_keeps_its_order_at_each_sink)
{
    struct outbox *outbox = create(2, 0);

    add(outbox, "a:1", "opened", 0);
    add(outbox, "a:2", "resolved", 0);
    cr_assert_str_eq(next(outbox, 0), "a:1@0");
    outbox_result(outbox, SINK_RETRY, 0, 0); /* sink 0 is down */
    cr_assert_str_eq(next(outbox, 0), "a:1@1");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    cr_assert_str_eq(next(outbox, 0), "a:2@1", "sink 1 does not wait for sink 0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    cr_assert_str_eq(next(outbox, 0), "-");
    cr_assert_str_eq(next(outbox, 10000), "a:1@0", "the first one first");
    outbox_result(outbox, SINK_REFUSED, 0, 10000);
    cr_assert_str_eq(next(outbox, 10000), "a:2@0", "a refusal is an end, too");
    outbox_result(outbox, SINK_DELIVERED, 0, 10000);
    cr_assert_str_eq(done(outbox), "a:1 1/1/0");
    cr_assert_str_eq(done(outbox), "a:2 2/0/0");
    outbox_destroy(&outbox);
}

Test(outbox, what_comes_after_a_notice_of_several_incidents_waits_for_it)
{
    struct outbox *outbox = create(1, 0);
    struct notice several = notice("s:3:surge", "opened");

    several.also = VIEW("aaaabbbbcccc");
    cr_assert_eq(outbox_add(outbox, &several, 0), OUTBOX_ADDED);
    cr_assert_eq(add(outbox, "bbbb:2", "silence", 0), OUTBOX_ADDED);
    cr_assert_eq(add(outbox, "abbb:2", "silence", 0), OUTBOX_ADDED);
    cr_expect_str_eq(next(outbox, 0), "s:3:surge@0");
    outbox_result(outbox, SINK_RETRY, 0, 0);
    cr_expect_str_eq(next(outbox, 100), "-", "the sink is left alone");
    cr_expect_str_eq(next(outbox, 5000), "s:3:surge@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 5000);
    cr_expect_str_eq(next(outbox, 5000), "bbbb:2@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 5000);
    cr_expect_str_eq(next(outbox, 5000), "abbb:2@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 5000);
    outbox_destroy(&outbox);
}

Test(outbox, other_incidents_do_not_wait_for_one)
{
    struct outbox *outbox = create(1, 0);

    add(outbox, "a:1", "opened", 0);
    add(outbox, "b:1", "opened", 0);
    cr_assert_str_eq(next(outbox, 0), "a:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    cr_assert_str_eq(next(outbox, 0), "b:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    outbox_destroy(&outbox);
}

Test(outbox, failing_sink_is_left_alone_longer_and_longer)
{
    struct outbox *outbox = create(1, 0);
    int64_t now_ms = 0;
    int64_t cap_ms = 1000;

    add(outbox, "a:1", "opened", now_ms);
    for (int i = 0; i < 14; i++) {
        cr_assert_str_eq(next(outbox, now_ms), "a:1@0", "attempt %d", i);
        outbox_result(outbox, SINK_RETRY, 0, now_ms);
        cr_assert_eq(outbox_failures(outbox, 0), (uint32_t)i + 1);
        int64_t wait_ms = outbox_wait_ms(outbox, now_ms);
        cr_assert(
                wait_ms >= cap_ms / 2 && wait_ms <= cap_ms, "attempt %d: %ld ms", i, (long)wait_ms);
        cr_assert_str_eq(next(outbox, now_ms + wait_ms - 1), "-");
        now_ms += wait_ms;
        cap_ms = cap_ms * 2 > 300000 ? 300000 : cap_ms * 2;
    }
    cr_assert_str_eq(next(outbox, now_ms), "a:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, now_ms);
    cr_assert_eq(outbox_failures(outbox, 0), 0);
    outbox_destroy(&outbox);
}

Test(outbox, dead_sink_costs_one_timeout_and_not_one_for_each_notice)
{
    struct outbox *outbox = create(2, 0);
    int tried = 0;

    for (int i = 0; i < 100; i++) {
        char key[16];
        snprintf(key, sizeof key, "i%d:1", i);
        add(outbox, key, "opened", 0);
    }
    for (const char *task = next(outbox, 0); task[0] != '-'; task = next(outbox, 0)) {
        int dead = strstr(task, "@0") != NULL;
        tried += dead;
        outbox_result(outbox, dead ? SINK_RETRY : SINK_DELIVERED, 0, 0);
    }
    cr_assert_eq(tried, 1);
    cr_assert_eq(outbox_failures(outbox, 1), 0);
    outbox_destroy(&outbox);
}

Test(outbox, receiver_that_asks_for_time_gets_it)
{
    struct outbox *outbox = create(1, 0);

    add(outbox, "a:1", "opened", 0);
    add(outbox, "b:1", "opened", 0);
    next(outbox, 0);
    outbox_result(outbox, SINK_RETRY, 60000, 0);
    cr_assert_eq(outbox_wait_ms(outbox, 0), 60000);
    cr_assert_str_eq(next(outbox, 59999), "-");
    cr_assert_str_neq(next(outbox, 60000), "-");
    outbox_result(outbox, SINK_DELIVERED, 0, 60000);
    outbox_destroy(&outbox);
}

Test(outbox, same_seed_same_waits)
{
    struct outbox *one = create(1, 0);
    struct outbox *other = create(1, 0);

    add(one, "a:1", "opened", 0);
    add(other, "a:1", "opened", 0);
    for (int64_t now_ms = 0, i = 0; i < 10; i++, now_ms += 300000) {
        next(one, now_ms);
        next(other, now_ms);
        outbox_result(one, SINK_RETRY, 0, now_ms);
        outbox_result(other, SINK_RETRY, 0, now_ms);
        cr_assert_eq(outbox_wait_ms(one, now_ms), outbox_wait_ms(other, now_ms));
    }
    outbox_destroy(&one);
    outbox_destroy(&other);
}

Test(outbox, old_notices_are_abandoned_and_said_so)
{
    struct outbox *outbox = create(2, 0);

    add(outbox, "a:1", "opened", 0);
    next(outbox, 0);
    outbox_result(outbox, SINK_RETRY, 0, 0);
    next(outbox, 0);
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    add(outbox, "b:1", "opened", 86399999);
    cr_assert_str_eq(done(outbox), "-");
    cr_assert_str_eq(next(outbox, 86400000), "b:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 86400000);
    cr_assert_str_eq(done(outbox), "a:1 1/0/1");
    outbox_destroy(&outbox);
}

Test(outbox, notice_that_was_never_tried_is_tried_however_old)
{
    struct outbox *outbox = create(1, 0);

    add(outbox, "a:1", "opened", 0);
    cr_assert_str_eq(next(outbox, 200000000), "a:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 200000000);
    cr_assert_str_eq(done(outbox), "a:1 1/0/0");
    outbox_destroy(&outbox);
}

Test(outbox, full_box_refuses_and_loses_nothing)
{
    struct outbox *outbox = create(1, 2);

    add(outbox, "a:1", "opened", 0);
    add(outbox, "a:2", "resolved", 0);
    cr_assert_eq(add(outbox, "b:1", "opened", 0), OUTBOX_FULL);
    cr_assert_str_eq(done(outbox), "-", "first and last notices do not give way");
    cr_assert_str_eq(next(outbox, 0), "a:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    cr_assert_str_eq(done(outbox), "a:1 1/0/0");
    cr_assert_eq(add(outbox, "b:1", "opened", 0), OUTBOX_ADDED);
    outbox_destroy(&outbox);
}

Test(outbox, update_gives_way_to_a_later_one)
{
    struct outbox *outbox = create(1, 3);

    add(outbox, "a:1", "opened", 0);
    add(outbox, "a:2", "escalated", 0);
    add(outbox, "b:1", "silence", 0);
    cr_assert_eq(add(outbox, "a:3", "resolved", 0), OUTBOX_FULL);
    cr_assert_str_eq(done(outbox), "a:2 0/0/1", "b:1 is the last word on b");
    cr_assert_eq(add(outbox, "a:3", "resolved", 0), OUTBOX_ADDED);
    cr_assert_str_eq(next(outbox, 0), "a:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    cr_assert_str_eq(next(outbox, 0), "b:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    cr_assert_str_eq(next(outbox, 0), "a:3@0");
    outbox_result(outbox, SINK_DELIVERED, 0, 0);
    outbox_destroy(&outbox);
}

static void
refuse_only_a(struct outbox *outbox, int64_t now_ms)
{
    for (const char *task = next(outbox, now_ms); task[0] != '-'; task = next(outbox, now_ms)) {
        outbox_result(outbox, task[0] == 'a' ? SINK_RETRY : SINK_DELIVERED, 0, now_ms);
    }
}

/* The middle notice is gone and the first, tried often, is not due for a while: the last must wait. */
Test(outbox, order_holds_across_an_update_that_gave_way)
{
    struct outbox *outbox = create(1, 3);
    int64_t now_ms = 0;

    add(outbox, "a:1", "opened", 0);
    /* Others go through meanwhile: the sink is well, only a:1 is not taken. */
    for (int i = 0; i < 600 || outbox_size(outbox) > 1; i++) {
        char other[16];
        now_ms += 1000;
        snprintf(other, sizeof other, "x%d:1", i);
        add(outbox, other, "opened", now_ms);
        refuse_only_a(outbox, now_ms);
        while (done(outbox)[0] != '-') {
        }
    }
    cr_assert_eq(outbox_failures(outbox, 0), 0);
    add(outbox, "a:2", "escalated", now_ms);
    add(outbox, "a:3", "resolved", now_ms);
    cr_assert_eq(add(outbox, "b:1", "opened", now_ms), OUTBOX_FULL); /* a:2 gives way */
    cr_assert_str_eq(next(outbox, now_ms), "-");
    cr_assert_str_eq(done(outbox), "a:2 0/0/1");
    cr_assert_str_eq(next(outbox, now_ms), "-");
    now_ms += 300000;
    cr_assert_str_eq(next(outbox, now_ms), "a:1@0");
    outbox_result(outbox, SINK_DELIVERED, 0, now_ms);
    cr_assert_str_eq(next(outbox, now_ms), "a:3@0");
    outbox_result(outbox, SINK_DELIVERED, 0, now_ms);
    outbox_destroy(&outbox);
}

Test(outbox, memory_is_bounded_as_well)
{
    struct outbox_settings settings = { .sink_count = 1, .bytes_max = 4096 };
    struct outbox *outbox = outbox_create(&settings);
    static char json[8192];
    struct notice large = notice("a:1", "opened");

    large.json = (struct view){ json, sizeof json };
    cr_assert_eq(outbox_add(outbox, &large, 0), OUTBOX_FULL);
    cr_assert_eq(add(outbox, "b:1", "opened", 0), OUTBOX_ADDED);
    outbox_destroy(&outbox);
}
