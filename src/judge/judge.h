/*
 * judge: numbers in, verdict out.
 *
 *   closed bucket of one brand ── brand_judge_fold ──▶ state, and the events people are told of
 *
 * Pure: no clock, no threads, no input or output. Decisions are a function of the buckets folded so far
 * and of the settings; folding the same buckets gives the same events, live and in a replay. Buckets come
 * in rising order; a bucket that is left out was empty, and leaving it out or folding it empty is the
 * same. The first fold, empty or not, begins a brand's watch: fold an empty bucket when watching begins,
 * or a brand nobody speaks of will still be learning when its first crisis comes.
 *
 * Two kinds of detectors feed one incident life: the statistic (distinct complaining authors against
 * what season and usual share let expect, as a tail probability) and plain thresholds from the rules.
 */
#ifndef REBATO_JUDGE_JUDGE_H
#define REBATO_JUDGE_JUDGE_H

#include "core/limits.h"
#include "core/view.h"
#include "match/rule.h"
#include "match/signal.h"

#include <stddef.h>
#include <stdint.h>

#define INCIDENT_ID_SIZE   17 /* 16 hex digits and NUL */
#define INCIDENT_DIMS_MAX  32
#define INCIDENT_POSTS_MAX 24
#define JUDGE_EVENTS_MAX   8
#define TIME_NONE          INT64_MIN

/* ---- what goes in ---- */

struct judge_threshold {
    enum signal signal;
    uint32_t rule; /* index in the rule set, to name it */
    struct threshold threshold;
    enum severity severity;
};

struct judge_settings {
    const char *deployment; /* part of every incident's id */
    enum sensitivity sensitivity[SIGNAL_COUNT];
    enum severity severity[SIGNAL_COUNT]; /* of an incident with this signal */
    signal_set judged;                    /* signals that may open an incident by the statistic */
    const struct judge_threshold *thresholds;
    size_t threshold_count;
    int64_t learning_ms;      /* 3 days: until then the statistic opens only for a crowd */
    int64_t cool_after_ms;    /* 10 min without its opening reason: cooling */
    int64_t resolve_after_ms; /* 60 min of cooling in quiet: resolved */
    int64_t reopen_within_ms; /* 120 min after: the same incident again */
    int64_t reopen_most_ms; /* 24 h: its own matter, after as long as it had lasted, at most this */
    int64_t update_gap_ms;  /* 30 min: for a brand whose update_every_ms is 0 */
};

/* The defaults above: every complaint signal judged, balanced, a warning; no thresholds. */
void judge_settings_init(struct judge_settings *settings);

struct brand_settings {
    char id[BRAND_ID_SIZE_MAX + 1];
    int64_t ack_target_ms;
    int64_t update_every_ms;
    /* What moves its limits, see statistic/page_limits.h; both outlive the state. */
    const struct planned_event *planned;
    size_t planned_count;
    const int32_t *score_offsets; /* by signal, or NULL */
};

struct official_post {
    int64_t time_ms;
    signal_set signals; /* what it does (official-*) and what it names (the others) */
    int broadcast;
    int impostor;    /* not the brand: an account that looks like one of its own */
    uint64_t sketch; /* near-duplicates: fold/sketch.h */
    uint64_t topics; /* the facets it names: window/topics.h */
    struct view id;
    struct view link;
};

struct dim_count {
    struct view name; /* see window/cell.h */
    uint64_t count;
};

struct brand_bucket {
    uint32_t bucket;
    uint64_t total;
    uint64_t late; /* late mentions that arrived in this bucket */
    uint64_t first_person;
    uint64_t reposts;
    uint64_t posts[SIGNAL_COUNT];
    const uint64_t *authors[SIGNAL_COUNT]; /* hashes, each once, sorted */
    size_t author_count[SIGNAL_COUNT];
    const uint64_t
            *voices; /* who complained of anything, and how: window/voice.h; each once, sorted */
    size_t voice_count;
    const struct official_post *official; /* by time, then id */
    size_t official_count;
    const struct dim_count *dims; /* languages, platforms, facets: for the scope */
    size_t dim_count;
};

/* ---- what comes out ---- */

enum incident_state {
    INCIDENT_CALM,
    INCIDENT_OPEN,
    INCIDENT_COOLING,
    INCIDENT_RESOLVED,
};

enum brand_state { BRAND_LEARNING, BRAND_CALM, BRAND_OPEN, BRAND_COOLING, BRAND_STALE };

enum judge_event_kind {
    EVENT_OPENED,
    EVENT_ESCALATED, /* another signal joined, severity doubled, many more people */
    EVENT_ANSWERED,  /* the brand's first public answer; the clock stops */
    EVENT_SILENCE,   /* still no answer past ack_target; or an update is overdue */
    EVENT_COOLING,
    EVENT_REOPENED,
    EVENT_RESOLVED,
    EVENT_EARLY, /* not from a fold: it would open if its buckets closed as they are; see foresee.h */
    EVENT_WITHDRAWN, /* nor this: what was told does not hold */
};

/* The detectors that fired, as bits of incident_why.fired. */
enum detector {
    DETECTOR_THRESHOLD = 1,
    DETECTOR_SCAN_10M = 2,
    DETECTOR_SCAN_1H = 4,
    DETECTOR_SCAN_6H = 8,
    DETECTOR_SCAN_24H = 16,
    DETECTOR_CUSUM = 32,
};

/* Who they are who complain: people since the onset, of an hour at most. */
struct authenticity {
    uint32_t people;  /* that were looked at */
    uint32_t known;   /* the age of whose account is known; */
    uint32_t young;   /* of these, less than 30 days old */
    uint32_t copied;  /* in groups of new accounts that repeat each other */
    uint32_t organic; /* who remain without those groups and without what more of new accounts there
                         is than usual */
};

/* 1 when nobody was looked at. */
double authenticity_share(const struct authenticity *authenticity);

/* The arithmetic of the decision, for a person and for the post-mortem. */
struct incident_why {
    enum signal signal; /* the strongest of those that fired */
    uint32_t
            anything; /* 1: who was counted complains of anything; `signal` is what most of them say */
    uint32_t fired;
    uint32_t rule; /* of the threshold; UINT32_MAX: the statistic decided */
    int64_t window_ms;
    uint64_t posts;
    uint64_t authors;
    double expected;
    double ratio;
    double p_log10; /* log10 of the tail probability, <= 0 */
    double z;
    double share;
    double usual_share;
    double cusum;
};

enum playbook_step {
    PLAYBOOK_ACKNOWLEDGE,
    PLAYBOOK_APOLOGISE,
    PLAYBOOK_EXPLAIN,
    PLAYBOOK_INSTRUCT,
    PLAYBOOK_CORRECT,
    PLAYBOOK_SCOPE,
    PLAYBOOK_REMEDY,
    PLAYBOOK_RESOLVED,
    PLAYBOOK_COUNT,
};

struct playbook_tick {
    int64_t time_ms; /* TIME_NONE: not done */
    char post_id[64];
};

struct incident_clock {
    int64_t answered_ms; /* first public answer; TIME_NONE: still silent */
    int64_t last_official_ms;
    uint32_t reminders; /* silence reminders sent so far */
    char grade;         /* 'A'..'F', alert to answer; while silent: the grade if answered now */
};

/* What the brand wrote to single people since the onset that names the matter and does something about it. Whom it
 * answered the judge does not know: a report asks the posts. */
struct incident_replies {
    uint32_t heard; /* 0: the brand was never heard to reply so; the rest says nothing */
    uint32_t more;  /* 1: before the alert there may have been more than are remembered */
    uint32_t count;
    uint32_t different; /* of them, in words that the last ones before did not have */
};

struct incident_post {
    int64_t time_ms;
    signal_set signals; /* as in official_post, as are the next two */
    int broadcast;
    int impostor;
    uint64_t topics;
    char id[64];
    char link[160];
};

struct incident_dim {
    char name[NAME_SIZE_MAX];
    uint64_t count;
};

/* What came before it: incidents of the brand with the signal that opened it, in the last quarter of a year. */
struct incident_kin {
    uint32_t
            before; /* how many, of the last sixteen of the brand; 0: none, and the rest says nothing */
    int64_t since_ms; /* the first of them opened */
    int64_t last_resolved_ms;
    char last_grade;
    char last_id[INCIDENT_ID_SIZE];
};

/* A snapshot: everything an alert, a page or a report says of an incident. */
struct incident {
    char id[INCIDENT_ID_SIZE];
    char brand[BRAND_ID_SIZE_MAX + 1];
    enum incident_state state;
    enum severity severity;
    uint32_t
            coordinated; /* 1: without an orchestrated part nobody would have been told; information */
    uint32_t revision; /* grows with every event */
    signal_set signals;
    int64_t onset_ms;
    int64_t opened_ms;
    int64_t updated_ms;
    int64_t resolved_ms; /* TIME_NONE: not yet */
    int64_t peak_ms;
    uint64_t peak_authors;   /* in 10 min */
    struct incident_why why; /* of the opening; escalation refreshes it */
    struct incident_kin kin;
    uint64_t posts;        /* since onset; of the loudest signal, so that no post counts twice */
    uint64_t authors;      /* distinct, with one of its signals, since onset */
    uint64_t first_person; /* of all mentions of the brand, as are the two below */
    uint64_t reposts;
    uint64_t late;
    struct authenticity authenticity; /* as of the last time its size was told */
    uint64_t denied_by_others; /* posts of people who deny it for the brand; they answer nothing */
    struct incident_dim dims[INCIDENT_DIMS_MAX];
    size_t dim_count;
    struct incident_clock clock;
    struct incident_replies replies;
    struct playbook_tick playbook[PLAYBOOK_COUNT];
    struct incident_post official[INCIDENT_POSTS_MAX];
    size_t official_count;
};

/* How far what a score had to reach was moved, in hundredths; zero: the sensitivity alone decided. */
struct limit_shift {
    int32_t planned;                      /* by an event that was planned for then, */
    int32_t verdicts;                     /* and by what people made of earlier alerts */
    char name[PLANNED_NAME_SIZE_MAX + 1]; /* of the event; "" when there was none */
};

struct judge_event {
    enum judge_event_kind kind;
    int64_t time_ms; /* event time of the decision: the end of the bucket folded */
    struct incident incident;
    struct limit_shift shift; /* of what opened it */
};

/* What a dashboard shows of a brand right now. */
struct brand_status {
    enum brand_state state;
    enum severity severity;
    uint64_t count_1m, count_10m, count_1h, count_24h; /* all mentions */
    uint64_t complaints_10m;
    uint64_t authors_10m; /* distinct complaining authors, most unusual signal; so are the next */
    double expected_10m;
    double ratio;
    double p_log10;
    double share;
    int64_t silence_ms; /* since onset, without a public answer; 0 when no clock runs */
    char grade;         /* '-' when no incident */
    char incident[INCIDENT_ID_SIZE]; /* "" when calm */
};

/* ---- the state of one brand ---- */

struct brand_judge;

/* Both settings outlive the state. */
struct brand_judge *brand_judge_create(
        const struct judge_settings *settings, const struct brand_settings *brand);
void brand_judge_destroy(struct brand_judge **judge);

/* Folds one closed bucket. Writes up to JUDGE_EVENTS_MAX events, returns how many. Whatever fell due
 * since the last fold comes first, each event with the time at which it was due. */
size_t brand_judge_fold(struct brand_judge *judge,
        const struct brand_bucket *in,
        struct judge_event events[JUDGE_EVENTS_MAX]);

/* The next bucket that should be folded even if it is empty, so that events come when they are due (a
 * reminder, a resolve, the end of a step that may tip the CUSUM); UINT32_MAX: nothing is pending. */
uint32_t brand_judge_next(const struct brand_judge *judge);

/* As of the last bucket folded, or of a later one, `bucket`, with nothing in between. */
void brand_judge_status(
        const struct brand_judge *judge, uint32_t bucket, struct brand_status *status);

/* The current incident, or the last one while it may still be reopened; else NULL. */
const struct incident *brand_judge_incident(const struct brand_judge *judge);

/* The state as bytes, for another judge to take over; version, brand and checksum are inside. Returns
 * the size needed: with less the bytes are not whole; 0 when out of memory. The same state gives the
 * same bytes. Load replaces the state; false, and nothing changed, when the bytes are not a whole state
 * of this brand and this version. */
size_t brand_judge_save(const struct brand_judge *judge, void *out, size_t size);
int brand_judge_load(struct brand_judge *judge, const void *bytes, size_t size);

/* ---- a brand's own posts ---- */

/* Does a post that says this answer people, once it names the incident's matter? */
int judge_is_answer(signal_set said);
/* The complaints that a post which says this is about. */
signal_set judge_matters_of(signal_set said);
/* Does a reply to one person that says this name the matter of an incident with these signals, and do something about
 * it? */
int judge_reply_names(signal_set said, signal_set signals);

/* ---- other rules ---- */

/* Where the rules of one set are in another one, by index; RULE_GONE: nowhere. */
struct rule_numbers {
    const uint32_t *now;
    size_t count;
};

/* A rule that decided once and is no longer in the set. */
#define RULE_GONE (UINT32_MAX - 1)

/* The same brand judged by other settings: all that is known stays known, its incident goes on, and
 * thresholds that are in both have held as long as they have. Nothing looks at the former settings any
 * more. Another judge may take the place of `*judge`. False, and nothing changed, when out of memory. */
int brand_judge_use(struct brand_judge **judge,
        const struct judge_settings *settings,
        const struct brand_settings *brand,
        const struct rule_numbers *numbers);

/* The same incident, in words of the other set. */
void incident_renumber(struct incident *incident, const struct rule_numbers *numbers);

const char *incident_state_name(enum incident_state state);
const char *brand_state_name(enum brand_state state);
const char *judge_event_name(enum judge_event_kind kind);
const char *playbook_step_name(enum playbook_step step);

#endif
