/* What a replay shows beyond its log: charts, the figures behind a decision, posts; all of it bounded. */
#include "episode.h"
#include "replay/study.h"

#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define MINUTE_MS     INT64_C(60000)
#define MINUTES(n)    ((uint32_t)(n)*6)

static void
watch(void *context, enum fold_phase phase, const struct watched_fold *fold)
{
    study_watch(context, phase, fold);
}

static struct study *
begin(struct episode *episode, const char *wanted)
{
    struct study_options options = {
        .brand_count = 1, .lead_ms = 30 * MINUTE_MS, .wanted = wanted
    };
    struct study *study = study_create(&options);

    episode_init(episode, "acme", watch, study);
    return study;
}

/* An hour of one mention a minute, twelve people at once, and quiet until it is resolved. */
static void
tell(struct episode *episode, uint32_t from)
{
    for (uint32_t minute = 0; minute < 60; minute++) {
        episode_complain(episode, from + MINUTES(minute), 0, 0);
    }
    episode_complain(episode, from + MINUTES(60), 12, 3);
    episode_wait(episode, from + MINUTES(60 * 8));
}

Test(study, an_incident_is_kept_with_its_events_from_the_alert_to_the_resolve)
{
    struct episode episode;
    struct study *study = begin(&episode, NULL);

    tell(&episode, EPISODE_BUCKET);
    cr_assert_eq(study_count(study), (size_t)1);
    const struct study_incident *incident = study_at(study, 0);
    cr_expect_eq(incident->events[0].kind, EVENT_OPENED);
    cr_expect_eq(incident->events[incident->event_count - 1].kind, EVENT_RESOLVED);
    cr_expect_eq(incident->last.state, INCIDENT_RESOLVED);
    cr_expect_eq(incident->last.authors, (uint64_t)12);
    cr_expect_eq(incident->events_left_out, (size_t)0);
    for (size_t i = 1; i < incident->event_count; i++) {
        cr_expect_geq(incident->events[i].time_ms, incident->events[i - 1].time_ms);
        cr_expect_gt(incident->events[i].revision, incident->events[i - 1].revision);
    }
    study_destroy(&study);
    episode_fini(&episode);
}

Test(study, the_figures_behind_a_decision_are_those_of_its_moment)
{
    struct episode episode;
    struct study *study = begin(&episode, NULL);

    tell(&episode, EPISODE_BUCKET);
    const struct study_event *opened = &study_at(study, 0)->events[0];
    cr_assert_eq(opened->look_count, (size_t)1);
    const struct signal_look *look = &opened->looks[0].look;
    cr_expect_eq(opened->looks[0].subject, SIGNAL_OUTAGE);
    cr_expect_eq(look->windows[0].window_ms, 10 * MINUTE_MS);
    cr_expect_eq(look->windows[0].people, (uint64_t)12);
    cr_expect_eq(look->windows[0].posts, (uint64_t)12);
    cr_expect_eq(look->windows[0].mentions, (uint64_t)13 + 9);
    cr_expect_gt(look->windows[0].needed, 0);
    cr_expect_eq(
            study_at(study, 0)->events[study_at(study, 0)->event_count - 1].look_count, (size_t)0);
    study_destroy(&study);
    episode_fini(&episode);
}

Test(study, a_chart_begins_ahead_of_the_onset_and_has_every_minute_once)
{
    struct episode episode;
    struct study *study = begin(&episode, NULL);
    uint64_t complaints = 0;
    uint64_t mentions = 0;

    tell(&episode, EPISODE_BUCKET);
    const struct study_incident *incident = study_at(study, 0);
    const struct chart *chart = &incident->chart;
    cr_assert_gt(chart->count, (size_t)60);
    cr_expect_leq(chart->points[0].start_ms, incident->last.onset_ms - 29 * MINUTE_MS);
    for (size_t i = 0; i < chart->count; i++) {
        complaints += chart->points[i].complaints;
        mentions += chart->points[i].mentions;
        cr_expect(i == 0 || chart->points[i].start_ms == chart->points[i - 1].start_ms + MINUTE_MS,
                "point %zu", i);
    }
    cr_expect_eq(complaints, (uint64_t)12);
    cr_expect_leq(mentions, (uint64_t)30 + 13);
    cr_expect_eq(incident->replies, (uint64_t)3);
    cr_expect_eq(incident->broadcasts, (uint64_t)0);
    study_destroy(&study);
    episode_fini(&episode);
}

Test(study, too_many_incidents_are_counted_and_the_one_wanted_is_kept)
{
    struct episode episode;
    struct study *all = begin(&episode, NULL);
    uint32_t day = 8640;
    uint32_t count = STUDY_INCIDENTS_MAX + 4;

    for (uint32_t i = 0; i < count; i++) {
        episode_complain(&episode, EPISODE_BUCKET + i * day, 12, 0);
    }
    episode_wait(&episode, EPISODE_BUCKET + count * day);
    cr_expect_eq(study_count(all), (size_t)STUDY_INCIDENTS_MAX - 1);
    cr_expect_eq(study_left_out(all), (uint64_t)5);
    char last[INCIDENT_ID_SIZE];
    snprintf(last, sizeof last, "%s", brand_judge_incident(episode.judge)->id);
    study_destroy(&all);
    episode_fini(&episode);

    struct study *one = begin(&episode, last);
    for (uint32_t i = 0; i < count; i++) {
        episode_complain(&episode, EPISODE_BUCKET + i * day, 12, 0);
    }
    cr_expect_eq(study_count(one), (size_t)STUDY_INCIDENTS_MAX);
    cr_expect_str_eq(study_at(one, STUDY_INCIDENTS_MAX - 1)->last.id, last);
    study_destroy(&one);
    episode_fini(&episode);
}

/* ---- posts ---- */

#define TOP(posts) "{\"alerts\":[{\"crisis\":{\"top\":[" posts "]}}]}"

Test(study, posts_are_those_that_most_people_saw_each_once)
{
    static const struct {
        const char *payload;
        size_t posts;
        uint64_t first_reach;
    } rows[] = {
        { "", 0, 0 },
        { "no JSON", 0, 0 },
        { "[]", 0, 0 },
        { TOP("7,null,{}"), 0, 0 },
        { TOP("{\"text\":7,\"reach\":9}"), 0, 0 },
        { TOP("{\"text\":\"one\",\"reach\":9}"), 1, 9 },
        { TOP("{\"text\":\"one\",\"reach\":9},{\"text\":\"one\",\"reach\":10}"), 1, 9 },
        { TOP("{\"text\":\"one\",\"reach\":9},{\"text\":\"two\",\"reach\":10}"), 2, 10 },
        { TOP("{\"text\":\"one\",\"reach\":-9}"), 1, 0 },
        { TOP("{\"text\":\"a\"},{\"text\":\"b\"},{\"text\":\"c\"},{\"text\":\"d\"},{\"text\":\"e\"}"
              ","
              "{\"text\":\"f\"},{\"text\":\"g\"},{\"text\":\"h\",\"reach\":1}"),
                STUDY_POSTS_MAX, 1 },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct episode episode;
        struct study *study = begin(&episode, NULL);
        episode_complain(&episode, EPISODE_BUCKET, 12, 0);
        const struct study_incident *incident = study_at(study, 0);
        struct judge_event event = { .incident = incident->last };
        struct judge_event other = { .incident = { .id = "0" } };
        study_payload(study, &event, view_of(rows[i].payload));
        study_payload(study, &other, view_of(TOP("{\"text\":\"elsewhere\",\"reach\":99}")));
        cr_expect_eq(incident->post_count, rows[i].posts, "row %zu", i);
        if (rows[i].posts > 0) {
            cr_expect_eq(incident->posts[0].reach, rows[i].first_reach, "row %zu", i);
        }
        study_destroy(&study);
        episode_fini(&episode);
    }
}

/* ---- charts ---- */

Test(chart, a_full_chart_lays_minutes_together_and_loses_none)
{
    static const struct {
        uint32_t minutes;
        uint32_t span;
    } rows[] = { { 1, 1 }, { 600, 1 }, { 601, 2 }, { 1200, 2 }, { 1201, 4 }, { 100000, 256 } };
    struct chart *chart = malloc(sizeof *chart);

    for (size_t i = 0; i < LENGTH(rows); i++) {
        uint64_t minutes = 0;
        uint64_t mentions = 0;
        uint32_t people = 0;
        chart_init(chart);
        for (uint32_t minute = 0; minute < rows[i].minutes; minute++) {
            struct chart_point point = { .start_ms = minute * MINUTE_MS,
                .minutes = 1,
                .mentions = 3,
                .people = minute == 500 ? 9 : 1 };
            chart_add(chart, &point);
        }
        for (size_t point = 0; point < chart->count; point++) {
            minutes += chart->points[point].minutes;
            mentions += chart->points[point].mentions;
            people = chart->points[point].people > people ? chart->points[point].people : people;
        }
        cr_expect_eq(chart->span, rows[i].span, "row %zu: %u", i, chart->span);
        cr_expect_eq(minutes, rows[i].minutes, "row %zu", i);
        cr_expect_eq(mentions, 3 * (uint64_t)rows[i].minutes, "row %zu", i);
        cr_expect_eq(people, rows[i].minutes > 500 ? 9u : 1u, "row %zu", i);
    }
    free(chart);
}
