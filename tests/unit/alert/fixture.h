/* An event as the judge would report it, for tests that render or deliver one. */
#ifndef REBATO_TESTS_ALERT_FIXTURE_H
#define REBATO_TESTS_ALERT_FIXTURE_H

#include "alert/render.h"

#include <stdio.h>
#include <string.h>

#define FIXTURE_ONSET_MS  1393093780000LL /* 2014-02-22T18:29:40Z */
#define FIXTURE_OPENED_MS 1393093870000LL /* 18:31:10 */
#define FIXTURE_NOW_MS    1393094520000LL /* 18:42:00 */

static const struct brand_settings fixture_brand = {
    .id = "whatsapp",
    .ack_target_ms = 15 * 60000,
    .update_every_ms = 30 * 60000,
};

static inline struct judge_event
fixture_event(enum judge_event_kind kind)
{
    struct judge_event event = { .kind = kind, .time_ms = FIXTURE_NOW_MS };
    struct incident *incident = &event.incident;

    snprintf(incident->id, sizeof incident->id, "%s", "9f2c11aa00bb22cc");
    snprintf(incident->brand, sizeof incident->brand, "%s", "whatsapp");
    incident->state = kind == EVENT_RESOLVED ? INCIDENT_RESOLVED : INCIDENT_OPEN;
    incident->severity = SEVERITY_CRITICAL;
    incident->revision = 3;
    incident->signals = SIGNAL_BIT(SIGNAL_OUTAGE) | SIGNAL_BIT(SIGNAL_DEMAND_ANSWER);
    incident->onset_ms = FIXTURE_ONSET_MS;
    incident->opened_ms = FIXTURE_OPENED_MS;
    incident->updated_ms = FIXTURE_NOW_MS;
    incident->resolved_ms = kind == EVENT_RESOLVED ? FIXTURE_NOW_MS : TIME_NONE;
    incident->peak_ms = FIXTURE_NOW_MS - 60000;
    incident->peak_authors = 388;
    incident->why = (struct incident_why){ .signal = SIGNAL_OUTAGE,
        .fired = DETECTOR_SCAN_10M | DETECTOR_CUSUM,
        .rule = UINT32_MAX,
        .window_ms = 600000,
        .posts = 412,
        .authors = 388,
        .expected = 19.52,
        .ratio = 19.877,
        .p_log10 = -39.7,
        .z = 38.24,
        .share = 0.7102,
        .usual_share = 0.0799,
        .cusum = 22.4 };
    incident->authenticity = (struct authenticity){
        .people = 388, .known = 350, .young = 180, .copied = 190, .organic = 198
    };
    incident->posts = 1290;
    incident->authors = 1104;
    incident->first_person = 803;
    incident->reposts = 311;
    incident->late = 4;
    static const struct {
        const char *name;
        uint64_t count;
    } dims[] = { { "lang.es", 710 }, { "lang.en", 290 }, { "plat.x", 1180 },
        { "f.os.android", 212 }, { "f.os.ios", 188 }, { "total", 9 } };
    for (size_t i = 0; i < sizeof dims / sizeof dims[0]; i++) {
        snprintf(incident->dims[i].name, sizeof incident->dims[i].name, "%s", dims[i].name);
        incident->dims[i].count = dims[i].count;
        incident->dim_count++;
    }
    incident->clock = (struct incident_clock){
        .answered_ms = TIME_NONE, .last_official_ms = TIME_NONE, .grade = 'A'
    };
    for (size_t i = 0; i < PLAYBOOK_COUNT; i++) {
        incident->playbook[i].time_ms = TIME_NONE;
    }
    return event;
}

static inline struct render_context
fixture_context(enum lang lang)
{
    return (struct render_context){ .brand = &fixture_brand,
        .lang = lang,
        .receiver = "sala",
        .external_url = "https://rebato.example",
        .sensitivity = "balanced",
        .lag_s = 1.24,
        .watermark_ms = FIXTURE_NOW_MS };
}

#endif
