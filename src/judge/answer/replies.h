/*
 * replies: what a brand answers to single customers, as far as it names a matter.
 *
 * One reply answers one customer. Many at once about one matter, each in its own words and far above
 * what the brand answers about it on other days, are an answer in public; a canned sentence sent a
 * hundred times is one sentence. Private to this folder.
 */
#ifndef REBATO_JUDGE_ANSWER_REPLIES_H
#define REBATO_JUDGE_ANSWER_REPLIES_H

#include "judge/judge.h"

#define REPLIES_KEPT 32

struct named_reply {
    int64_t time_ms;
    signal_set names;
    uint64_t sketch;
};

struct reply_log {
    uint32_t day;                            /* the one that is counted; 0: none yet */
    struct named_reply recent[REPLIES_KEPT]; /* the oldest goes first */
    size_t count;
    uint32_t today[SIGNAL_COUNT]; /* replies that name the signal, outside of incidents */
    double usual[SIGNAL_COUNT];   /* the same on the days before, the last ones weighing more */
    double days;                  /* how many they weigh */
};

enum reply_day { REPLY_CALM, REPLY_IN_INCIDENT };

/* True for a reply that acknowledges, apologises, explains or instructs and names something; others change
 * nothing. Those given during an incident tell nothing about usual days. */
int replies_hear(struct reply_log *log, const struct official_post *post, enum reply_day day);
/* The first day of a brand's watch begins; days without replies count as well. */
void replies_day(struct reply_log *log, int64_t now_ms);

/* When those since the onset had become an answer to the incident; TIME_NONE: they have not. */
int64_t replies_answer(const struct reply_log *log, const struct incident *incident);

/* How many name the matter: those since the onset that are kept, when an incident opens; then, one by one, the last
 * one heard. */
void replies_count_kept(const struct reply_log *log, struct incident *incident);
void replies_count_last(const struct reply_log *log, struct incident *incident);

#endif
