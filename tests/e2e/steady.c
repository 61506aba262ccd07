/*
 * e2e_steady BROKERS TOPIC RATE STOP NAME: a collector that never gives up. RATE mentions a second by the wall clock
 * (0: as many as go through) until the file STOP exists; a quarter of them are of the brands loud000 to loud019.
 * What a broker that is away does not take is sent as soon as it does: the mentions keep the times at which they
 * were made, and none is dropped. NAME begins their ids.
 *
 * Says "begin MS" when it begins; at the end, when all were acknowledged, "sent N" and "BRAND N" of each brand.
 */
#include "core/process/clock.h"
#include "core/text/calendar.h"
#include "core/view.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LOUD        20
#define MENTION_MAX 512
#define FLUSH_MS    120000
#define QUEUE_EVERY 256 /* mentions between two looks at the clock */

struct steady {
    rd_kafka_t *kafka;
    const char *topic;
    const char *name;
    uint64_t sent;
    uint64_t failed;
    uint64_t brands[LOUD];
};

static void
on_delivery(rd_kafka_t *kafka, const rd_kafka_message_t *message, void *opaque)
{
    struct steady *steady = opaque;

    (void)kafka;
    steady->failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_t *
connect_kafka(const char *brokers, struct steady *steady)
{
    static const char *const settings[][2] = {
        { "enable.idempotence", "true" },
        { "message.timeout.ms", "0" },
        { "linger.ms", "5" },
        { "queue.buffering.max.messages", "100000" },
        { "reconnect.backoff.max.ms", "500" },
    };
    char trouble[512] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, trouble, sizeof trouble);
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        rd_kafka_conf_set(conf, settings[i][0], settings[i][1], trouble, sizeof trouble);
    }
    rd_kafka_conf_set_opaque(conf, steady);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, trouble, sizeof trouble);
    if (kafka == NULL) {
        fprintf(stderr, "e2e_steady: %s\n", trouble);
        rd_kafka_conf_destroy(conf);
    }
    return kafka;
}

/* Waits for room, however long that takes. */
static rd_kafka_resp_err_t
queue_text(struct steady *steady, char *text, size_t size)
{
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = steady->topic },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { .ptr = text, .size = size } },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
    };
    rd_kafka_error_t *error =
            rd_kafka_produceva(steady->kafka, parts, sizeof parts / sizeof *parts);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);

    if (error != NULL) {
        rd_kafka_error_destroy(error);
    }
    return code;
}

static void
say(struct steady *steady, int64_t time_ms)
{
    char text[MENTION_MAX];
    char time[CALENDAR_TEXT_SIZE];
    uint64_t brand = steady->sent % (4 * LOUD);
    uint64_t author = steady->sent % 900000;
    int size = snprintf(text, sizeof text,
            "{\"id\":\"%s-%" PRIu64
            "\",\"created_at\":\"%s\",\"text\":\"me gusta mucho lo que hace %s%03" PRIu64
            ", y lo digo\",\"lang\":\"es\",\"author\":{\"id\":\"%" PRIu64
            "\",\"handle\":\"h%" PRIu64 "\",\"followers\":10}}",
            steady->name, steady->sent, calendar_print(time_ms, time),
            brand < LOUD ? "loud" : "mi vecino ", brand, author, author);

    while (queue_text(steady, text, (size_t)size) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_poll(steady->kafka, 20);
    }
    steady->sent++;
    if (brand < LOUD) {
        steady->brands[brand]++;
    }
}

static void
run(struct steady *steady, uint64_t rate, const char *stop)
{
    int64_t begin_ms = clock_wall_ms();

    printf("begin %" PRId64 "\n", begin_ms);
    fflush(stdout);
    while (access(stop, F_OK) != 0) {
        int64_t now_ms = clock_wall_ms();
        uint64_t due = rate == 0 ? steady->sent + QUEUE_EVERY
                                 : rate * (uint64_t)(now_ms - begin_ms) / 1000;
        if (steady->sent >= due) {
            clock_sleep_ms(1);
        }
        for (int i = 0; i < QUEUE_EVERY && steady->sent < due; i++) {
            say(steady, rate == 0 ? now_ms : begin_ms + (int64_t)(steady->sent * 1000 / rate));
        }
        rd_kafka_poll(steady->kafka, 0);
    }
}

int
main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: e2e_steady BROKERS TOPIC RATE STOP NAME\n");
        return 2;
    }
    struct steady steady = { .topic = argv[2], .name = argv[5] };
    steady.kafka = connect_kafka(argv[1], &steady);
    if (steady.kafka == NULL) {
        return 2;
    }
    run(&steady, strtoull(argv[3], NULL, 10), argv[4]);
    int fine = rd_kafka_flush(steady.kafka, FLUSH_MS) == RD_KAFKA_RESP_ERR_NO_ERROR &&
               steady.failed == 0;
    printf("sent %" PRIu64 "\n", steady.sent);
    for (size_t i = 0; i < LOUD; i++) {
        printf("loud%03zu %" PRIu64 "\n", i, steady.brands[i]);
    }
    rd_kafka_destroy(steady.kafka);
    return fine ? 0 : 1;
}
