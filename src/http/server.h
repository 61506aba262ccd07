/*
 * server: a small HTTP server for the page, the health checks and the metrics. Loopback by default.
 *
 * It knows no domain word: routes are given by the pipeline as a table; a handler fills a body from a
 * snapshot. Handlers run on the server's thread. GET and HEAD are all it answers, and they never change
 * anything. Limits: 8 KiB of head, 128 connections, 10 s.
 *
 * A server that listens on loopback answers only to loopback names (Host), or else any web page in the
 * operator's browser could point its own name at 127.0.0.1 and read the incidents.
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
    /* Exact ("/metrics"), or a start that ends with "/" and "*"; the handler gets the rest. */
    const char *path;
    void (*handle)(void *context, struct view rest, struct http_reply *reply);
};

struct http_server;

/* Main thread. Listens on "address:port" or "[address]:port" (port 0: any free one); the address is
 * numeric or "localhost". Adds security headers to every reply. `routes` and `context` outlive the
 * server; the first route that fits is taken. NULL and `trouble` when it cannot. */
struct http_server *http_server_start(const char *listen,
        const struct http_route *routes,
        size_t route_count,
        void *context,
        char trouble[160]);
void http_server_stop(struct http_server **server);
uint16_t http_server_port(const struct http_server *server);

/* The live page: one HTML document that polls /api/v1/brands and /api/v1/incidents. It asks for its
 * script at /page.js and its style at /page.css; nothing is fetched from elsewhere. */
extern const char http_page_html[];
extern const char http_page_js[];
extern const char http_page_css[];

/* Handlers for the three, ready for a route table: "/", "/page.js", "/page.css". */
void http_serve_html(void *context, struct view rest, struct http_reply *reply);
void http_serve_js(void *context, struct view rest, struct http_reply *reply);
void http_serve_css(void *context, struct view rest, struct http_reply *reply);

#endif
