#include "pipeline/live/web.h"

#include "pipeline/live/live.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void
reply_text(struct http_reply *reply, const char *content_type, char *body)
{
    reply->status = body == NULL ? 500 : 200;
    reply->content_type = content_type;
    reply->body = body;
    reply->size = body == NULL ? 0 : strlen(body);
}

static void
page(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    reply_text(reply, "text/html; charset=utf-8", strdup(http_page_html));
}

static void
script(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    reply_text(reply, "text/javascript; charset=utf-8", strdup(http_page_js));
}

static void
style(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    reply_text(reply, "text/css; charset=utf-8", strdup(http_page_css));
}

static void
brands(void *context, struct view rest, struct http_reply *reply)
{
    const struct web *web = context;

    (void)rest;
    reply_text(reply, "application/json", board_brands_json(web->board));
}

static void
incidents(void *context, struct view rest, struct http_reply *reply)
{
    const struct web *web = context;

    (void)rest;
    reply_text(reply, "application/json", board_incidents_json(web->board));
}

static void
live_check(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    reply_text(reply, "text/plain; charset=utf-8", strdup("ok\n"));
}

static void
ready_check(void *context, struct view rest, struct http_reply *reply)
{
    const struct web *web = context;
    int stopping = live_stopping(web->live);

    (void)rest;
    reply_text(reply, "application/json",
            strdup(stopping ? "{\"ready\":false,\"reason\":\"stopping\"}\n"
                            : "{\"ready\":true}\n"));
    if (stopping) {
        reply->status = 503;
    }
}

static void
metrics(void *context, struct view rest, struct http_reply *reply)
{
    const struct web *web = context;
    char *board = board_metrics(web->board);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)rest;
    assert(out != NULL && board != NULL);
    fputs("# HELP rebato_records_total Records by fate.\n# TYPE rebato_records_total counter\n",
            out);
    for (size_t i = 0; i < REBATO_FATE_COUNT; i++) {
        fprintf(out, "rebato_records_total{fate=\"%s\"} %" PRIu64 "\n",
                fate_name((enum rebato_fate)i), live_fate_count(web->live, (enum rebato_fate)i));
    }
    fputs(board, out);
    fclose(out);
    free(board);
    reply_text(reply, "text/plain; version=0.0.4; charset=utf-8", text);
}

const struct http_route web_routes[] = {
    { "/", page },
    { "/page.js", script },
    { "/page.css", style },
    { "/api/v1/brands", brands },
    { "/api/v1/incidents", incidents },
    { "/livez", live_check },
    { "/readyz", ready_check },
    { "/metrics", metrics },
};
const size_t web_route_count = sizeof web_routes / sizeof *web_routes;
