#include "ledger/redis/body.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

/* Raised when the meaning of a key changes. */
#define SCHEMA "1"

void
redis_token_make(char token[REDIS_TOKEN_SIZE])
{
    uint64_t number = 0;

    /* 8 bytes never come in part, and only before the system has seeded itself is there a wait. */
    while (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
    }
    snprintf(token, REDIS_TOKEN_SIZE, "%016" PRIx64, number);
}

enum ledger_outcome
redis_await_code(struct redis_link *link, int64_t *code)
{
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_await(link, &reply);

    *code = CODE_LOST;
    if (outcome == LEDGER_OK && !redis_reply_i64(reply, 0, code)) {
        redis_link_drop(link);
        outcome = LEDGER_REFUSED;
    }
    freeReplyObject(reply);
    return outcome;
}

enum ledger_outcome
redis_code_outcome(int64_t code)
{
    switch (code) {
    case CODE_DONE:
        return LEDGER_OK;
    case CODE_LOST:
        return LEDGER_LOST;
    case CODE_CLOSED:
        return LEDGER_CLOSED;
    default:
        return LEDGER_CLASH;
    }
}

static void
redis_destroy(struct ledger *ledger)
{
    free(ledger);
}

/* ---- what a server must be like ---- */

/* The value of "name:value\r\n" in the text of INFO; empty when it is not there. */
static struct view
info_value(const redisReply *reply, const char *name)
{
    struct view text = { reply->str, reply->str == NULL ? 0 : reply->len };
    const char *at = text.size == 0 ? NULL : memmem(text.at, text.size, name, strlen(name));

    if (at == NULL) {
        return (struct view){ 0 };
    }
    size_t start = (size_t)(at - text.at) + strlen(name);
    size_t end = start;
    while (end < text.size && text.at[end] != '\r' && text.at[end] != '\n') {
        end++;
    }
    return view_slice(text, start, end);
}

static int
version_suffices(struct view version)
{
    unsigned major = 0;
    unsigned minor = 0;
    char text[32];

    (void)view_copy(version, text, sizeof text);
    char *end = text;
    major = (unsigned)strtoul(text, &end, 10);
    minor = *end == '.' ? (unsigned)strtoul(end + 1, NULL, 10) : 0;
    return major > 6 || (major == 6 && minor >= 2);
}

/* What INFO says of one server. */
static enum ledger_outcome
judge_server(const struct ledger *ledger, const redisReply *reply, char trouble[160])
{
    struct view version = info_value(reply, "redis_version:");
    struct view policy = info_value(reply, "maxmemory_policy:");

    if (!version_suffices(version)) {
        snprintf(trouble, 160, "Redis %.*s is too old: 6.2 or later is needed", (int)version.size,
                version.at == NULL ? "" : version.at);
        return LEDGER_REFUSED;
    }
    if (!view_equal(policy, VIEW("noeviction"))) {
        snprintf(trouble, 160,
                "Redis may evict counts (maxmemory-policy %.*s): set maxmemory-policy noeviction",
                (int)policy.size, policy.at == NULL ? "unknown" : policy.at);
        return LEDGER_REFUSED;
    }
    if (!ledger->address.clustered &&
            view_equal(info_value(reply, "cluster_enabled:"), VIEW("1"))) {
        snprintf(trouble, 160,
                "this Redis belongs to a cluster: write redis-cluster:// instead of redis:// in "
                "redis.url");
        return LEDGER_REFUSED;
    }
    return LEDGER_OK;
}

static enum ledger_outcome
check_server(
        struct redis_link *link, const struct ledger *ledger, uint32_t server, char trouble[160])
{
    redisReply *reply = NULL;

    redis_begin_at(link, "INFO", server);
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    if (outcome != LEDGER_OK) {
        return outcome;
    }
    outcome = judge_server(ledger, reply, trouble);
    freeReplyObject(reply);
    return outcome;
}

/* The one, or every master of a cluster. */
static enum ledger_outcome
check_servers(struct redis_link *link, const struct ledger *ledger, char trouble[160])
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (uint32_t i = 0; i < redis_link_servers(link) && outcome == LEDGER_OK; i++) {
        outcome = check_server(link, ledger, i, trouble);
    }
    return outcome;
}

/* ---- what a namespace must be like ---- */

struct layout_row {
    const char *name;
    char value[16];
};
#define LAYOUT_ROWS 4

static enum ledger_outcome
compare_layout(const struct ledger *ledger,
        const redisReply *reply,
        const struct layout_row rows[LAYOUT_ROWS],
        char trouble[160])
{
    for (size_t i = 0; i < LAYOUT_ROWS; i++) {
        struct view have = redis_reply_text(reply, i);
        if (!view_equal(have, view_of(rows[i].value))) {
            snprintf(trouble, 160,
                    "namespace %s was made with %s %.*s, not %s: change the setting back or take "
                    "another namespace",
                    ledger->name_space, rows[i].name, (int)have.size,
                    have.at == NULL ? "" : have.at, rows[i].value);
            return LEDGER_REFUSED;
        }
    }
    return LEDGER_OK;
}

static enum ledger_outcome
check_layout(struct redis_link *link, const struct ledger *ledger, char trouble[160])
{
    struct layout_row rows[LAYOUT_ROWS] = {
        { "schema", SCHEMA },
        { "shards", "" },
        { "bucket_seconds", "" },
        { "hash", "xxh3-64" },
    };
    redisReply *reply = NULL;

    snprintf(rows[1].value, sizeof rows[1].value, "%" PRIu32, ledger->options.shards);
    snprintf(rows[2].value, sizeof rows[2].value, "%d", BUCKET_SECONDS);
    redis_begin_script(link, SCRIPT_META, 1);
    redis_key(link, "meta");
    for (size_t i = 0; i < LAYOUT_ROWS; i++) {
        redis_arg_text(link, rows[i].name);
        redis_arg_text(link, rows[i].value);
    }
    redis_end(link);
    enum ledger_outcome outcome = redis_await(link, &reply);
    if (outcome == LEDGER_OK) {
        outcome = compare_layout(ledger, reply, rows, trouble);
    }
    freeReplyObject(reply);
    return outcome;
}

static enum ledger_outcome
redis_check(struct ledger *ledger, char trouble[160])
{
    struct redis_link *link = redis_link_create(ledger);

    if (link == NULL) {
        snprintf(trouble, 160, "not enough memory for a connection");
        return LEDGER_AWAY;
    }
    enum ledger_outcome outcome = redis_link_open(link);
    if (outcome == LEDGER_OK) {
        outcome = check_servers(link, ledger, trouble);
    }
    if (outcome == LEDGER_OK) {
        outcome = check_layout(link, ledger, trouble);
    }
    if (outcome == LEDGER_AWAY && trouble[0] == '\0') {
        snprintf(trouble, 160, "%.150s", redis_link_trouble(link));
    } else if (outcome != LEDGER_OK && trouble[0] == '\0') {
        snprintf(trouble, 160, "%.85s (are user, password and rights of redis.url right?)",
                redis_link_trouble(link));
    }
    redis_link_destroy(&link);
    return outcome;
}

static const struct ledger_ops redis_ops = {
    .destroy = redis_destroy,
    .check = redis_check,
    .writer_create = redis_writer_create,
    .reader_create = redis_reader_create,
    .writer_destroy = redis_writer_destroy,
    .claim = redis_claim,
    .found = redis_found,
    .renew = redis_renew,
    .release = redis_release,
    .idle = redis_idle,
    .reach = redis_reach,
    .submit = redis_submit,
    .poll = redis_poll,
    .reader_destroy = redis_reader_destroy,
    .lease = redis_lease,
    .unlease = redis_unlease,
    .progress = redis_progress,
    .close = redis_close,
    .mark = redis_mark,
    .read = redis_read,
    .lapses = redis_lapses,
    .load = redis_load,
    .commit = redis_commit,
    .erase = redis_erase,
    .outbox = redis_outbox,
    .delivered = redis_delivered,
    .lines = redis_lines,
    .forget_lines = redis_forget_lines,
    .revisions = redis_revisions,
    .revise = redis_revise,
    .rules = redis_rules,
    .publish_series = redis_publish_series,
    .publish_rollup = redis_publish_rollup,
    .publish_now = redis_publish_now,
    .publish_top = redis_publish_top,
    .mend = redis_mend,
    .publish_alert = redis_publish_alert,
    .publish_instance = redis_publish_instance,
    .image = redis_image,
    .restore = redis_restore,
};

struct ledger *
ledger_redis_create(void)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);

    if (ledger != NULL) {
        ledger->ops = &redis_ops;
    }
    return ledger;
}
