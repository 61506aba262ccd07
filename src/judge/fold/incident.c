#include "judge/fold/incident.h"

#include "core/hash.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Room kept for changes of state: a leap over days may owe more reminders than an answer holds. */
#define REMINDERS_ROOM 3

/* The same wherever and whenever it is computed: deployment, brand and the last step that was closed
 * before the opening say which one it is. Not the onset itself: that moves while the bucket of the opening
 * fills, and who was told early has to be told of the same incident when it closes. */
static void
write_id(const struct brand_judge *judge, uint32_t opening, char id[INCIDENT_ID_SIZE])
{
    uint64_t hash = hash_view(view_of(judge->settings->deployment), step_of(opening));
    hash = hash_view(view_of(judge->brand->id), hash);
    snprintf(id, INCIDENT_ID_SIZE, "%016" PRIx64, hash);
}

static void
note_officials(struct brand_judge *judge, int64_t from_ms)
{
    for (size_t i = 0; i < judge->officials.count; i++) {
        if (judge->officials.posts[i].time_ms >= from_ms) {
            answer_note(&judge->life.incident, &judge->officials.posts[i]);
        }
    }
    answer_note_replies(&judge->life.incident, &judge->replies);
    replies_count_kept(&judge->replies, &judge->life.incident);
}

static void
note_scope(struct brand_judge *judge)
{
    struct incident *incident = &judge->life.incident;
    if (judge->last_bucket / SCOPE_BUCKETS != judge->scope_epoch) {
        return;
    }
    for (int age = 1; age >= 0; age--) {
        for (size_t i = 0; i < judge->scopes[age].count; i++) {
            const struct incident_dim *dim = &judge->scopes[age].dims[i];
            struct dim_count added = { .name = view_of(dim->name), .count = dim->count };
            dims_add(incident->dims, &incident->dim_count, &added);
        }
    }
}

/* Who wrote longer ago than a series remembers is not in its state, whether or not the table still has them. */
void
incident_join(struct brand_judge *judge, enum signal signal, uint32_t onset)
{
    const struct authors *known = &judge->series[signal]->authors;
    for (uint32_t i = 0; i < known->capacity; i++) {
        const struct author_seen *seen = &known->slots[i];
        if (seen->author != 0 && seen->last >= onset &&
                authors_remember(known, seen, judge->last_bucket)) {
            judge->life.incident.authors +=
                    (uint64_t)authors_see(&judge->crowd, seen->author, judge->last_bucket);
        }
    }
}

static void
count_since(struct brand_judge *judge, const struct findings *findings, uint32_t onset)
{
    struct incident *incident = &judge->life.incident;
    uint32_t span = judge->last_bucket - onset + 1;
    span = span < SPAN_1H ? span : SPAN_1H;

    incident->first_person = window_sum(&judge->first_person, span);
    incident->reposts = window_sum(&judge->reposts, span);
    incident->late = window_sum(&judge->late, span);
    authors_clear(&judge->crowd);
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((findings->signals & SIGNAL_BIT(i)) == 0) {
            continue;
        }
        uint64_t posts = window_sum_at(&judge->series[i]->posts, judge->last_bucket, span);
        incident->posts = posts > incident->posts ? posts : incident->posts;
        incident_join(judge, (enum signal)i, onset);
    }
}

void
incident_begin(
        struct brand_judge *judge, const struct findings *findings, const struct moment *moment)
{
    struct life *life = &judge->life;
    int64_t previous_ms = life->previous_ms;
    uint32_t onset = findings->best.onset < moment->bucket ? findings->best.onset : moment->bucket;

    /* What the incident before has counted is not counted again. */
    if (previous_ms != TIME_NONE && bucket_start_ms(onset) < previous_ms) {
        onset = bucket_of(previous_ms);
    }
    if (life->incident.state == INCIDENT_RESOLVED && !life->incident.coordinated) {
        kin_remember(&judge->kin, &life->incident); /* it can no longer be reopened */
    }
    *life = (struct life){ .previous_ms = previous_ms, .gap_reminded_ms = TIME_NONE };
    struct incident *incident = &life->incident;
    *incident = (struct incident){
        .state = INCIDENT_OPEN,
        .severity = findings->severity,
        .coordinated = findings->coordinated,
        .signals = findings->signals,
        .onset_ms = bucket_start_ms(onset),
        .opened_ms = bucket_end_ms(moment->bucket),
        .resolved_ms = TIME_NONE,
        .why = findings->best.why,
        .clock = { .answered_ms = TIME_NONE, .last_official_ms = TIME_NONE, .grade = 'A' },
    };
    incident->kin = kin_of(&judge->kin, incident);
    memcpy(incident->brand, judge->brand->id, sizeof incident->brand);
    write_id(judge, moment->bucket, incident->id);
    for (size_t step = 0; step < PLAYBOOK_COUNT; step++) {
        incident->playbook[step].time_ms = TIME_NONE;
    }
    incident->peak_ms = incident->opened_ms;
    count_since(judge, findings, onset);
    note_scope(judge);

    int64_t said_since_ms = incident->onset_ms;
    if (answer_announced(&judge->officials, incident, previous_ms)) {
        life->announced = 1;
        incident->severity = SEVERITY_INFO;
        said_since_ms = previous_ms + (previous_ms != TIME_NONE);
    }
    note_officials(judge, said_since_ms);
}

void
incident_weigh(struct brand_judge *judge)
{
    struct incident *incident = &judge->life.incident;
    uint32_t onset = bucket_of(incident->onset_ms);
    signal_set signals = incident->why.anything ? judge->settings->judged : incident->signals;
    uint32_t hour = judge->last_bucket < VOICES_HOUR ? 0 : judge->last_bucket - VOICES_HOUR + 1;

    incident->authenticity = voices_weigh(&judge->voices, signals, onset > hour ? onset : hour);
}

static void
count_peak(struct brand_judge *judge, const struct moment *moment)
{
    struct incident *incident = &judge->life.incident;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((incident->signals & SIGNAL_BIT(i)) == 0 || judge->series[i] == NULL) {
            continue;
        }
        uint64_t ten = authors_distinct(&judge->series[i]->authors, moment->bucket, SPAN_10M);
        if (ten > incident->peak_authors) {
            incident->peak_authors = ten;
            incident->peak_ms = bucket_end_ms(moment->bucket);
        }
    }
}

static void
count_people(struct brand_judge *judge, const struct brand_bucket *in)
{
    struct incident *incident = &judge->life.incident;
    uint64_t posts = 0;

    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        if ((incident->signals & SIGNAL_BIT(i)) == 0) {
            continue;
        }
        posts = in->posts[i] > posts ? in->posts[i] : posts;
        for (size_t a = 0; a < in->author_count[i]; a++) {
            incident->authors +=
                    (uint64_t)authors_see(&judge->crowd, in->authors[i][a], in->bucket);
        }
    }
    incident->posts += posts;
}

void
incident_count(
        struct brand_judge *judge, const struct brand_bucket *in, const struct moment *moment)
{
    struct incident *incident = &judge->life.incident;

    /* In the bucket of its opening everything has been counted. */
    if (incident->opened_ms < bucket_end_ms(moment->bucket)) {
        count_people(judge, in);
        incident->first_person += in->first_person;
        incident->reposts += in->reposts;
        incident->late += in->late;
        incident->denied_by_others += in->posts[SIGNAL_THIRD_PARTY_DENIAL];
        for (size_t i = 0; i < in->dim_count; i++) {
            dims_add(incident->dims, &incident->dim_count, &in->dims[i]);
        }
    }
    count_peak(judge, moment);
}

void
incident_tell(struct brand_judge *judge,
        enum judge_event_kind kind,
        int64_t now_ms,
        struct event_sink *sink)
{
    struct incident *incident = &judge->life.incident;

    if (kind == EVENT_SILENCE && sink->count >= REMINDERS_ROOM) {
        return;
    }
    assert(sink->count < JUDGE_EVENTS_MAX);
    /* Posts are those of the loudest signal, authors of all: everyone of them wrote at least one. */
    incident->posts = incident->posts > incident->authors ? incident->posts : incident->authors;
    incident->revision++;
    incident->updated_ms = now_ms;
    incident->clock.grade = answer_grade(incident, now_ms);
    sink->events[sink->count++] = (struct judge_event){ .kind = kind,
        .time_ms = now_ms,
        .incident = *incident,
        .shift = page_shift_of(judge->brand, incident) };
}
