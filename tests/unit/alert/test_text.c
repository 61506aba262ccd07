#include "alert/render.h"
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static char *
text_of(const struct judge_event *event, const struct render_context *context)
{
    char *payload = render_payload(event, context);
    char *text = render_text(view_of(payload), context->lang);

    cr_assert_not_null(text);
    free(payload);
    return text;
}

Test(text, opening_says_what_how_many_since_when_and_what_next)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);

    context.exemplars[0] = VIEW("{\"text\":\"No funciona\",\"url\":\"https://x.example/1\"}");
    context.exemplar_count = 1;
    char *text = text_of(&event, &context);
    cr_expect_str_eq(text,
            "CRÍTICA · nueva incidencia · whatsapp: caída del servicio, piden una respuesta\n"
            "  388 personas en 10 min, 19,5 esperadas (x20); por azar, menos de 1 entre un billón\n"
            "  71 % de las menciones son quejas; lo habitual, 8 %\n"
            "  autenticidad 51 %: 198 personas de 388, 180 cuentas de menos de 30 días\n"
            "  Alcance: 1290 mensajes de 1104 personas, 803 en primera persona, 311 reenvíos · en "
            "29 %, es 71 % · android 212, ios 188\n"
            "  Empezó hacia el 22/02/2014 18:29 UTC, hace 12 min\n"
            "  Reloj: 10 minutos sin respuesta pública desde la alerta; nota A, baja en 4 min\n"
            "  Siguiente paso: reconocer lo que pasa (0 de 8 hechos)\n"
            "  Lo más visto: «No funciona» https://x.example/1\n"
            "  https://rebato.example/#9f2c11aa00bb22cc",
            "%s", text);
    free(text);
}

Test(text, what_is_coordinated_is_called_so_and_has_no_clock)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_EN);

    event.incident.coordinated = 1;
    event.incident.severity = SEVERITY_INFO;
    event.incident.authenticity.organic = 9;
    char *text = text_of(&event, &context);
    char *summary = render_summary(&event, &context);
    cr_expect_not_null(
            strstr(text, "NOTICE · new incident · whatsapp: coordinated activity, service outage"));
    cr_expect_not_null(
            strstr(text, "authenticity 2%: 9 people of 388, 180 accounts of less than 30 days"));
    cr_expect_null(strstr(text, "Clock"));
    cr_expect_null(strstr(text, "Next step"));
    cr_expect_not_null(strstr(summary, "whatsapp: coordinated activity, 388 people"));
    free(text);
    free(summary);
}

Test(text, where_everybody_is_what_they_seem_nothing_is_said_of_it)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_EN);

    event.incident.authenticity = (struct authenticity){ .people = 388, .organic = 388 };
    char *text = text_of(&event, &context);
    cr_expect_null(strstr(text, "authenticity"));
    free(text);
}

Test(text, answer_stops_the_clock_and_sets_the_next_update)
{
    struct judge_event event = fixture_event(EVENT_ANSWERED);
    struct render_context context = fixture_context(LANG_EN);

    context.external_url = "";
    event.incident.clock.answered_ms = FIXTURE_OPENED_MS + 300000;
    event.incident.clock.last_official_ms = FIXTURE_OPENED_MS + 300000;
    event.incident.playbook[PLAYBOOK_ACKNOWLEDGE].time_ms = FIXTURE_OPENED_MS + 300000;
    char *text = text_of(&event, &context);
    cr_expect_not_null(strstr(text, "CRITICAL · publicly answered · whatsapp: service outage"));
    cr_expect_not_null(strstr(text,
            "Clock: answered in public on 22 Feb 2014 18:36 UTC; grade A; next update due 22 Feb "
            "2014 19:06 UTC"));
    cr_expect_not_null(strstr(text, "Next step: apologise (1 of 8 done)"));
    cr_expect_null(strstr(text, "http"));
    free(text);
}

Test(text, one_that_is_not_the_first_says_so)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);

    event.incident.kin = (struct incident_kin){ .before = 2,
        .since_ms = FIXTURE_ONSET_MS - INT64_C(3) * 86400000,
        .last_resolved_ms = FIXTURE_ONSET_MS - INT64_C(1) * 86400000,
        .last_grade = 'F',
        .last_id = "00112233445566ff" };
    char *text = text_of(&event, &context);
    cr_expect_not_null(strstr(text, "\n  Es la 3.ª desde el 19/02/2014; la anterior se cerró el "
                                    "21/02/2014 con nota F\n"),
            "%s", text);
    free(text);
    context.lang = LANG_EN;
    text = text_of(&event, &context);
    cr_expect_not_null(
            strstr(text, "\n  This is number 3 since 19 Feb 2014; the one before was closed on "
                         "21 Feb 2014 with grade F\n"),
            "%s", text);
    free(text);
    char *line = render_log_line(&event);
    cr_expect_not_null(
            strstr(line,
                    "\"kin\":{\"before\":2,\"last\":{\"grade\":\"F\",\"id\":\"00112233445566ff\","
                    "\"resolved\":\"2014-02-21T18:29:40Z\"},\"since\":\"2014-02-19T18:29:40Z\"}"),
            "%s", line);
    free(line);
}

Test(text, silence_leads_with_the_minutes)
{
    struct judge_event event = fixture_event(EVENT_SILENCE);
    struct render_context context = fixture_context(LANG_EN);
    char *text = text_of(&event, &context);

    cr_expect_not_null(strstr(text, "still silent"));
    cr_expect_not_null(strstr(text, "10 minutes without a public answer (grade A)"));
    free(text);
}

Test(text, hostile_posts_cannot_act)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);

    context.exemplars[0] = VIEW("{\"text\":\"a\\u001b]52;c;eA==\\u0007\\n\\nCR\\u202eITICA "
                                "<script>\\u009b2J\",\"url\":\"javascript:\\u001b[31m\"}");
    context.exemplar_count = 1;
    char *text = text_of(&event, &context);
    for (const char *byte = text; *byte != '\0'; byte++) {
        cr_expect(*byte == '\n' || (unsigned char)*byte >= 0x20, "byte %d", *byte);
    }
    cr_expect_not_null(
            strstr(text, "«a\\x1b]52;c;eA==\\x07 CR\\u202eITICA <script>\\x9b2J»"), "%s", text);
    cr_expect_null(strstr(text, "\xe2\x80\xae"));
    free(text);
}

Test(text, what_is_not_a_payload_of_ours_gives_nothing)
{
    static const char *const rows[] = { "", "{", "null", "[]", "{}", "{\"alerts\":[]}",
        "{\"alerts\":[{\"crisis\":{}}]}",
        "{\"alerts\":[{\"crisis\":{\"schema\":\"rebato/crisis/v2\"}}]}",
        "{\"alerts\":[{\"crisis\":{\"schema\":\"rebato/crisis/v1\"}}]}",
        "{\"alerts\":[{\"crisis\":{\"schema\":\"rebato/crisis/v1\",\"kind\":\"dancing\"}}]}" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_null(render_text(view_of(rows[i]), LANG_ES), "%s", rows[i]);
    }
}

/* Every prefix and every single field replaced: text or nothing, never a crash. */
Test(text, damaged_payloads_are_survived)
{
    struct judge_event event = fixture_event(EVENT_OPENED);
    struct render_context context = fixture_context(LANG_ES);
    char *payload = render_payload(&event, &context);
    size_t size = strlen(payload);
    size_t shown = 0;

    for (size_t i = 0; i < size; i++) {
        char *cut = render_text((struct view){ payload, i }, LANG_ES);
        cr_expect_null(cut, "prefix of %zu", i);
        free(cut);
        char kept = payload[i];
        payload[i] = '0';
        char *text = render_text((struct view){ payload, size }, LANG_EN);
        shown += text != NULL;
        free(text);
        payload[i] = kept;
    }
    cr_expect_gt(shown, size / 4);
    free(payload);
}

Test(text, replies_that_name_the_matter_stand_beside_those_who_complain)
{
    static const struct {
        enum judge_event_kind kind;
        struct incident_replies replies;
        const char *es, *en; /* NULL: no such line */
    } rows[] = {
        { EVENT_SILENCE, { 1, 0, 31, 4 },
                "\n  respuestas que nombran el asunto: 31, con palabras propias 4; personas que se "
                "quejan: 1104\n",
                "\n  replies that name the matter: 31, in words of their own 4; people who "
                "complain: 1,104\n" },
        { EVENT_ESCALATED, { 1, 1, 40, 40 },
                "el asunto: al menos 40, con palabras propias 40; personas",
                "the matter: at least 40, in words of their own 40; people" },
        { EVENT_SILENCE, { 1, 0, 0, 0 }, "nombran el asunto: 0; personas que se quejan: 1104",
                "name the matter: 0; people who complain: 1,104" },
        { EVENT_OPENED, { 1, 0, 2, 2 }, "nombran el asunto: 2,", "name the matter: 2," },
        { EVENT_OPENED, { 1, 0, 0, 0 }, NULL, NULL },  /* too early to be told */
        { EVENT_SILENCE, { 0, 0, 0, 0 }, NULL, NULL }, /* its replies are not in the stream */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct judge_event event = fixture_event(rows[i].kind);
        event.incident.replies = rows[i].replies;
        for (int lang = LANG_ES; lang <= LANG_EN; lang++) {
            struct render_context context = fixture_context((enum lang)lang);
            const char *line = lang == LANG_ES ? rows[i].es : rows[i].en;
            const char *word = lang == LANG_ES ? "respuestas que" : "replies that";
            char *text = text_of(&event, &context);
            cr_expect_not_null(strstr(text, line != NULL ? line : "whatsapp"), "%s", text);
            cr_expect_eq(strstr(text, word) != NULL, line != NULL, "%s", text);
            free(text);
        }
    }
}
