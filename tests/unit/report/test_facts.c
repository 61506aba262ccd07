/* What the forms have in common: clocks, gaps, the order of the timeline, other settings. */
#include "fixture.h"
#include "report/facts.h"

Test(facts, a_clock_stands_at_the_answer_or_runs_to_the_end)
{
    static const struct {
        int64_t answered_min; /* of the onset; INT64_MIN: never */
        int64_t resolved_min;
        int64_t alert_min, onset_min; /* what the clocks say */
    } rows[] = {
        { 20, 200, 15, 20 },
        { 5, 200, 0, 5 },
        { 3, 200, 0, 3 },
        { 0, 200, 0, 0 },
        { INT64_MIN, 200, 195, 200 },
        { INT64_MIN, INT64_MIN, 0, 5 }, /* still open: as of its last event */
        { 300, 200, 295, 300 },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        struct incident *last = &fixture->incident.last;
        int answered = rows[i].answered_min != INT64_MIN;
        if (answered) {
            last->clock.answered_ms = ONSET_MS + rows[i].answered_min * MINUTE_MS;
        }
        if (rows[i].resolved_min != INT64_MIN) {
            last->resolved_ms = ONSET_MS + rows[i].resolved_min * MINUTE_MS;
        }
        struct facts_clock alert = facts_clock_of(last, last->opened_ms);
        struct facts_clock onset = facts_clock_of(last, last->onset_ms);
        cr_expect_eq(alert.span_ms, rows[i].alert_min * MINUTE_MS, "row %zu", i);
        cr_expect_eq(onset.span_ms, rows[i].onset_min * MINUTE_MS, "row %zu", i);
        cr_expect_eq(alert.answered, answered, "row %zu", i);
        free(fixture);
    }
}

Test(facts, a_gap_is_longer_than_updates_may_take)
{
    static const struct {
        int64_t posts_min[4]; /* of the alert; 0: no more */
        int64_t over_min;     /* the brand says so; 0: never */
        size_t gaps;
        int64_t first_from, first_to;
    } rows[] = {
        { { 10, 30, 55 }, 60, 0, 0, 0 }, { { 10, 45 }, 60, 1, 10, 45 },
        { { 10, 40 }, 60, 0, 0, 0 }, /* exactly as long as it may take */
        { { 10 }, 0, 1, 10, 120 },   /* to the end of the incident */
        { { 10, 100 }, 100, 1, 10, 100 }, { { 10, 50, 110 }, 0, 2, 10, 50 },
        { { 0 }, 0, 0, 0, 0 }, /* never answered: that is silence, not a gap */
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        struct incident *last = &fixture->incident.last;
        struct facts_gap gaps[GAPS_MAX];
        last->resolved_ms = OPENED_MS + 120 * MINUTE_MS;
        for (size_t post = 0; post < 4 && rows[i].posts_min[post] != 0; post++) {
            fixture_post(
                    &fixture->incident, OPENED_MS + rows[i].posts_min[post] * MINUTE_MS, "id", "");
        }
        if (last->official_count > 0) {
            last->clock.answered_ms = last->official[0].time_ms;
        }
        if (rows[i].over_min != 0) {
            last->playbook[PLAYBOOK_RESOLVED].time_ms = OPENED_MS + rows[i].over_min * MINUTE_MS;
        }
        size_t count = facts_gaps(&fixture->incident, gaps);
        cr_expect_eq(count, rows[i].gaps, "row %zu: %zu", i, count);
        if (count > 0 && rows[i].gaps > 0) {
            cr_expect_eq(gaps[0].from_ms, OPENED_MS + rows[i].first_from * MINUTE_MS, "row %zu", i);
            cr_expect_eq(gaps[0].to_ms, OPENED_MS + rows[i].first_to * MINUTE_MS, "row %zu", i);
        }
        free(fixture);
    }
}

Test(facts, the_timeline_is_in_order_and_cause_comes_before_effect)
{
    static const enum timeline_kind expected[] = { TIMELINE_ONSET, TIMELINE_EVENT,
        TIMELINE_OFFICIAL, TIMELINE_EVENT, TIMELINE_PEAK };
    struct timeline_row rows[TIMELINE_MAX];
    struct fixture *fixture = fixture_create();

    fixture->incident.last.peak_authors = 30;
    fixture->incident.last.peak_ms = OPENED_MS + 9 * MINUTE_MS;
    fixture_event(&fixture->incident, EVENT_ANSWERED, OPENED_MS + 3 * MINUTE_MS);
    fixture_post(&fixture->incident, OPENED_MS + 3 * MINUTE_MS, "id", "");
    size_t count = facts_timeline(&fixture->incident, rows);
    cr_assert_eq(count, LENGTH(expected));
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(rows[i].kind, expected[i], "row %zu", i);
        cr_expect(i == 0 || rows[i].time_ms >= rows[i - 1].time_ms, "row %zu", i);
    }
    free(fixture);
}

Test(facts, the_scope_is_sorted_and_what_is_left_out_is_counted)
{
    struct scope_group groups[SCOPE_GROUPS_MAX];
    struct fixture *fixture = fixture_create();

    fixture_dim(&fixture->incident, "lang.en", 2);
    fixture_dim(&fixture->incident, "lang.es", 7);
    fixture_dim(&fixture->incident, "plat.x", 9);
    fixture_dim(&fixture->incident, "f.os.android", 1);
    fixture_dim(&fixture->incident, "f.broken", 5);
    fixture_dim(&fixture->incident, "total", 9);
    for (uint64_t i = 1; i <= SCOPE_VALUES_MAX + 2; i++) {
        char name[24];
        snprintf(name, sizeof name, "f.place.p%02d", (int)i);
        fixture_dim(&fixture->incident, name, i);
    }
    cr_assert_eq(facts_scope(&fixture->incident.last, groups), (size_t)4);
    cr_expect_eq(groups[0].values[0]->count, (uint64_t)7);
    cr_expect(view_equal(groups[0].labels[0], VIEW("es")));
    cr_expect_eq(groups[0].is_facet, 0);
    cr_expect(view_equal(groups[2].name, VIEW("os")));
    cr_expect_eq(groups[2].is_facet, 1);
    cr_expect_eq(groups[3].value_count, (size_t)SCOPE_VALUES_MAX);
    cr_expect_eq(groups[3].values[0]->count, (uint64_t)SCOPE_VALUES_MAX + 2);
    cr_expect_eq(groups[3].rest, (uint64_t)3);
    cr_expect_eq(groups[3].sum, (uint64_t)55);
    free(fixture);
}

Test(facts, another_setting_is_asked_about_the_same_episode_of_the_same_brand)
{
    static const struct {
        size_t brand;
        int64_t onset_min, opened_min, resolved_min; /* of the onset; INT64_MIN: open */
        int told;
        int64_t earlier_min;
    } rows[] = {
        { 0, 0, 5, 200, 1, 0 },
        { 0, -2, 1, 200, 1, 4 },
        { 0, 0, 25, INT64_MIN, 1, -20 },
        { 1, 0, 5, 200, 0, 0 },     /* of another brand */
        { 0, -90, -60, -1, 0, 0 },  /* over before */
        { 0, 201, 210, 300, 0, 0 }, /* begun after */
        { 0, 200, 210, 300, 1, -205 },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        struct facts_what_if what;
        fixture->incident.last.resolved_ms = ONSET_MS + 200 * MINUTE_MS;
        fixture->alerts[0] = (struct preset_alert){ .brand = rows[i].brand,
            .onset_ms = ONSET_MS + rows[i].onset_min * MINUTE_MS,
            .opened_ms = ONSET_MS + rows[i].opened_min * MINUTE_MS,
            .resolved_ms = rows[i].resolved_min == INT64_MIN
                                   ? TIME_NONE
                                   : ONSET_MS + rows[i].resolved_min * MINUTE_MS };
        fixture->report.presets[SENSITIVITY_MORE] = (struct preset_result){
            .alerts = fixture->alerts, .count = 1, .left_out = 2, .notices = 5
        };
        facts_what_if(&fixture->report, &fixture->incident, SENSITIVITY_MORE, &what);
        cr_expect_eq(what.alert != NULL, rows[i].told, "row %zu", i);
        cr_expect_eq(what.earlier_ms, rows[i].earlier_min * MINUTE_MS, "row %zu", i);
        cr_expect_eq(what.alerts, (uint64_t)3, "row %zu", i);
        facts_what_if(&fixture->report, &fixture->incident, SENSITIVITY_FEWER, &what);
        cr_expect_null(what.alert, "row %zu", i);
        free(fixture);
    }
}
