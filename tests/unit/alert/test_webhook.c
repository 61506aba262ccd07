#include "alert/sink.h"
#include "core/process/clock.h"
#include "receiver.h"

#include <criterion/criterion.h>

static const struct notice notice = {
    .key = { "9f2c:3:opened", 13 },
    .incident = { "9f2c", 4 },
    .kind = { "opened", 6 },
    .json = { "{\"version\":\"4\"}", 15 },
};

#define OK         "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#define STATUS(at) "HTTP/1.1 " at "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static struct sink *
webhook_to(int port, const char *allow_private, const char *timeout)
{
    char url[64];
    char trouble[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/hook", port);
    const struct sink_option options[] = { { "url", url }, { "allow_private", allow_private },
        { "timeout", timeout } };
    struct sink *sink = sink_create("sala", "webhook", options, 3, trouble);
    cr_assert_not_null(sink, "%s", trouble);
    return sink;
}

Test(webhook, outcome_follows_the_status)
{
    static const struct {
        const char *answer;
        enum sink_outcome outcome;
        int64_t retry_after_ms;
    } rows[] = {
        { OK, SINK_DELIVERED, 0 },
        { STATUS("202 Accepted"), SINK_DELIVERED, 0 },
        { STATUS("204 No Content"), SINK_DELIVERED, 0 },
        { STATUS("301 Moved\r\nLocation: http://127.0.0.1/"), SINK_REFUSED, 0 },
        { STATUS("400 Bad Request"), SINK_REFUSED, 0 },
        { STATUS("404 Not Found"), SINK_REFUSED, 0 },
        { STATUS("410 Gone"), SINK_REFUSED, 0 },
        { STATUS("408 Request Timeout"), SINK_RETRY, 0 },
        { STATUS("425 Too Early"), SINK_RETRY, 0 },
        { STATUS("429 Too Many\r\nRetry-After: 7"), SINK_RETRY, 7000 },
        { STATUS("429 Too Many\r\nRetry-After: 99999999"), SINK_RETRY, 3600000 },
        { STATUS("500 Oh"), SINK_RETRY, 0 },
        { STATUS("503 Later\r\nRetry-After: 2"), SINK_RETRY, 2000 },
        { RECEIVER_CLOSES, SINK_RETRY, 0 },
        { "not HTTP at all\r\n\r\n", SINK_RETRY, 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const script[] = { rows[i].answer, NULL };
        struct receiver receiver;
        receiver_start(&receiver, script);
        struct sink *sink = webhook_to(receiver.port, "true", "5s");
        enum sink_outcome outcome = sink_deliver(sink, &notice);
        cr_assert_eq(
                outcome, rows[i].outcome, "row %zu: %d, %s", i, (int)outcome, sink_trouble(sink));
        cr_assert_eq(sink_retry_after_ms(sink), rows[i].retry_after_ms, "row %zu", i);
        cr_assert_eq(sink_trouble(sink)[0] == '\0', outcome == SINK_DELIVERED, "row %zu", i);
        sink_destroy(&sink);
        cr_assert_null(sink);
        receiver_stop(&receiver);
        cr_assert_eq(receiver.served, 1, "row %zu: one request and no redirect", i);
    }
}

Test(webhook, redirects_are_not_followed)
{
    const char *const script[] = { STATUS("307 Over there\r\nLocation: /elsewhere"), OK, NULL };
    struct receiver receiver;

    receiver_start(&receiver, script);
    struct sink *sink = webhook_to(receiver.port, "true", "2s");
    cr_assert_eq(sink_deliver(sink, &notice), SINK_REFUSED);
    cr_assert_not_null(strstr(sink_trouble(sink), "redirects are not followed"));
    sink_destroy(&sink);
    receiver_stop(&receiver);
    cr_assert_eq(receiver.served, 1);
}

Test(webhook, request_says_who_and_which)
{
    static const char *const lines[] = { "POST /hook HTTP/1.1\r\n",
        "\r\nContent-Type: application/json\r\n", "\r\nIdempotency-Key: 9f2c:3:opened\r\n",
        "\r\nX-Rebato-Event: opened\r\n", "\r\nUser-Agent: rebato/",
        "\r\n\r\n{\"version\":\"4\"}" };
    const char *const script[] = { OK, NULL };
    struct receiver receiver;

    receiver_start(&receiver, script);
    struct sink *sink = webhook_to(receiver.port, "true", "5s");
    cr_assert_eq(sink_deliver(sink, &notice), SINK_DELIVERED);
    sink_destroy(&sink);
    receiver_stop(&receiver);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        cr_assert_not_null(
                strstr(receiver.request, lines[i]), "no %s in %s", lines[i], receiver.request);
    }
    cr_assert_null(strstr(receiver.request, "webhook-signature"));
    cr_assert_null(strstr(receiver.request, "Expect"));
}

Test(webhook, second_attempt_carries_the_same_key)
{
    const char *const script[] = { STATUS("500 Oh"), OK, NULL };
    struct receiver receiver;

    receiver_start(&receiver, script);
    struct sink *sink = webhook_to(receiver.port, "true", "5s");
    cr_assert_eq(sink_deliver(sink, &notice), SINK_RETRY);
    cr_assert_not_null(strstr(sink_trouble(sink), "500"));
    cr_assert_eq(sink_deliver(sink, &notice), SINK_DELIVERED);
    cr_assert_str_empty(sink_trouble(sink));
    sink_destroy(&sink);
    receiver_stop(&receiver);
    cr_assert_not_null(strstr(receiver.request, "Idempotency-Key: 9f2c:3:opened\r\n"));
}

Test(webhook, receiver_that_hangs_costs_its_timeout_and_no_more)
{
    const char *const script[] = { RECEIVER_HANGS, NULL };
    struct receiver receiver;

    receiver_start(&receiver, script);
    struct sink *sink = webhook_to(receiver.port, "true", "1s");
    int64_t start = clock_monotonic_ms();
    cr_assert_eq(sink_deliver(sink, &notice), SINK_RETRY);
    int64_t spent = clock_monotonic_ms() - start;
    cr_assert(spent >= 900 && spent < 3000, "%ld ms", (long)spent);
    sink_destroy(&sink);
    receiver_stop(&receiver);
}

Test(webhook, reply_without_an_end_is_not_read)
{
    const char *const script[] = { RECEIVER_FLOODS, NULL };
    struct receiver receiver;

    receiver_start(&receiver, script);
    struct sink *sink = webhook_to(receiver.port, "true", "5s");
    int64_t start = clock_monotonic_ms();
    cr_assert_eq(sink_deliver(sink, &notice), SINK_DELIVERED, "the status line had said 200");
    cr_assert_lt(clock_monotonic_ms() - start, 3000);
    sink_destroy(&sink);
    receiver_stop(&receiver);
}

Test(webhook, private_addresses_are_refused_by_default)
{
    static const char *const hosts[] = { "127.0.0.1", "localhost", "0.0.0.0", "[::1]",
        "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "169.254.169.254", "10.1.2.3", "192.168.0.1",
        "[fe80::1]", "[fd00::1]" };
    const char *const script[] = { OK, NULL };
    struct receiver receiver;

    receiver_start(&receiver, script);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        char url[64];
        char trouble[256];
        snprintf(url, sizeof url, "http://%s:%d/", hosts[i], receiver.port);
        const struct sink_option options[] = { { "url", url } };
        struct sink *sink = sink_create("x", "webhook", options, 1, trouble);
        cr_assert_not_null(sink, "%s: %s", hosts[i], trouble);
        cr_assert_eq(sink_deliver(sink, &notice), SINK_REFUSED, "%s", hosts[i]);
        cr_assert_not_null(strstr(sink_trouble(sink), "allow_private"), "%s", sink_trouble(sink));
        sink_destroy(&sink);
    }
    receiver_stop(&receiver);
    cr_assert_eq(receiver.served, 0);
}

Test(webhook, proxy_of_the_environment_is_not_used)
{
    const char *const script[] = { OK, NULL };
    struct receiver receiver;

    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    receiver_start(&receiver, script);
    struct sink *sink = webhook_to(receiver.port, "true", "5s");
    cr_assert_eq(sink_deliver(sink, &notice), SINK_DELIVERED, "%s", sink_trouble(sink));
    sink_destroy(&sink);
    receiver_stop(&receiver);
}

Test(webhook, options_that_cannot_be_right_are_refused)
{
    static const struct {
        struct sink_option options[2];
        size_t count;
        const char *named;
    } rows[] = {
        { { { "timeout", "5s" } }, 1, "url" },
        { { { "url", "" } }, 1, "url" },
        { { { "url", "file:///etc/passwd" } }, 1, "url" },
        { { { "url", "ftp://example.org/" } }, 1, "url" },
        { { { "url", "not a url" } }, 1, "url" },
        { { { "url", "https://example.org" }, { "ulr", "x" } }, 2, "ulr" },
        { { { "url", "https://example.org" }, { "timeout", "0s" } }, 2, "timeout" },
        { { { "url", "https://example.org" }, { "timeout", "2h" } }, 2, "timeout" },
        { { { "url", "https://example.org" }, { "timeout", "soon" } }, 2, "timeout" },
        { { { "url", "https://example.org" }, { "allow_private", "yes" } }, 2, "allow_private" },
        { { { "url", "https://example.org" }, { "secret", "short" } }, 2, "secret" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char trouble[256];
        cr_assert_null(
                sink_create("x", "webhook", rows[i].options, rows[i].count, trouble), "row %zu", i);
        cr_assert_not_null(strstr(trouble, rows[i].named), "row %zu: %s", i, trouble);
    }
}

Test(webhook, trouble_never_repeats_the_secret)
{
    const struct sink_option options[] = { { "url", "gopher://example.org/canary-token" } };
    char trouble[256];

    cr_assert_null(sink_create("x", "webhook", options, 1, trouble));
    cr_assert_null(strstr(trouble, "canary"));
}

Test(webhook, signed_notices_carry_id_time_and_signature)
{
    const char *const script[] = { OK, NULL };
    struct receiver receiver;
    char url[64];
    char trouble[256];

    receiver_start(&receiver, script);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", receiver.port);
    const struct sink_option options[] = { { "url", url }, { "allow_private", "true" },
        { "secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" } };
    struct sink *sink = sink_create("x", "webhook", options, 3, trouble);
    cr_assert_not_null(sink, "%s", trouble);
    cr_assert_eq(sink_deliver(sink, &notice), SINK_DELIVERED);
    sink_destroy(&sink);
    receiver_stop(&receiver);
    cr_assert_not_null(strstr(receiver.request, "\r\nwebhook-id: 9f2c:3:opened\r\n"));
    cr_assert_not_null(strstr(receiver.request, "\r\nwebhook-timestamp: "));
    cr_assert_not_null(strstr(receiver.request, "\r\nwebhook-signature: v1,"));
    cr_assert_null(strstr(receiver.request, "MfKQ9r8G"));
}
