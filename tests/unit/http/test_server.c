#include "core/view.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* ---- a server with a few routes ---- */

static void
answer(struct http_reply *reply, unsigned status, const char *text)
{
    reply->status = status;
    reply->content_type = "text/plain; charset=utf-8";
    reply->body = strdup(text);
    reply->size = strlen(text);
}

static void
serve_metrics(void *context, struct view rest, struct http_reply *reply)
{
    cr_assert_eq(rest.size, 0);
    answer(reply, 200, context);
}

static void
serve_incident(void *context, struct view rest, struct http_reply *reply)
{
    char text[256];

    (void)context;
    snprintf(text, sizeof text, "incident <%.*s>", (int)rest.size, rest.at);
    answer(reply, 200, text);
}

static void
serve_busy(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    answer(reply, 503, "not yet");
}

static void
serve_empty(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    *reply = (struct http_reply){ .status = 204, .content_type = "text/plain" };
}

static const struct http_route routes[] = {
    { "/", http_serve_html },
    { "/page.js", http_serve_js },
    { "/page.css", http_serve_css },
    { "/metrics", serve_metrics },
    { "/readyz", serve_busy },
    { "/empty", serve_empty },
    { "/api/v1/incidents/"
      "*",
            serve_incident },
};

static char context[] = "rebato_up 1\n";

static struct http_server *
start(const char *listen)
{
    char trouble[160];
    struct http_server *server =
            http_server_start(listen, routes, sizeof routes / sizeof routes[0], context, trouble);

    cr_assert_not_null(server, "%s", trouble);
    cr_assert_neq(http_server_port(server), 0);
    return server;
}

/* ---- a client that sends whatever it likes ---- */

static int
dial(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
    };
    struct timeval limit = { .tv_sec = 5 };
    int client = socket(AF_INET, SOCK_STREAM, 0);

    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    cr_assert_eq(connect(client, (struct sockaddr *)&address, sizeof address), 0);
    return client;
}

/* Everything the server says until it hangs up; "" when it hangs up at once. */
static const char *
ask(uint16_t port, const char *request, size_t size)
{
    static char reply[65536];
    int client = dial(port);
    size_t got = 0;

    for (size_t sent = 0; sent < size;) {
        ssize_t now = send(client, request + sent, size - sent, MSG_NOSIGNAL);
        if (now <= 0) {
            break;
        }
        sent += (size_t)now;
    }
    while (got + 1 < sizeof reply) {
        ssize_t now = read(client, reply + got, sizeof reply - 1 - got);
        if (now <= 0) {
            break;
        }
        got += (size_t)now;
    }
    reply[got] = '\0';
    close(client);
    return reply;
}

static const char *
get(uint16_t port, const char *method, const char *path, const char *host)
{
    char request[1024];
    int size = snprintf(request, sizeof request,
            "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", method, path, host);

    return ask(port, request, (size_t)size);
}

static int
status_of(const char *reply)
{
    return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? (int)strtol(reply + 9, NULL, 10) : 0;
}

static const char *
body_of(const char *reply)
{
    const char *end = strstr(reply, "\r\n\r\n");

    return end == NULL ? "" : end + 4;
}

/* ---- what it answers ---- */

Test(server, routes_are_exact_or_have_a_rest)
{
    static const struct {
        const char *path;
        int status;
        const char *body;
    } rows[] = {
        { "/metrics", 200, "rebato_up 1\n" },
        { "/metrics?format=text", 200, "rebato_up 1\n" },
        { "/readyz", 503, "not yet" },
        { "/empty", 204, "" },
        { "/api/v1/incidents/9f2c", 200, "incident <9f2c>" },
        { "/api/v1/incidents/", 200, "incident <>" },
        { "/api/v1/incidents/..%2f..%2fetc/passwd", 200, "incident <../../etc/passwd>" },
        { "/api/v1/incidents", 404, NULL },
        { "/metrics/", 404, NULL },
        { "/metric", 404, NULL },
        { "//metrics", 404, NULL },
        { "/nothing", 404, NULL },
        { "/../metrics", 404, NULL },
        { "/*", 404, NULL },
    };
    struct http_server *server = start("127.0.0.1:0");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *reply = get(http_server_port(server), "GET", rows[i].path, "localhost");
        cr_expect_eq(status_of(reply), rows[i].status, "%s: %s", rows[i].path, reply);
        if (rows[i].body != NULL) {
            cr_expect_str_eq(body_of(reply), rows[i].body, "%s", rows[i].path);
        }
    }
    http_server_stop(&server);
    cr_assert_null(server);
    http_server_stop(&server);
}

Test(server, nothing_but_get_and_head_is_answered)
{
    static const char *const methods[] = { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE",
        "BREW" };
    struct http_server *server = start("127.0.0.1:0");

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        const char *reply = get(http_server_port(server), methods[i], "/metrics", "localhost");
        cr_expect_eq(status_of(reply), 405, "%s: %s", methods[i], reply);
        cr_expect_not_null(strstr(reply, "\r\nAllow: GET, HEAD\r\n"), "%s", methods[i]);
    }
    http_server_stop(&server);
}

Test(server, head_is_get_without_a_body)
{
    struct http_server *server = start("127.0.0.1:0");
    const char *reply = get(http_server_port(server), "HEAD", "/metrics", "localhost");

    cr_expect_eq(status_of(reply), 200);
    cr_expect_not_null(strstr(reply, "\r\nContent-Length: 12\r\n"), "%s", reply);
    cr_expect_str_empty(body_of(reply));
    http_server_stop(&server);
}

Test(server, every_reply_carries_the_security_headers)
{
    static const char *const paths[] = { "/", "/metrics", "/readyz", "/nothing" };
    static const char *const headers[] = { "\r\nContent-Security-Policy: default-src 'self';",
        "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nReferrer-Policy: no-referrer\r\n",
        "\r\nCache-Control: no-store\r\n", "\r\nContent-Type: text/" };
    struct http_server *server = start("127.0.0.1:0");

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const char *reply = get(http_server_port(server), "GET", paths[i], "localhost");
        for (size_t j = 0; j < sizeof headers / sizeof headers[0]; j++) {
            cr_expect_not_null(strstr(reply, headers[j]), "%s lacks %s", paths[i], headers[j]);
        }
    }
    http_server_stop(&server);
}

/* A page in the operator's browser may point its own name at 127.0.0.1. */
Test(server, foreign_names_are_refused_on_loopback)
{
    static const struct {
        const char *host;
        int status;
    } rows[] = {
        { "localhost", 200 },
        { "LOCALHOST:8080", 200 },
        { "127.0.0.1:1", 200 },
        { "[::1]:8080", 200 },
        { "evil.example", 403 },
        { "localhost.evil.example", 403 },
        { "127.0.0.1.nip.example", 403 },
        { "[::1", 403 },
        { "", 403 },
    };
    struct http_server *server = start("127.0.0.1:0");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *reply = get(http_server_port(server), "GET", "/metrics", rows[i].host);
        cr_expect_eq(status_of(reply), rows[i].status, "<%s>: %s", rows[i].host, reply);
        cr_expect_eq(strstr(reply, "rebato_up") != NULL, rows[i].status == 200);
    }
    http_server_stop(&server);
    server = start("0.0.0.0:0");
    cr_expect_eq(status_of(get(http_server_port(server), "GET", "/metrics", "rebato.example")), 200,
            "a server for others has names it cannot know");
    http_server_stop(&server);
}

Test(server, heads_beyond_the_limit_are_refused)
{
    static const struct {
        size_t size;
        int fits;
    } rows[] = { { 4000, 1 }, { 7900, 1 }, { 8400, 0 }, { 11000, 0 }, { 60000, 0 } };
    struct http_server *server = start("127.0.0.1:0");
    static char request[65536];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int size = snprintf(request, sizeof request,
                "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Pad: ");
        memset(request + size, 'x', rows[i].size - (size_t)size);
        memcpy(request + rows[i].size, "\r\n\r\n", 4);
        int status = status_of(ask(http_server_port(server), request, rows[i].size + 4));
        cr_expect_eq(status == 200, rows[i].fits, "%zu bytes: %d", rows[i].size, status);
        cr_expect(rows[i].fits || status == 431 || status == 413 || status == 0, "%d", status);
    }
    cr_expect_eq(status_of(get(http_server_port(server), "GET", "/metrics", "localhost")), 200,
            "it is still there");
    http_server_stop(&server);
}

#define BYTES(text)                                                                                \
    {                                                                                              \
        text, sizeof text - 1                                                                      \
    }

Test(server, nonsense_is_survived)
{
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        BYTES("\r\n\r\n\r\n"),
        BYTES("GET\r\n\r\n"),
        BYTES("GET / HTTP/9.9\r\n\r\n"),
        BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        BYTES("GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
        BYTES("GET /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
              "Content-Length: 3\r\n\r\nffffffffffffffff\r\n"),
        BYTES("GET /%00metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        BYTES("GET /metrics HTTP/1.1\nHost: localhost\nConnection: close\n\n"),
    };
    struct http_server *server = start("127.0.0.1:0");

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int client = dial(http_server_port(server));
        send(client, rows[i].bytes, rows[i].size, MSG_NOSIGNAL);
        shutdown(client, SHUT_WR);
        char reply[512];
        ssize_t got = read(client, reply, sizeof reply - 1);
        cr_expect_geq(got, -1);
        close(client);
        cr_expect_eq(status_of(get(http_server_port(server), "GET", "/metrics", "localhost")), 200,
                "after row %zu", i);
    }
    http_server_stop(&server);
}

Test(server, connections_are_limited_and_freed_again)
{
    struct http_server *server = start("127.0.0.1:0");
    int idle[160];

    for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++) {
        idle[i] = dial(http_server_port(server));
    }
    for (size_t i = 0; i < sizeof idle / sizeof idle[0]; i++) {
        close(idle[i]);
    }
    int status = 0;
    for (int i = 0; i < 50 && status != 200; i++) {
        usleep(20000);
        status = status_of(get(http_server_port(server), "GET", "/metrics", "localhost"));
    }
    cr_expect_eq(status, 200);
    http_server_stop(&server);
}

/* ---- where it listens ---- */

Test(server, addresses_that_cannot_be_are_named)
{
    static const char *const rows[] = { "", "8080", ":8080", "127.0.0.1",
        "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", "example.org:80",
        "300.1.1.1:80", "[::1]80", "192.0.2.1:0" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char trouble[160];
        cr_expect_null(http_server_start(rows[i], routes, 1, context, trouble), "<%s>", rows[i]);
        cr_expect_not_null(strstr(trouble, rows[i]), "<%s>: %s", rows[i], trouble);
    }
}

Test(server, port_that_is_taken_is_named)
{
    struct http_server *server = start("localhost:0");
    char listen[32];
    char trouble[160];

    snprintf(listen, sizeof listen, "127.0.0.1:%u", http_server_port(server));
    cr_expect_null(http_server_start(listen, routes, 1, context, trouble));
    cr_expect_not_null(strstr(trouble, "in use"), "%s", trouble);
    http_server_stop(&server);
    server = start(listen); /* free again at once */
    http_server_stop(&server);
}

/* ---- the page ---- */

Test(page, parts_are_whole_and_served_from_here_only)
{
    struct http_server *server = start("127.0.0.1:0");
    const char *html = body_of(get(http_server_port(server), "GET", "/", "localhost"));

    cr_expect_str_eq(html, http_page_html);
    cr_expect_not_null(strstr(html, "</html>"));
    cr_expect_null(strstr(html, "//"), "nothing is fetched from elsewhere");
    cr_expect_null(strstr(html, "<script>"), "the policy forbids inline scripts");
    cr_expect_null(strstr(html, " style="), "and inline styles");
    cr_expect_null(strstr(html, " on"), "and handlers in attributes");
    const char *js = get(http_server_port(server), "GET", "/page.js", "localhost");
    cr_expect_not_null(strstr(js, "\r\nContent-Type: text/javascript"));
    cr_expect_str_eq(body_of(js), http_page_js);
    cr_expect_null(strstr(http_page_js, "innerHTML"));
    cr_expect_null(strstr(http_page_js, "insertAdjacentHTML"));
    const char *css = get(http_server_port(server), "GET", "/page.css", "localhost");
    cr_expect_str_eq(body_of(css), http_page_css);
    http_server_stop(&server);
}
