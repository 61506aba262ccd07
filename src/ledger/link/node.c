#include "ledger/link/node.h"

#include "core/process/clock.h"
#include "ledger/link/socket.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* A reply beyond this is not from a ledger. */
#define REPLY_SIZE_MAX (256UL * 1024 * 1024)
/* A server of a cluster that does not take us is left alone for so long: others have answers to give. */
#define RETRY_MS 50

struct redis_node {
    /* Fixed at creation. */
    const struct ledger *ledger;
    struct ledger_server server;

    /* The connection. */
    struct redis_socket socket;
    uint64_t number;
    redisReader *reader;
    size_t unfinished; /* bytes received since the last whole reply */
    size_t disowned;   /* replies due that nobody waits for */
    struct redis_bytes output;
    size_t sent; /* of the output */

    int64_t retry_ms; /* monotonic; no attempt before */
    char trouble[REDIS_TROUBLE_SIZE];
    int troubled; /* said so; said again only after a success */
};

struct redis_node *
redis_node_create(const struct ledger *ledger, const struct ledger_server *server)
{
    struct redis_node *node = calloc(1, sizeof *node);

    if (node != NULL) {
        node->ledger = ledger;
        node->server = *server;
        node->socket.fd = -1;
    }
    return node;
}

void
redis_node_destroy(struct redis_node **node)
{
    if (*node == NULL) {
        return;
    }
    redis_node_drop(*node);
    redis_bytes_fini(&(*node)->output);
    free(*node);
    *node = NULL;
}

const struct ledger_server *
redis_node_server(const struct redis_node *node)
{
    return &node->server;
}

void
redis_node_drop(struct redis_node *node)
{
    redis_socket_close(&node->socket);
    if (node->reader != NULL) {
        redisReaderFree(node->reader);
        node->reader = NULL;
    }
    node->unfinished = 0;
    node->disowned = 0;
    redis_bytes_clear(&node->output);
    node->sent = 0;
}

uint64_t
redis_node_number(const struct redis_node *node)
{
    return node->socket.fd < 0 ? 0 : node->number;
}

const char *
redis_node_trouble(const struct redis_node *node)
{
    return node->trouble;
}

int
redis_node_note(struct redis_node *node)
{
    int first = !node->troubled;

    node->troubled = 1;
    return first;
}

void
redis_node_praise(struct redis_node *node)
{
    node->troubled = 0;
}

enum ledger_outcome
redis_node_fail(struct redis_node *node, enum ledger_outcome outcome, struct view reason)
{
    snprintf(node->trouble, sizeof node->trouble, "%.*s", (int)reason.size, reason.at);
    redis_node_drop(node);
    return outcome;
}

static enum ledger_outcome
fail_errno(struct redis_node *node, const char *what)
{
    char reason[120];
    char text[80];

    snprintf(reason, sizeof reason, "%s: %s", what, strerror_r(errno, text, sizeof text));
    return redis_node_fail(node, LEDGER_AWAY, view_of(reason));
}

/* ---- sending ---- */

void
redis_node_put(struct redis_node *node, uint32_t count, const struct redis_bytes *arguments)
{
    char head[32];
    int size = snprintf(head, sizeof head, "*%" PRIu32 "\r\n", count);

    redis_bytes_add(&node->output, (struct view){ head, (size_t)size });
    redis_bytes_add(&node->output, redis_bytes_view(arguments));
    node->output.short_of_memory |= arguments->short_of_memory;
}

enum ledger_outcome
redis_node_flush(struct redis_node *node)
{
    if (node->output.short_of_memory) {
        return redis_node_fail(node, LEDGER_AWAY, VIEW("not enough memory for a command"));
    }
    struct view rest = redis_bytes_view(&node->output);
    rest = view_slice(rest, node->sent, rest.size);
    if (rest.size == 0) {
        return LEDGER_OK;
    }
    if (!redis_socket_send(&node->socket, &rest)) {
        return fail_errno(node, "sending to Redis");
    }
    node->sent = node->output.size - rest.size;
    if (rest.size == 0) {
        redis_bytes_clear(&node->output);
        node->sent = 0;
    }
    return LEDGER_OK;
}

/* ---- receiving ---- */

/* One read of the socket into the parser. */
static enum ledger_outcome
feed(struct redis_node *node)
{
    char bytes[16384];
    size_t size = 0;

    switch (redis_socket_receive(&node->socket, bytes, sizeof bytes, &size)) {
    case REDIS_SOCKET_NOTHING:
        return LEDGER_PENDING;
    case REDIS_SOCKET_END:
        return redis_node_fail(node, LEDGER_AWAY, VIEW("Redis closed the connection"));
    case REDIS_SOCKET_ERROR:
        return fail_errno(node, "reading from Redis");
    case REDIS_SOCKET_BYTES:
        break;
    }
    node->unfinished += size;
    if (node->unfinished > REPLY_SIZE_MAX) {
        return redis_node_fail(node, LEDGER_AWAY, VIEW("Redis sent more than a ledger can hold"));
    }
    if (redisReaderFeed(node->reader, bytes, size) != REDIS_OK) {
        return redis_node_fail(node, LEDGER_AWAY, VIEW("not enough memory for a reply"));
    }
    return LEDGER_OK;
}

void
redis_node_disown(struct redis_node *node, size_t count)
{
    node->disowned += count;
}

/* A whole reply out of the parser; PENDING when it has none. */
static enum ledger_outcome
parse(struct redis_node *node, redisReply **reply)
{
    for (;;) {
        void *parsed = NULL;
        if (redisReaderGetReply(node->reader, &parsed) != REDIS_OK) {
            return redis_node_fail(node, LEDGER_AWAY, VIEW("Redis sent what is not its protocol"));
        }
        if (parsed == NULL) {
            return LEDGER_PENDING;
        }
        node->unfinished = 0;
        if (node->disowned == 0) {
            *reply = parsed;
            return LEDGER_OK;
        }
        node->disowned--;
        freeReplyObject(parsed);
    }
}

enum ledger_outcome
redis_node_receive(struct redis_node *node, int64_t wait_ms, redisReply **reply)
{
    int64_t deadline = clock_monotonic_ms() + wait_ms;

    *reply = NULL;
    if (node->socket.fd < 0) {
        return LEDGER_AWAY;
    }
    for (;;) {
        enum ledger_outcome outcome = parse(node, reply);
        if (outcome != LEDGER_PENDING) {
            return outcome;
        }
        outcome = redis_node_flush(node);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        outcome = feed(node);
        int64_t left = deadline - clock_monotonic_ms();
        if (outcome == LEDGER_PENDING && left > 0) {
            redis_socket_wait(&node->socket, node->output.size > 0, left);
        } else if (outcome != LEDGER_OK) {
            return outcome;
        }
    }
}

enum ledger_outcome
redis_node_await(struct redis_node *node, redisReply **reply)
{
    enum ledger_outcome outcome = redis_node_receive(node, node->ledger->options.timeout_ms, reply);
    return outcome == LEDGER_PENDING
                   ? redis_node_fail(node, LEDGER_AWAY, VIEW("Redis did not answer in time"))
                   : outcome;
}

/* ---- words ---- */

static void
put_words(struct redis_node *node, const char *const *words)
{
    struct redis_bytes body = { 0 };
    uint32_t count = 0;

    for (; words[count] != NULL; count++) {
        char head[32];
        int size = snprintf(head, sizeof head, "$%zu\r\n", strlen(words[count]));
        redis_bytes_add(&body, (struct view){ head, (size_t)size });
        redis_bytes_add(&body, view_of(words[count]));
        redis_bytes_add(&body, VIEW("\r\n"));
    }
    redis_node_put(node, count, &body);
    redis_bytes_fini(&body);
}

/* A reply that is no error. */
static enum ledger_outcome
await_good(struct redis_node *node, redisReply **reply)
{
    enum ledger_outcome outcome = redis_node_await(node, reply);

    if (outcome == LEDGER_OK && (*reply)->type == REDIS_REPLY_ERROR) {
        struct view error = { (*reply)->str, (*reply)->len };
        outcome = redis_node_fail(node, redis_error_outcome(error), error);
        freeReplyObject(*reply);
        *reply = NULL;
    }
    return outcome;
}

enum ledger_outcome
redis_node_ask(struct redis_node *node, const char *const *words, redisReply **reply)
{
    put_words(node, words);
    return await_good(node, reply);
}

/* ---- connecting ---- */

/* Asks for what only has to succeed. */
static enum ledger_outcome
require(struct redis_node *node, const char *const *words)
{
    redisReply *reply = NULL;
    enum ledger_outcome outcome = redis_node_ask(node, words, &reply);

    freeReplyObject(reply);
    return outcome;
}

static enum ledger_outcome
log_in(struct redis_node *node)
{
    const struct ledger_address *address = &node->ledger->address;
    enum ledger_outcome outcome = LEDGER_OK;
    char db[12];

    if (address->password[0] != '\0') {
        outcome = address->user[0] != '\0'
                          ? require(node, (const char *const[]){ "AUTH", address->user,
                                                  address->password, NULL })
                          : require(node, (const char *const[]){ "AUTH", address->password, NULL });
    }
    if (outcome == LEDGER_OK && address->db != 0) {
        snprintf(db, sizeof db, "%" PRIu32, address->db);
        outcome = require(node, (const char *const[]){ "SELECT", db, NULL });
    }
    return outcome;
}

static enum ledger_outcome
load_scripts(struct redis_node *node, struct redis_digests *digests)
{
    for (enum script script = 0; script < SCRIPT_COUNT; script++) {
        put_words(node, (const char *const[]){ "SCRIPT", "LOAD", script_text(script), NULL });
    }
    for (enum script script = 0; script < SCRIPT_COUNT; script++) {
        redisReply *reply = NULL;
        enum ledger_outcome outcome = await_good(node, &reply);
        if (outcome != LEDGER_OK) {
            return outcome;
        }
        int copied = reply->type == REDIS_REPLY_STRING &&
                     view_copy((struct view){ reply->str, reply->len }, digests->at[script],
                             REDIS_DIGEST_SIZE);
        freeReplyObject(reply);
        if (!copied) {
            return redis_node_fail(node, LEDGER_REFUSED, VIEW("SCRIPT LOAD gave no digest"));
        }
    }
    return LEDGER_OK;
}

enum ledger_outcome
redis_node_open(struct redis_node *node, uint64_t number, struct redis_digests *digests)
{
    char reason[160];

    if (clock_monotonic_ms() < node->retry_ms) {
        return LEDGER_AWAY;
    }
    redis_node_drop(node);
    node->reader = redisReaderCreate();
    if (node->reader == NULL) {
        return redis_node_fail(node, LEDGER_AWAY, VIEW("not enough memory for a connection"));
    }
    enum ledger_outcome outcome = LEDGER_OK;
    if (!redis_socket_connect(&node->socket, &node->ledger->address, &node->server,
                node->ledger->options.timeout_ms, reason)) {
        outcome = redis_node_fail(node, LEDGER_AWAY, view_of(reason));
    }
    node->number = number;
    outcome = outcome == LEDGER_OK ? log_in(node) : outcome;
    outcome = outcome == LEDGER_OK ? load_scripts(node, digests) : outcome;
    if (outcome != LEDGER_OK && node->ledger->address.clustered) {
        node->retry_ms = clock_monotonic_ms() + RETRY_MS;
    }
    return outcome;
}
