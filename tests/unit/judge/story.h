/*
 * story: a brand's days, told to a judge bucket by bucket, and the events that come out.
 *
 * Seeded, so that a story is the same in every run. Rates are per 10-second bucket.
 */
#ifndef REBATO_TESTS_JUDGE_STORY_H
#define REBATO_TESTS_JUDGE_STORY_H

#include "core/rng.h"
#include "judge/judge.h"

#define STORY_EVENTS_MAX 400
#define MINUTES(count)   ((count)*6u)
#define HOURS(count)     ((count)*360u)
#define DAYS(count)      ((count)*8640u)

/* Of those who complain. */
enum story_accounts {
    ACCOUNTS_UNKNOWN,
    ACCOUNTS_OF_ALL_AGES,    /* one in fifty is new */
    ACCOUNTS_NEW,            /* made for it: of a few days */
    ACCOUNTS_NEW_AND_BOUGHT, /* a third of them is old */
};

/* How people talk for a while. */
struct pace {
    double others;     /* mentions that complain of nothing */
    double complaints; /* posts with the signal */
    enum signal signal;
    uint32_t author_pool; /* 0: a new author every time; else one of so many */
    double reposts;       /* share of all mentions */
    enum story_accounts accounts;
    uint32_t wordings; /* of those whose accounts are known: so many; 0: everybody has their own */
};

enum story_folding { FOLD_WHEN_DUE, FOLD_ONLY_MENTIONS, FOLD_EVERY_BUCKET };

struct story {
    struct judge_settings settings;
    struct judge_threshold thresholds[4];
    struct brand_settings brand;
    struct brand_judge *judge;
    struct rng rng;
    uint32_t bucket; /* the next one */
    enum story_folding folding;
    uint64_t author_next;
    struct official_post official;
    size_t official_count;
    struct judge_event events[STORY_EVENTS_MAX];
    size_t event_count;
};

/* Begins on Monday 2024-01-01, 00:00 UTC. Change settings between init and begin. */
void story_init(struct story *story, uint64_t seed);
void story_begin(struct story *story);
void story_end(struct story *story);

void story_run(struct story *story, uint32_t buckets, const struct pace *pace);
/* `authors` people, `posts_each` posts each, all in the next bucket; `others` beside them. */
void story_burst(struct story *story, enum signal signal, uint32_t authors, uint32_t posts_each);
/* Late posts arrive in the next bucket. */
void story_late(struct story *story, uint64_t late);
/* A post of the brand in the next bucket. */
void story_official(struct story *story, signal_set signals, int broadcast);
/* Nobody says anything. */
void story_quiet(struct story *story, uint32_t buckets);

size_t story_count(const struct story *story, enum judge_event_kind kind);
/* The last one of this kind, or NULL. */
const struct judge_event *story_last(const struct story *story, enum judge_event_kind kind);
int64_t story_now_ms(const struct story *story); /* end of the last bucket */

#endif
