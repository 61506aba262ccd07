/*
 * sign: HMAC-SHA256 as the Standard Webhooks specification uses it, so that a receiver can tell our
 * notices from anybody else's.
 *
 *   webhook-signature: v1,base64(HMAC-SHA256(key, id "." timestamp "." body))
 *
 * Written out here because it is sixty lines and a cryptography library is a large guest. It signs; it
 * compares nothing, so there is no secret-dependent branch to time.
 */
#ifndef REBATO_ALERT_SINK_SIGN_H
#define REBATO_ALERT_SINK_SIGN_H

#include "core/view.h"

#include <stdint.h>

#define SIGN_KEY_SIZE_MAX 64 /* one block of SHA-256 */
#define SIGN_KEY_SIZE_MIN 24
#define SIGN_TEXT_SIZE    48 /* "v1,", 44 characters, NUL */

struct sign_key {
    uint8_t at[SIGN_KEY_SIZE_MAX];
    size_t size;
};

/* "whsec_" and base64, or the base64 alone. False when it is not that, too short or too long. */
int sign_key_read(struct view secret, struct sign_key *key);

/* `parts` are id, timestamp and body; a point goes between them. */
void sign_notice(const struct sign_key *key, const struct view parts[3], char text[SIGN_TEXT_SIZE]);

/* One SHA-256 over all `parts` in order. */
void sign_digest(const struct view *parts, size_t count, uint8_t digest[32]);

#endif
