/* The three forms: what strangers wrote stays text, what is missing is said, what is too much ends. */
#include "fixture.h"
#include "window/cell.h"

#include <jansson.h>

static const fixture_form forms[] = { report_html, report_markdown, report_json };

/* ---- texts of strangers ---- */

struct hostile {
    const char *text;
    const char *never_html;     /* in the page */
    const char *never_markdown; /* in the Markdown */
};

static const struct hostile hostile[] = {
    { "<script>alert(1)</script>", "<script", "<script" },
    { "</article></body>x", "</article></body>x", "</article>" },
    { "\" onmouseover=\"x", "\" onmouseover=\"x",
            "\n"
            "\" onmouseover" },
    { "' style='x", "' style='x", "\n' style" },
    { "<img src=http://evil.example/a.png>", "<img", "<img" },
    { "![a](http://evil.example/a.png)", "<img", "![a](" },
    { "[a](javascript:alert(1))", "href=\"javascript", "[a](" },
    { "one | two", "<td>one | two", " one | two" },
    { "line\n# heading", "line\n#", "\n# heading" },
    { "\xe2\x80\xae"
      "desrever",
            "\xe2\x80\xae", "\xe2\x80\xae" },
    { "bad \xff bytes", "\xff", "\xff" },
    { "&lt;kept as typed", ">&lt;kept", " &lt;kept" },
    { "esc \x1b[31m red", "\x1b", "\x1b" },
};

static struct fixture *
plant(const char *text)
{
    struct fixture *fixture = fixture_create();
    struct study_incident *incident = &fixture->incident;
    struct study_post *post = &incident->posts[incident->post_count++];

    fixture_post(incident, OPENED_MS + MINUTE_MS, text, "");
    fixture_post(incident, OPENED_MS + 2 * MINUTE_MS, "id", text);
    snprintf(incident->last.playbook[0].post_id, sizeof incident->last.playbook[0].post_id, "%s",
            text);
    incident->last.playbook[0].time_ms = OPENED_MS + MINUTE_MS;
    fixture_dim(incident, "lang.es", 3);
    snprintf(incident->last.dims[1].name, sizeof incident->last.dims[1].name, "f.os.%s", text);
    incident->last.dims[1].count = 2;
    incident->last.dim_count = 2;
    post->time_ms = TIME_NONE;
    snprintf(post->text, sizeof post->text, "%s", text);
    snprintf(post->id, sizeof post->id, "%s", text);
    snprintf(post->lang, sizeof post->lang, "%s", text);
    fixture->inputs[0] = text;
    fixture->report.source.command = text;
    return fixture;
}

Test(forms, what_strangers_wrote_is_text_wherever_it_stands)
{
    for (size_t i = 0; i < LENGTH(hostile); i++) {
        struct fixture *fixture = plant(hostile[i].text);
        char *page = fixture_render(report_html, fixture, LANG_ES);
        char *paper = fixture_render(report_markdown, fixture, LANG_ES);
        cr_expect_null(strstr(page, hostile[i].never_html), "page, row %zu", i);
        cr_expect_null(
                strstr(paper, hostile[i].never_markdown), "Markdown, row %zu:\n%s", i, paper);
        free(page);
        free(paper);
        free(fixture);
    }
}

Test(forms, json_stays_json_whatever_strangers_wrote)
{
    for (size_t i = 0; i < LENGTH(hostile); i++) {
        struct fixture *fixture = plant(hostile[i].text);
        char *text = fixture_render(report_json, fixture, LANG_EN);
        json_t *root = json_loads(text, 0, NULL);
        cr_expect_not_null(root, "row %zu", i);
        json_decref(root);
        free(text);
        free(fixture);
    }
}

Test(forms, a_link_is_followed_to_http_and_https_alone)
{
    static const struct {
        const char *link;
        int followed;
    } rows[] = {
        { "https://x.example/status/1", 1 },
        { "http://x.example/1", 1 },
        { "https://x.example/?a=1&b=\"2\"", 1 },
        { "javascript:alert(1)", 0 },
        { "JaVaScRiPt:alert(1)", 0 },
        { " https://x.example/", 0 },
        { "data:text/html,x", 0 },
        { "//x.example/", 0 },
        { "ftp://x.example/", 0 },
        { "", 0 },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        fixture_post(&fixture->incident, OPENED_MS, "id", rows[i].link);
        char *page = fixture_render(report_html, fixture, LANG_ES);
        cr_expect_eq(fixture_count(page, "<a rel="), (size_t)rows[i].followed, "row %zu", i);
        cr_expect_eq(fixture_count(page, "href="), (size_t)rows[i].followed, "row %zu", i);
        free(page);
        free(fixture);
    }
}

/* ---- nothing to say ---- */

Test(forms, an_incident_of_which_nothing_is_known_is_still_a_document)
{
    static const struct {
        fixture_form form;
        const char *said;
        const char *not_said;
    } rows[] = {
        { report_html, "<article class=\"incident\"", "<figure" },
        { report_html, "La marca no respondió en público", "blockquote>" },
        { report_html, "no consta", "data-kind=\"peak\"" },
        { report_markdown, "- [ ] reconocer lo que pasa", "- [x]" },
        { report_json, "\"answered\":null", "\"kind\":\"official\"" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        char *text = fixture_render(rows[i].form, fixture, LANG_ES);
        cr_expect_not_null(strstr(text, rows[i].said), "row %zu:\n%s", i, text);
        cr_expect_null(strstr(text, rows[i].not_said), "row %zu", i);
        free(text);
        free(fixture);
    }
}

Test(forms, an_archive_without_incidents_says_so)
{
    static const char *const words[] = { "ninguna incidencia", "ninguna incidencia",
        "\"incidents\":[]" };

    for (size_t i = 0; i < LENGTH(forms); i++) {
        struct fixture *fixture = fixture_create();
        fixture->report.incident_count = 0;
        fixture->report.source.first_ms = INT64_MIN;
        fixture->report.source.last_ms = INT64_MIN;
        char *text = fixture_render(forms[i], fixture, LANG_ES);
        cr_expect_not_null(strstr(text, words[i]), "form %zu:\n%s", i, text);
        free(text);
        free(fixture);
    }
}

/* ---- too much ---- */

static void
fill(struct fixture *fixture)
{
    struct study_incident *incident = &fixture->incident;

    for (size_t i = incident->event_count; i < STUDY_EVENTS_MAX; i++) {
        fixture_event(incident, EVENT_SILENCE, OPENED_MS + (int64_t)i * MINUTE_MS);
    }
    for (int i = 0; i < INCIDENT_POSTS_MAX; i++) {
        fixture_post(incident, OPENED_MS + i * 2 * MINUTE_MS, "id", "https://x.example/1");
    }
    for (uint64_t i = 0; i < INCIDENT_DIMS_MAX; i++) {
        char name[24];
        snprintf(name, sizeof name, "f.group%d.value%d", (int)i % 11, (int)i);
        fixture_dim(incident, name, i + 1);
    }
    fixture_chart(incident, 5000);
    incident->events_left_out = 7;
}

Test(forms, whatever_is_full_is_shown_whole)
{
    struct fixture *fixture = fixture_create();
    fill(fixture);
    for (size_t i = 0; i < LENGTH(forms); i++) {
        char *text = fixture_render(forms[i], fixture, LANG_EN);
        cr_expect_gt(strlen(text), (size_t)5000, "form %zu", i);
        free(text);
    }
    char *page = fixture_render(report_html, fixture, LANG_EN);
    cr_expect_eq(fixture_count(page, "<tr data-kind="),
            (size_t)STUDY_EVENTS_MAX + INCIDENT_POSTS_MAX + 1);
    cr_expect_eq(fixture_count(page, "<div><h3>group"), (size_t)8);
    cr_expect_not_null(strstr(page, "7 steps in between are not shown"));
    cr_expect_leq(fixture_count(page, "<tr><td class=\"when\"><time"), (size_t)96);
    free(page);
    free(fixture);
}

Test(forms, more_incidents_than_fit_are_counted)
{
    struct fixture *fixture = fixture_create();
    size_t count = LENGTH(fixture->list);

    for (size_t i = 0; i < count; i++) {
        fixture->list[i] = &fixture->incident;
    }
    fixture->report.incident_count = count;
    fixture->report.left_out = 3;
    char *page = fixture_render(report_html, fixture, LANG_EN);
    cr_expect_eq(fixture_count(page, "<article"), (size_t)REPORT_INCIDENTS_MAX);
    cr_expect_not_null(strstr(page, "There were more incidents than fit on a page"));
    char *text = fixture_render(report_json, fixture, LANG_EN);
    cr_expect_not_null(strstr(text, "\"left_out\":43,"), "%s", text);
    free(page);
    free(text);
    free(fixture);
}

/* ---- the drawing ---- */

Test(forms, the_drawing_shows_the_silence_and_what_ended_it)
{
    static const struct {
        int64_t answered_min; /* of the alert; INT64_MIN: never */
        size_t lines, words;
    } rows[] = { { INT64_MIN, 2, 2 }, { 30, 2, 0 }, { 0, 0, 0 }, { -3, 0, 0 } };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        struct incident *last = &fixture->incident.last;
        fixture_chart(&fixture->incident, 200);
        last->updated_ms = OPENED_MS + 100 * MINUTE_MS;
        if (rows[i].answered_min != INT64_MIN) {
            last->clock.answered_ms = OPENED_MS + rows[i].answered_min * MINUTE_MS;
        }
        char *page = fixture_render(report_html, fixture, LANG_EN);
        cr_expect_eq(fixture_count(page, "<line class=\"silence\""), rows[i].lines, "row %zu", i);
        cr_expect_eq(fixture_count(page, "no public answer:"), rows[i].words, "row %zu", i);
        free(page);
        free(fixture);
    }
}

/* No number of a drawing may stand outside of it, whatever the figures are. */
Test(forms, a_drawing_has_no_number_that_is_none)
{
    static const struct {
        double expected, spread;
        uint32_t people, mentions;
        size_t minutes;
    } rows[] = { { 0, 0, 0, 0, 1 }, { 0, 0, 0, 0, 600 }, { 1e6, 1e6, 0, 4000000000u, 2 },
        { 1e-9, 1e-9, 1, 1, 3 }, { 3, 100, 4000000000u, 0, 700 } };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        struct chart *chart = &fixture->incident.chart;
        fixture_chart(&fixture->incident, rows[i].minutes);
        for (size_t at = 0; at < chart->count; at++) {
            chart->points[at].expected = rows[i].expected;
            chart->points[at].spread = rows[i].spread;
            chart->points[at].people = rows[i].people;
            chart->points[at].mentions = rows[i].mentions;
        }
        char *page = fixture_render(report_html, fixture, LANG_ES);
        cr_expect_null(strstr(page, "nan"), "row %zu", i);
        cr_expect_null(strstr(page, "inf\""), "row %zu", i);
        cr_expect_eq(fixture_count(page, "</svg>"), (size_t)2 + 6, "row %zu", i);
        free(page);
        free(fixture);
    }
}

Test(forms, the_day_is_said_where_it_changes)
{
    struct fixture *fixture = fixture_create();

    fixture_event(&fixture->incident, EVENT_SILENCE, OPENED_MS + 60 * MINUTE_MS);
    fixture_event(&fixture->incident, EVENT_RESOLVED, OPENED_MS + 24 * 60 * MINUTE_MS);
    char *page = fixture_render(report_html, fixture, LANG_EN);
    cr_expect_eq(fixture_count(page, "<tr class=\"day\">"), (size_t)2);
    cr_expect_not_null(strstr(page, "23 Feb 2014</td></tr>"));
    free(page);
    free(fixture);
}

/* ---- the whole ---- */

Test(forms, the_page_fetches_nothing_and_runs_nothing)
{
    static const char *const never[] = { "<script", "<link", "@import", "url(", "src=", "http://",
        "https://", "<iframe", "<object", "onload" };
    struct fixture *fixture = fixture_create();

    fixture_chart(&fixture->incident, 200);
    char *page = fixture_render(report_html, fixture, LANG_ES);
    for (size_t i = 0; i < LENGTH(never); i++) {
        cr_expect_null(strstr(page, never[i]), "%s", never[i]);
    }
    cr_expect_not_null(strstr(page, "default-src 'none'"));
    cr_expect_eq(fixture_count(page, "<svg class=\"wide\""), (size_t)1);
    cr_expect_eq(fixture_count(page, "<svg class=\"narrow\""), (size_t)1);
    free(page);
    free(fixture);
}

Test(forms, both_languages_say_all_of_it)
{
    static const char *const said[][2] = {
        { "<html lang=\"es\">", "<html lang=\"en\">" },
        { "El reloj del silencio", "The silence clock" },
        { "A cuántos y a quién", "How many, and exactly who" },
        { "Minuto a minuto", "Minute by minute" },
        { "Con otra sensibilidad", "With another sensitivity" },
        { "Para completar", "To be filled in" },
        { "27 personas en 10 min, 1,8 esperadas (x15)", "27 people in 10 min, 1.8 expected (15x)" },
        { "no habría avisado", "would have said nothing" },
        { "22/02/2014 18:35 UTC", "22 Feb 2014 18:35 UTC" },
        { "71 % de las menciones eran quejas", "71% of the mentions were complaints" },
    };

    struct fixture *fixture = fixture_create();
    char *pages[] = { fixture_render(report_html, fixture, LANG_ES),
        fixture_render(report_html, fixture, LANG_EN) };
    for (size_t i = 0; i < LENGTH(said); i++) {
        for (int lang = 0; lang < 2; lang++) {
            cr_expect_not_null(strstr(pages[lang], said[i][lang]), "%s", said[i][lang]);
            cr_expect_null(strstr(pages[lang], said[i][1 - lang]), "%s", said[i][1 - lang]);
        }
    }
    free(pages[0]);
    free(pages[1]);
    free(fixture);
}

/* The brand's input fails for three hours and comes back; `at_ms`: when. */
static struct holes *
holes_from(int64_t at_ms)
{
    struct holes *holes = holes_create();
    struct judge_settings settings;
    struct brand_settings brand = { .id = "acme" };
    struct judge_event events[JUDGE_EVENTS_MAX];
    uint32_t failed = bucket_of(at_ms);

    judge_settings_init(&settings);
    struct brand_judge *judge = brand_judge_create(&settings, &brand);
    for (uint32_t bucket = failed - 5 * 8640; bucket <= failed + 1080; bucket += 12) {
        struct brand_bucket in = { .bucket = bucket, .total = 3 };
        struct watched_fold fold = { .settings = &brand, .judge = judge, .in = &in };
        if (bucket > failed && bucket + 12 <= failed + 1080) {
            continue;
        }
        holes_watch(holes, FOLD_BEFORE, &fold);
        (void)brand_judge_fold(judge, &in, events);
        holes_watch(holes, FOLD_AFTER, &fold);
    }
    brand_judge_destroy(&judge);
    return holes;
}

Test(forms, who_reads_of_an_incident_is_told_what_the_archive_lacks_around_it)
{
    struct fixture *fixture = fixture_create();
    struct holes *near = holes_from(ONSET_MS - 240 * MINUTE_MS);
    struct holes *far = holes_from(ONSET_MS - 3000 * MINUTE_MS);

    fixture->report.holes = near;
    char *page = fixture_render(report_html, fixture, LANG_ES);
    char *text = fixture_render(report_markdown, fixture, LANG_EN);
    char *json = fixture_render(report_json, fixture, LANG_EN);
    cr_expect_not_null(
            strstr(page, "De esta marca no llegó nada, y debería: 22/02/2014 14:30 UTC – "
                         "17:30."));
    cr_expect_not_null(
            strstr(text, "Nothing came of this brand, and should have: 22 Feb 2014 14:30 UTC – "
                         "17:30."));
    cr_expect_not_null(strstr(json, "\"missing\":[{\"from\":\"2014-02-22T14:30:10Z\",\"to\":"
                                    "\"2014-02-22T17:30:00Z\"}],\"stale\":[]"),
            "%s", json);
    free(page);
    free(text);
    free(json);

    fixture->report.holes = far;
    page = fixture_render(report_html, fixture, LANG_ES);
    cr_expect_null(strstr(page, "no llegó nada"), "two days before it that is another story");
    free(page);
    holes_destroy(&near);
    holes_destroy(&far);
    free(fixture);
}

Test(forms, the_same_study_gives_the_same_bytes)
{
    struct fixture *fixture = fixture_create();
    fill(fixture);
    for (size_t i = 0; i < LENGTH(forms); i++) {
        char *one = fixture_render(forms[i], fixture, LANG_ES);
        char *two = fixture_render(forms[i], fixture, LANG_ES);
        cr_expect_str_eq(one, two);
        free(one);
        free(two);
    }
    free(fixture);
}

/* ---- who was answered ---- */

/* So many people complained, the first ones got a reply; one of them with this id and link. */
static struct waits *
waits_made(const struct fixture *fixture, uint64_t people, uint64_t answered, const char *text)
{
    struct waits *waits = waits_create(NULL);
    struct judge_event event = { .incident = fixture->incident.last };
    struct brand_bucket in = { .bucket = bucket_of(OPENED_MS) };
    struct watched_fold fold = { .in = &in, .events = &event, .event_count = 1 };

    for (uint64_t i = 1; i <= people; i++) {
        struct waits_post post = { .brand = VIEW("acme"),
            .voice = WAITS_COMPLAINT,
            .time_ms = ONSET_MS + (int64_t)i,
            .signals = SIGNAL_BIT(SIGNAL_OUTAGE),
            .first_person = i % 2 == 0,
            .reach = 10000 + i,
            .author = i,
            .post = i,
            .id = view_of(text),
            .link = view_of(text) };
        waits_hear(waits, &post);
    }
    for (uint64_t i = 1; i <= answered; i++) {
        struct waits_post post = { .brand = VIEW("acme"),
            .voice = WAITS_REPLY,
            .time_ms = ONSET_MS + 20 * MINUTE_MS + (int64_t)i,
            .target = i,
            .sketch = i * UINT64_C(0x9e3779b97f4a7c15) };
        waits_hear(waits, &post);
    }
    waits_watch(waits, FOLD_AFTER, &fold);
    waits_finish(waits, bucket_of(ONSET_MS + 60 * MINUTE_MS));
    return waits;
}

Test(forms, the_answered_share_and_who_waits_are_said_in_all_three)
{
    static const struct {
        fixture_form form;
        enum lang lang;
        uint64_t people, answered;
        const char *said;
        const char *not_said;
    } rows[] = {
        { report_html, LANG_ES, 40, 10,
                "De las 40 personas que se quejaron con palabras propias, 10 (25 %) recibieron",
                "ninguna recibió" },
        { report_html, LANG_ES, 40, 10, "<dd>25 %</dd>", "<dd class=\"late\">25" },
        { report_html, LANG_ES, 40, 10, "esperan otras 10 personas", "Hubo más mensajes" },
        { report_html, LANG_EN, 40, 0, "none got a direct reply", "half of them" },
        { report_html, LANG_EN, 40, 0, "<dd class=\"late\">0%</dd>", "<i data-sort=\"canned\"" },
        { report_html, LANG_EN, 3, 3, "3 (100%) got a direct reply", "Who still waits<" },
        { report_html, LANG_EN, 1, 1, "Of the one person", "half of them" },
        { report_html, LANG_ES, 0, 0, "Nadie se quejó", "class=\"split\"" },
        { report_markdown, LANG_EN, 40, 10,
                "10 (25%) got a direct reply, half of them within 20 min", "| 41 min" },
        { report_markdown, LANG_ES, 2, 0, "ninguna recibió respuesta directa", "Nombran" },
        { report_json, LANG_ES, 40, 10, "\"answered\":10,\"answered_first_person\":5", "nan" },
        { report_json, LANG_ES, 40, 0, "\"median_wait_s\":null", "\"answered\":40" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct fixture *fixture = fixture_create();
        struct waits *waits = waits_made(fixture, rows[i].people, rows[i].answered, "p");
        fixture->report.waits = waits;
        char *text = fixture_render(rows[i].form, fixture, rows[i].lang);
        cr_expect_not_null(strstr(text, rows[i].said), "row %zu:\n%s", i, text);
        cr_expect_null(strstr(text, rows[i].not_said), "row %zu:\n%s", i, text);
        free(text);
        free(fixture);
        waits_destroy(&waits);
    }
}

Test(forms, of_those_who_wait_so_many_rows_are_shown_and_hostile_ones_are_text)
{
    for (size_t i = 0; i < LENGTH(hostile); i++) {
        struct fixture *fixture = fixture_create();
        struct waits *waits = waits_made(fixture, WAITS_SHOWN + 5, 0, hostile[i].text);
        fixture->report.waits = waits;
        char *page = fixture_render(report_html, fixture, LANG_ES);
        char *paper = fixture_render(report_markdown, fixture, LANG_ES);
        char *text = fixture_render(report_json, fixture, LANG_ES);
        json_t *root = json_loads(text, 0, NULL);
        cr_expect_null(strstr(page, hostile[i].never_html), "page, row %zu", i);
        cr_expect_null(strstr(paper, hostile[i].never_markdown), "Markdown, row %zu", i);
        cr_expect_eq(fixture_count(page, "<td class=\"small post\">"), (size_t)WAITS_SHOWN);
        cr_expect_not_null(root, "row %zu", i);
        json_decref(root);
        free(page);
        free(paper);
        free(text);
        free(fixture);
        waits_destroy(&waits);
    }
}

Test(forms, where_nobody_looked_nothing_is_said_of_it)
{
    static const char *const words[] = { "Con respuesta directa", "A quién se contestó",
        "\"answers\":{" };

    for (size_t i = 0; i < LENGTH(forms); i++) {
        struct fixture *fixture = fixture_create();
        char *text = fixture_render(forms[i], fixture, LANG_ES);
        cr_expect_null(strstr(text, words[i]), "form %zu", i);
        free(text);
        free(fixture);
    }
}

/* ---- at a glance ---- */

Test(forms, coordinated_activity_is_said_at_the_top_and_nothing_of_it_elsewhere)
{
    for (uint32_t coordinated = 0; coordinated < 2; coordinated++) {
        struct fixture *fixture = fixture_create();
        fixture->incident.last.coordinated = coordinated;
        fixture->incident.last.severity = coordinated ? SEVERITY_INFO : SEVERITY_CRITICAL;
        char *page = fixture_render(report_html, fixture, LANG_ES);
        char *paper = fixture_render(report_markdown, fixture, LANG_EN);
        const char *head = strstr(page, "<b>actividad coordinada</b>");
        cr_expect_eq(head != NULL, coordinated);
        cr_expect(head == NULL || head < strstr(page, "class=\"overview\""));
        cr_expect_eq(strstr(page, "data-severity=\"info\">AVISO") != NULL, coordinated);
        cr_expect_eq(strstr(paper, "It is coordinated activity") != NULL, coordinated);
        free(page);
        free(paper);
        free(fixture);
    }
}

Test(forms, steps_are_a_table_when_one_was_taken_and_a_line_when_none_was)
{
    struct fixture *fixture = fixture_create();
    char *page = fixture_render(report_html, fixture, LANG_EN);

    cr_expect_not_null(strstr(page, "Of the 8 steps none was seen: acknowledge it; "));
    cr_expect_null(strstr(page, "class=\"check\""));
    free(page);
    fixture->incident.last.playbook[PLAYBOOK_APOLOGISE].time_ms = OPENED_MS;
    page = fixture_render(report_html, fixture, LANG_EN);
    cr_expect_null(strstr(page, "none was seen"));
    cr_expect_eq(fixture_count(page, "class=\"check\""), (size_t)PLAYBOOK_COUNT);
    free(page);
    free(fixture);
}

Test(forms, what_the_brand_said_to_one_does_not_stand_out_like_what_it_said_to_all)
{
    struct fixture *fixture = fixture_create();

    fixture_post(&fixture->incident, OPENED_MS + MINUTE_MS, "all", "");
    fixture_post(&fixture->incident, OPENED_MS + 2 * MINUTE_MS, "one", "");
    fixture_post(&fixture->incident, OPENED_MS + 3 * MINUTE_MS, "false", "");
    fixture->incident.last.official[0].signals |= SIGNAL_BIT(SIGNAL_OUTAGE);
    fixture->incident.last.official[1].broadcast = 0;
    fixture->incident.last.official[2].impostor = 1;
    char *page = fixture_render(report_html, fixture, LANG_EN);
    cr_expect_eq(fixture_count(page, "data-who=\"brand\"><td"), (size_t)1);
    cr_expect_eq(fixture_count(page, "data-who=\"desk\"><td"), (size_t)1);
    cr_expect_eq(fixture_count(page, "data-who=\"impostor\"><td"), (size_t)1);
    cr_expect_eq(
            fixture_count(page, "An account that poses as the brand: acknowledges"), (size_t)1);
    cr_expect_not_null(strstr(page, "The brand acknowledges · service outage<"));
    free(page);
    free(fixture);
}
