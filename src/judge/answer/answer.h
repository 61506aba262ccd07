/*
 * answer: what the brand itself said in public, and how long that took.
 *
 *   onset ........ alert ........ first public answer
 *                    └─ graded ──────┘   A < 15 min, B < 30 min, C < 2 h, D < 4 h, F beyond or never
 *
 * Only what is about this incident counts (about.h): a broadcast that acknowledges, apologises, explains,
 * instructs or says that it is over, and names the matter; or replies that together are an answer
 * (replies.h): a reply to one customer answers one customer. A denial answers nobody, a canned regret
 * without content is no answer either, and what an impostor says is not the brand's word; all of these
 * are kept and shown. Every official signal of a broadcast about the incident ticks its step of the
 * playbook, with the post as evidence; once the brand has answered, its next broadcasts go on about it.
 */
#ifndef REBATO_JUDGE_ANSWER_ANSWER_H
#define REBATO_JUDGE_ANSWER_ANSWER_H

#include "judge/answer/replies.h"
#include "judge/judge.h"

/* Broadcasts of the last day: some come before the alert, and one may have announced it all. */
struct answer_log {
    struct incident_post posts[INCIDENT_POSTS_MAX];
    size_t count;
};

/* `post` copied; a link or id that does not fit is left out. */
void answer_copy(const struct official_post *post, struct incident_post *copy);
void answer_remember(struct answer_log *log, const struct incident_post *post);

/* Applies a post to the incident. True when it is the answer that stops the clock. */
int answer_note(struct incident *incident, const struct incident_post *post);
/* The same for all replies heard so far. */
int answer_note_replies(struct incident *incident, const struct reply_log *replies);
/* Did the brand announce the matter itself, with its scope or its remedy, in the day before the onset
 * and after `since_ms`? */
int answer_announced(
        const struct answer_log *log, const struct incident *incident, int64_t since_ms);

/* As of `now_ms`; while silent, the grade if the answer came now, and F once resolved. */
char answer_grade(const struct incident *incident, int64_t now_ms);
/* When the next reminder of a silent incident is due: the brand's target, the grade boundaries after
 * it, then every four hours. */
int64_t answer_reminder_at(const struct incident *incident, int64_t ack_target_ms);

#endif
