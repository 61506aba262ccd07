#include "alert/sink/sign.h"

#include <assert.h>
#include <stdio.h>

/* ---- SHA-256, FIPS 180-4 ---- */

#define BLOCK_SIZE       64
#define DIGEST_SIZE      32
#define DIGEST_TEXT_SIZE 45 /* in base64, with NUL */

struct sha256 {
    uint32_t state[8];
    uint64_t size; /* bytes so far */
    uint8_t block[BLOCK_SIZE];
};

static const uint32_t sha256_start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

static const uint32_t sha256_rounds[64] = { 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
    0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
    0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2 };

static uint32_t
rotate(uint32_t value, unsigned bits)
{
    return value >> bits | value << (32 - bits);
}

static void
schedule(const uint8_t *block, uint32_t words[64])
{
    for (size_t i = 0; i < 16; i++) {
        words[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
                   (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (size_t i = 16; i < 64; i++) {
        uint32_t low = words[i - 15];
        uint32_t high = words[i - 2];
        words[i] = words[i - 16] + words[i - 7] + (rotate(low, 7) ^ rotate(low, 18) ^ low >> 3) +
                   (rotate(high, 17) ^ rotate(high, 19) ^ high >> 10);
    }
}

static void
compress(struct sha256 *sha)
{
    uint32_t words[64];
    uint32_t v[8]; /* a to h of the standard */

    schedule(sha->block, words);
    memcpy(v, sha->state, sizeof v);
    for (size_t i = 0; i < 64; i++) {
        uint32_t first = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) +
                         ((v[4] & v[5]) ^ (~v[4] & v[6])) + sha256_rounds[i] + words[i];
        uint32_t second = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
                          ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += first;
        v[0] = first + second;
    }
    for (size_t i = 0; i < 8; i++) {
        sha->state[i] += v[i];
    }
}

static void
sha256_init(struct sha256 *sha)
{
    memcpy(sha->state, sha256_start, sizeof sha->state);
    sha->size = 0;
}

static void
sha256_add(struct sha256 *sha, const void *at, size_t size)
{
    const uint8_t *from = at;

    for (size_t i = 0; i < size; i++) {
        sha->block[sha->size % BLOCK_SIZE] = from[i];
        sha->size++;
        if (sha->size % BLOCK_SIZE == 0) {
            compress(sha);
        }
    }
}

static void
sha256_end(struct sha256 *sha, uint8_t digest[DIGEST_SIZE])
{
    uint64_t bits = sha->size * 8;
    uint8_t length[8];

    sha256_add(sha, (const uint8_t[]){ 0x80 }, 1);
    while (sha->size % BLOCK_SIZE != BLOCK_SIZE - sizeof length) {
        sha256_add(sha, (const uint8_t[]){ 0 }, 1);
    }
    for (size_t i = 0; i < sizeof length; i++) {
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    sha256_add(sha, length, sizeof length);
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void
sign_digest(const struct view *parts, size_t count, uint8_t digest[32])
{
    struct sha256 sha;

    sha256_init(&sha);
    for (size_t i = 0; i < count; i++) {
        sha256_add(&sha, parts[i].at, parts[i].size);
    }
    sha256_end(&sha, digest);
}

/* ---- base64, RFC 4648 ---- */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
encode_digest(const uint8_t digest[DIGEST_SIZE], char *text)
{
    for (size_t i = 0; i < DIGEST_SIZE; i += 3) {
        uint32_t group = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 |
                         (uint32_t)(i + 2 < DIGEST_SIZE ? digest[i + 2] : 0);
        *text++ = digits[group >> 18 & 63];
        *text++ = digits[group >> 12 & 63];
        *text++ = digits[group >> 6 & 63];
        *text++ = digits[group & 63];
    }
    text[-1] = '='; /* 32 bytes are ten groups and two bytes */
    *text = '\0';
}

static int
decode(struct view text, struct sign_key *key)
{
    uint32_t bits = 0;
    unsigned held = 0;

    while (text.size > 0 && text.at[text.size - 1] == '=') {
        text.size--;
    }
    for (size_t i = 0; i < text.size; i++) {
        const char *digit = memchr(digits, text.at[i], sizeof digits - 1);
        if (digit == NULL) {
            return 0;
        }
        bits = bits << 6 | (uint32_t)(digit - digits);
        held += 6;
        if (held >= 8 && key->size == SIGN_KEY_SIZE_MAX) {
            return 0;
        }
        if (held >= 8) {
            held -= 8;
            key->at[key->size++] = (uint8_t)(bits >> held);
        }
    }
    return key->size >= SIGN_KEY_SIZE_MIN;
}

/* ---- the signature ---- */

int
sign_key_read(struct view secret, struct sign_key *key)
{
    struct view start = VIEW("whsec_");

    *key = (struct sign_key){ 0 };
    if (view_starts(secret, start)) {
        secret = view_slice(secret, start.size, secret.size);
    }
    if (!decode(secret, key)) {
        *key = (struct sign_key){ 0 };
        return 0;
    }
    return 1;
}

void
sign_notice(const struct sign_key *key, const struct view parts[3], char text[SIGN_TEXT_SIZE])
{
    uint8_t inner[BLOCK_SIZE];
    uint8_t outer[BLOCK_SIZE];
    uint8_t digest[DIGEST_SIZE];

    assert(key->size > 0);
    for (size_t i = 0; i < BLOCK_SIZE; i++) {
        uint8_t byte = i < key->size ? key->at[i] : 0;
        inner[i] = byte ^ 0x36;
        outer[i] = byte ^ 0x5c;
    }
    const struct view message[] = { { (const char *)inner, sizeof inner }, parts[0], VIEW("."),
        parts[1], VIEW("."), parts[2] };
    sign_digest(message, sizeof message / sizeof message[0], digest);
    const struct view envelope[] = { { (const char *)outer, sizeof outer },
        { (const char *)digest, sizeof digest } };
    sign_digest(envelope, 2, digest);
    char encoded[DIGEST_TEXT_SIZE];
    encode_digest(digest, encoded);
    snprintf(text, SIGN_TEXT_SIZE, "v1,%s", encoded);
}
