#include "alert/render/parts.h"

#include "core/text/calendar.h"
#include "core/text/utf8.h"
#include "judge/judge.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Enough digits for what part_rounded() leaves, too few for the noise behind them. */
#define DIGITS 15

static json_t *
some(json_t *value)
{
    assert(value != NULL);
    return value;
}

void
part_put(json_t *object, const char *key, json_t *value)
{
    int failed = json_object_set_new(object, key, some(value));
    assert(failed == 0);
}

void
part_put_named(json_t *object, struct view key, json_t *value)
{
    json_t *name = part_text(key);

    part_put(object, json_string_value(name), value);
    json_decref(name);
}

void
part_push(json_t *array, json_t *value)
{
    int failed = json_array_append_new(array, some(value));
    assert(failed == 0);
}

json_t *
part_text(struct view text)
{
    size_t repaired;
    size_t room = text.size * 3 + 1; /* one byte becomes U+FFFD at worst */
    char *valid = malloc(room);
    assert(valid != NULL);
    size_t size = utf8_repair(text, valid, room, &repaired);
    json_t *string = json_stringn(valid, size);

    free(valid);
    return some(string);
}

json_t *
part_count(uint64_t count)
{
    assert(count <= INT64_MAX);
    return some(json_integer((json_int_t)count));
}

json_t *
part_rounded(double number, int decimals)
{
    static const double scales[] = { 1, 10, 100, 1000, 10000 };
    assert((size_t)decimals < sizeof scales / sizeof scales[0]);

    if (!isfinite(number)) {
        return some(json_null());
    }
    return some(json_real(round(number * scales[decimals]) / scales[decimals] + 0.0));
}

json_t *
part_probability(double p_log10)
{
    char text[16];

    if (!(p_log10 < 0)) {
        return some(json_real(1.0));
    }
    double exponent = floor(p_log10 < -300 ? -300 : p_log10);
    /* 1 to 9, cut so that it never says less than half as likely as it is. */
    static const double steps[] = { 0.30103, 0.47712, 0.60206, 0.69897, 0.77815, 0.8451, 0.90309,
        0.95424 };
    int digit = 1;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        digit += p_log10 - exponent >= steps[i];
    }
    snprintf(text, sizeof text, "%de%d", digit, (int)exponent);
    return some(json_real(strtod(text, NULL)));
}

json_t *
part_time(int64_t time_ms)
{
    char text[CALENDAR_TEXT_SIZE];

    return some(time_ms == TIME_NONE ? json_null() : json_string(calendar_print(time_ms, text)));
}

json_t *
part_seconds(int64_t span_ms)
{
    return some(span_ms < 0 ? json_null() : json_integer(span_ms / 1000));
}

json_t *
part_signals(signal_set signals)
{
    json_t *names = some(json_array());

    for (int i = 0; i < SIGNAL_COUNT; i++) {
        if ((signals & SIGNAL_BIT(i)) != 0) {
            part_push(names, json_string(signal_name((enum signal)i)));
        }
    }
    return names;
}

char *
part_bytes(json_t *value)
{
    char *bytes = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION(DIGITS));

    assert(bytes != NULL);
    json_decref(value);
    return bytes;
}
