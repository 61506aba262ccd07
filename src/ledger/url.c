#include "ledger/url.h"

#include <stdio.h>

static int
refuse(char trouble[160], const char *reason)
{
    snprintf(trouble, 160,
            "%s; write memory:, redis[s]://[user:password@]host:port[/db], "
            "redis[s]-cluster://... or unix:/path",
            reason);
    return 0;
}

static int
hex_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Copies with %XX undone. 0 when an escape is cut or the copy does not fit; a NUL is refused, since
 * the copy ends with one. */
static int
unescape(struct view text, char *out, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < text.size; i++) {
        int byte = (unsigned char)text.at[i];
        if (byte == '%') {
            int high = i + 2 < text.size ? hex_value(text.at[i + 1]) : -1;
            int low = high < 0 ? -1 : hex_value(text.at[i + 2]);
            byte = low < 0 ? 0 : high * 16 + low;
            i += 2;
        }
        if (byte == 0 || used + 1 >= size) {
            return 0;
        }
        out[used++] = (char)byte;
    }
    out[used] = '\0';
    return 1;
}

/* Position of `byte`, or the size of the text. */
static size_t
find(struct view text, char byte)
{
    const char *at = text.size == 0 ? NULL : memchr(text.at, byte, text.size);
    return at == NULL ? text.size : (size_t)(at - text.at);
}

static int
parse_db(struct view text, uint32_t *db)
{
    uint64_t number = 0;

    if (!view_to_u64(text, &number) || number >= LEDGER_DB_MAX) {
        return 0;
    }
    *db = (uint32_t)number;
    return 1;
}

/* "user:password@", ":password@" or nothing; `rest` moves behind it. A '@' in a password is %40, so the
 * first one ends it. */
static int
parse_login(struct view *rest, struct ledger_address *address)
{
    size_t end = find(*rest, '@');

    if (end == rest->size) {
        return 1;
    }
    struct view login = view_slice(*rest, 0, end);
    size_t colon = find(login, ':');
    *rest = view_slice(*rest, end + 1, rest->size);
    return colon < login.size &&
           unescape(view_slice(login, 0, colon), address->user, sizeof address->user) &&
           unescape(view_slice(login, colon + 1, login.size), address->password,
                   sizeof address->password);
}

/* "host", "host:port", "[::1]:port". */
static int
parse_host(struct view text, struct ledger_server *server)
{
    struct view host = text;
    struct view port = VIEW("6379");
    uint64_t number = 0;

    if (view_starts(text, VIEW("["))) {
        size_t close = find(text, ']');
        if (close == text.size) {
            return 0;
        }
        host = view_slice(text, 1, close);
        text = view_slice(text, close + 1, text.size);
        if (text.size > 0 && text.at[0] != ':') {
            return 0;
        }
        port = text.size > 0 ? view_slice(text, 1, text.size) : port;
    } else if (find(text, ':') < text.size) {
        host = view_slice(text, 0, find(text, ':'));
        port = view_slice(text, host.size + 1, text.size);
    }
    return host.size > 0 && view_to_u64(port, &number) && number > 0 && number <= UINT16_MAX &&
           view_copy(host, server->host, sizeof server->host) &&
           view_copy(port, server->port, sizeof server->port);
}

/* One of them, or several behind commas. */
static int
parse_hosts(struct view text, struct ledger_address *address)
{
    uint32_t most = address->clustered ? LEDGER_SERVERS_MAX : 1;

    for (;;) {
        size_t comma = find(text, ',');
        if (address->server_count == most || !parse_host(view_slice(text, 0, comma),
                                                     &address->servers[address->server_count++])) {
            return 0;
        }
        if (comma == text.size) {
            return 1;
        }
        text = view_slice(text, comma + 1, text.size);
    }
}

/* "name=path" of the three that there are; each once. */
static int
parse_file(struct view text, struct ledger_tls *tls)
{
    const struct {
        struct view name;
        char *path;
    } rows[] = { { VIEW("ca="), tls->ca }, { VIEW("cert="), tls->cert },
        { VIEW("key="), tls->key } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (view_starts(text, rows[i].name) && rows[i].path[0] == '\0') {
            return unescape(view_slice(text, rows[i].name.size, text.size), rows[i].path,
                           LEDGER_PATH_SIZE) &&
                   rows[i].path[0] == '/';
        }
    }
    return 0;
}

/* "?name=path&..." behind everything else; taken off `rest`. */
static int
parse_files(struct view *rest, struct ledger_tls *tls)
{
    size_t mark = find(*rest, '?');
    struct view query = view_slice(*rest, mark, rest->size);

    *rest = view_slice(*rest, 0, mark);
    while (query.size > 0) {
        query = view_slice(query, 1, query.size);
        size_t end = find(query, '&');
        if (!tls->on || !parse_file(view_slice(query, 0, end), tls)) {
            return 0;
        }
        query = view_slice(query, end, query.size);
    }
    return (tls->cert[0] == '\0') == (tls->key[0] == '\0');
}

static int
parse_tcp(struct view rest, struct ledger_address *address, char trouble[160])
{
    if (!parse_login(&rest, address)) {
        return refuse(trouble, "the ledger's user and password cannot be read");
    }
    if (!parse_files(&rest, &address->tls)) {
        return refuse(trouble, "after ? of rediss:// come ca=, or cert= and key=, with paths");
    }
    size_t slash = find(rest, '/');
    if (slash + 1 < rest.size && address->clustered) {
        return refuse(trouble, "a cluster has no numbered databases");
    }
    if (slash + 1 < rest.size && !parse_db(view_slice(rest, slash + 1, rest.size), &address->db)) {
        return refuse(trouble, "the ledger's database is not a number");
    }
    if (!parse_hosts(view_slice(rest, 0, slash), address)) {
        return refuse(trouble, "the ledger's host or port cannot be read");
    }
    return 1;
}

static int
parse_unix(struct view rest, struct ledger_address *address, char trouble[160])
{
    size_t mark = find(rest, '?');
    struct view query = view_slice(rest, mark, rest.size);
    struct view start = VIEW("?db=");

    if (query.size > 0 &&
            (!view_starts(query, start) ||
                    !parse_db(view_slice(query, start.size, query.size), &address->db))) {
        return refuse(trouble, "the ledger's database is not a number");
    }
    /* sun_path has 108 bytes; longer paths cannot be connected to. */
    if (mark == 0 || rest.at[0] != '/' || mark >= 108 ||
            !view_copy(view_slice(rest, 0, mark), address->servers[0].host, LEDGER_HOST_SIZE)) {
        return refuse(trouble, "the ledger's socket is not an absolute path of up to 107 bytes");
    }
    address->server_count = 1;
    return 1;
}

int
ledger_url_parse(struct view url, struct ledger_address *address, char trouble[160])
{
    *address = (struct ledger_address){ .place = LEDGER_IN_MEMORY };
    if (view_equal(url, VIEW("memory:"))) {
        return 1;
    }
    const struct {
        struct view scheme;
        int clustered, tls;
    } rows[] = { { VIEW("redis://"), 0, 0 }, { VIEW("redis-cluster://"), 1, 0 },
        { VIEW("rediss://"), 0, 1 }, { VIEW("rediss-cluster://"), 1, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (view_starts(url, rows[i].scheme)) {
            address->place = LEDGER_TCP;
            address->clustered = rows[i].clustered;
            address->tls.on = rows[i].tls;
            return parse_tcp(view_slice(url, rows[i].scheme.size, url.size), address, trouble);
        }
    }
    if (view_starts(url, VIEW("unix:"))) {
        address->place = LEDGER_UNIX;
        return parse_unix(view_slice(url, 5, url.size), address, trouble);
    }
    return refuse(trouble, "the ledger's address is of no known form");
}

int
ledger_namespace_valid(struct view name)
{
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.at[i];
        if (!((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-')) {
            return 0;
        }
    }
    return name.size > 0 && name.size < NAMESPACE_SIZE;
}
