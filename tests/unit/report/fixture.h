/* An episode as a replay would have studied it, for tests that render one. */
#ifndef REBATO_TESTS_REPORT_FIXTURE_H
#define REBATO_TESTS_REPORT_FIXTURE_H

#include "report/report.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define MINUTE_MS INT64_C(60000)
#define ONSET_MS  INT64_C(1393093800000) /* 2014-02-22T18:30:00Z */
#define OPENED_MS (ONSET_MS + 5 * MINUTE_MS)

/* Everything that a report is made of, and nothing in it that points elsewhere. */
struct fixture {
    struct study_incident incident;
    const struct study_incident *list[REPORT_INCIDENTS_MAX + 40];
    uint64_t fates[REBATO_FATE_COUNT];
    const char *inputs[1];
    struct preset_alert alerts[4];
    struct report report;
};

static inline void
fixture_event(struct study_incident *incident, enum judge_event_kind kind, int64_t time_ms)
{
    cr_assert_lt(incident->event_count, (size_t)STUDY_EVENTS_MAX);
    incident->events[incident->event_count++] = (struct study_event){ .kind = kind,
        .time_ms = time_ms,
        .severity = SEVERITY_CRITICAL,
        .state = kind == EVENT_RESOLVED ? INCIDENT_RESOLVED : INCIDENT_OPEN,
        .revision = (uint32_t)incident->event_count,
        .signals = SIGNAL_BIT(SIGNAL_OUTAGE),
        .why = { .signal = SIGNAL_OUTAGE,
                .rule = UINT32_MAX,
                .window_ms = 600000,
                .posts = 30,
                .authors = 27,
                .expected = 1.8,
                .ratio = 15,
                .p_log10 = -13,
                .share = 0.71,
                .usual_share = 0.08 },
        .posts = 30,
        .authors = 27,
        .grade = 'A',
        .answered_ms = TIME_NONE };
}

/* A brand's post about it, with its id and link. */
static inline void
fixture_post(struct study_incident *incident, int64_t time_ms, const char *id, const char *link)
{
    cr_assert_lt(incident->last.official_count, (size_t)INCIDENT_POSTS_MAX);
    struct incident_post *post = &incident->last.official[incident->last.official_count++];
    *post = (struct incident_post){
        .time_ms = time_ms, .signals = SIGNAL_BIT(SIGNAL_OFFICIAL_ACKNOWLEDGE), .broadcast = 1
    };
    snprintf(post->id, sizeof post->id, "%s", id);
    snprintf(post->link, sizeof post->link, "%s", link);
}

static inline void
fixture_dim(struct study_incident *incident, const char *name, uint64_t count)
{
    cr_assert_lt(incident->last.dim_count, (size_t)INCIDENT_DIMS_MAX);
    struct incident_dim *dim = &incident->last.dims[incident->last.dim_count++];
    snprintf(dim->name, sizeof dim->name, "%s", name);
    dim->count = count;
}

static inline void
fixture_chart(struct study_incident *incident, size_t minutes)
{
    chart_init(&incident->chart);
    for (size_t i = 0; i < minutes; i++) {
        struct chart_point point = { .start_ms = ONSET_MS + (int64_t)i * MINUTE_MS,
            .minutes = 1,
            .mentions = 5,
            .complaints = 2,
            .people = (uint32_t)i % 50,
            .expected = 1.8,
            .spread = 1.4 };
        chart_add(&incident->chart, &point);
    }
}

/* An incident of which nothing is known but that it opened. */
static inline struct fixture *
fixture_create(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    cr_assert_not_null(fixture);
    struct incident *last = &fixture->incident.last;
    *last = (struct incident){ .id = "9f2c11aa00bb22cc",
        .brand = "acme",
        .state = INCIDENT_OPEN,
        .severity = SEVERITY_CRITICAL,
        .signals = SIGNAL_BIT(SIGNAL_OUTAGE),
        .onset_ms = ONSET_MS,
        .opened_ms = OPENED_MS,
        .updated_ms = OPENED_MS,
        .resolved_ms = TIME_NONE,
        .peak_ms = OPENED_MS,
        .clock = { .answered_ms = TIME_NONE, .last_official_ms = TIME_NONE, .grade = 'F' } };
    for (size_t i = 0; i < PLAYBOOK_COUNT; i++) {
        last->playbook[i].time_ms = TIME_NONE;
    }
    fixture->incident.settings.update_every_ms = 30 * MINUTE_MS;
    chart_init(&fixture->incident.chart);
    fixture_event(&fixture->incident, EVENT_OPENED, OPENED_MS);
    fixture->list[0] = &fixture->incident;
    fixture->inputs[0] = "archive.ndjson";
    fixture->report = (struct report){ .source = { .version = "1.0",
                                               .command = "rebato report --all archive.ndjson",
                                               .deployment = "main",
                                               .rules_digest = "xxh3:0",
                                               .inputs = fixture->inputs,
                                               .input_count = 1,
                                               .fates = fixture->fates,
                                               .first_ms = ONSET_MS,
                                               .last_ms = OPENED_MS },
        .incidents = fixture->list,
        .incident_count = 1,
        .known = fixture->list,
        .known_count = 1 };
    return fixture;
}

typedef void (*fixture_form)(FILE *, const struct report *, enum lang);

/* malloc'd */
static inline char *
fixture_render(fixture_form form, const struct fixture *fixture, enum lang lang)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    cr_assert_not_null(out);
    form(out, &fixture->report, lang);
    cr_assert_eq(fclose(out), 0);
    return text;
}

/* How often it stands there. */
static inline size_t
fixture_count(const char *text, const char *what)
{
    size_t count = 0;

    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

#endif
