/*
 * kafka: the payload as a record of a topic, key = incident id, so that one incident's notices stay in
 * order and a compacted topic keeps the last. CloudEvents in binary mode: the envelope is in headers.
 *
 * The producer is idempotent and the broker's acknowledgement is waited for. An answer that comes after
 * the wait is over belongs to an older ticket and is not taken for the current one.
 */
#include "alert/sink/type.h"
#include "core/process/clock.h"

#include <assert.h>
#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>

/* Kept, because a producer that failed for good is made anew. */
struct property {
    char *name;
    char *value;
};

struct kafka {
    rd_kafka_t *producer;        /* NULL after a fatal error, until the next delivery */
    struct property *properties; /* the brokers, and everything passed through */
    size_t property_count;
    char *topic;
    int64_t timeout_ms;
    /* Each delivery has a byte of its own to be recognised by; 256 later it may be reused. */
    char tickets[256];
    uint8_t ticket;
    int answered;
    rd_kafka_resp_err_t answer;
};

/* ---- the producer ---- */

static void
on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *state)
{
    struct kafka *kafka = state;

    (void)producer;
    if (message->_private == &kafka->tickets[kafka->ticket]) {
        kafka->answered = 1;
        kafka->answer = message->err;
    }
}

/* librdkafka talks to standard error by default; the messenger reports what matters. */
static void
be_quiet(const rd_kafka_t *producer, int level, const char *facility, const char *text)
{
    (void)producer;
    (void)level;
    (void)facility;
    (void)text;
}

static int
set(rd_kafka_conf_t *conf, const char *name, const char *value, char *trouble)
{
    return rd_kafka_conf_set(conf, name, value, trouble, SINK_TROUBLE_SIZE) == RD_KAFKA_CONF_OK;
}

static int
configure(const struct kafka *kafka, rd_kafka_conf_t *conf, char *trouble)
{
    char timeout[24];

    snprintf(timeout, sizeof timeout, "%lld", (long long)kafka->timeout_ms);
    /* Idempotence implies acks=all. */
    if (!set(conf, "enable.idempotence", "true", trouble) ||
            !set(conf, "message.timeout.ms", timeout, trouble) ||
            !set(conf, "linger.ms", "0", trouble) || !set(conf, "client.id", "rebato", trouble)) {
        return 0;
    }
    /* Theirs come last: whoever sets a property means it. */
    for (size_t i = 0; i < kafka->property_count; i++) {
        if (!set(conf, kafka->properties[i].name, kafka->properties[i].value, trouble)) {
            return 0;
        }
    }
    return 1;
}

static int
producer_open(struct kafka *kafka, char *trouble)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    if (!configure(kafka, conf, trouble)) {
        rd_kafka_conf_destroy(conf);
        return 0;
    }
    rd_kafka_conf_set_opaque(conf, kafka);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_conf_set_log_cb(conf, be_quiet);
    kafka->producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, trouble, SINK_TROUBLE_SIZE);
    if (kafka->producer == NULL) {
        rd_kafka_conf_destroy(conf); /* not taken over when it fails */
        return 0;
    }
    return 1;
}

static void
producer_close(struct kafka *kafka)
{
    if (kafka->producer == NULL) {
        return;
    }
    /* Whatever waits here was answered with SINK_RETRY and is still in the outbox. */
    rd_kafka_purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(kafka->producer, 0);
    rd_kafka_destroy(kafka->producer);
    kafka->producer = NULL;
}

/* ---- settings ---- */

static void
kafka_destroy(void *state)
{
    struct kafka *kafka = state;

    producer_close(kafka);
    for (size_t i = 0; i < kafka->property_count; i++) {
        free(kafka->properties[i].name);
        free(kafka->properties[i].value);
    }
    free(kafka->properties);
    free(kafka->topic);
    free(kafka);
}

static char *
copy(const char *text)
{
    char *copied = strdup(text);
    assert(copied != NULL);
    return copied;
}

static void
keep_properties(struct kafka *kafka, const struct sink_options *options)
{
    kafka->properties = calloc(options->count, sizeof *kafka->properties);
    assert(kafka->properties != NULL);
    for (size_t i = 0; i < options->count; i++) {
        const char *name = options->at[i].name;
        if (strcmp(name, "topic") == 0 || strcmp(name, "timeout") == 0) {
            continue;
        }
        kafka->properties[kafka->property_count++] = (struct property){
            .name = copy(strcmp(name, "brokers") == 0 ? "bootstrap.servers" : name),
            .value = copy(options->at[i].value),
        };
    }
}

static void *
kafka_create(const struct sink_options *options, char *trouble)
{
    const char *topic = sink_option_get(options, "topic", "");
    int64_t timeout_ms;

    if (topic[0] == '\0' || sink_option_get(options, "brokers", "")[0] == '\0') {
        sink_say(trouble, "options \"brokers\" and \"topic\" are both needed");
        return NULL;
    }
    if (!sink_option_timeout(options, &timeout_ms, trouble)) {
        return NULL;
    }
    struct kafka *kafka = calloc(1, sizeof *kafka);
    assert(kafka != NULL);
    kafka->topic = copy(topic);
    kafka->timeout_ms = timeout_ms;
    keep_properties(kafka, options);
    if (!producer_open(kafka, trouble)) {
        kafka_destroy(kafka);
        return NULL;
    }
    return kafka;
}

/* ---- one delivery ---- */

static void
add_header(rd_kafka_headers_t *headers, const char *name, struct view value)
{
    rd_kafka_resp_err_t added =
            rd_kafka_header_add(headers, name, -1, value.at, (ssize_t)value.size);
    assert(added == RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* Time and brand of the event stand in the payload; both headers are optional in CloudEvents. */
static void
add_payload_headers(rd_kafka_headers_t *headers, struct view json)
{
    json_t *payload = json_loadb(json.at, json.size, 0, NULL);
    json_t *crisis =
            json_object_get(json_array_get(json_object_get(payload, "alerts"), 0), "crisis");
    const char *time = json_string_value(json_object_get(crisis, "at"));
    const char *brand = json_string_value(json_object_get(crisis, "brand"));

    if (time != NULL) {
        add_header(headers, "ce_time", view_of(time));
    }
    if (brand != NULL) {
        add_header(headers, "ce_subject", view_of(brand));
    }
    json_decref(payload);
}

static rd_kafka_headers_t *
make_headers(const struct notice *notice)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(8);
    char type[96];

    assert(headers != NULL);
    snprintf(type, sizeof type, "rebato.incident.%.*s.v1", (int)notice->kind.size, notice->kind.at);
    add_header(headers, "ce_specversion", VIEW("1.0"));
    add_header(headers, "ce_id", notice->key);
    add_header(headers, "ce_type", view_of(type));
    add_header(headers, "ce_source", VIEW("/rebato"));
    add_header(headers, "content-type", VIEW("application/json"));
    add_payload_headers(headers, notice->json);
    return headers;
}

/* librdkafka asks for bytes that are not const, and copies them all the same. */
static void *
copy_bytes(struct view bytes)
{
    char *copied = malloc(bytes.size + 1);
    assert(copied != NULL);
    memcpy(copied, bytes.at, bytes.size);
    return copied;
}

static rd_kafka_resp_err_t
produce(struct kafka *kafka, const struct notice *notice)
{
    rd_kafka_headers_t *headers = make_headers(notice);
    void *json = copy_bytes(notice->json);
    void *key = copy_bytes(notice->incident);

    kafka->ticket++;
    kafka->answered = 0;
    const rd_kafka_vu_t fields[] = {
        { .vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = kafka->topic },
        { .vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY },
        { .vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = { json, notice->json.size } },
        { .vtype = RD_KAFKA_VTYPE_KEY, .u.mem = { key, notice->incident.size } },
        { .vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers },
        { .vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = &kafka->tickets[kafka->ticket] },
    };
    rd_kafka_error_t *error =
            rd_kafka_produceva(kafka->producer, fields, sizeof fields / sizeof fields[0]);
    rd_kafka_resp_err_t code = rd_kafka_error_code(error); /* no error for NULL */
    if (error != NULL) {
        rd_kafka_headers_destroy(headers); /* taken over only with the record */
        rd_kafka_error_destroy(error);
    }
    free(json);
    free(key);
    return code;
}

static rd_kafka_resp_err_t
await_answer(struct kafka *kafka)
{
    int64_t deadline = clock_monotonic_ms() + kafka->timeout_ms;

    for (int64_t now = clock_monotonic_ms(); !kafka->answered && now < deadline;
            now = clock_monotonic_ms()) {
        rd_kafka_poll(kafka->producer, (int)(deadline - now));
    }
    return kafka->answered ? kafka->answer : RD_KAFKA_RESP_ERR__TIMED_OUT;
}

/* Only what no later attempt can change is refused. */
static enum sink_outcome
outcome_of(rd_kafka_resp_err_t error)
{
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return SINK_DELIVERED;
    }
    return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
                           error == RD_KAFKA_RESP_ERR_INVALID_RECORD
                   ? SINK_REFUSED
                   : SINK_RETRY;
}

static enum sink_outcome
kafka_deliver(void *state, const struct notice *notice, struct sink_report *report)
{
    struct kafka *kafka = state;

    if (kafka->producer == NULL && !producer_open(kafka, report->trouble)) {
        return SINK_RETRY;
    }
    rd_kafka_resp_err_t error = produce(kafka, notice);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        error = await_answer(kafka);
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        sink_say(report->trouble, "topic %s: %s", kafka->topic, rd_kafka_err2str(error));
    }
    if (rd_kafka_fatal_error(kafka->producer, NULL, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        producer_close(kafka); /* it will never send again; the next delivery makes a new one */
    }
    return outcome_of(error);
}

const struct sink_type sink_kafka = {
    .name = "kafka",
    .create = kafka_create,
    .deliver = kafka_deliver,
    .destroy = kafka_destroy,
};
