/*
 * parts: the few shapes of JSON value that payload and log line are made of. Every one of them is
 * a function of its argument alone, down to the last digit.
 *
 * This folder and report. Memory that is out ends the process: an alert cannot be half written.
 */
#ifndef REBATO_ALERT_RENDER_PARTS_H
#define REBATO_ALERT_RENDER_PARTS_H

#include "core/view.h"
#include "match/signal.h"

#include <jansson.h>
#include <stdint.h>

/* Takes over `value`. */
void part_put(json_t *object, const char *key, json_t *value);
/* The same for a key that a mention had a part in: repaired when it is no UTF-8. */
void part_put_named(json_t *object, struct view key, json_t *value);
void part_push(json_t *array, json_t *value);

/* Invalid UTF-8 is repaired: ids and links come from mentions. */
json_t *part_text(struct view text);
json_t *part_count(uint64_t count);
/* Rounded half away from zero; null for what is no number. */
json_t *part_rounded(double number, int decimals);
/* 10^p_log10 with one significant digit, by its decimal text: no library's pow decides the bytes. */
json_t *part_probability(double p_log10);
/* RFC 3339; null for TIME_NONE. */
json_t *part_time(int64_t time_ms);
/* Whole seconds; null when negative. */
json_t *part_seconds(int64_t span_ms);
/* Names, in the order of the table. */
json_t *part_signals(signal_set signals);

/* Compact, keys sorted, malloc'd; consumes `value`. */
char *part_bytes(json_t *value);

#endif
