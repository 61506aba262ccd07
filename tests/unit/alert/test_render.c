#include "alert/render.h"
#include "fixture.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

/* The value at a path such as "alerts.0.crisis.why.p", as JSON text. */
static char *
at(json_t *root, const char *path)
{
    char name[64];
    json_t *value = root;

    while (*path != '\0') {
        size_t size = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)size, path);
        value = json_is_array(value) ? json_array_get(value, strtoul(name, NULL, 10))
                                     : json_object_get(value, name);
        path += size + (path[size] == '.');
    }
    return value == NULL ? strdup("(none)")
                         : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS |
                                                     JSON_REAL_PRECISION(15));
}

struct row {
    const char *path;
    const char *value;
};

static void
check(const struct judge_event *event,
        const struct render_context *context,
        const struct row *rows,
        size_t count)
{
    char *payload = render_payload(event, context);
    json_t *root = json_loads(payload, 0, NULL);

    cr_assert_not_null(root, "%s", payload);
    for (size_t i = 0; i < count; i++) {
        char *value = at(root, rows[i].path);
        cr_expect_str_eq(value, rows[i].value, "%s: %s", rows[i].path, value);
        free(value);
    }
    json_decref(root);
    free(payload);
}

#define CHECK(event, context, rows) check(event, context, rows, sizeof(rows) / sizeof(rows)[0])

Test(render, payload_has_the_shape_of_alertmanager)
{
    static const struct row rows[] = {
        { "version", "\"4\"" },
        { "status", "\"firing\"" },
        { "receiver", "\"sala\"" },
        { "groupKey", "\"{}:{brand=\\\"whatsapp\\\"}\"" },
        { "truncatedAlerts", "0" },
        { "groupLabels", "{\"brand\":\"whatsapp\"}" },
        { "externalURL", "\"https://rebato.example\"" },
        { "alerts.0.status", "\"firing\"" },
        { "alerts.0.fingerprint", "\"9f2c11aa00bb22cc\"" },
        { "alerts.0.startsAt", "\"2014-02-22T18:29:40Z\"" },
        { "alerts.0.endsAt", "\"0001-01-01T00:00:00Z\"" },
        { "alerts.0.generatorURL", "\"https://rebato.example/#9f2c11aa00bb22cc\"" },
        { "alerts.0.labels",
                "{\"alertname\":\"outage\",\"brand\":\"whatsapp\",\"class\":\"outage\","
                "\"lang\":\"es\",\"severity\":\"critical\"}" },
        { "alerts.1", "(none)" },
    };
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);

    CHECK(&event, &context, rows);
}

Test(render, crisis_carries_the_arithmetic)
{
    static const struct row rows[] = {
        { "alerts.0.crisis.schema", "\"rebato/crisis/v1\"" },
        { "alerts.0.crisis.kind", "\"opened\"" },
        { "alerts.0.crisis.revision", "3" },
        { "alerts.0.crisis.signals", "[\"outage\",\"demand-answer\"]" },
        { "alerts.0.crisis.why.authors", "388" },
        { "alerts.0.crisis.why.expected", "19.5" },
        { "alerts.0.crisis.why.ratio", "19.9" },
        { "alerts.0.crisis.why.p", "1e-40" },
        { "alerts.0.crisis.why.p_log10", "-39.7" },
        { "alerts.0.crisis.why.share", "0.71" },
        { "alerts.0.crisis.why.usual_share", "0.08" },
        { "alerts.0.crisis.why.window_s", "600" },
        { "alerts.0.crisis.why.fired", "[\"scan_10m\",\"cusum\"]" },
        { "alerts.0.crisis.why.rule", "null" },
        { "alerts.0.crisis.why.sensitivity", "\"balanced\"" },
        { "alerts.0.crisis.scope.langs", "{\"en\":0.29,\"es\":0.71}" },
        { "alerts.0.crisis.scope.platforms", "{\"x\":1180}" },
        { "alerts.0.crisis.scope.facets", "{\"os\":{\"android\":212,\"ios\":188}}" },
        { "alerts.0.crisis.scope.posts", "1290" },
        { "alerts.0.crisis.clock.onset", "\"2014-02-22T18:29:40Z\"" },
        { "alerts.0.crisis.clock.alerted", "\"2014-02-22T18:31:10Z\"" },
        { "alerts.0.crisis.clock.detected_after_s", "90" },
        { "alerts.0.crisis.clock.public_answer", "null" },
        { "alerts.0.crisis.clock.silence_since_onset_s", "740" },
        { "alerts.0.crisis.clock.silence_since_alert_s", "650" },
        { "alerts.0.crisis.clock.next_grade_in_s", "250" },
        { "alerts.0.crisis.clock.grade", "\"A\"" },
        { "alerts.0.crisis.clock.next_update_due", "null" },
        { "alerts.0.crisis.clock.replies", "null" },
        { "alerts.0.crisis.playbook.next", "\"acknowledge\"" },
        { "alerts.0.crisis.playbook.done", "[]" },
        { "alerts.0.crisis.health.lag_s", "1.2" },
        { "alerts.0.crisis.health.watermark", "\"2014-02-22T18:42:00Z\"" },
        { "alerts.0.crisis.links.page", "\"https://rebato.example/#9f2c11aa00bb22cc\"" },
    };
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);

    CHECK(&event, &context, rows);
}

Test(render, answered_clock_stands)
{
    static const struct row rows[] = {
        { "status", "\"resolved\"" },
        { "alerts.0.endsAt", "\"2014-02-22T18:42:00Z\"" },
        { "alerts.0.crisis.clock.public_answer", "\"2014-02-22T18:36:10Z\"" },
        { "alerts.0.crisis.clock.silence_since_alert_s", "300" },
        { "alerts.0.crisis.clock.silence_since_onset_s", "390" },
        { "alerts.0.crisis.clock.next_grade_in_s", "null" },
        { "alerts.0.crisis.clock.next_update_due", "null" },
        { "alerts.0.crisis.playbook.done",
                "[{\"at\":\"2014-02-22T18:36:10Z\",\"post\":\"p1\",\"step\":\"acknowledge\"}]" },
        { "alerts.0.crisis.playbook.next", "\"apologise\"" },
        { "alerts.0.crisis.official.0.id", "\"p1\"" },
        { "alerts.0.crisis.official.0.signals", "[\"official-acknowledge\"]" },
    };
    struct judge_event event = fixture_event(EVENT_RESOLVED);
    struct render_context context = fixture_context(LANG_EN);
    struct incident *incident = &event.incident;

    incident->clock.answered_ms = FIXTURE_OPENED_MS + 300000;
    incident->clock.last_official_ms = FIXTURE_OPENED_MS + 300000;
    incident->playbook[PLAYBOOK_ACKNOWLEDGE].time_ms = FIXTURE_OPENED_MS + 300000;
    memcpy(incident->playbook[PLAYBOOK_ACKNOWLEDGE].post_id, "p1", 3);
    incident->official[0] = (struct incident_post){ .time_ms = FIXTURE_OPENED_MS + 300000,
        .signals = SIGNAL_BIT(SIGNAL_OFFICIAL_ACKNOWLEDGE),
        .broadcast = 1,
        .id = "p1" };
    incident->official_count = 1;
    CHECK(&event, &context, rows);
}

Test(render, same_event_same_bytes)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);
    char *first = render_payload(&event, &context);
    char *second = render_payload(&event, &context);

    cr_assert_str_eq(first, second);
    cr_assert_null(strchr(first, '\n'));
    free(first);
    free(second);
}

Test(render, numbers_that_are_none_do_not_stop_an_alert)
{
    static const struct row rows[] = {
        { "alerts.0.crisis.why.ratio", "null" },
        { "alerts.0.crisis.why.z", "null" },
        { "alerts.0.crisis.why.p", "1e-300" },
        { "alerts.0.crisis.health.lag_s", "null" },
        { "alerts.0.crisis.links", "(none)" },
        { "externalURL", "\"\"" },
        { "receiver", "\"\"" },
    };
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = { .lag_s = -1, .watermark_ms = TIME_NONE };

    event.incident.why.ratio = 1.0 / 0.0;
    event.incident.why.z = 0.0 / 0.0;
    event.incident.why.p_log10 = -1e6;
    CHECK(&event, &context, rows);
}

Test(render, hostile_bytes_stay_inside_their_string)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);

    snprintf(event.incident.dims[0].name, NAME_SIZE_MAX, "f.os.%s", "\"},\xff\xc3\n\033");
    event.incident.official[0] = (struct incident_post){ .id = "\xc3", .link = "\"\\\x01" };
    event.incident.official_count = 1;
    context.exemplars[0] = VIEW("{\"text\":\"<script>\\u001b[2J\",\"lang\":\"es\"}");
    context.exemplars[1] = VIEW("{\"text\":");
    context.exemplars[2] = VIEW("[1]");
    context.exemplars[3] = VIEW("{\"text\":\"dos\"}");
    context.exemplar_count = 4;
    static const struct row rows[] = {
        { "alerts.0.crisis.top",
                "[{\"lang\":\"es\",\"text\":\"<script>\\u001B[2J\"},{\"text\":\"dos\"}]" },
        { "alerts.0.crisis.official.0.id", "\"\xef\xbf\xbd\"" },
        { "alerts.0.crisis.official.0.url", "\"\\\"\\\\\\u0001\"" },
        { "alerts.0.crisis.severity", "\"critical\"" },
    };
    CHECK(&event, &context, rows);
}

Test(render, summary_is_a_sentence_for_each_kind)
{
    static const struct {
        enum judge_event_kind kind;
        const char *es, *en;
    } rows[] = {
        { EVENT_OPENED,
                "whatsapp: 388 personas en 10 min, 19,5 esperadas (x20) · caída del servicio, "
                "piden "
                "una respuesta",
                "whatsapp: 388 people in 10 min, 19.5 expected (20x) · service outage, demand an "
                "answer" },
        { EVENT_ESCALATED,
                "whatsapp: va a más, 388 personas en 10 min, 19,5 esperadas (x20) · caída del "
                "servicio, piden una respuesta",
                "whatsapp: growing, 388 people in 10 min, 19.5 expected (20x) · service outage, "
                "demand an answer" },
        { EVENT_SILENCE,
                "whatsapp: 10 minutos sin respuesta pública (nota A) · caída del servicio, piden "
                "una "
                "respuesta",
                "whatsapp: 10 minutes without a public answer (grade A) · service outage, demand "
                "an "
                "answer" },
        { EVENT_RESOLVED,
                "whatsapp: resuelta tras 12 min, 1104 personas en total · caída del servicio, "
                "piden "
                "una respuesta",
                "whatsapp: resolved after 12 min, 1,104 people in all · service outage, demand an "
                "answer" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct judge_event event = fixture_event(rows[i].kind);
        for (int lang = LANG_ES; lang <= LANG_EN; lang++) {
            struct render_context context = fixture_context((enum lang)lang);
            char *summary = render_summary(&event, &context);
            cr_expect_str_eq(summary, lang == LANG_ES ? rows[i].es : rows[i].en, "%s", summary);
            free(summary);
        }
    }
}

Test(render, answered_and_overdue_are_told_apart_from_silence)
{
    struct judge_event event = fixture_event(EVENT_ANSWERED);
    struct render_context context = fixture_context(LANG_EN);

    event.incident.clock.answered_ms = FIXTURE_OPENED_MS + 300000;
    event.incident.clock.last_official_ms = FIXTURE_OPENED_MS + 300000;
    event.incident.signals = SIGNAL_BIT(SIGNAL_OUTAGE);
    static const struct {
        enum judge_event_kind kind;
        int64_t answered_ms;
        const char *text;
    } rows[] = {
        { EVENT_ANSWERED, FIXTURE_OPENED_MS + 300000,
                "whatsapp: public answer after 5 minutes (grade A) · service outage" },
        { EVENT_ANSWERED, FIXTURE_ONSET_MS,
                "whatsapp: public answer ahead of the alert (grade A) · service outage" },
        { EVENT_SILENCE, FIXTURE_OPENED_MS + 300000,
                "whatsapp: 5 minutes without an official update · service outage" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        event.kind = rows[i].kind;
        event.incident.clock.answered_ms = rows[i].answered_ms;
        char *summary = render_summary(&event, &context);
        cr_expect_str_eq(summary, rows[i].text, "%s", summary);
        free(summary);
    }
}

Test(render, next_to_nothing_expected_is_no_divisor)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);

    event.incident.signals = SIGNAL_BIT(SIGNAL_OUTAGE);
    event.incident.why.expected = 0;
    event.incident.why.ratio = 1.0 / 0.0;
    event.incident.why.authors = 1;
    char *summary = render_summary(&event, &context);
    cr_expect_str_eq(summary,
            "whatsapp: 1 persona en 10 min, lo normal es casi nada · caída del servicio", "%s",
            summary);
    free(summary);
}

Test(render, log_line_is_the_same_wherever_it_is_written)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    char *line = render_log_line(&event);

    cr_expect_str_eq(line,
            "{\"authenticity\":{\"campaign\":190,\"coordinated\":false,\"known_age\":350,"
            "\"organic\":198,\"people\":388,\"share\":0.51,\"young\":180},"
            "\"brand\":\"whatsapp\",\"clock\":{\"answered\":null,\"grade\":\"A\",\"impostors\":0,"
            "\"last_official\":null,\"onset\":\"2014-02-22T18:29:40Z\","
            "\"opened\":\"2014-02-22T18:31:10Z\",\"reminders\":0,\"replies\":null,"
            "\"resolved\":null},"
            "\"id\":\"9f2c11aa00bb22cc\",\"kin\":null,\"kind\":\"opened\",\"playbook\":[],"
            "\"revision\":3,"
            "\"scope\":{\"authors\":1104,\"denied_by_others\":0,\"dims\":{\"f.os.android\":212,\"f."
            "os.ios\":188,"
            "\"lang.en\":290,\"lang.es\":710,\"plat.x\":1180,\"total\":9},\"first_person\":803,"
            "\"late\":4,\"peak\":\"2014-02-22T18:41:00Z\",\"peak_authors\":388,\"posts\":1290,"
            "\"reposts\":311},\"severity\":\"critical\",\"signals\":[\"outage\",\"demand-answer\"],"
            "\"state\":\"open\",\"time\":\"2014-02-22T18:42:00Z\",\"type\":\"incident\","
            "\"why\":{\"anything\":false,\"authors\":388,\"cusum\":22.4,\"expected\":19.52,"
            "\"fired\":[\"scan_10m\",\"cusum\"],\"p_log10\":-39.7,\"posts\":412,\"ratio\":19.88,"
            "\"rule\":null,\"share\":0.71,\"signal\":\"outage\",\"usual_share\":0.08,"
            "\"window_s\":600,\"z\":38.24}}",
            "%s", line);
    free(line);
}

Test(render, replies_stand_in_the_payload_once_there_can_be_any)
{
    static const struct row rows[] = {
        { "alerts.0.crisis.clock.replies", "{\"at_least\":true,\"different\":3,\"naming\":32}" },
    };
    struct judge_event event = fixture_event(EVENT_SILENCE);
    struct render_context context = fixture_context(LANG_ES);

    event.incident.replies =
            (struct incident_replies){ .heard = 1, .more = 1, .count = 32, .different = 3 };
    CHECK(&event, &context, rows);
}
