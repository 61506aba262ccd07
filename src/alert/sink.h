/*
 * sink: one place alerts go to. The messenger thread owns all of them; each knows one foreign library.
 *
 *   terminal   lines on standard output or error
 *   webhook    POST of the payload; Idempotency-Key is the notice's key
 *   kafka      the payload as a record, key = incident id, CloudEvents headers
 *   file       NDJSON appended
 *
 * Delivery is at least once with a stable key: receivers that keep keys see each notice once.
 */
#ifndef REBATO_ALERT_SINK_H
#define REBATO_ALERT_SINK_H

#include "core/view.h"
#include "match/signal.h"

#include <stdint.h>

enum sink_outcome {
    SINK_DELIVERED,
    SINK_RETRY,   /* a bad day outside: try again after sink_retry_after_ms() */
    SINK_REFUSED, /* the receiver will never take it (4xx): say so, go on */
};

struct sink_option {
    const char *name;
    const char *value;
};

struct notice {
    struct view key;      /* "<incident>:<revision>" */
    struct view incident; /* of several brands at once: the surge */
    struct view
            also; /* then the incidents that it stands for, their ids side by side; else empty */
    struct view kind; /* "opened", ... */
    struct view json; /* render_payload */
};

struct sink;

/* `type` as above; options: webhook {url, timeout, allow_private, secret}, kafka {brokers, topic, and any
 * librdkafka property}, file {path}, terminal {lang, stream: stdout|stderr}. NULL and `trouble` when an
 * option is unknown, missing or malformed. */
struct sink *sink_create(const char *name,
        const char *type,
        const struct sink_option *options,
        size_t option_count,
        char trouble[256]);
void sink_destroy(struct sink **sink);

/* Waits at most the sink's timeout (default 5 s). */
enum sink_outcome sink_deliver(struct sink *sink, const struct notice *notice);
int64_t sink_retry_after_ms(const struct sink *sink);
const char *sink_name(const struct sink *sink);
/* Why the last delivery failed, one line. */
const char *sink_trouble(const struct sink *sink);

#endif
