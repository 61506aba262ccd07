#include "core/text/calendar.h"

#include <stdio.h>

#define MS_PER_DAY  INT64_C(86400000)
#define SPAN_MAX_MS (INT64_C(7320) * MS_PER_DAY)
/* Epoch numbers below this are seconds (until the year 5138), others milliseconds (since 1973). */
#define SECONDS_BELOW UINT64_C(100000000000)

/* Days since 1970-01-01 of a date of the Gregorian calendar. The year is counted from March, so that
 * the leap day is its last; 400 such years are always 146,097 days. */
static int64_t
days_of(int32_t year, int32_t month, int32_t day)
{
    int64_t shifted = (int64_t)year - (month <= 2);
    int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int64_t year_of_era = shifted - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * 146097 + day_of_era - 719468;
}

/* The way back; fills year, month and day. */
static void
date_from_days(int64_t days, struct calendar_date *date)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;

    date->day = (int32_t)(day_of_year - (153 * month + 2) / 5 + 1);
    date->month = (int32_t)(month < 10 ? month + 3 : month - 9);
    date->year = (int32_t)(year_of_era + era * 400 + (date->month <= 2));
}

struct calendar_date
calendar_date_of(int64_t time_ms)
{
    int64_t days = time_ms / MS_PER_DAY;
    int64_t rest = time_ms % MS_PER_DAY;

    if (rest < 0) { /* before 1970: C rounds towards zero, the calendar does not */
        rest += MS_PER_DAY;
        days--;
    }
    int32_t second_of_day = (int32_t)(rest / 1000);
    struct calendar_date date = {
        .hour = second_of_day / 3600,
        .minute = second_of_day / 60 % 60,
        .second = second_of_day % 60,
        .weekday = (int32_t)(((days + 4) % 7 + 7) % 7), /* 1970-01-01 was a Thursday */
    };
    date_from_days(days, &date);
    return date;
}

static int32_t
days_in_month(int32_t year, int32_t month)
{
    static const int32_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

static int
between(int32_t value, int32_t low, int32_t high)
{
    return value >= low && value <= high;
}

int
calendar_ms_of(struct calendar_date date, int32_t offset_minutes, int64_t *time_ms)
{
    if (!between(date.year, 0, 9999) || !between(date.month, 1, 12) ||
            !between(date.day, 1, days_in_month(date.year, date.month)) ||
            !between(date.hour, 0, 23) || !between(date.minute, 0, 59) ||
            !between(date.second, 0, 60) || !between(offset_minutes, -1439, 1439)) {
        return 0;
    }
    int64_t minutes = (int64_t)date.hour * 60 + date.minute - offset_minutes;
    *time_ms = days_of(date.year, date.month, date.day) * MS_PER_DAY + minutes * 60000 +
               (int64_t)date.second * 1000;
    return 1;
}

/* Exactly `count` digits at `*at`, which moves behind them. */
static int
take_digits(struct view text, size_t *at, size_t count, int32_t *number)
{
    uint64_t value;

    if (text.size - *at < count || !view_to_u64(view_slice(text, *at, *at + count), &value)) {
        return 0;
    }
    *at += count;
    *number = (int32_t)value;
    return 1;
}

static int
take_byte(struct view text, size_t *at, char byte)
{
    if (*at >= text.size || text.at[*at] != byte) {
        return 0;
    }
    (*at)++;
    return 1;
}

/* ".123456789": milliseconds; finer digits are checked and dropped. */
static int
take_fraction(struct view text, size_t *at, int32_t *ms)
{
    int32_t scale = 100;
    size_t count = 0;

    *ms = 0;
    if (!take_byte(text, at, '.')) {
        return 1;
    }
    for (; *at < text.size && text.at[*at] >= '0' && text.at[*at] <= '9'; (*at)++, count++) {
        *ms += (text.at[*at] - '0') * scale;
        scale /= 10;
    }
    return count >= 1 && count <= 9;
}

/* "Z", "+01:00" or "-08:00": minutes east of UTC. */
static int
take_zone(struct view text, size_t *at, int32_t *offset_minutes)
{
    int32_t hours;
    int32_t minutes;

    *offset_minutes = 0;
    if (take_byte(text, at, 'Z') || take_byte(text, at, 'z')) {
        return 1;
    }
    int32_t sign = take_byte(text, at, '-') ? -1 : 1;
    if (sign > 0 && !take_byte(text, at, '+')) {
        return 0;
    }
    if (!take_digits(text, at, 2, &hours) || !take_byte(text, at, ':') ||
            !take_digits(text, at, 2, &minutes) || hours > 23 || minutes > 59) {
        return 0;
    }
    *offset_minutes = sign * (hours * 60 + minutes);
    return 1;
}

static int
take_day(struct view text, size_t *at, struct calendar_date *date)
{
    return take_digits(text, at, 4, &date->year) && take_byte(text, at, '-') &&
           take_digits(text, at, 2, &date->month) && take_byte(text, at, '-') &&
           take_digits(text, at, 2, &date->day);
}

static int
take_time(struct view text, size_t *at, struct calendar_date *date)
{
    return (take_byte(text, at, 'T') || take_byte(text, at, 't') || take_byte(text, at, ' ')) &&
           take_digits(text, at, 2, &date->hour) && take_byte(text, at, ':') &&
           take_digits(text, at, 2, &date->minute) && take_byte(text, at, ':') &&
           take_digits(text, at, 2, &date->second);
}

int
calendar_parse(struct view text, int64_t *time_ms)
{
    struct calendar_date date = { 0 };
    size_t at = 0;
    int32_t fraction_ms = 0;
    int32_t offset_minutes = 0;

    if (!take_day(text, &at, &date)) {
        return 0;
    }
    if (at < text.size &&
            (!take_time(text, &at, &date) || !take_fraction(text, &at, &fraction_ms) ||
                    !take_zone(text, &at, &offset_minutes))) {
        return 0;
    }
    if (at != text.size || !calendar_ms_of(date, offset_minutes, time_ms)) {
        return 0;
    }
    *time_ms += fraction_ms;
    return 1;
}

const char *
calendar_print(int64_t time_ms, char text[CALENDAR_TEXT_SIZE])
{
    struct calendar_date date = calendar_date_of(time_ms);
    int32_t ms = (int32_t)(((time_ms % 1000) + 1000) % 1000);
    char fraction[8] = "";

    if (ms != 0) {
        snprintf(fraction, sizeof fraction, ".%03d", ms);
    }
    int size = snprintf(text, CALENDAR_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", date.year,
            date.month, date.day, date.hour, date.minute, date.second, fraction);
    (void)size; /* a year past 9999 is cut, never written past the end */
    return text;
}

int
calendar_parse_span(struct view text, int64_t *span_ms)
{
    static const struct {
        char letter;
        uint64_t ms;
    } units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 },
        { 'w', 604800000 } };
    uint64_t unit_ms = 1000;
    uint64_t count;

    for (size_t i = 0; i < sizeof units / sizeof units[0] && text.size > 0; i++) {
        if (text.at[text.size - 1] == units[i].letter) {
            unit_ms = units[i].ms;
            text.size--;
            break;
        }
    }
    if (!view_to_u64(text, &count) || count > (uint64_t)SPAN_MAX_MS / unit_ms) {
        return 0;
    }
    *span_ms = (int64_t)(count * unit_ms);
    return 1;
}

int
calendar_parse_point(struct view text, int64_t *time_ms)
{
    uint64_t number;

    if (!view_to_u64(text, &number)) {
        return calendar_parse(text, time_ms);
    }
    if (number < SECONDS_BELOW) {
        number *= 1000;
    }
    if (number > UINT64_C(253402300799999)) { /* the end of the year 9999 */
        return 0;
    }
    *time_ms = (int64_t)number;
    return 1;
}
