/*
 * mention: one post, as the engine sees it: views into the reader's scratch, valid until the reader
 * reads the next record.
 *
 *   record (JSON of some platform) ── reader ──▶ mention ── fold ──▶ text that rules match
 *
 * Text is UTF-8, repaired, HTML already removed. What a platform does not say is an empty view or 0.
 */
#ifndef REBATO_MENTION_MENTION_H
#define REBATO_MENTION_MENTION_H

#include "core/view.h"
#include "rebato/mention.h"

#include <stdint.h>

enum platform {
    PLATFORM_OTHER,
    PLATFORM_X,
    PLATFORM_BLUESKY,
    PLATFORM_MASTODON,
    PLATFORM_REDDIT,
    PLATFORM_COUNT
};

struct mention {
    int64_t time_ms; /* event time, ms since 1970 */
    enum platform platform;
    struct view id;              /* the platform's own; exact, never through a double */
    struct view text;            /* what the author wrote; at most TEXT_SIZE_MAX bytes */
    struct view quoted;          /* text of the post that is quoted, when the record carries it */
    struct view lang;            /* lower-case primary subtag: "es" */
    struct view author_id;       /* immutable id; empty when there is only a handle */
    struct view author_handle;   /* without the @ */
    struct view reply_to_id;     /* not empty: this is a reply */
    struct view reply_to_handle; /* whom it answers */
    struct view root_id;         /* the post this one reposts; empty for an original */
    struct view link;
    int64_t author_since_ms; /* account creation; 0 when unknown */
    int64_t reach;           /* followers; 0 when unknown */
    int text_truncated;
    int utf8_repaired;
};

/* "x", "bluesky", "mastodon", "reddit", "other"; "twitter" is read as x. */
const char *platform_name(enum platform platform);
enum platform platform_of(struct view name);

/* "matched", "unmatched", ...; and what it means, for a person. */
const char *fate_name(enum rebato_fate fate);
const char *fate_meaning(enum rebato_fate fate);

/* An original post is no repost. A broadcast is addressed to everyone: neither reply nor repost, and
 * its text does not begin with an @. */
int mention_is_original(const struct mention *mention);
int mention_is_broadcast(const struct mention *mention);

/* Keyed by platform and id (handle where there is no id): the same person on two platforms is two
 * authors. 0 is never returned. */
uint64_t mention_author_hash(const struct mention *mention);
/* Keyed by platform and id, for the duplicate filter; 0 when the record has no id. */
uint64_t mention_id_hash(const struct mention *mention);

/* ---- who speaks with whom ---- */

/* The author's handle, in whatever letters it is written; 0: there is none. */
uint64_t mention_handle_hash(const struct mention *mention);
/* Of the person that a post answers, or begins by naming ("@ana ..."): the same number as that of their own posts. 0:
 * nobody. */
uint64_t mention_addressee_hash(const struct mention *mention);
/* Of the post that this one answers, and of the one that it reposts: the mention_id_hash() of those. 0: none. */
uint64_t mention_answered_hash(const struct mention *mention);
uint64_t mention_root_hash(const struct mention *mention);

#endif
