#include "judge/fold/life.h"

#include "judge/fold/incident.h"

/* After saying how big it is, say so again only when the level changes or this has passed. */
#define UPDATE_EVERY_MS  (INT64_C(15) * 60 * 1000)
#define CROWD_AUTHORS    50 /* in 10 minutes: critical for anybody */
#define CROWD_SEVERITY   20.0
#define SEVERITY_DOUBLED 2.0
#define GAP_REMINDERS    3

static double
severity_of(const struct brand_judge *judge, const struct moment *moment)
{
    double most = 0;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((judge->life.incident.signals & SIGNAL_BIT(i)) != 0 && judge->series[i] != NULL) {
            double one = series_severity(judge->series[i], moment);
            most = one > most ? one : most;
        }
    }
    return most;
}

static void
tell_size(struct brand_judge *judge,
        enum judge_event_kind kind,
        const struct moment *moment,
        struct event_sink *sink)
{
    struct life *life = &judge->life;
    double severity = severity_of(judge, moment);

    incident_weigh(judge);
    life->noted_ms = bucket_end_ms(moment->bucket);
    life->noted_severity = severity > 1 ? severity : 1;
    life->untold = 0;
    incident_tell(judge, kind, life->noted_ms, sink);
}

/* True when the size alone makes it critical, for the first time. */
static int
becomes_crowd(struct brand_judge *judge, const struct moment *moment)
{
    struct life *life = &judge->life;
    if (life->crowd || (life->incident.peak_authors < CROWD_AUTHORS &&
                               severity_of(judge, moment) < CROWD_SEVERITY)) {
        return 0;
    }
    life->crowd = 1;
    return 1;
}

static void
raise_severity(
        struct brand_judge *judge, const struct findings *findings, const struct moment *moment)
{
    struct incident *incident = &judge->life.incident;
    if (incident->coordinated) {
        return; /* it is no crowd */
    }
    int crowd = becomes_crowd(judge, moment);

    if (judge->life.announced) {
        return;
    }
    if (crowd) {
        incident->severity = SEVERITY_CRITICAL;
    } else if (findings->signals != 0 && findings->severity > incident->severity) {
        incident->severity = findings->severity;
    }
}

static void
join(struct brand_judge *judge, const struct findings *findings)
{
    struct life *life = &judge->life;
    signal_set joining = findings->signals & ~life->incident.signals;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((joining & SIGNAL_BIT(i)) != 0) {
            incident_join(judge, (enum signal)i, bucket_of(life->incident.onset_ms));
        }
    }
    life->incident.signals |= joining;
    life->untold |= joining;
}

static int64_t
at_least(int64_t least_ms, int64_t ms)
{
    return ms < least_ms ? least_ms : ms;
}

/* What went on all day is not over because people sleep: the longer it lasted, the longer it may be away. A slow burn
 * had lasted for a day when it was found. */
static int64_t
away_most_ms(const struct brand_judge *judge)
{
    const struct judge_settings *settings = judge->settings;
    const struct incident *incident = &judge->life.incident;
    int64_t lasted_ms = incident->resolved_ms - incident->onset_ms;

    return at_least(settings->reopen_within_ms,
            lasted_ms < settings->reopen_most_ms ? lasted_ms : settings->reopen_most_ms);
}

int
life_may_return(const struct brand_judge *judge, int64_t now_ms)
{
    const struct incident *incident = &judge->life.incident;

    return incident->state == INCIDENT_RESOLVED &&
           now_ms - incident->resolved_ms <= away_most_ms(judge);
}

/* Soon after its end anything belongs to it; later on, only its own matter does. */
static int
is_return(const struct brand_judge *judge, const struct findings *findings, int64_t now_ms)
{
    const struct incident *incident = &judge->life.incident;
    int soon = now_ms - incident->resolved_ms <= judge->settings->reopen_within_ms;

    return life_may_return(judge, now_ms) && findings->coordinated <= incident->coordinated &&
           (soon || (findings->signals & incident->signals) != 0);
}

/* What people really say makes a page of what was a campaign. */
static void
become_organic(struct brand_judge *judge, const struct findings *findings)
{
    struct incident *incident = &judge->life.incident;

    if (incident->coordinated && findings->signals != 0 && !findings->coordinated) {
        incident->coordinated = 0;
        incident->why = findings->best.why;
    }
}

static void
open_or_reopen(struct brand_judge *judge,
        const struct findings *findings,
        const struct brand_bucket *in,
        const struct moment *moment,
        struct event_sink *sink)
{
    struct life *life = &judge->life;
    int64_t now_ms = bucket_end_ms(moment->bucket);
    enum judge_event_kind kind = EVENT_REOPENED;
    int was_live = life_is_live(life); /* then this bucket is counted already */

    if (was_live || is_return(judge, findings, now_ms)) {
        become_organic(judge, findings);
        join(judge, findings);
        life->incident.state = INCIDENT_OPEN;
        life->incident.resolved_ms = TIME_NONE;
    } else {
        incident_begin(judge, findings, moment);
        kind = EVENT_OPENED;
    }
    if (!was_live) {
        incident_count(judge, in, moment);
    }
    life->hot_ms = now_ms;
    raise_severity(judge, findings, moment);
    tell_size(judge, kind, moment, sink);
}

static void
escalate(struct brand_judge *judge,
        const struct findings *findings,
        const struct moment *moment,
        struct event_sink *sink)
{
    struct life *life = &judge->life;
    enum severity before = life->incident.severity;
    int64_t now_ms = bucket_end_ms(moment->bucket);

    become_organic(judge, findings);
    join(judge, findings);
    raise_severity(judge, findings, moment);
    int louder = life->incident.severity > before;
    int due = now_ms - life->noted_ms >= UPDATE_EVERY_MS;
    if (!louder &&
            (!due || (life->untold == 0 && severity_of(judge, moment) <
                                                   SEVERITY_DOUBLED * life->noted_severity))) {
        return;
    }
    if (findings->signals != 0) {
        life->incident.why = findings->best.why;
    }
    tell_size(judge, EVENT_ESCALATED, moment, sink);
}

static void
resolve(struct brand_judge *judge, int64_t now_ms, struct event_sink *sink)
{
    struct life *life = &judge->life;
    life->incident.state = INCIDENT_RESOLVED;
    life->incident.resolved_ms = now_ms;
    life->previous_ms = now_ms;
    /* Or the day's window would still be critical with what is over, and open it again. */
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (judge->series[i] != NULL) {
            series_forget(judge->series[i], judge->last_bucket);
        }
    }
    voices_forget(&judge->voices);
    incident_tell(judge, EVENT_RESOLVED, now_ms, sink);
}

static int64_t
quiet_from_ms(const struct life *life)
{
    return life->hot_ms > life->cooling_ms ? life->hot_ms : life->cooling_ms;
}

/* What the worst hours collected wears off over half a day, and a night makes it slower still: while it
 * cools down, only new evidence may keep an incident warm. */
static void
restart_evidence(struct brand_judge *judge)
{
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        if (judge->series[i] != NULL) {
            series_restart_evidence(judge->series[i], judge->last_bucket);
        }
    }
}

static void
calm_down(struct brand_judge *judge, int64_t now_ms, struct event_sink *sink)
{
    struct life *life = &judge->life;
    if (life->incident.state == INCIDENT_OPEN &&
            now_ms - life->hot_ms >= judge->settings->cool_after_ms) {
        life->incident.state = INCIDENT_COOLING;
        life->cooling_ms = now_ms;
        restart_evidence(judge);
        incident_tell(judge, EVENT_COOLING, now_ms, sink);
    } else if (life->incident.state == INCIDENT_COOLING &&
               now_ms - quiet_from_ms(life) >= judge->settings->resolve_after_ms) {
        resolve(judge, now_ms, sink);
    }
}

/* When an update is overdue: the brand has answered, has not said that it is over, and the incident
 * is not over either. */
static int64_t
update_due_ms(const struct brand_judge *judge)
{
    const struct life *life = &judge->life;
    const struct incident *incident = &life->incident;
    int64_t every_ms = judge->brand->update_every_ms > 0 ? judge->brand->update_every_ms
                                                         : judge->settings->update_gap_ms;

    if (incident->state != INCIDENT_OPEN || incident->coordinated ||
            incident->clock.answered_ms == TIME_NONE ||
            incident->playbook[PLAYBOOK_RESOLVED].time_ms != TIME_NONE || life->announced ||
            life->gap_reminders == GAP_REMINDERS ||
            life->gap_reminded_ms == incident->clock.last_official_ms) {
        return INT64_MAX;
    }
    /* An answer before the alert: the alert itself brought people up to date. */
    int64_t from_ms = incident->clock.last_official_ms;
    return (from_ms > incident->opened_ms ? from_ms : incident->opened_ms) + every_ms;
}

static int64_t
reminder_due_ms(const struct brand_judge *judge)
{
    const struct incident *incident = &judge->life.incident;
    if (!life_is_live(&judge->life) || incident->coordinated ||
            incident->clock.answered_ms != TIME_NONE) {
        return INT64_MAX;
    }
    return answer_reminder_at(incident, judge->brand->ack_target_ms);
}

static void
remind(struct brand_judge *judge, int64_t now_ms, struct event_sink *sink)
{
    struct life *life = &judge->life;
    if (now_ms >= reminder_due_ms(judge)) {
        life->incident.clock.reminders++;
        incident_tell(judge, EVENT_SILENCE, now_ms, sink);
    } else if (now_ms >= update_due_ms(judge)) {
        life->gap_reminders++;
        life->gap_reminded_ms = life->incident.clock.last_official_ms;
        incident_tell(judge, EVENT_SILENCE, now_ms, sink);
    }
}

static void
hear_brand(struct brand_judge *judge, const struct brand_bucket *in, struct event_sink *sink)
{
    int64_t now_ms = bucket_end_ms(in->bucket);
    int takes_answers = life_is_live(&judge->life) || life_may_return(judge, now_ms);
    int stopped = 0;

    replies_day(&judge->replies, now_ms);
    for (size_t i = 0; i < in->official_count; i++) {
        struct incident_post post;
        answer_copy(&in->official[i], &post);
        answer_remember(&judge->officials, &post);
        int named = replies_hear(&judge->replies, &in->official[i],
                life_is_live(&judge->life) ? REPLY_IN_INCIDENT : REPLY_CALM);
        if (takes_answers && named) {
            replies_count_last(&judge->replies, &judge->life.incident);
        }
        if (takes_answers && post.time_ms >= judge->life.incident.onset_ms) {
            stopped |= answer_note(&judge->life.incident, &post);
        }
    }
    if (takes_answers && in->official_count > 0) {
        stopped |= answer_note_replies(&judge->life.incident, &judge->replies);
    }
    if (stopped) {
        incident_tell(judge, EVENT_ANSWERED, now_ms, sink);
    }
}

void
life_turn(struct brand_judge *judge,
        const struct findings *findings,
        const struct brand_bucket *in,
        const struct moment *moment,
        struct event_sink *sink)
{
    struct life *life = &judge->life;
    int64_t now_ms = bucket_end_ms(moment->bucket);

    hear_brand(judge, in, sink);
    if (life_is_live(life)) {
        incident_count(judge, in, moment);
    }
    if (findings->signals != 0 && life->incident.state != INCIDENT_OPEN) {
        open_or_reopen(judge, findings, in, moment, sink);
        return;
    }
    if (!life_is_live(life)) {
        return;
    }
    if (findings->signals != 0 || detect_hot(judge, life->incident.signals, moment)) {
        life->hot_ms = now_ms;
    }
    if (life->incident.state == INCIDENT_OPEN) {
        escalate(judge, findings, moment, sink);
    }
    remind(judge, now_ms, sink);
    calm_down(judge, now_ms, sink);
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t
life_due_ms(const struct brand_judge *judge)
{
    const struct life *life = &judge->life;
    if (!life_is_live(life)) {
        return INT64_MAX;
    }
    int64_t calm_ms = life->incident.state == INCIDENT_OPEN
                              ? life->hot_ms + judge->settings->cool_after_ms
                              : quiet_from_ms(life) + judge->settings->resolve_after_ms;
    return earlier(calm_ms, earlier(reminder_due_ms(judge), update_due_ms(judge)));
}
