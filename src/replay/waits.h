/*
 * waits: of those who complained, who got a reply from the brand, and who still waits.
 *
 *   posts ── waits_hear ──▶ those of two days, and all since the onset of what is followed ─┐
 *   folds ── waits_watch ─▶ incidents ──────────────────────────────────────────────────────┴─▶ figures, a list
 *
 * Only whoever wrote a complaint of their own waits for a reply; who passed one on is counted apart. A reply is the
 * brand's, to one of their posts or to their handle, after they first complained. It is looked for up to a day
 * behind the resolve, or to the end of what was read.
 *
 * People are hashes. Of posts id and link are kept, and the link names nobody (pipeline/engine/talk.h sees to that). One
 * thread; bounded: of more posts than fit the oldest go, and the figures say from when on they hold.
 */
#ifndef REBATO_REPLAY_WAITS_H
#define REBATO_REPLAY_WAITS_H

#include "replay/watch.h"

#define WAITS_POSTS_MAX     262144
#define WAITS_INCIDENTS_MAX 256
#define WAITS_SHOWN         20
#define WAITS_ID_SIZE       64
#define WAITS_LINK_SIZE     160

enum waits_voice {
    WAITS_NEITHER,
    WAITS_COMPLAINT,
    WAITS_REPOST, /* of a complaint */
    WAITS_REPLY,  /* by the brand, to somebody */
};

/* Hashes are those of mention/mention.h; 0: none. Views are borrowed for the call. */
struct waits_post {
    struct view brand;
    enum waits_voice voice;
    int64_t time_ms;
    signal_set signals;
    int first_person;
    uint64_t reach;  /* followers; 0: not known */
    uint64_t sketch; /* of a reply's words */
    uint64_t post;
    uint64_t author;
    uint64_t handle;    /* the author's */
    uint64_t addressee; /* handle of whom a reply speaks to */
    uint64_t target;    /* the post that is answered, or passed on */
    struct view id;
    struct view link;
};

/* Somebody who got no reply. */
struct waiting {
    int64_t since_ms; /* their first complaint */
    uint64_t reach;
    uint32_t posts;
    uint32_t reposts; /* of them, by others */
    int first_person;
    char id[WAITS_ID_SIZE]; /* of the first complaint */
    char link[WAITS_LINK_SIZE];
};

struct incident_waits {
    int64_t until_ms;    /* replies were looked for up to here */
    int64_t followed_ms; /* and only those followed who complained after this; TIME_NONE: all */
    uint64_t people;     /* who complained in a post of their own */
    uint64_t affected;   /* of them, in the first person */
    uint64_t passed_on;  /* who did nothing but repost */
    uint64_t answered;   /* of the people; */
    uint64_t answered_affected;
    uint64_t named;     /* with a reply that names the matter, as the judge sees it, */
    uint64_t own_words; /* or one in words of its own about something else, */
    uint64_t canned;    /* or with nothing but words that others had got before */
    int64_t median_ms; /* from the first complaint to the first reply; TIME_NONE: nobody was answered */
    struct waiting waiting[WAITS_SHOWN]; /* by reach, reposts, posts; then who waits longer */
    size_t waiting_count;
};

struct waits;

/* `wanted`: the id of the only incident that is followed; NULL: all. It outlives the waits. */
struct waits *waits_create(const char *wanted);
void waits_destroy(struct waits **waits);

void waits_hear(struct waits *waits, const struct waits_post *post);
void waits_watch(struct waits *waits, enum fold_phase phase, const struct watched_fold *fold);
/* All is read, up to the end of bucket `closed`. Nothing is heard any more. */
void waits_finish(struct waits *waits, uint32_t closed);

/* After waits_finish(). NULL: nobody followed that incident. */
const struct incident_waits *waits_of(const struct waits *waits, const char *id);

#endif
