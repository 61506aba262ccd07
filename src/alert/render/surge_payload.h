/*
 * surge_payload: what is sent of several brands that are up at once.
 *
 *   payloads of openings ──▶ one payload: their alerts, and under "surge" all brands that are up
 *
 * The envelope stays Alertmanager's. One alone keeps its labels, and gains the surge and its groupKey.
 *
 * This folder only.
 */
#ifndef REBATO_ALERT_RENDER_SURGE_PAYLOAD_H
#define REBATO_ALERT_RENDER_SURGE_PAYLOAD_H

#include "core/view.h"
#include "judge/surge.h"

#include <jansson.h>

/* Brands of a surge that are named; more are counted. */
#define SURGE_NAMED_MAX 100

struct surge_told {
    const struct surge_watch *watch;
    const struct surge *surge;
};

/* The payload, and whose opening it is of. NULL: not one of ours, or one that pages nobody. */
json_t *surge_payload_read(struct view json, struct surge_opening *opening);

/* malloc'd, NUL-terminated. The payloads are looked at and stay the caller's; they were read as above. */
char *surge_payload_join(
        const struct surge_told *told, json_t *const *payloads, size_t payload_count);

#endif
