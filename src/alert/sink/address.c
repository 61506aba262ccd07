#include "alert/sink/address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The first `bits` of an address. */
struct block {
    uint8_t at[16];
    unsigned bits;
};

/* IANA's special-purpose registry: what is not globally reachable. */
static const struct block private_4[] = {
    { { 0 }, 8 },             /* this network */
    { { 10 }, 8 },            /* private use */
    { { 100, 64 }, 10 },      /* carrier-grade NAT */
    { { 127 }, 8 },           /* loopback */
    { { 169, 254 }, 16 },     /* link-local, metadata services */
    { { 172, 16 }, 12 },      /* private use */
    { { 192, 0, 0 }, 24 },    /* protocol assignments */
    { { 192, 0, 2 }, 24 },    /* documentation */
    { { 192, 168 }, 16 },     /* private use */
    { { 198, 18 }, 15 },      /* benchmarks */
    { { 198, 51, 100 }, 24 }, /* documentation */
    { { 203, 0, 113 }, 24 },  /* documentation */
    { { 224 }, 3 },           /* multicast, reserved, broadcast */
};

static const struct block private_6[] = {
    { { 0 }, 96 },                            /* unspecified, loopback, IPv4-compatible */
    { { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48 }, /* local NAT64 */
    { { 0x01 }, 64 },                         /* discard */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },       /* documentation */
    { { 0x20, 0x01, 0x00, 0x00 }, 32 },       /* Teredo: an IPv4 address inside, obfuscated */
    { { 0xfc }, 7 },                          /* unique local */
    { { 0xfe, 0x80 }, 10 },                   /* link-local */
    { { 0xfe, 0xc0 }, 10 },                   /* site-local, given up but still routed by some */
    { { 0xff }, 8 },                          /* multicast */
};

/* IPv6 blocks with an IPv4 address behind their last bit. */
static const struct block carriers[] = {
    { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 }, /* mapped */
    { { 0x00, 0x64, 0xff, 0x9b }, 96 },                   /* NAT64 */
    { { 0x20, 0x02 }, 16 },                               /* 6to4 */
};

static int
in_block(const uint8_t *address, const struct block *block)
{
    size_t whole = block->bits / 8;
    unsigned mask = 0xFF00U >> (block->bits % 8) & 0xFFU;

    return memcmp(address, block->at, whole) == 0 &&
           (mask == 0 || ((unsigned)(address[whole] ^ block->at[whole]) & mask) == 0);
}

static int
in_any(const uint8_t *address, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (in_block(address, &blocks[i])) {
            return 1;
        }
    }
    return 0;
}

static int
is_private_4(const uint8_t *address)
{
    return in_any(address, private_4, sizeof private_4 / sizeof private_4[0]);
}

static int
is_private_6(const uint8_t *address)
{
    for (size_t i = 0; i < sizeof carriers / sizeof carriers[0]; i++) {
        if (in_block(address, &carriers[i])) {
            return is_private_4(address + carriers[i].bits / 8);
        }
    }
    return in_any(address, private_6, sizeof private_6 / sizeof private_6[0]);
}

int
address_is_private(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        return is_private_4((const uint8_t *)&in.sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof in);
        return is_private_6((const uint8_t *)&in.sin6_addr);
    }
    return 1;
}
