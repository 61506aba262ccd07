/*
 * voices: are those who complain a crowd, or a campaign that looks like one?
 *
 *   every person's first complaint in an hour ── age of the account, words ──▶ how many remain as themselves
 *
 * Two things give a campaign away. Accounts are made for it: far more of them are younger than a month than of
 * those who usually complain of this brand. And it is told in the same words: where a group of people repeat each
 * other's own texts, and most of their accounts are less than half a year old, which is unusual here, then
 * all of the group belong to it, old accounts that were bought included.
 *
 * Equal words alone prove nothing: everybody writes "it is down". Passing a post on proves nothing: that is how a
 * viral spreads. An account whose age nobody knows counts as a person. What is discounted is the excess over
 * what is usual, so that a crisis that brings some new accounts along stays a crisis.
 *
 * Private to this folder. Owned by one thread at a time.
 */
#ifndef REBATO_JUDGE_STATISTIC_VOICES_H
#define REBATO_JUDGE_STATISTIC_VOICES_H

#include "judge/judge.h"

#include <stdint.h>

#define VOICES_MAX  2048 /* people; of a greater crowd the last ones speak for all */
#define VOICES_HOUR 360  /* buckets */

struct voice_heard {
    uint32_t bucket;
    signal_set signals; /* what the person complains of */
    uint64_t voice;     /* window/voice.h */
};

enum voice_lesson { VOICE_USUAL, VOICE_IN_INCIDENT };

struct voices {
    struct voice_heard *ring; /* the oldest at `first` */
    uint32_t capacity;        /* a power of two, or 0 */
    uint32_t first;
    uint32_t count;
    /* People whose account's age is known, and those under 30 and under 180 days among them; fading. */
    double known, month, half_year;
};

void voices_fini(struct voices *voices);

/* Somebody's first complaint in an hour; buckets do not go back. What is an hour older leaves: from those who leave
 * while nothing is the matter it is learnt what is usual, so that nobody is measured by themselves. */
void voices_hear(struct voices *voices, const struct voice_heard *heard, enum voice_lesson lesson);
/* What hearing one more will touch is asked of memory; see core/line.h. */
void voices_fetch(const struct voices *voices);
/* It is forgotten step by step. */
void voices_fade(struct voices *voices);
/* An incident is over: those who are still here teach nothing. */
void voices_forget(struct voices *voices);

/* Of those who complained of one of `signals` from bucket `from` on. */
struct authenticity voices_weigh(const struct voices *voices, signal_set signals, uint32_t from);

#endif
