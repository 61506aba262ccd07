/* A webhook's receiver for tests: one thread, answers from a script, remembers what it was sent. */
#ifndef REBATO_TESTS_ALERT_RECEIVER_H
#define REBATO_TESTS_ALERT_RECEIVER_H

#include "core/process/thread.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVER_HANGS  "hang"  /* takes the request, never answers */
#define RECEIVER_FLOODS "flood" /* 200 and a body without an end */
#define RECEIVER_CLOSES "close"

struct receiver {
    struct thread thread;
    int socket;
    int port;
    const char *const *script; /* one answer per connection, NULL at the end */
    int served;
    char request[32768]; /* the last one, head and body */
};

static inline void
receiver_read(struct receiver *receiver, int client)
{
    size_t size = 0;
    size_t need = SIZE_MAX;

    while (size < need && size + 1 < sizeof receiver->request) {
        ssize_t got = read(client, receiver->request + size, sizeof receiver->request - 1 - size);
        if (got <= 0) {
            break;
        }
        size += (size_t)got;
        receiver->request[size] = '\0';
        const char *body = strstr(receiver->request, "\r\n\r\n");
        const char *length = strstr(receiver->request, "Content-Length: ");
        if (body != NULL && length != NULL) {
            need = (size_t)(body + 4 - receiver->request) + strtoul(length + 16, NULL, 10);
        }
    }
}

static inline void
receiver_answer(int client, const char *answer)
{
    char junk[4096];

    memset(junk, 'x', sizeof junk);
    if (strcmp(answer, RECEIVER_HANGS) == 0) {
        while (read(client, junk, sizeof junk) > 0) {
        }
    } else if (strcmp(answer, RECEIVER_FLOODS) == 0) {
        const char *head = "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n";
        ssize_t sent = send(client, head, strlen(head), MSG_NOSIGNAL);
        while (sent > 0) {
            sent = send(client, junk, sizeof junk, MSG_NOSIGNAL);
        }
    } else if (strcmp(answer, RECEIVER_CLOSES) != 0) {
        send(client, answer, strlen(answer), MSG_NOSIGNAL);
    }
}

static inline void *
receiver_run(void *argument)
{
    struct receiver *receiver = argument;

    for (; receiver->script[receiver->served] != NULL; receiver->served++) {
        int client = accept(receiver->socket, NULL, NULL);
        if (client < 0) {
            break;
        }
        receiver_read(receiver, client);
        receiver_answer(client, receiver->script[receiver->served]);
        close(client);
    }
    return NULL;
}

static inline void
receiver_start(struct receiver *receiver, const char *const *script)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;

    memset(receiver, 0, sizeof *receiver);
    receiver->script = script;
    receiver->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(receiver->socket, (struct sockaddr *)&address, size) != 0 ||
            listen(receiver->socket, 8) != 0 ||
            getsockname(receiver->socket, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    receiver->port = ntohs(address.sin_port);
    if (!thread_start(&receiver->thread, "receiver", receiver_run, receiver)) {
        abort();
    }
}

static inline void
receiver_stop(struct receiver *receiver)
{
    shutdown(receiver->socket, SHUT_RDWR);
    thread_join(&receiver->thread);
    close(receiver->socket);
}

#endif
