#include "replay/minutes.h"

#include "judge/look.h"
#include "window/cell.h"

#include <assert.h>
#include <stdlib.h>

#define MINUTE_BUCKETS (60 / BUCKET_SECONDS)

struct minute_counts {
    uint32_t minute; /* whose counts they are; 0: nobody's */
    uint32_t mentions;
    uint32_t complaints;
    uint32_t broadcasts;
    uint32_t replies;
};

/* Half the size of a pulse: there are many. */
struct minute_pulse {
    uint32_t people;
    float expected;
    float spread;
};

struct minutes {
    struct minute_counts open; /* the minute in hand */
    struct minute_counts counts[MINUTES_KEPT];
    /* Of each signal that was ever heard, by minute as above. */
    struct minute_pulse *pulses[SIGNAL_COUNT];
};

struct minutes *
minutes_create(void)
{
    return calloc(1, sizeof(struct minutes));
}

void
minutes_destroy(struct minutes **minutes)
{
    if (*minutes == NULL) {
        return;
    }
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        free((*minutes)->pulses[i]);
    }
    free(*minutes);
    *minutes = NULL;
}

static void
take_pulse(struct minutes *minutes, const struct brand_judge *judge, enum signal signal)
{
    uint32_t minute = minutes->open.minute;
    struct signal_pulse pulse;

    if (signal_kind_of(signal) != SIGNAL_KIND_COMPLAINT ||
            !brand_judge_pulse(judge, (minute + 1) * MINUTE_BUCKETS - 1, signal, &pulse)) {
        return;
    }
    if (minutes->pulses[signal] == NULL) {
        minutes->pulses[signal] = calloc(MINUTES_KEPT, sizeof *minutes->pulses[signal]);
        assert(minutes->pulses[signal] != NULL);
    }
    minutes->pulses[signal][minute % MINUTES_KEPT] =
            (struct minute_pulse){ .people = (uint32_t)pulse.people,
                .expected = (float)pulse.expected,
                .spread = (float)pulse.spread };
}

static void
end_minute(struct minutes *minutes, const struct brand_judge *judge)
{
    uint32_t minute = minutes->open.minute;

    minutes->counts[minute % MINUTES_KEPT] = minutes->open;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        take_pulse(minutes, judge, (enum signal)i);
    }
    minutes->open = (struct minute_counts){ .minute = minute + 1 };
}

void
minutes_pass(struct minutes *minutes,
        const struct brand_judge *judge,
        uint32_t bucket,
        void (*take)(void *context, uint32_t minute),
        void *context)
{
    uint32_t minute = bucket / MINUTE_BUCKETS;

    if (minutes->open.minute == 0) {
        minutes->open.minute = minute;
    }
    /* Of a long silence the end is all that anybody will look at. */
    if (minute > minutes->open.minute + MINUTES_KEPT) {
        end_minute(minutes, judge);
        minutes->open.minute = minute - MINUTES_KEPT;
    }
    while (minutes->open.minute < minute) {
        uint32_t ended = minutes->open.minute;
        end_minute(minutes, judge);
        take(context, ended);
    }
}

void
minutes_add(struct minutes *minutes, const struct brand_bucket *in)
{
    struct minute_counts *open = &minutes->open;
    uint64_t complaints = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if (signal_kind_of((enum signal)i) == SIGNAL_KIND_COMPLAINT && in->posts[i] > complaints) {
            complaints = in->posts[i];
        }
    }
    open->mentions += (uint32_t)in->total;
    open->complaints += (uint32_t)complaints;
    for (size_t i = 0; i < in->official_count; i++) {
        open->broadcasts += in->official[i].broadcast != 0;
        open->replies += in->official[i].broadcast == 0;
    }
}

int
minutes_read(const struct minutes *minutes,
        uint32_t minute,
        enum signal signal,
        struct chart_point *point)
{
    const struct minute_counts *counts = &minutes->counts[minute % MINUTES_KEPT];
    const struct minute_pulse *pulses = minutes->pulses[signal];

    if (counts->minute != minute) {
        return 0;
    }
    *point = (struct chart_point){ .start_ms = bucket_start_ms(minute * MINUTE_BUCKETS),
        .minutes = 1,
        .mentions = counts->mentions,
        .complaints = counts->complaints,
        .broadcasts = counts->broadcasts,
        .replies = counts->replies };
    if (pulses != NULL) {
        const struct minute_pulse *pulse = &pulses[minute % MINUTES_KEPT];
        point->people = pulse->people;
        point->expected = (double)pulse->expected;
        point->spread = (double)pulse->spread;
    }
    return 1;
}

/* ---- the chart ---- */

void
chart_init(struct chart *chart)
{
    chart->count = 0;
    chart->span = 1;
}

void
chart_lay_together(struct chart_point *into, const struct chart_point *next)
{
    into->minutes += next->minutes;
    into->mentions += next->mentions;
    into->complaints += next->complaints;
    into->broadcasts += next->broadcasts;
    into->replies += next->replies;
    if (next->people >= into->people) {
        into->people = next->people;
    }
    into->expected = next->expected;
    into->spread = next->spread;
}

static void
halve(struct chart *chart)
{
    static_assert(CHART_POINTS_MAX % 2 == 0, "points are laid together in pairs");

    for (size_t i = 0; i < CHART_POINTS_MAX / 2; i++) {
        struct chart_point point = chart->points[2 * i];
        chart_lay_together(&point, &chart->points[2 * i + 1]);
        chart->points[i] = point;
    }
    chart->count = CHART_POINTS_MAX / 2;
    chart->span *= 2;
}

void
chart_add(struct chart *chart, const struct chart_point *minute)
{
    struct chart_point *last = chart->count == 0 ? NULL : &chart->points[chart->count - 1];

    if (last != NULL && last->minutes < chart->span) {
        chart_lay_together(last, minute);
        return;
    }
    if (chart->count == CHART_POINTS_MAX) {
        halve(chart);
    }
    chart->points[chart->count++] = *minute;
}
