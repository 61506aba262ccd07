/*
 * server: a small HTTP server for the page, the health checks and the metrics. Loopback by default.
 *
 * It knows no domain word: routes are given by the pipeline as a table; a handler fills a body from a
 * snapshot. Handlers run on the server's thread. GET never changes anything. Limits: 8 KiB of head, 128
 * connections, 10 s.
 */
#ifndef REBATO_HTTP_SERVER_H
#define REBATO_HTTP_SERVER_H

#include "core/view.h"

#include <stdint.h>

struct http_reply {
    unsigned status;          /* 200, 404, 503 ... */
    const char *content_type; /* static text */
    char *body;               /* malloc'd by the handler, freed by the server */
    size_t size;
};

struct http_route {
    const char *path; /* exact: "/metrics", or with a final slash and star: "/api/v1/incidents/" "*" */
    void (*handle)(void *context, struct view rest, struct http_reply *reply);
};

struct http_server;

/* Listens on "address:port" (port 0: any free one). Adds security headers to every reply. `routes` and
 * `context` outlive the server. NULL and `trouble` when it cannot. */
struct http_server *http_server_start(const char *listen, const struct http_route *routes,
        size_t route_count, void *context, char trouble[160]);
void http_server_stop(struct http_server **server);
uint16_t http_server_port(const struct http_server *server);

/* The live page: one self-contained HTML document that polls /api/v1/brands and /api/v1/incidents. Its
 * script and style are served from the same origin; nothing is fetched from elsewhere. */
extern const char http_page_html[];
extern const char http_page_js[];
extern const char http_page_css[];

#endif
