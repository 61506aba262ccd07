/*
 * server: the Redis server as the bench sees it: what it used, what it holds, what goes away again.
 *
 * A connection of its own through hiredis, apart from those that are measured.
 */
#ifndef REBATO_BENCH_LEDGER_SERVER_H
#define REBATO_BENCH_LEDGER_SERVER_H

#include <hiredis/hiredis.h>

#include <stddef.h>
#include <stdint.h>

/* A connected, blocking context, logged in; NULL, and said on stderr, when there is none. */
redisContext *server_connect(const char *url);
void server_disconnect(redisContext **server);

/* Waits for the answer to a command; NULL, and said on stderr, when it is an error. */
redisReply *server_ask(redisContext *server, int count, const char *const *arguments);

/* Running sums of the server process. */
struct server_usage {
    double cpu_ns;  /* all of its threads, user and system */
    double main_ns; /* its main thread's share */
    int64_t bytes_in;
};
/* False when INFO does not tell. */
int server_usage(redisContext *server, struct server_usage *usage);

/* A setting by CONFIG GET; "?" when the server does not tell. */
void server_setting(redisContext *server, const char *name, char value[32]);

/* Removes every key of a namespace. False when something remains. */
int server_clear(redisContext *server, const char *name_space);

#endif
