/* What a sheet's counts amount to. */
#include "crisis/sheet.h"

#include <stdio.h>
#include <stdlib.h>

#define MONTH_MS (30.0 * (double)DAY_MS)

struct found
sheet_found(const struct sheet *sheet, enum happening kind)
{
    struct found sum = { 0, 0 };
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        sum.seen += sheet->tiers[kind][tier].seen;
        sum.hit += sheet->tiers[kind][tier].hit;
    }
    return sum;
}

struct found
sheet_crisis(const struct sheet *sheet)
{
    struct found sum = { 0, 0 };
    for (int kind = 0; kind < HAPPENING_COUNT; kind++) {
        struct found one = sheet_found(sheet, (enum happening)kind);
        if (happening_is_crisis((enum happening)kind)) {
            sum.seen += one.seen;
            sum.hit += one.hit;
        }
    }
    return sum;
}

double
sheet_ceiling(const struct sheet *sheet, enum happening kind)
{
    return found_rate((struct found){
            .seen = sheet_found(sheet, kind).seen, .hit = sheet->visible[kind].seen });
}

double
found_rate(struct found found)
{
    return found.seen == 0 ? -1 : (double)found.hit / (double)found.seen;
}

static double
a_month(uint64_t alarms, int64_t watched_ms)
{
    return watched_ms == 0 ? 0 : (double)alarms * MONTH_MS / (double)watched_ms;
}

static int64_t
watched(const struct sheet *sheet)
{
    int64_t sum = 0;
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        sum += sheet->watched_ms[tier];
    }
    return sum;
}

static uint64_t
false_in(const struct sheet *sheet, enum volume_tier tier)
{
    uint64_t sum = 0;
    for (int cause = 0; cause < CAUSE_COUNT; cause++) {
        sum += cause == HAPPENING_SYBIL ? 0 : sheet->false_alarms[cause][tier];
    }
    return sum;
}

static uint64_t
false_all(const struct sheet *sheet)
{
    uint64_t sum = 0;
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        sum += false_in(sheet, (enum volume_tier)tier);
    }
    return sum;
}

double
sheet_false_rate(const struct sheet *sheet)
{
    return a_month(false_all(sheet), watched(sheet));
}

double
sheet_false_rate_of(const struct sheet *sheet, enum volume_tier tier)
{
    return a_month(false_in(sheet, tier), sheet->watched_ms[tier]);
}

double
sheet_labelled_elsewhere(const struct sheet *sheet)
{
    return a_month(sheet->labelled_elsewhere, watched(sheet));
}

double
sheet_false_rate_by(const struct sheet *sheet, int cause)
{
    uint64_t sum = 0;
    for (int tier = 0; tier < TIER_COUNT; tier++) {
        sum += sheet->false_alarms[cause][tier];
    }
    return a_month(sum, watched(sheet));
}

const char *
cause_name(int cause, char name[48])
{
    int is_event = cause < HAPPENING_COUNT;
    (void)snprintf(name, 48, "%s%s",
            is_event && happening_is_crisis((enum happening)cause) ? "after_" : "",
            is_event ? happening_name((enum happening)cause) : "nothing");
    return name;
}

static int
by_ms(const void *a, const void *b)
{
    const struct delay *left = a;
    const struct delay *right = b;
    return (left->ms > right->ms) - (left->ms < right->ms);
}

static int
by_mentions(const void *a, const void *b)
{
    const struct delay *left = a;
    const struct delay *right = b;
    return (left->mentions > right->mentions) - (left->mentions < right->mentions);
}

static const struct delay *
delay_at(struct delays *list, double part, int (*order)(const void *, const void *))
{
    if (list->count == 0) {
        return NULL;
    }
    qsort(list->at, list->count, sizeof *list->at, order);
    size_t at = (size_t)(part * (double)list->count);
    return &list->at[at < list->count ? at : list->count - 1];
}

double
sheet_delay_minutes(struct sheet *sheet, enum happening kind, double part)
{
    const struct delay *delay = delay_at(&sheet->delays[kind], part, by_ms);
    return delay == NULL ? -1 : (double)delay->ms / (double)MINUTE_MS;
}

double
sheet_least_minutes(struct sheet *sheet, enum happening kind, double part)
{
    const struct delay *delay = delay_at(&sheet->least[kind], part, by_ms);
    return delay == NULL ? -1 : (double)delay->ms / (double)MINUTE_MS;
}

double
sheet_delay_mentions(struct sheet *sheet, enum happening kind, double part)
{
    const struct delay *delay = delay_at(&sheet->delays[kind], part, by_mentions);
    return delay == NULL ? -1 : (double)delay->mentions;
}

double
sheet_precision(const struct sheet *sheet, double crises_a_month)
{
    double recall = found_rate(sheet_crisis(sheet));
    double right = crises_a_month * (recall > 0 ? recall : 0);
    double wrong = sheet_false_rate(sheet);
    return right + wrong > 0 ? right / (right + wrong) : -1;
}

double
sheet_precision_here(const struct sheet *sheet)
{
    double right = (double)sheet_crisis(sheet).hit;
    double wrong = (double)false_all(sheet);
    return right + wrong > 0 ? right / (right + wrong) : -1;
}
