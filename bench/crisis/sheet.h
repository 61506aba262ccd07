/*
 * sheet: how one detector did: which crises it found, how soon, and what else it rang for.
 *
 * An alarm belongs to the crisis that it falls into (up to half an hour after its end); else to what looked
 * like one; else, for a day, to the crisis before it: too late to help anybody, so it is a false one; else to
 * nothing. What fewer than five people complain of is neither a crisis nor a false alarm. All numbers are counts, so that sheets of different threads add up to the same in any order.
 */
#ifndef REBATO_BENCH_CRISIS_SHEET_H
#define REBATO_BENCH_CRISIS_SHEET_H

#include "crisis/truth.h"

/* Causes of false alarms: the happenings (a crisis: rung after it), and nothing at all. */
#define CAUSE_NOTHING HAPPENING_COUNT
#define CAUSE_COUNT   (HAPPENING_COUNT + 1)

/* By the number of people who complained. */
enum crowd { CROWD_UNDER_10, CROWD_UNDER_20, CROWD_FROM_20, CROWD_COUNT };

struct found {
    uint64_t seen, hit;
};

struct delay {
    int64_t ms;
    uint64_t mentions;
};

struct delays {
    struct delay *at;
    size_t count, capacity;
};

struct sheet {
    struct found tiers[HAPPENING_COUNT][TIER_COUNT];
    struct found visible[HAPPENING_COUNT];
    struct found crowds[HAPPENING_COUNT][CROWD_COUNT];
    struct found labelled;       /* sybil bursts, and those told of as coordinated and not paged */
    uint64_t labelled_elsewhere; /* told of as coordinated where no campaign was */
    struct found planned_plain;  /* planned and football whose share rises less than 1.3 times */
    uint64_t false_alarms[CAUSE_COUNT][TIER_COUNT];
    uint64_t duplicates;
    int64_t watched_ms[TIER_COUNT];
    struct delays delays[HAPPENING_COUNT];
    struct delays least[HAPPENING_COUNT]; /* of one who knows the true mean and the beginning */
    int failed;                           /* out of memory */
};

/* Alarms of one brand, rising; those before the scored time are not looked at. */
void sheet_judge(
        struct sheet *sheet, const struct truth *truth, const int64_t *alarms, size_t count);
/* Times at which something was told of as coordinated; after the same brand's alarms. */
void sheet_label(
        struct sheet *sheet, const struct truth *truth, const int64_t *labels, size_t count);
void sheet_add(struct sheet *sheet, const struct sheet *other);
void sheet_fini(struct sheet *sheet);

/* What an alarm at this time is about: the number of the event, or event_count for nothing. */
size_t sheet_event_of(const struct truth *truth, int64_t alarm_ms);
/* Enough people for anybody to ask that it is found; always so for what is no crisis. */
int sheet_is_scored(const struct event *event);
/* It is within a crisis, in time to count. */
int sheet_is_hit(const struct event *event, int64_t alarm_ms);

struct found sheet_found(const struct sheet *sheet, enum happening kind);
struct found sheet_crisis(const struct sheet *sheet);
/* The part of such crises that can be seen at all, by truth.h. */
double sheet_ceiling(const struct sheet *sheet, enum happening kind);
double found_rate(struct found found); /* -1: nothing to find */
/* A month is 30 days. Sybil bursts aside: they are counted with their own cause only. */
double sheet_false_rate(const struct sheet *sheet);
double sheet_false_rate_of(const struct sheet *sheet, enum volume_tier tier);
double sheet_labelled_elsewhere(const struct sheet *sheet);
double sheet_false_rate_by(const struct sheet *sheet, int cause);
const char *cause_name(int cause, char name[48]);

/* The value at this part (0 to 1) of the sorted delays; -1: none. */
double sheet_delay_minutes(struct sheet *sheet, enum happening kind, double part);
double sheet_least_minutes(struct sheet *sheet, enum happening kind, double part);
double sheet_delay_mentions(struct sheet *sheet, enum happening kind, double part);

/* Of the alarms, so many were right, were crises that rare: found ones against false ones a brand-month. */
double sheet_precision(const struct sheet *sheet, double crises_a_month);
/* And as it was in this run. */
double sheet_precision_here(const struct sheet *sheet);

#endif
