#include "mention/timestamp.h"

#include "core/text/calendar.h"

#include <string.h>

/* Epoch numbers below each of these are seconds, ms, us; ns beyond. The unit decides by magnitude: the
 * same instant lies a factor of 1,000 apart, and all years from 1973 to 5138 fall inside. */
#define MS_FROM UINT64_C(100000000000)
#define US_FROM UINT64_C(100000000000000)
#define NS_FROM UINT64_C(100000000000000000)

/* Digits of any time in ms from 2001 to 2286. */
#define MS_SIZE      13
#define TWITTER_SIZE (sizeof "Sat Oct 01 23:35:10 +0000 2016" - 1)

static int
parse_month(struct view name, int32_t *month)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (size_t i = 0; i < 12; i++) {
        if (view_equal_caseless(name, (struct view){ months + 3 * i, 3 })) {
            *month = (int32_t)i + 1;
            return 1;
        }
    }
    return 0;
}

static int
parse_digits(struct view text, size_t at, size_t count, int32_t *number)
{
    uint64_t value;

    if (!view_to_u64(view_slice(text, at, at + count), &value)) {
        return 0;
    }
    *number = (int32_t)value;
    return 1;
}

/* Fixed columns: that form has never varied. */
static enum timestamp
parse_twitter(struct view text, int64_t *time_ms)
{
    struct calendar_date date = { 0 };
    int32_t hours;
    int32_t minutes;
    char sign = text.at[20];

    if (text.at[13] != ':' || text.at[16] != ':' || (sign != '+' && sign != '-') ||
            !parse_month(view_slice(text, 4, 7), &date.month) ||
            !parse_digits(text, 8, 2, &date.day) || !parse_digits(text, 11, 2, &date.hour) ||
            !parse_digits(text, 14, 2, &date.minute) || !parse_digits(text, 17, 2, &date.second) ||
            !parse_digits(text, 21, 2, &hours) || !parse_digits(text, 23, 2, &minutes) ||
            !parse_digits(text, 26, 4, &date.year)) {
        return TIMESTAMP_UNREADABLE;
    }
    int32_t offset = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return calendar_ms_of(date, offset, time_ms) ? TIMESTAMP_GOOD : TIMESTAMP_IMPOSSIBLE;
}

/* Digits of a fraction, to milliseconds; 0 when they are no digits. */
static int
parse_fraction(struct view digits, int64_t *ms)
{
    int64_t scale = 100;

    *ms = 0;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9') {
            return 0;
        }
        *ms += (digits.at[i] - '0') * scale;
        scale /= 10;
    }
    return digits.size > 0;
}

static enum timestamp
parse_epoch(struct view text, int64_t *time_ms)
{
    const char *point = memchr(text.at, '.', text.size);
    size_t whole = point == NULL ? text.size : (size_t)(point - text.at);
    uint64_t number;
    int64_t fraction_ms = 0;

    if (!view_to_u64(view_slice(text, 0, whole), &number)) {
        return TIMESTAMP_UNREADABLE;
    }
    if (point != NULL && !parse_fraction(view_slice(text, whole + 1, text.size), &fraction_ms)) {
        return TIMESTAMP_UNREADABLE;
    }
    if (number < MS_FROM) {
        *time_ms = (int64_t)number * 1000 + fraction_ms;
    } else if (number < US_FROM) {
        *time_ms = (int64_t)number;
    } else if (number < NS_FROM) {
        *time_ms = (int64_t)(number / 1000);
    } else {
        *time_ms = (int64_t)(number / 1000000);
    }
    return TIMESTAMP_GOOD;
}

static enum timestamp
parse_rfc3339(struct view text, int64_t *time_ms)
{
    if (calendar_parse(text, time_ms)) {
        return TIMESTAMP_GOOD;
    }
    /* A date's skeleton, whole down to its zone, with impossible numbers in it. Without a zone it is
     * unreadable instead: nobody knows whose ten o'clock is meant. */
    int dated = text.size >= 10 && text.at[4] == '-' && text.at[7] == '-' &&
                (text.size == 10 || (text.at[text.size - 1] | 0x20) == 'z' ||
                        strchr("+-", text.at[text.size - 6]) != NULL);
    for (size_t i = 0; i < text.size && dated; i++) {
        dated = text.at[i] != '\0' && strchr("0123456789-:+.TtZz ", text.at[i]) != NULL;
    }
    return dated ? TIMESTAMP_IMPOSSIBLE : TIMESTAMP_UNREADABLE;
}

enum timestamp
timestamp_parse(struct view text, int64_t *time_ms)
{
    uint64_t ms;

    if (text.size == MS_SIZE && view_to_u64(text, &ms) &&
            ms >= MS_FROM) { /* as most programs write it */
        *time_ms = (int64_t)ms;
        return TIMESTAMP_GOOD;
    }
    text = view_trim(text);
    if (text.size == 0) {
        return TIMESTAMP_UNREADABLE;
    }
    if (text.size == TWITTER_SIZE && text.at[3] == ' ' && text.at[7] == ' ') {
        return parse_twitter(text, time_ms);
    }
    if (text.size >= 5 && text.at[4] == '-') {
        return parse_rfc3339(text, time_ms);
    }
    return parse_epoch(text, time_ms);
}
