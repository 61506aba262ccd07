/* Starting and stopping everything: all threads or none, and a reason that a person can act on. */
#include "pipeline/live/live.h"

#include "core/process/clock.h"
#include "fixture.h"
#include "ingest/broker.h"

#define TOPIC "menciones"

struct stage {
    const struct rule_set *rules;
    struct judge_settings judge;
    struct broker *broker;
    struct live_options options;
    char trouble[LIVE_TROUBLE_SIZE];
};

static void
stage_init(struct stage *stage)
{
    static const char *const topics[] = { TOPIC };

    log_setup(LOG_ERROR, LOG_SILENT);
    *stage = (struct stage){ .rules = fixture_rules(), .judge = fixture_judge() };
    stage->broker = broker_create(TOPIC, 2, stage->trouble);
    cr_assert_not_null(stage->broker, "%s", stage->trouble);
    live_options_init(&stage->options, stage->rules, &stage->judge);
    stage->options.ledger.url = "memory:";
    stage->options.worker_count = 2;
    stage->options.worker.consumer =
            (struct consumer_options){ .brokers = broker_address(stage->broker),
                .group = "prueba",
                .topics = topics,
                .topic_count = 1,
                .start = START_EARLIEST };
}

static void
stage_fini(struct stage *stage)
{
    broker_destroy(&stage->broker);
    rule_set_destroy(&stage->rules);
}

TestSuite(live, .timeout = 120);

Test(live, starts_answers_and_stops)
{
    struct stage stage;
    struct live *live = NULL;

    stage_init(&stage);
    stage.options.http_listen = "127.0.0.1:0";
    cr_assert_eq(live_create(&stage.options, &live, stage.trouble), LIVE_OK, "%s", stage.trouble);
    cr_assert_eq(live_start(live, stage.trouble), LIVE_OK, "%s", stage.trouble);
    cr_expect_neq(live_http_port(live), 0);
    cr_expect_not(live_stopping(live));
    int64_t end_ms = clock_monotonic_ms() + 30000;
    while (live_kafka(live) != WORKER_CONNECTED && clock_monotonic_ms() < end_ms) {
        clock_sleep_ms(20);
    }
    cr_expect_eq(live_kafka(live), WORKER_CONNECTED);
    live_ask_stop(live);
    cr_expect(live_stopping(live));
    cr_expect_eq(live_stop(live, stage.trouble), LIVE_OK, "%s", stage.trouble);
    live_destroy(&live);
    cr_expect_null(live);
    stage_fini(&stage);
}

Test(live, a_taken_port_is_named_and_nothing_keeps_running)
{
    struct stage stage;
    struct live *first = NULL;
    struct live *second = NULL;
    char listen[32];

    stage_init(&stage);
    stage.options.http_listen = "127.0.0.1:0";
    cr_assert_eq(live_create(&stage.options, &first, stage.trouble), LIVE_OK);
    cr_assert_eq(live_start(first, stage.trouble), LIVE_OK);
    snprintf(listen, sizeof listen, "127.0.0.1:%u", live_http_port(first));
    stage.options.http_listen = listen;
    cr_assert_eq(live_create(&stage.options, &second, stage.trouble), LIVE_OK);
    cr_expect_eq(live_start(second, stage.trouble), LIVE_BROKEN);
    cr_expect_not_null(strstr(stage.trouble, listen), "\"%s\"", stage.trouble);
    live_destroy(&second); /* would assert if a thread were still there */
    cr_expect_eq(live_stop(first, stage.trouble), LIVE_OK);
    live_destroy(&first);
    stage_fini(&stage);
}

struct refused_row {
    const char *url;
    const char *property; /* of the consumer, or NULL */
    enum live_outcome outcome;
};

static int
always(void)
{
    return 1;
}

Test(live, waiting_for_the_ledger_can_be_called_off)
{
    struct stage stage;
    struct live *live = NULL;
    int64_t begin_ms = clock_monotonic_ms();

    stage_init(&stage);
    stage.options.ledger.url = "redis://127.0.0.1:1";
    stage.options.wait_ms = 60000;
    stage.options.called_off = always;
    cr_expect_eq(live_create(&stage.options, &live, stage.trouble), LIVE_AWAY);
    cr_expect_lt(clock_monotonic_ms() - begin_ms, 10000);
    stage_fini(&stage);
}

Test(live, what_cannot_work_is_refused_and_what_is_away_may_be_tried_again)
{
    static const struct refused_row rows[] = {
        { "redis://127.0.0.1:1", NULL, LIVE_AWAY },
        { "gopher://127.0.0.1", NULL, LIVE_REFUSED },
        { "memory:", "no.such.property", LIVE_REFUSED },
        { "memory:", "enable.auto.commit", LIVE_REFUSED },
        { "memory:", NULL, LIVE_OK },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct stage stage;
        struct live *live = NULL;
        struct consumer_property property = { rows[i].property, "true" };
        stage_init(&stage);
        stage.options.ledger.url = rows[i].url;
        stage.options.ledger.timeout_ms = 300;
        stage.options.worker.consumer.properties = &property;
        stage.options.worker.consumer.property_count = rows[i].property != NULL;
        stage.options.wait_ms = 700; /* it asks again, and ends */
        cr_expect_eq(
                live_create(&stage.options, &live, stage.trouble), rows[i].outcome, "row %zu", i);
        cr_expect_eq(live == NULL, rows[i].outcome != LIVE_OK, "row %zu", i);
        cr_expect_eq(stage.trouble[0] == '\0', rows[i].outcome == LIVE_OK, "row %zu: %s", i,
                stage.trouble);
        live_destroy(&live);
        stage_fini(&stage);
    }
}
