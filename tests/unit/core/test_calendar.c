#include "core/text/calendar.h"

#include <criterion/criterion.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(calendar, reads_what_rfc_3339_allows)
{
    static const struct {
        const char *text;
        int64_t time_ms;
    } rows[] = { { "1970-01-01T00:00:00Z", 0 }, { "2014-02-22T18:31:10Z", 1393093870000 },
        { "2014-02-22T18:31:10.120Z", 1393093870120 }, { "2014-02-22 18:31:10z", 1393093870000 },
        { "2014-02-22T18:31:10.123456789Z", 1393093870123 },
        { "2014-02-22T19:31:10+01:00", 1393093870000 },
        { "2014-02-22T10:31:10-08:00", 1393093870000 }, { "2014-02-22", 1393027200000 },
        { "2016-02-29T00:00:00Z", 1456704000000 }, { "2016-12-31T23:59:60Z", 1483228800000 },
        { "1969-12-31T23:59:59.500Z", -500 }, { "0000-01-01T00:00:00Z", -62167219200000 },
        { "9999-12-31T23:59:59Z", 253402300799000 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t time_ms = -1;
        cr_assert(calendar_parse(view_of(rows[i].text), &time_ms), "%s", rows[i].text);
        cr_assert_eq(time_ms, rows[i].time_ms, "%s: %lld", rows[i].text, (long long)time_ms);
    }
}

Test(calendar, refuses_everything_else)
{
    static const char *const rows[] = { "", "2014", "2014-02-30", "2015-02-29T00:00:00Z",
        "1900-02-29", "2014-13-01", "2014-00-10", "2014-02-22T24:00:00Z", "2014-02-22T18:60:00Z",
        "2014-02-22T18:31:61Z", "2014-02-22T18:31:10", "2014-02-22T18:31:10.Z",
        "2014-02-22T18:31:10.1234567890Z", "2014-02-22T18:31:10+24:00", "2014-02-22T18:31:10+0100",
        "2014-02-22T18:31:10Zx", "2014-02-22T", "2014-2-22", "-014-02-22", "2014/02/22",
        "10000-01-01T00:00:00Z", "2014-02-22T18:31Z" };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t time_ms;
        cr_assert_not(calendar_parse(view_of(rows[i]), &time_ms), "%s", rows[i]);
    }
}

Test(calendar, prints_what_it_reads)
{
    static const char *const rows[] = { "1970-01-01T00:00:00Z", "2014-02-22T18:31:10Z",
        "2014-02-22T18:31:10.120Z", "2000-02-29T23:59:59.999Z", "1969-12-31T23:59:59.500Z",
        "0000-03-01T00:00:00Z", "9999-12-31T23:59:59Z" };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[CALENDAR_TEXT_SIZE];
        int64_t time_ms;
        cr_assert(calendar_parse(view_of(rows[i]), &time_ms));
        cr_assert_str_eq(calendar_print(time_ms, text), rows[i]);
    }
}

Test(calendar, every_day_of_400_years_follows_the_one_before)
{
    struct calendar_date last = calendar_date_of(-86400000);

    for (int64_t day = 0; day < 146097; day++) {
        struct calendar_date date = calendar_date_of(day * 86400000);
        int64_t back;
        cr_assert_eq(date.weekday, (last.weekday + 1) % 7);
        cr_assert(date.day == last.day + 1 || date.day == 1);
        cr_assert(calendar_ms_of(date, 0, &back));
        cr_assert_eq(back, day * 86400000);
        last = date;
    }
    cr_assert_eq(last.year, 2369);
}

Test(calendar, spans_are_a_number_and_perhaps_a_unit)
{
    static const struct {
        const char *text;
        int64_t span_ms; /* -1: refused */
    } rows[] = { { "90s", 90000 }, { "10m", 600000 }, { "2h", 7200000 }, { "30d", 2592000000 },
        { "4w", 2419200000 }, { "15", 15000 }, { "0", 0 }, { "400d", 34560000000 }, { "8000d", -1 },
        { "99999999999999999999d", -1 }, { "", -1 }, { "s", -1 }, { "-1s", -1 }, { "1.5h", -1 },
        { "10 m", -1 }, { "1y", -1 }, { "5ms", -1 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t span_ms = -1;
        cr_assert_eq(calendar_parse_span(view_of(rows[i].text), &span_ms), rows[i].span_ms >= 0,
                "%s", rows[i].text);
        cr_assert_eq(span_ms, rows[i].span_ms, "%s", rows[i].text);
    }
}

Test(calendar, points_are_dates_or_epoch_numbers)
{
    static const struct {
        const char *text;
        int64_t time_ms; /* -1: refused */
    } rows[] = { { "2014-02-22", 1393027200000 }, { "1393093870", 1393093870000 },
        { "1393093870120", 1393093870120 }, { "0", 0 }, { "yesterday", -1 }, { "", -1 },
        { "99999999999999999", -1 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t time_ms = -1;
        cr_assert_eq(calendar_parse_point(view_of(rows[i].text), &time_ms), rows[i].time_ms >= 0,
                "%s", rows[i].text);
        cr_assert_eq(time_ms, rows[i].time_ms, "%s", rows[i].text);
    }
}
