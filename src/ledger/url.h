/*
 * url: where a ledger lives, taken apart from one line of text.
 *
 *   memory:                                  this process
 *   redis://[[user]:password@]host[:port][/db]
 *   redis-cluster://[[user]:password@]host[:port][,host[:port] ...]
 *   unix:/path/to/socket[?db=N]
 *   rediss:// and rediss-cluster:// are these over TLS[?ca=PATH&cert=PATH&key=PATH]
 *
 * `ca` are the authorities to trust instead of the system's; `cert` and `key` are for a server that asks
 * who we are. Of a cluster a few servers are enough, any of which tells where the others are. User and password may hold %XX escapes. Anything else after these forms is refused, not ignored: a
 * mistyped option must not end in the wrong database.
 */
#ifndef REBATO_LEDGER_URL_H
#define REBATO_LEDGER_URL_H

#include "core/view.h"

#include <stdint.h>

#define LEDGER_HOST_SIZE   256
#define LEDGER_SECRET_SIZE 256
#define LEDGER_PATH_SIZE   256
#define LEDGER_DB_MAX      1024
#define LEDGER_SERVERS_MAX 8
#define NAMESPACE_SIZE     33

enum ledger_place { LEDGER_IN_MEMORY, LEDGER_TCP, LEDGER_UNIX };

struct ledger_server {
    char host[LEDGER_HOST_SIZE]; /* or the path of the socket */
    char port[6];
};

struct ledger_tls {
    int on;
    char ca[LEDGER_PATH_SIZE]; /* "": the system's */
    char cert[LEDGER_PATH_SIZE];
    char key[LEDGER_PATH_SIZE];
};

struct ledger_address {
    enum ledger_place place;
    int clustered; /* the servers are some of a cluster's; else there is one */
    struct ledger_server servers[LEDGER_SERVERS_MAX];
    uint32_t server_count;
    struct ledger_tls tls;
    char user[LEDGER_SECRET_SIZE];     /* "": the default user */
    char password[LEDGER_SECRET_SIZE]; /* "": none is sent */
    uint32_t db;
};

/* 0 when the text is none of the forms; `trouble` then says what is wrong, without the password. */
int ledger_url_parse(struct view url, struct ledger_address *address, char trouble[160]);

/* Lower case letters, digits and hyphens, 1 to NAMESPACE_SIZE - 1 of them. */
int ledger_namespace_valid(struct view name);

#endif
