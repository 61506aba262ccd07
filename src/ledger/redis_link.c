#include "ledger/redis_link.h"

#include "core/clock.h"
#include "core/log.h"
#include "ledger/redis_bytes.h"
#include "ledger/redis_socket.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A reply beyond this is not from a ledger. */
#define REPLY_SIZE_MAX (256UL * 1024 * 1024)
#define DIGEST_SIZE    41

struct redis_link {
    /* Fixed at creation. */
    const struct ledger *ledger;

    /* The connection. */
    int fd; /* -1: none */
    uint64_t connections;
    redisReader *reader;
    size_t unfinished; /* bytes received since the last whole reply */
    struct redis_bytes output;
    size_t sent; /* of the output */
    char digests[SCRIPT_COUNT][DIGEST_SIZE];

    /* The command being built. */
    struct redis_bytes body;
    uint32_t argument_count;

    char trouble[160];
    int troubled; /* said so in the log; said again only after a success */
};

struct redis_link *
redis_link_create(const struct ledger *ledger)
{
    struct redis_link *link = calloc(1, sizeof *link);

    if (link != NULL) {
        link->ledger = ledger;
        link->fd = -1;
    }
    return link;
}

void
redis_link_destroy(struct redis_link **link)
{
    if (*link == NULL) {
        return;
    }
    redis_link_drop(*link);
    redis_bytes_fini(&(*link)->output);
    redis_bytes_fini(&(*link)->body);
    free(*link);
    *link = NULL;
}

void
redis_link_drop(struct redis_link *link)
{
    redis_socket_close(&link->fd);
    if (link->reader != NULL) {
        redisReaderFree(link->reader);
        link->reader = NULL;
    }
    link->unfinished = 0;
    redis_bytes_clear(&link->output);
    link->sent = 0;
}

uint64_t
redis_link_epoch(const struct redis_link *link)
{
    return link->fd < 0 ? 0 : link->connections;
}

const char *
redis_link_trouble(const struct redis_link *link)
{
    return link->trouble;
}

/* Closes the link, and tells the log once per bout of trouble. */
static enum ledger_outcome
fail(struct redis_link *link, enum ledger_outcome outcome, struct view reason)
{
    snprintf(link->trouble, sizeof link->trouble, "%.*s", (int)reason.size, reason.at);
    if (!link->troubled) {
        log_event(outcome == LEDGER_REFUSED ? LOG_ERROR : LOG_WARN, "redis_trouble",
                "outcome=%s reason=%s", ledger_outcome_name(outcome), link->trouble);
        link->troubled = 1;
    }
    redis_link_drop(link);
    return outcome;
}

static enum ledger_outcome
fail_errno(struct redis_link *link, const char *what)
{
    char reason[120];
    char text[80];

    snprintf(reason, sizeof reason, "%s: %s", what, strerror_r(errno, text, sizeof text));
    return fail(link, LEDGER_AWAY, view_of(reason));
}

/* ---- a command ---- */

void
redis_begin(struct redis_link *link, const char *name)
{
    redis_bytes_clear(&link->body);
    link->argument_count = 0;
    redis_arg_text(link, name);
}

/* "$<size>\r\n"; the caller adds `size` bytes and the line end. */
static void
arg_head(struct redis_link *link, size_t size)
{
    char head[32];
    int count = snprintf(head, sizeof head, "$%zu\r\n", size);

    link->argument_count++;
    redis_bytes_add(&link->body, (struct view){ head, (size_t)count });
}

void
redis_arg(struct redis_link *link, struct view argument)
{
    arg_head(link, argument.size);
    redis_bytes_add(&link->body, argument);
    redis_bytes_add(&link->body, VIEW("\r\n"));
}

void
redis_arg_text(struct redis_link *link, const char *text)
{
    redis_arg(link, view_of(text));
}

void
redis_arg_i64(struct redis_link *link, int64_t number)
{
    redis_arg_format(link, "%" PRId64, number);
}

void
redis_arg_format(struct redis_link *link, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert(size >= 0 && (size_t)size < sizeof text); /* all parts are bounded names and numbers */
    redis_arg(link, (struct view){ text, (size_t)size });
}

void
redis_arg_series(struct redis_link *link, struct view head, struct view brand, struct view tail)
{
    arg_head(link, head.size + brand.size + 1 + tail.size);
    redis_bytes_add(&link->body, head);
    redis_bytes_add(&link->body, brand);
    redis_bytes_add(&link->body, VIEW(":"));
    redis_bytes_add(&link->body, tail);
    redis_bytes_add(&link->body, VIEW("\r\n"));
}

void
redis_key(struct redis_link *link, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert(size >= 0 && (size_t)size < sizeof text - 64);
    redis_arg_format(link, "rebato:%s:%s", link->ledger->name_space, text);
}

void
redis_key_shard(struct redis_link *link, uint32_t shard)
{
    redis_key(link, "{%" PRIu32 "}", shard);
}

void
redis_begin_script(struct redis_link *link, enum script script, uint32_t key_count)
{
    redis_begin(link, "EVALSHA");
    redis_arg_text(link, link->digests[script]);
    redis_arg_i64(link, key_count);
}

void
redis_end(struct redis_link *link)
{
    char head[32];
    int count = snprintf(head, sizeof head, "*%" PRIu32 "\r\n", link->argument_count);

    redis_bytes_add(&link->output, (struct view){ head, (size_t)count });
    redis_bytes_add(&link->output, redis_bytes_view(&link->body));
    link->output.short_of_memory |= link->body.short_of_memory;
}

/* ---- replies ---- */

/* Sends as much as the socket takes. */
static enum ledger_outcome
flush(struct redis_link *link)
{
    if (link->output.short_of_memory) {
        return fail(link, LEDGER_AWAY, VIEW("not enough memory for a command"));
    }
    struct view rest = redis_bytes_view(&link->output);
    rest = view_slice(rest, link->sent, rest.size);
    if (rest.size == 0) {
        return LEDGER_OK;
    }
    if (!redis_socket_send(link->fd, &rest)) {
        return fail_errno(link, "sending to Redis");
    }
    link->sent = link->output.size - rest.size;
    if (rest.size == 0) {
        redis_bytes_clear(&link->output);
        link->sent = 0;
    }
    return LEDGER_OK;
}

/* One read of the socket into the parser. */
static enum ledger_outcome
feed(struct redis_link *link)
{
    char bytes[16384];
    size_t size = 0;

    switch (redis_socket_receive(link->fd, bytes, sizeof bytes, &size)) {
    case REDIS_SOCKET_NOTHING:
        return LEDGER_PENDING;
    case REDIS_SOCKET_END:
        return fail(link, LEDGER_AWAY, VIEW("Redis closed the connection"));
    case REDIS_SOCKET_ERROR:
        return fail_errno(link, "reading from Redis");
    case REDIS_SOCKET_BYTES:
        break;
    }
    link->unfinished += size;
    if (link->unfinished > REPLY_SIZE_MAX) {
        return fail(link, LEDGER_AWAY, VIEW("Redis sent more than a ledger can hold"));
    }
    if (redisReaderFeed(link->reader, bytes, size) != REDIS_OK) {
        return fail(link, LEDGER_AWAY, VIEW("not enough memory for a reply"));
    }
    return LEDGER_OK;
}

/* A whole reply out of the parser, errors included; PENDING when it has none. */
static enum ledger_outcome
parse(struct redis_link *link, redisReply **reply)
{
    void *parsed = NULL;

    if (redisReaderGetReply(link->reader, &parsed) != REDIS_OK) {
        return fail(link, LEDGER_AWAY, VIEW("Redis sent what is not its protocol"));
    }
    if (parsed == NULL) {
        return LEDGER_PENDING;
    }
    link->unfinished = 0;
    *reply = parsed;
    return LEDGER_OK;
}

/* As redis_receive(), but an error reply is a reply. */
static enum ledger_outcome
receive_any(struct redis_link *link, int64_t wait_ms, redisReply **reply)
{
    int64_t deadline = clock_monotonic_ms() + wait_ms;

    *reply = NULL;
    if (link->fd < 0) {
        return LEDGER_AWAY;
    }
    for (;;) {
        enum ledger_outcome outcome = parse(link, reply);
        if (outcome != LEDGER_PENDING) {
            return outcome;
        }
        outcome = flush(link);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        outcome = feed(link);
        int64_t left = deadline - clock_monotonic_ms();
        if (outcome == LEDGER_PENDING && left > 0) {
            redis_socket_wait(link->fd, link->output.size > 0, left);
        } else if (outcome != LEDGER_OK) {
            return outcome;
        }
    }
}

static struct view
error_text(const redisReply *reply)
{
    return (struct view){ reply->str, reply->len };
}

/* Frees an error reply and closes the link. */
static enum ledger_outcome
fail_reply(struct redis_link *link, redisReply **reply)
{
    enum ledger_outcome outcome =
            fail(link, redis_error_outcome(error_text(*reply)), error_text(*reply));

    freeReplyObject(*reply);
    *reply = NULL;
    return outcome;
}

enum ledger_outcome
redis_receive(struct redis_link *link, int64_t wait_ms, redisReply **reply)
{
    enum ledger_outcome outcome = receive_any(link, wait_ms, reply);

    if (outcome == LEDGER_OK && (*reply)->type == REDIS_REPLY_ERROR) {
        return fail_reply(link, reply);
    }
    if (outcome == LEDGER_OK) {
        link->troubled = 0;
    }
    return outcome;
}

static enum ledger_outcome
timed_out(struct redis_link *link)
{
    return fail(link, LEDGER_AWAY, VIEW("Redis did not answer in time"));
}

enum ledger_outcome
redis_await(struct redis_link *link, redisReply **reply)
{
    enum ledger_outcome outcome = redis_receive(link, link->ledger->options.timeout_ms, reply);
    return outcome == LEDGER_PENDING ? timed_out(link) : outcome;
}

enum ledger_outcome
redis_await_all(struct redis_link *link, size_t count)
{
    enum ledger_outcome outcome = LEDGER_OK;

    for (size_t i = 0; i < count && outcome == LEDGER_OK; i++) {
        redisReply *reply = NULL;
        outcome = redis_await(link, &reply);
        freeReplyObject(reply);
    }
    return outcome;
}

enum ledger_outcome
redis_await_except(struct redis_link *link, const char *text, redisReply **reply)
{
    enum ledger_outcome outcome = receive_any(link, link->ledger->options.timeout_ms, reply);

    if (outcome == LEDGER_PENDING) {
        return timed_out(link);
    }
    if (outcome != LEDGER_OK || (*reply)->type != REDIS_REPLY_ERROR) {
        return outcome;
    }
    struct view error = error_text(*reply);
    if (view_starts(error, VIEW("ERR ")) &&
            view_starts(view_slice(error, 4, error.size), view_of(text))) {
        freeReplyObject(*reply);
        *reply = NULL;
        return LEDGER_OK;
    }
    return fail_reply(link, reply);
}

/* ---- connecting ---- */

static size_t
ask_login(struct redis_link *link)
{
    const struct ledger_address *address = &link->ledger->address;
    size_t count = 0;

    if (address->password[0] != '\0') {
        redis_begin(link, "AUTH");
        if (address->user[0] != '\0') {
            redis_arg_text(link, address->user);
        }
        redis_arg_text(link, address->password);
        redis_end(link);
        count++;
    }
    if (address->db != 0) {
        redis_begin(link, "SELECT");
        redis_arg_i64(link, address->db);
        redis_end(link);
        count++;
    }
    return count;
}

static enum ledger_outcome
load_scripts(struct redis_link *link)
{
    for (enum script script = 0; script < SCRIPT_COUNT; script++) {
        redis_begin(link, "SCRIPT");
        redis_arg_text(link, "LOAD");
        redis_arg_text(link, script_text(script));
        redis_end(link);
    }
    for (enum script script = 0; script < SCRIPT_COUNT; script++) {
        redisReply *reply = NULL;
        enum ledger_outcome outcome = redis_await(link, &reply);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        int copied = reply->type == REDIS_REPLY_STRING &&
                     view_copy((struct view){ reply->str, reply->len }, link->digests[script],
                             DIGEST_SIZE);
        freeReplyObject(reply);
        if (!copied) {
            return fail(link, LEDGER_REFUSED, VIEW("SCRIPT LOAD gave no digest"));
        }
    }
    return LEDGER_OK;
}

enum ledger_outcome
redis_link_open(struct redis_link *link)
{
    char reason[160];

    if (link->fd >= 0) {
        return LEDGER_OK;
    }
    redis_link_drop(link);
    link->reader = redisReaderCreate();
    if (link->reader == NULL) {
        return fail(link, LEDGER_AWAY, VIEW("not enough memory for a connection"));
    }
    link->fd =
            redis_socket_connect(&link->ledger->address, link->ledger->options.timeout_ms, reason);
    if (link->fd < 0) {
        return fail(link, LEDGER_AWAY, view_of(reason));
    }
    link->connections++;
    enum ledger_outcome outcome = redis_await_all(link, ask_login(link));
    return outcome == LEDGER_OK ? load_scripts(link) : outcome;
}
