/*
 * chaos_produce BROKERS TOPIC FOLDER [name=value ...]: sends the invented stream (stream.h) to a topic, evenly
 * over some seconds, and writes beside it what it sends:
 *
 *   FOLDER/truth.tsv        what brands and texts are, then one line a record, in the order of sending:
 *                           partition, arrival, number, time, author, brand, text, platform, repost;
 *                           of a broken one the first two alone
 *   FOLDER/archive.ndjson   the same records, byte for byte, a line each
 *
 * Names: seed, count, seconds, partitions, from, until. Partitions are chosen here, and a producer of Kafka's
 * idempotent kind sends no record twice and none out of turn: so the offset of a record is its place among the
 * lines of its partition. Exit 0 when all were acknowledged.
 */
#include "stream.h"

#include "core/process/clock.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdlib.h>
#include <string.h>

#define TROUBLE_SIZE   512
#define FLUSH_MS       60000
#define FULL_MS        50
#define SLICE_MS       10
#define PATH_SIZE_MOST 1024

struct sending {
    struct stream_options stream;
    uint32_t seconds;
    rd_kafka_t *kafka;
    const char *topic;
    FILE *truth;
    FILE *archive;
    uint64_t failed;
};

static void
on_delivery(rd_kafka_t *kafka, const rd_kafka_message_t *message, void *opaque)
{
    struct sending *sending = opaque;

    (void)kafka;
    sending->failed += message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
}

static int
connect_kafka(struct sending *sending, const char *brokers)
{
    static const char *const settings[][2] = {
        { "enable.idempotence", "true" },
        { "linger.ms", "20" },
        { "queue.buffering.max.messages", "100000" },
    };
    char trouble[TROUBLE_SIZE] = "";
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    int fine = rd_kafka_conf_set(conf, "bootstrap.servers", brokers, trouble, sizeof trouble) ==
               RD_KAFKA_CONF_OK;

    for (size_t i = 0; fine && i < sizeof settings / sizeof *settings; i++) {
        fine = rd_kafka_conf_set(conf, settings[i][0], settings[i][1], trouble, sizeof trouble) ==
               RD_KAFKA_CONF_OK;
    }
    rd_kafka_conf_set_opaque(conf, sending);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    sending->kafka = fine ? rd_kafka_new(RD_KAFKA_PRODUCER, conf, trouble, sizeof trouble) : NULL;
    if (sending->kafka == NULL) {
        rd_kafka_conf_destroy(conf); /* still ours after a failure */
        fprintf(stderr, "chaos_produce: %s\n", trouble);
        return 0;
    }
    return 1;
}

static rd_kafka_resp_err_t
queue_post(struct sending *sending, struct stream_post *post)
{
    const rd_kafka_vu_t parts[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = sending->topic },
        { .vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = (int32_t)post->partition },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { .ptr = post->body, .size = post->body_size } },
        { .vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = post->ingest_ms },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
    };
    rd_kafka_error_t *error =
            rd_kafka_produceva(sending->kafka, parts, sizeof parts / sizeof *parts);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);

    if (error != NULL) {
        rd_kafka_error_destroy(error);
    }
    return code;
}

static int
send_post(struct sending *sending, struct stream_post *post)
{
    rd_kafka_resp_err_t code = queue_post(sending, post);

    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        (void)rd_kafka_poll(sending->kafka, FULL_MS);
        code = queue_post(sending, post);
    }
    return code == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static void
note_post(struct sending *sending, const struct stream_post *post)
{
    fprintf(sending->truth, "%" PRIu32 "\t%" PRId64, post->partition, post->ingest_ms);
    if (!post->broken) {
        fprintf(sending->truth, "\t%" PRIu32 "\t%" PRId64 "\t%" PRIu32 "\t%u\t%u\t%u\t%d",
                post->number, post->time_ms, post->author, post->brand, post->text, post->platform,
                post->repost);
    }
    fputc('\n', sending->truth);
    fwrite(post->body, 1, post->body_size, sending->archive);
    fputc('\n', sending->archive);
}

/* How many should be sent by now. */
static uint32_t
due(const struct sending *sending, int64_t begin_ms)
{
    uint64_t count = sending->stream.until - sending->stream.from;
    int64_t passed_ms = clock_monotonic_ms() - begin_ms;
    int64_t all_ms = (int64_t)sending->seconds * 1000;

    if (passed_ms >= all_ms) {
        return (uint32_t)count;
    }
    return (uint32_t)(count * (uint64_t)passed_ms / (uint64_t)all_ms);
}

/* What is due in [number, target). */
static int
send_slice(struct sending *sending, uint32_t number, uint32_t target)
{
    struct stream_post post;

    for (; number < target; number++) {
        stream_make(&sending->stream, number, &post);
        note_post(sending, &post);
        if (!send_post(sending, &post)) {
            return 0;
        }
    }
    return 1;
}

static int
send_all(struct sending *sending)
{
    int64_t begin_ms = clock_monotonic_ms();
    uint32_t number = sending->stream.from;

    while (number < sending->stream.until) {
        uint32_t target = sending->stream.from + due(sending, begin_ms);
        if (!send_slice(sending, number, target)) {
            return 0;
        }
        number = target;
        (void)rd_kafka_poll(sending->kafka, SLICE_MS);
    }
    return rd_kafka_flush(sending->kafka, FLUSH_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

static FILE *
open_in(const char *folder, const char *name)
{
    char path[PATH_SIZE_MOST];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
    }
    return file;
}

/* "name=value" */
static int
read_option(struct sending *sending, const char *text)
{
    struct stream_options *stream = &sending->stream;
    const char *equals = strchr(text, '=');
    char *end = NULL;

    if (equals == NULL) {
        return 0;
    }
    uint64_t value = strtoull(equals + 1, &end, 10);
    struct {
        const char *name;
        uint32_t *at;
    } const places[] = { { "count=", &stream->count }, { "seconds=", &sending->seconds },
        { "partitions=", &stream->partitions }, { "from=", &stream->from },
        { "until=", &stream->until } };
    if (strncmp(text, "seed=", 5) == 0) {
        stream->seed = value;
        return *end == '\0';
    }
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (strncmp(text, places[i].name, strlen(places[i].name)) == 0) {
            *places[i].at = (uint32_t)value;
            return *end == '\0' && value <= UINT32_MAX;
        }
    }
    return 0;
}

static int
read_options(struct sending *sending, int argc, char **argv)
{
    int fine = argc >= 4;

    sending->stream = (struct stream_options){ .seed = 1, .count = 1000000, .partitions = 12 };
    sending->stream.until = UINT32_MAX;
    for (int i = 4; fine && i < argc; i++) {
        fine = read_option(sending, argv[i]);
    }
    if (sending->stream.until > sending->stream.count) {
        sending->stream.until = sending->stream.count;
    }
    fine = fine && sending->stream.partitions >= 1 && sending->stream.count >= 1 &&
           sending->stream.from <= sending->stream.until &&
           sending->stream.partitions <= STREAM_PARTITIONS_MAX;
    if (!fine) {
        fprintf(stderr, "usage: chaos_produce BROKERS TOPIC FOLDER [seed=1] [count=1000000] "
                        "[seconds=0] [partitions=12] [from=0] [until=COUNT]\n");
    }
    return fine;
}

int
main(int argc, char **argv)
{
    struct sending sending = { .failed = 0 };

    if (!read_options(&sending, argc, argv)) {
        return 2;
    }
    sending.topic = argv[2];
    sending.truth = open_in(argv[3], "truth.tsv");
    sending.archive = open_in(argv[3], "archive.ndjson");
    if (sending.truth == NULL || sending.archive == NULL || !connect_kafka(&sending, argv[1])) {
        return 2;
    }
    stream_describe(sending.truth);
    int fine = send_all(&sending) && sending.failed == 0;
    rd_kafka_destroy(sending.kafka);
    fine = fclose(sending.truth) == 0 && fine;
    fine = fclose(sending.archive) == 0 && fine;
    return fine ? 0 : 1;
}
