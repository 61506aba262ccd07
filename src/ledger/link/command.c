/* Commands as lists of counted arguments. */
#include "ledger/link/private.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
redis_begin(struct redis_link *link, const char *name)
{
    redis_bytes_clear(&link->body);
    link->argument_count = 0;
    link->slot = REDIS_NO_SLOT;
    link->shard = REDIS_NO_SHARD;
    link->aim = NULL;
    redis_arg_text(link, name);
}

void
redis_begin_at(struct redis_link *link, const char *name, uint32_t server)
{
    assert(server < link->node_count);
    redis_begin(link, name);
    link->aim = link->nodes[server];
}

void
redis_begin_script(struct redis_link *link, enum script script, uint32_t key_count)
{
    redis_begin(link, "EVALSHA");
    redis_arg_text(link, link->digests.at[script]);
    redis_arg_i64(link, key_count);
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

/* The first key of a command says where it goes; further ones are in the same slot. `rest` is what comes
 * behind the namespace. */
static void
take_aim(struct redis_link *link, struct view key, const char *rest)
{
    link->slot = redis_slot(key);
    if (*rest == '{') {
        link->shard = (uint32_t)strtoul(rest + 1, NULL, 10);
    }
}

void
redis_key(struct redis_link *link, const char *format, ...)
{
    char text[512];
    va_list arguments;
    int head = snprintf(text, sizeof text, "rebato:%s:", link->ledger->name_space);

    va_start(arguments, format);
    int size = vsnprintf(text + head, sizeof text - (size_t)head, format, arguments);
    va_end(arguments);
    assert(size >= 0 && (size_t)(head + size) < sizeof text);
    struct view key = { text, (size_t)(head + size) };
    if (link->clustered && link->slot == REDIS_NO_SLOT) {
        take_aim(link, key, text + head);
    }
    redis_arg(link, key);
}

void
redis_key_shard(struct redis_link *link, uint32_t shard)
{
    redis_key(link, "{%" PRIu32 "}", shard);
}

void
redis_end(struct redis_link *link)
{
    if (link->clustered) {
        redis_cluster_put(link);
        return;
    }
    redis_node_put(link->nodes[0], link->argument_count, &link->body);
    link->due++;
}
