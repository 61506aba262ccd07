/* The messenger: what the judge hands over reaches every sink, and only then leaves the ledger's outbox. */
#include "pipeline/live/messenger.h"

#include "core/process/clock.h"
#include "fixture.h"

#include <unistd.h>

#define PATIENCE_MS 20000
#define PATHS       2

struct post {
    struct messenger *messenger;
    char paths[PATHS][64];
};

static struct sink *
file_sink(const char *path)
{
    char trouble[256];
    struct sink_option options[] = { { "path", path } };
    struct sink *sink = sink_create("file", "file", options, 1, trouble);

    cr_assert_not_null(sink, "%s", trouble);
    return sink;
}

static void
post_init(struct post *post)
{
    struct sink **sinks = calloc(PATHS, sizeof(struct sink *));

    log_setup(LOG_ERROR, LOG_SILENT);
    for (size_t i = 0; i < PATHS; i++) {
        snprintf(post->paths[i], sizeof post->paths[i], "/tmp/rebato-messenger-XXXXXX");
        int file = mkstemp(post->paths[i]);
        cr_assert_geq(file, 0);
        close(file);
        sinks[i] = file_sink(post->paths[i]);
    }
    post->messenger = messenger_create(sinks, PATHS);
    cr_assert_not_null(post->messenger);
}

static void
post_fini(struct post *post)
{
    messenger_destroy(&post->messenger);
    for (size_t i = 0; i < PATHS; i++) {
        unlink(post->paths[i]);
    }
}

static int
hand(struct post *post, uint32_t number)
{
    char key[64];
    char json[64];

    snprintf(key, sizeof key, "00112233445566%02x:%u:opened", number % 256, number);
    snprintf(json, sizeof json, "{\"n\":%u}", number);
    struct ledger_notice notice = { .key = view_of(key), .json = view_of(json) };
    return messenger_hand(post->messenger, number % 7, &notice);
}

static size_t
count_lines(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t lines = 0;

    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        lines += c == '\n';
    }
    fclose(file);
    return lines;
}

/* Receipts until there are `wanted`, each with the shard it was handed over for. */
static uint32_t
await_receipts(struct post *post, uint32_t wanted)
{
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    uint32_t got = 0;
    uint32_t shard = 0;
    struct view key;

    while (got < wanted && clock_monotonic_ms() < end_ms) {
        if (!messenger_next_delivered(post->messenger, &shard, &key)) {
            clock_sleep_ms(5);
            continue;
        }
        char text[64];
        view_copy(key, text, sizeof text);
        unsigned number = (unsigned)strtoul(strchr(text, ':') + 1, NULL, 10);
        cr_expect_eq(shard, number % 7, "%s came back for shard %u", text, shard);
        got++;
    }
    return got;
}

Test(messenger, every_notice_reaches_every_sink_and_comes_back_as_a_receipt)
{
    enum { NOTICES = 100 };
    struct post post;

    post_init(&post);
    cr_assert(messenger_start(post.messenger));
    for (uint32_t i = 0; i < NOTICES; i++) {
        cr_expect(hand(&post, i));
    }
    cr_expect_eq(await_receipts(&post, NOTICES), NOTICES);
    messenger_stop(post.messenger);
    cr_expect_eq(messenger_delivered_count(post.messenger), (uint64_t)PATHS * NOTICES);
    cr_expect_eq(messenger_failed_count(post.messenger), 0);
    for (size_t i = 0; i < PATHS; i++) {
        cr_expect_eq(count_lines(post.paths[i]), NOTICES);
    }
    post_fini(&post);
}

/* As much of a payload as says whose opening it is. */
static int
hand_opening(struct post *post, uint32_t brand)
{
    char key[64];
    char json[512];

    snprintf(key, sizeof key, "00112233445566%02x:%u:opened", brand, brand);
    snprintf(json, sizeof json,
            "{\"alerts\":[{\"crisis\":{\"schema\":\"rebato/crisis/v1\",\"severity\":\"warning\","
            "\"incident\":\"00112233445566%02x\",\"brand\":\"b%u\",\"clock\":{\"onset\":"
            "\"2014-05-09T16:31:00Z\",\"alerted\":\"2014-05-09T16:36:0%uZ\"}}}]}",
            brand, brand, brand % 10);
    struct ledger_notice notice = { .key = view_of(key), .json = view_of(json) };
    return messenger_hand(post->messenger, brand % 7, &notice);
}

Test(messenger, brands_that_go_up_together_are_one_delivery_and_a_receipt_each)
{
    struct post post;

    post_init(&post);
    messenger_watch(post.messenger, 9);
    for (uint32_t brand = 1; brand <= 4; brand++) {
        cr_expect(hand_opening(&post, brand));
    }
    cr_assert(messenger_start(post.messenger));
    cr_expect_eq(await_receipts(&post, 4), 4);
    cr_expect(hand_opening(&post, 5));
    cr_expect(hand(&post, 6));
    cr_expect_eq(await_receipts(&post, 2), 2);
    messenger_stop(post.messenger);
    for (size_t i = 0; i < PATHS; i++) {
        cr_expect_eq(count_lines(post.paths[i]), 3);
    }
    post_fini(&post);
}

Test(messenger, an_opening_that_is_held_at_the_end_is_delivered_at_the_end)
{
    struct post post;

    post_init(&post);
    messenger_watch(post.messenger, 9);
    cr_expect(hand_opening(&post, 1));
    cr_assert(messenger_start(post.messenger));
    messenger_stop(post.messenger);
    cr_expect_eq(await_receipts(&post, 1), 1);
    cr_expect_eq(count_lines(post.paths[0]), 1);
    post_fini(&post);
}

Test(messenger, a_full_ring_refuses_and_takes_again_once_it_has_emptied)
{
    struct post post;
    uint32_t handed = 0;

    post_init(&post);
    while (handed < 100000 && hand(&post, handed)) {
        handed++;
    }
    cr_expect_gt(handed, 0);
    cr_assert_lt(handed, 100000, "nobody takes anything: it has to be full some time");
    cr_expect_not(hand(&post, handed), "it stays in the ledger's outbox");
    cr_assert(messenger_start(post.messenger));
    cr_expect_eq(await_receipts(&post, handed), handed);
    cr_expect(hand(&post, handed));
    cr_expect_eq(await_receipts(&post, 1), 1);
    messenger_stop(post.messenger);
    post_fini(&post);
}

Test(messenger, what_was_handed_over_before_the_end_is_delivered_at_the_end)
{
    struct post post;

    post_init(&post);
    cr_expect(hand(&post, 1));
    cr_assert(messenger_start(post.messenger));
    messenger_stop(post.messenger);
    cr_expect_eq(await_receipts(&post, 1), 1);
    post_fini(&post);
}

Test(messenger, what_was_never_delivered_is_dropped_without_a_leak)
{
    struct post post;

    post_init(&post);
    cr_expect(hand(&post, 1));
    post_fini(&post);
}

Test(messenger, a_sink_that_fails_holds_back_the_receipt_and_nothing_else)
{
    char trouble[256];
    struct sink_option gone[] = { { "url", "http://127.0.0.1:1/" }, { "allow_private", "true" } };
    struct sink **sinks = calloc(2, sizeof(struct sink *));
    char path[64] = "/tmp/rebato-messenger-XXXXXX";
    int file = mkstemp(path);
    struct post post = { .messenger = NULL };

    log_setup(LOG_ERROR, LOG_SILENT);
    cr_assert_geq(file, 0);
    close(file);
    sinks[0] = sink_create("gone", "webhook", gone, 2, trouble);
    cr_assert_not_null(sinks[0], "%s", trouble);
    sinks[1] = file_sink(path);
    post.messenger = messenger_create(sinks, 2);
    cr_assert(messenger_start(post.messenger));
    cr_expect(hand(&post, 1));
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    while ((messenger_delivered_count(post.messenger) == 0 ||
                   messenger_failed_count(post.messenger) == 0) &&
            clock_monotonic_ms() < end_ms) {
        clock_sleep_ms(10);
    }
    cr_expect_eq(messenger_delivered_count(post.messenger), 1);
    cr_expect_gt(messenger_failed_count(post.messenger), 0);
    uint32_t shard = 0;
    struct view key;
    cr_expect_not(messenger_next_delivered(post.messenger, &shard, &key));
    int64_t asked_ms = clock_monotonic_ms();
    messenger_stop(post.messenger);
    cr_expect_lt(clock_monotonic_ms() - asked_ms, 10000);
    messenger_destroy(&post.messenger);
    unlink(path);
}
