#include "ledger/link/map.h"

#include <stdio.h>

/* CRC-16/XMODEM: polynomial 0x1021, from zero, nothing reflected. Asked for published keys, a few times a
 * second: a table would not pay. */
static uint32_t
crc16(struct view text)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < text.size; i++) {
        crc ^= (uint32_t)(unsigned char)text.at[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }
        crc &= 0xffff;
    }
    return crc;
}

/* Position of `byte` at or behind `from`, or the size of the text. */
static size_t
find(struct view text, size_t from, char byte)
{
    const char *at = from >= text.size ? NULL : memchr(text.at + from, byte, text.size - from);
    return at == NULL ? text.size : (size_t)(at - text.at);
}

uint32_t
redis_slot(struct view key)
{
    size_t open = find(key, 0, '{');
    size_t close = find(key, open + 1, '}');

    if (close < key.size && close > open + 1) {
        key = view_slice(key, open + 1, close);
    }
    return crc16(key) % REDIS_SLOTS;
}

/* ---- the answer to CLUSTER SLOTS ---- */

static struct view
text_of(const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS) {
        return (struct view){ 0 };
    }
    return (struct view){ reply->str, reply->len };
}

/* A server that does not know its own name says nil, or "" or "?": then it is the one we asked. */
static int
server_make(struct view host,
        uint64_t port,
        const struct ledger_server *asked,
        struct ledger_server *server)
{
    if (host.size == 0 || view_equal(host, VIEW("?"))) {
        host = view_of(asked->host);
    }
    if (port == 0 || port > UINT16_MAX || !view_copy(host, server->host, sizeof server->host)) {
        return 0;
    }
    snprintf(server->port, sizeof server->port, "%u", (unsigned)port);
    return 1;
}

static int
same_server(const struct ledger_server *a, const struct ledger_server *b)
{
    return strcmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0;
}

/* Its index, added when new; REDIS_NOWHERE when there is no room. */
static uint16_t
server_index(struct redis_map *map, const struct ledger_server *server)
{
    for (uint32_t i = 0; i < map->server_count; i++) {
        if (same_server(&map->servers[i], server)) {
            return (uint16_t)i;
        }
    }
    if (map->server_count == REDIS_SERVERS_MAX) {
        return REDIS_NOWHERE;
    }
    map->servers[map->server_count] = *server;
    return (uint16_t)map->server_count++;
}

/* {first slot, last slot, {host, port, ...} of the master, of its replicas ...} */
static int
take_range(struct redis_map *map, const redisReply *range, const struct ledger_server *asked)
{
    int64_t first = 0;
    int64_t last = 0;
    int64_t port = 0;
    struct ledger_server server;

    if (!redis_reply_i64(range, 0, &first) || !redis_reply_i64(range, 1, &last) || first < 0 ||
            first > last || last >= REDIS_SLOTS || range->elements < 3) {
        return 0;
    }
    const redisReply *master = range->element[2];
    if (!redis_reply_i64(master, 1, &port) || port < 0 ||
            !server_make(text_of(master->element[0]), (uint64_t)port, asked, &server)) {
        return 0;
    }
    uint16_t index = server_index(map, &server);
    for (int64_t slot = first; slot <= last; slot++) {
        map->slots[slot] = index;
    }
    return index != REDIS_NOWHERE;
}

int
redis_map_parse(const redisReply *reply, const struct ledger_server *asked, struct redis_map *map)
{
    int whole = reply->type == REDIS_REPLY_ARRAY;

    map->server_count = 0;
    for (uint32_t slot = 0; slot < REDIS_SLOTS; slot++) {
        map->slots[slot] = REDIS_NOWHERE;
    }
    for (size_t i = 0; whole && i < reply->elements; i++) {
        whole = take_range(map, reply->element[i], asked);
    }
    return whole;
}

/* ---- refusals ---- */

enum redis_redirect
redis_redirect_parse(struct view error, const struct ledger_server *asked, struct ledger_server *to)
{
    uint64_t port = 0;
    enum redis_redirect kind = view_starts(error, VIEW("MOVED ")) ? REDIS_MOVED
                               : view_starts(error, VIEW("ASK ")) ? REDIS_ASK
                                                                  : REDIS_NO_REDIRECT;
    if (kind == REDIS_NO_REDIRECT) {
        return kind;
    }
    size_t slot = find(error, 0, ' ') + 1;
    struct view place = view_slice(error, find(error, slot, ' '), error.size);
    place = place.size == 0 ? place : view_slice(place, 1, place.size);
    size_t colon = place.size; /* the last one: an IPv6 address has more of them */
    while (colon > 0 && place.at[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0 || !view_to_u64(view_slice(place, colon, place.size), &port) ||
            !server_make(view_slice(place, 0, colon - 1), port, asked, to)) {
        return REDIS_NO_REDIRECT;
    }
    return kind;
}
