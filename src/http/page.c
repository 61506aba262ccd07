/* The page's parts as replies. Their bytes are made from page.html, page.js and page.css. */
#include "http/server.h"

#include <assert.h>
#include <stdlib.h>

static void
serve(struct http_reply *reply, const char *text, const char *content_type)
{
    size_t size = strlen(text);

    reply->body = malloc(size);
    assert(reply->body != NULL);
    memcpy(reply->body, text, size);
    reply->size = size;
    reply->status = 200;
    reply->content_type = content_type;
}

void
http_serve_html(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    serve(reply, http_page_html, "text/html; charset=utf-8");
}

void
http_serve_js(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    serve(reply, http_page_js, "text/javascript; charset=utf-8");
}

void
http_serve_css(void *context, struct view rest, struct http_reply *reply)
{
    (void)context;
    (void)rest;
    serve(reply, http_page_css, "text/css; charset=utf-8");
}
