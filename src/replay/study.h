/*
 * study: what a replay shows of its incidents beyond their log: how it looked minute by minute, what every
 * decision was compared with, which posts stood out.
 *
 *   folds ──── study_watch ──▶ incidents: their events, the figures behind each, a chart
 *   payloads ─ study_payload ▶ the posts that most people saw
 *
 * One thread; everything is bounded, and what did not fit is counted. The same folds give the same study.
 */
#ifndef REBATO_REPLAY_STUDY_H
#define REBATO_REPLAY_STUDY_H

#include "judge/look.h"
#include "replay/minutes.h"

#define STUDY_INCIDENTS_MAX 256
#define STUDY_EVENTS_MAX    96 /* of one incident */
#define STUDY_POSTS_MAX     6

/* What the detectors saw of one signal, or of anything, when something was decided. */
struct study_look {
    uint32_t subject; /* a signal, or LOOK_ANYTHING */
    struct signal_look look;
};

struct study_event {
    enum judge_event_kind kind;
    int64_t time_ms;
    enum severity severity;
    enum incident_state state;
    uint32_t revision;
    signal_set signals;
    struct incident_why why;
    struct limit_shift shift;
    uint64_t posts;
    uint64_t authors;
    char grade;
    uint32_t reminders;
    int64_t answered_ms;      /* TIME_NONE: not by then */
    struct study_look *looks; /* of its signals; none of a resolve, which forgets its evidence */
    size_t look_count;
};

/* A complaint that was shown with an alert. */
struct study_post {
    char id[64];
    char lang[8];
    char text[512];
    uint64_t reach;
    int64_t time_ms; /* TIME_NONE: not known */
};

struct study_incident {
    size_t brand; /* its number; beyond those of the rule set when it does not know it */
    struct brand_settings settings;
    struct incident last; /* as of its last event */
    struct study_event events[STUDY_EVENTS_MAX];
    size_t event_count;
    size_t events_left_out;                   /* before the last one */
    struct chart chart;                       /* of the signal that opened it */
    struct study_post posts[STUDY_POSTS_MAX]; /* by reach */
    size_t post_count;
    uint64_t
            mentions; /* since the minute of the onset, of whatever kind; and by the brand itself, */
    uint64_t replies;    /* to somebody, */
    uint64_t broadcasts; /* and to everybody */
};

struct study_options {
    size_t brand_count;
    int64_t lead_ms; /* how long before the onset a chart begins */
    const char
            *wanted; /* the id of an incident that is kept in any case; may be NULL; outlives it */
};

struct study;

struct study *study_create(const struct study_options *options);
void study_destroy(struct study **study);

void study_watch(struct study *study, enum fold_phase phase, const struct watched_fold *fold);
/* An event as it was told, after its fold. */
void study_payload(struct study *study, const struct judge_event *event, struct view payload);

/* In the order in which they opened; of two at once by brand. */
size_t study_count(const struct study *study);
const struct study_incident *study_at(const struct study *study, size_t index);
/* Opened, but not kept: there were too many. */
uint64_t study_left_out(const struct study *study);

#endif
