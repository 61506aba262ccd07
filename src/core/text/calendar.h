/*
 * calendar: UTC dates as text, and back. No time zones beyond a numeric offset, no locale, no libc
 * conversion: the same bytes give the same number everywhere.
 */
#ifndef REBATO_CORE_TEXT_CALENDAR_H
#define REBATO_CORE_TEXT_CALENDAR_H

#include "core/view.h"

#include <stdint.h>

/* Enough for "2014-02-22T18:31:10.000Z" and its NUL. */
#define CALENDAR_TEXT_SIZE 32

struct calendar_date {
    int32_t year;
    int32_t month;   /* 1-12 */
    int32_t day;     /* 1-31 */
    int32_t hour;    /* 0-23 */
    int32_t minute;  /* 0-59 */
    int32_t second;  /* 0-60; a leap second counts as the next minute's first */
    int32_t weekday; /* 0 = Sunday; ignored on the way to ms */
};

/* Milliseconds since 1970 to UTC. Any value of the years 0 to 9999. */
struct calendar_date calendar_date_of(int64_t time_ms);

/* False when a part is out of range (31 February). `offset_minutes` east of UTC is subtracted. */
int calendar_ms_of(struct calendar_date date, int32_t offset_minutes, int64_t *time_ms);

/* RFC 3339: "2014-02-22T18:31:10Z", fractions up to nine digits, "+01:00", a blank for the T.
 * Also a bare date. False when it is anything else. */
int calendar_parse(struct view text, int64_t *time_ms);

/* "2014-02-22T18:31:10Z"; with milliseconds only when they are not zero. Returns `text`. */
const char *calendar_print(int64_t time_ms, char text[CALENDAR_TEXT_SIZE]);

/* A user's span: "90s", "10m", "2h", "30d", "4w" or bare seconds. False when malformed or over
 * 20 years. */
int calendar_parse_span(struct view text, int64_t *span_ms);

/* A user's point in time: RFC 3339, a date, epoch seconds or milliseconds. */
int calendar_parse_point(struct view text, int64_t *time_ms);

#endif
