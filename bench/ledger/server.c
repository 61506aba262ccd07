#include "ledger/server.h"

#include "ledger/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keys asked for and unlinked at a time. */
#define SCAN_COUNT "1000"

static redisContext *
dial(const struct ledger_address *address)
{
    const struct ledger_server *server = &address->servers[0];

    if (address->place == LEDGER_UNIX) {
        return redisConnectUnix(server->host);
    }
    return redisConnect(server->host, (int)strtol(server->port, NULL, 10));
}

/* False when the server does not let us in. */
static int
log_in(redisContext *server, const struct ledger_address *address)
{
    char db[16];
    redisReply *auth = NULL;
    redisReply *selected = NULL;
    int fine = 1;

    if (address->password[0] != '\0') {
        const char *user[] = { "AUTH", address->user, address->password };
        const char *alone[] = { "AUTH", address->password };
        auth = address->user[0] != '\0' ? server_ask(server, 3, user)
                                        : server_ask(server, 2, alone);
        fine = auth != NULL;
    }
    if (fine && address->db != 0) {
        (void)snprintf(db, sizeof db, "%u", (unsigned)address->db);
        selected = server_ask(server, 2, (const char *[]){ "SELECT", db });
        fine = selected != NULL;
    }
    freeReplyObject(auth);
    freeReplyObject(selected);
    return fine;
}

redisContext *
server_connect(const char *url)
{
    struct ledger_address address;
    char trouble[160];

    if (!ledger_url_parse(view_of(url), &address, trouble) || address.place == LEDGER_IN_MEMORY) {
        (void)fprintf(stderr, "--redis: not the URL of a Redis server\n");
        return NULL;
    }
    redisContext *server = dial(&address);
    if (server == NULL || server->err != 0) {
        (void)fprintf(stderr, "Redis: %s\n", server == NULL ? "no memory" : server->errstr);
        server_disconnect(&server);
    } else if (!log_in(server, &address)) {
        server_disconnect(&server);
    }
    return server;
}

void
server_disconnect(redisContext **server)
{
    if (*server != NULL) {
        redisFree(*server);
        *server = NULL;
    }
}

redisReply *
server_ask(redisContext *server, int count, const char *const *arguments)
{
    /* hiredis reads them through pointers that are not const. */
    const char *copy[16];

    if (count > 16) {
        return NULL;
    }
    memcpy(copy, arguments, (size_t)count * sizeof *copy);
    redisReply *reply = redisCommandArgv(server, count, copy, NULL);
    if (reply != NULL && reply->type != REDIS_REPLY_ERROR) {
        return reply;
    }
    (void)fprintf(stderr, "%s: %s\n", arguments[0], reply == NULL ? server->errstr : reply->str);
    freeReplyObject(reply);
    return NULL;
}

/* ---- INFO and CONFIG ---- */

/* A number in the text of INFO; negative when it is not there. */
static double
info_number(const redisReply *reply, const char *name)
{
    const char *at = reply == NULL || reply->str == NULL ? NULL : strstr(reply->str, name);

    return at == NULL ? -1 : strtod(at + strlen(name), NULL);
}

int
server_usage(redisContext *server, struct server_usage *usage)
{
    redisReply *cpu = server_ask(server, 2, (const char *[]){ "INFO", "cpu" });
    redisReply *stats = server_ask(server, 2, (const char *[]){ "INFO", "stats" });
    const double bytes = info_number(stats, "total_net_input_bytes:");

    usage->cpu_ns = 1e9 * (info_number(cpu, "used_cpu_sys:") + info_number(cpu, "used_cpu_user:"));
    usage->main_ns = 1e9 * (info_number(cpu, "used_cpu_sys_main_thread:") +
                                   info_number(cpu, "used_cpu_user_main_thread:"));
    usage->bytes_in = (int64_t)bytes;
    freeReplyObject(cpu);
    freeReplyObject(stats);
    return usage->cpu_ns >= 0 && bytes >= 0;
}

void
server_setting(redisContext *server, const char *name, char value[32])
{
    redisReply *reply = server_ask(server, 3, (const char *[]){ "CONFIG", "GET", name });
    const int told = reply != NULL && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2;

    (void)snprintf(value, 32, "%s", told ? reply->element[1]->str : "?");
    freeReplyObject(reply);
}

/* ---- clearing ---- */

static int
unlink_all(redisContext *server, const redisReply *keys)
{
    int fine = 1;

    for (size_t i = 0; fine && i < keys->elements; i++) {
        redisReply *reply =
                server_ask(server, 2, (const char *[]){ "UNLINK", keys->element[i]->str });
        fine = reply != NULL;
        freeReplyObject(reply);
    }
    return fine;
}

int
server_clear(redisContext *server, const char *name_space)
{
    char pattern[96];
    char cursor[32] = "0";
    int fine = 1;

    (void)snprintf(pattern, sizeof pattern, "rebato:%s:*", name_space);
    do {
        redisReply *reply = server_ask(server, 6,
                (const char *[]){ "SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT });
        fine = reply != NULL && reply->elements == 2 && unlink_all(server, reply->element[1]);
        (void)snprintf(cursor, sizeof cursor, "%s", fine ? reply->element[0]->str : "0");
        freeReplyObject(reply);
    } while (fine && strcmp(cursor, "0") != 0);
    return fine;
}
