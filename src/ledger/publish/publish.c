/*
 * What dashboards see. Derived from the ledger, bounded by age or number, and safe to publish again: an
 * entry that is there already stays as it is.
 */
#include "ledger/redis/body.h"

#include "ledger/link/bytes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#define DAY_S            86400LL
#define NOW_TTL_S        (35 * DAY_S)
#define INCIDENT_TTL_S   (400 * DAY_S)
#define INSTANCE_TTL_S   30
#define TOP_TTL_S        DAY_S
#define TOP_SPAN_BUCKETS (DAY_S / BUCKET_SECONDS)

/* An entry of a stream whose id is not above the last one. */
#define STALE_ID "The ID specified in XADD is equal or smaller"

static void
arg_fields(struct redis_link *link, const struct ledger_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        redis_arg(link, fields->at[i].name);
        redis_arg(link, fields->at[i].value);
    }
}

void
redis_key_series(struct redis_link *link, enum ledger_series series, struct view brand)
{
    static const char *const kinds[] = {
        [LEDGER_SERIES_10S] = "10s", [LEDGER_SERIES_5M] = "5m", [LEDGER_SERIES_1H] = "1h"
    };

    redis_key(link, "ts:%s:%.*s", kinds[series], (int)brand.size, brand.at);
}

static void
arg_pair(struct redis_link *link, const char *name, struct view value)
{
    redis_arg_text(link, name);
    redis_arg(link, value);
}

static void
arg_pair_i64(struct redis_link *link, const char *name, int64_t value)
{
    redis_arg_text(link, name);
    redis_arg_i64(link, value);
}

static void
send_expire(struct redis_link *link, const char *kind, struct view name, int64_t seconds)
{
    redis_begin(link, "EXPIRE");
    redis_key(link, "%s%.*s", kind, (int)name.size, name.at);
    redis_arg_i64(link, seconds);
    redis_end(link);
}

/* A hash that is set and expires. */
static enum ledger_outcome
publish_hash(struct redis_link *link,
        const char *kind,
        struct view name,
        const struct ledger_fields *fields,
        int64_t seconds)
{
    enum ledger_outcome outcome = redis_link_open(link);

    if (outcome != LEDGER_OK) {
        return outcome;
    }
    redis_begin(link, "HSET");
    redis_key(link, "%s%.*s", kind, (int)name.size, name.at);
    arg_fields(link, fields);
    redis_end(link);
    send_expire(link, kind, name, seconds);
    return redis_await_all(link, 2);
}

enum ledger_outcome
redis_publish_now(struct ledger_reader *base, struct view brand, const struct ledger_fields *fields)
{
    return publish_hash(redis_reader_of(base)->link, "now:", brand, fields, NOW_TTL_S);
}

enum ledger_outcome
redis_publish_instance(
        struct ledger_reader *base, struct view name, const struct ledger_fields *fields)
{
    return publish_hash(redis_reader_of(base)->link, "inst:", name, fields, INSTANCE_TTL_S);
}

/* An entry that was summed from others may be summed again; one of cells may lack those that are erased. */
static void
send_entry(struct redis_link *link,
        struct view brand,
        const struct ledger_slot *place,
        const struct ledger_fields *fields,
        int64_t oldest_ms)
{
    redis_begin_script(link, SCRIPT_PUBLISH, 1);
    redis_key_series(link, place->series, brand);
    redis_arg_format(link, "%" PRId64 "-0", place->at_ms);
    if (place->last_ms == NULL) {
        redis_arg_text(link, "");
    } else {
        redis_arg_format(link, "%" PRId64 "-0", *place->last_ms);
    }
    redis_arg_text(link, place->series == LEDGER_SERIES_10S ? "0" : "1");
    redis_arg_i64(link, LEDGER_ABOVE_MAX);
    redis_arg_i64(link, oldest_ms > 0 ? oldest_ms : 0);
    arg_fields(link, fields);
    redis_end(link);
}

enum ledger_outcome
redis_publish_series(struct ledger_reader *base,
        struct view brand,
        const struct ledger_slot *place,
        const struct ledger_fields *fields)
{
    const struct ledger_options *options = &base->ledger->options;
    const int64_t retain_ms[] = {
        [LEDGER_SERIES_10S] = options->retain_10s_ms,
        [LEDGER_SERIES_5M] = options->retain_5m_ms,
        [LEDGER_SERIES_1H] = options->retain_1h_ms,
    };
    struct redis_link *link = redis_reader_of(base)->link;
    int64_t code = 0;

    enum ledger_outcome outcome = redis_link_open(link);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    send_entry(link, brand, place, fields, place->at_ms - retain_ms[place->series]);
    redis_begin(link, "EXPIRE");
    redis_key_series(link, place->series, brand);
    redis_arg_i64(link, retain_ms[place->series] / 1000 + DAY_S);
    redis_end(link);
    outcome = redis_await_code(link, &code);
    if (outcome == LEDGER_OK) {
        outcome = redis_await_all(link, 1);
    }
    if (outcome != LEDGER_OK || code != CODE_DONE) {
        return outcome == LEDGER_OK ? redis_code_outcome(code) : outcome;
    }
    if (place->last_ms != NULL && *place->last_ms < place->at_ms) {
        *place->last_ms = place->at_ms;
    }
    return LEDGER_OK;
}

/* ---- top ---- */

static uint32_t
newest_bucket(const redisReply *reply)
{
    uint32_t newest = 0;

    for (size_t i = 0; i + 1 < reply->elements; i += 2) {
        uint32_t bucket = 0;
        struct view json;
        if (redis_exemplar_parse(redis_reply_text(reply, i), &bucket, &json) && bucket > newest) {
            newest = bucket;
        }
    }
    return newest;
}

/* Copies what is young enough and forgets the rest, by the age against the newest: no clock is asked.
 * Returns how many commands were sent. */
static size_t
send_top(struct redis_link *link, uint32_t shard, struct view brand, const redisReply *reply)
{
    uint32_t newest = newest_bucket(reply);
    size_t sent = 0;
    size_t shown = 0;

    for (size_t i = 0; i + 1 < reply->elements; i += 2) {
        uint32_t bucket = 0;
        struct view member = redis_reply_text(reply, i);
        struct view json;
        int young =
                redis_exemplar_parse(member, &bucket, &json) && bucket + TOP_SPAN_BUCKETS > newest;
        if (young && shown++ < REDIS_EXEMPLARS_MAX) {
            redis_begin(link, "ZADD");
            redis_key(link, "top:%.*s", (int)brand.size, brand.at);
            redis_arg(link, redis_reply_text(reply, i + 1));
            redis_arg(link, json);
        } else {
            redis_begin(link, "ZREM");
            redis_key(link, "{%" PRIu32 "}:t:%.*s", shard, (int)brand.size, brand.at);
            redis_arg(link, member);
        }
        redis_end(link);
        sent++;
    }
    return sent;
}

/* Adds the exemplars that are about to be erased to those of 24 h, and reads these, heaviest first. */
static enum ledger_outcome
gather_top(struct redis_link *link, uint32_t shard, struct view brand, redisReply **reply)
{
    redis_begin(link, "ZUNIONSTORE");
    redis_key(link, "{%" PRIu32 "}:t:%.*s", shard, (int)brand.size, brand.at);
    redis_arg_text(link, "2");
    redis_key(link, "{%" PRIu32 "}:t:%.*s", shard, (int)brand.size, brand.at);
    redis_key(link, "{%" PRIu32 "}:x:%.*s", shard, (int)brand.size, brand.at);
    redis_arg_text(link, "AGGREGATE");
    redis_arg_text(link, "MAX");
    redis_end(link);
    redis_begin(link, "EXPIRE");
    redis_key(link, "{%" PRIu32 "}:t:%.*s", shard, (int)brand.size, brand.at);
    redis_arg_i64(link, REDIS_AUTHORS_TTL_S);
    redis_end(link);
    redis_begin(link, "ZREVRANGE");
    redis_key(link, "{%" PRIu32 "}:t:%.*s", shard, (int)brand.size, brand.at);
    redis_arg_text(link, "0");
    redis_arg_text(link, "-1");
    redis_arg_text(link, "WITHSCORES");
    redis_end(link);
    enum ledger_outcome outcome = redis_await_all(link, 2);
    return outcome == LEDGER_OK ? redis_await(link, reply) : outcome;
}

enum ledger_outcome
redis_publish_top(struct ledger_reader *base, struct view brand)
{
    struct redis_link *link = redis_reader_of(base)->link;
    uint32_t shard = ledger_shard_of(base->ledger, brand);
    redisReply *reply = NULL;

    enum ledger_outcome outcome = redis_link_open_shard(link, shard);
    if (outcome == LEDGER_OK) {
        outcome = gather_top(link, shard, brand, &reply);
    }
    if (outcome != LEDGER_OK || reply->elements == 0) {
        freeReplyObject(reply);
        return outcome;
    }
    /* Rebuilt whole, so that what was forgotten goes from there too. */
    redis_begin(link, "UNLINK");
    redis_key(link, "top:%.*s", (int)brand.size, brand.at);
    redis_end(link);
    size_t sent = 1 + send_top(link, shard, brand, reply);
    freeReplyObject(reply);
    send_expire(link, "top:", brand, TOP_TTL_S);
    return redis_await_all(link, sent + 1);
}

/* ---- incidents ---- */

static void
arg_alert(struct redis_link *link, const struct ledger_alert *alert)
{
    arg_pair(link, "incident", alert->incident);
    arg_pair(link, "brand", alert->brand);
    arg_pair(link, "kind", alert->kind);
    arg_pair(link, "state", alert->state);
    arg_pair(link, "severity", alert->severity);
    arg_pair(link, "summary", alert->summary);
    arg_pair_i64(link, "onset_ms", alert->onset_ms);
    arg_pair_i64(link, "time_ms", alert->time_ms);
    arg_pair(link, "json", alert->json);
    arg_pair_i64(link, "revision", alert->revision);
}

/* Whether the incident is known in this revision or a later one: then all of this was published, since
 * its hash is written last. */
static enum ledger_outcome
is_published(struct redis_link *link, const struct ledger_alert *alert, int *published)
{
    redisReply *reply = NULL;
    int64_t revision = 0;

    redis_begin(link, "HMGET");
    redis_key(link, "inc:%.*s", (int)alert->incident.size, alert->incident.at);
    redis_arg_text(link, "revision");
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    *published = outcome == LEDGER_OK && redis_reply_i64(reply, 0, &revision) &&
                 revision >= (int64_t)alert->revision;
    freeReplyObject(reply);
    return outcome;
}

/* The index of incidents; returns how many commands were sent. */
static size_t
send_index(struct redis_link *link, const struct ledger_alert *alert)
{
    redis_begin(link, "ZADD");
    redis_key(link, "incidents");
    redis_arg_i64(link, alert->onset_ms);
    redis_arg(link, alert->incident);
    redis_end(link);
    redis_begin(link, "ZREMRANGEBYSCORE");
    redis_key(link, "incidents");
    redis_arg_text(link, "-inf");
    redis_arg_i64(link, alert->time_ms - INCIDENT_TTL_S * 1000);
    redis_end(link);
    send_expire(link, "incidents", VIEW(""), INCIDENT_TTL_S);
    return 3;
}

static size_t
send_stream(struct redis_link *link, const struct ledger_alert *alert)
{
    redis_begin(link, "XADD");
    redis_key(link, "alerts");
    redis_arg_text(link, "MAXLEN");
    redis_arg_text(link, "~");
    redis_arg_text(link, "10000");
    redis_arg_text(link, "*");
    arg_alert(link, alert);
    redis_end(link);
    send_expire(link, "alerts", VIEW(""), INCIDENT_TTL_S);
    redis_begin(link, "PUBLISH");
    redis_key(link, "ev");
    redis_arg_format(
            link, "%.*s %" PRIu32, (int)alert->incident.size, alert->incident.at, alert->revision);
    redis_end(link);
    return 3;
}

static void
send_timeline(struct redis_link *link, const struct ledger_alert *alert)
{
    redis_begin(link, "XADD");
    redis_key(link, "inc:%.*s:timeline", (int)alert->incident.size, alert->incident.at);
    redis_arg_text(link, "MAXLEN");
    redis_arg_text(link, "~");
    redis_arg_text(link, "1000");
    redis_arg_format(link, "%" PRId64 "-%" PRIu32, alert->time_ms, alert->revision);
    arg_alert(link, alert);
    redis_end(link);
}

static size_t
send_incident(struct redis_link *link, const struct ledger_alert *alert)
{
    redis_begin(link, "EXPIRE");
    redis_key(link, "inc:%.*s:timeline", (int)alert->incident.size, alert->incident.at);
    redis_arg_i64(link, INCIDENT_TTL_S);
    redis_end(link);
    redis_begin(link, "HSET");
    redis_key(link, "inc:%.*s", (int)alert->incident.size, alert->incident.at);
    arg_alert(link, alert);
    redis_end(link);
    send_expire(link, "inc:", alert->incident, INCIDENT_TTL_S);
    return 3;
}

enum ledger_outcome
redis_publish_alert(struct ledger_reader *base, const struct ledger_alert *alert)
{
    struct redis_link *link = redis_reader_of(base)->link;
    redisReply *reply = NULL;
    int published = 0;

    enum ledger_outcome outcome = redis_link_open(link);
    if (outcome == LEDGER_OK) {
        outcome = is_published(link, alert, &published);
    }
    if (outcome != LEDGER_OK || published) {
        return outcome;
    }
    size_t sent = send_stream(link, alert) + send_index(link, alert);
    outcome = redis_await_all(link, sent);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    send_timeline(link, alert);
    sent = send_incident(link, alert);
    outcome = redis_await_except(link, STALE_ID, &reply);
    freeReplyObject(reply);
    return outcome == LEDGER_OK ? redis_await_all(link, sent) : outcome;
}
