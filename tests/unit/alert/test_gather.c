/* Openings of several brands at once: what goes as one notice, what goes alone, and that nothing is lost. */
#include "alert/gather.h"

#include "fixture.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#define MINUTE  INT64_C(60000)
#define WATCHED 40

/* A notice of brand `name` that began so many minutes after the fixture's onset. */
static enum gather_taken
take(struct gather *gather,
        const char *name,
        enum judge_event_kind kind,
        int minutes,
        int64_t now_ms)
{
    struct brand_settings brand = fixture_brand;
    struct judge_event event = fixture_event(kind);
    struct render_context context = fixture_context(LANG_EN);
    char key[OUTBOX_KEY_SIZE];

    snprintf(brand.id, sizeof brand.id, "%s", name);
    snprintf(event.incident.brand, sizeof event.incident.brand, "%s", name);
    snprintf(event.incident.id, sizeof event.incident.id, "%016x",
            (unsigned)(name[0] * 256 + name[1]));
    event.incident.onset_ms += minutes * MINUTE;
    event.incident.opened_ms += minutes * MINUTE;
    context.brand = &brand;
    snprintf(key, sizeof key, "%s:1:%s", event.incident.id, judge_event_name(kind));
    char *payload = render_payload(&event, &context);
    struct notice notice = { .key = view_of(key),
        .incident = view_of(event.incident.id),
        .kind = view_of(judge_event_name(kind)),
        .json = view_of(payload) };
    enum gather_taken taken = gather_take(gather, &notice, now_ms);
    free(payload);
    return taken;
}

/* What comes out now, and goes: "brand+brand surge", "brand", with a * when it has made the surge; "-": nothing. */
static const char *
next(struct gather *gather, int64_t now_ms)
{
    static char text[2048];
    struct notice notice;
    size_t size = 0;

    if (!gather_next(gather, GATHER_WAIT, now_ms, &notice)) {
        return "-";
    }
    json_t *payload = json_loadb(notice.json.at, notice.json.size, 0, NULL);
    json_t *alerts = json_object_get(payload, "alerts");
    json_t *surge = json_object_get(payload, "surge");
    for (size_t i = 0; i < json_array_size(alerts); i++) {
        json_t *labels = json_object_get(json_array_get(alerts, i), "labels");
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s", i > 0 ? "+" : "",
                json_string_value(json_object_get(labels, "brand")));
    }
    if (surge != NULL) {
        snprintf(text + size, sizeof text - size, " of %d%s",
                (int)json_integer_value(json_object_get(surge, "brand_count")),
                json_is_true(json_object_get(surge, "begun")) ? "*" : "");
    }
    json_decref(payload);
    gather_sent(gather);
    return text;
}

static struct gather *
create(void)
{
    struct gather *gather = gather_create();

    gather_watch(gather, WATCHED);
    return gather;
}

Test(gather, brands_of_one_turn_that_began_together_are_one_notice)
{
    struct gather *gather = create();

    cr_expect_eq(take(gather, "orange", EVENT_OPENED, 2, 1000), GATHER_TAKEN);
    cr_expect_eq(take(gather, "vodafone", EVENT_EARLY, 0, 1005), GATHER_TAKEN);
    cr_expect_str_eq(next(gather, 1010), "-");
    cr_expect_eq(take(gather, "line", EVENT_OPENED, 3, 1015), GATHER_TAKEN);
    cr_expect_str_eq(next(gather, 1000 + GATHER_HOLD_MS), "vodafone+orange+line of 3*");
    cr_expect_str_eq(next(gather, 9000), "-");
    gather_destroy(&gather);
    cr_assert_null(gather);
}

Test(gather, the_first_is_not_kept_waiting_and_who_joins_says_so)
{
    struct gather *gather = create();

    take(gather, "vodafone", EVENT_EARLY, 0, 0);
    cr_expect_str_eq(next(gather, GATHER_HOLD_MS), "vodafone");
    take(gather, "vodafone", EVENT_OPENED, 0, 5000);
    cr_expect_str_eq(next(gather, 5050), "vodafone");
    take(gather, "orange", EVENT_OPENED, 1, 60000);
    cr_expect_str_eq(next(gather, 60050), "orange");
    take(gather, "line", EVENT_OPENED, 2, 120000);
    cr_expect_str_eq(next(gather, 120050), "line of 3*");
    take(gather, "blackberry", EVENT_EARLY, 3, 180000);
    cr_expect_str_eq(next(gather, 180050), "blackberry of 4");
    take(gather, "blackberry", EVENT_OPENED, 3, 185000);
    cr_expect_str_eq(next(gather, 185050), "blackberry of 4");
    gather_destroy(&gather);
}

Test(gather, what_began_apart_stays_apart_though_it_comes_at_once)
{
    struct gather *gather = create();

    take(gather, "vodafone", EVENT_OPENED, 0, 0);
    take(gather, "orange", EVENT_OPENED, 20, 0);
    take(gather, "line", EVENT_OPENED, 40, 0);
    cr_expect_str_eq(next(gather, 50), "vodafone");
    cr_expect_str_eq(next(gather, 50), "orange");
    cr_expect_str_eq(next(gather, 50), "line");
    gather_destroy(&gather);
}

Test(gather, what_is_no_opening_or_pages_nobody_or_cannot_be_read_passes)
{
    struct gather *gather = create();
    struct notice strange = { .key = VIEW("00:1:opened"),
        .incident = VIEW("00"),
        .kind = VIEW("opened"),
        .json = VIEW("{\"n\":1}") };

    cr_expect_eq(take(gather, "line", EVENT_RESOLVED, 0, 0), GATHER_PASSES);
    cr_expect_eq(take(gather, "line", EVENT_SILENCE, 0, 0), GATHER_PASSES);
    cr_expect_eq(take(gather, "line", EVENT_WITHDRAWN, 0, 0), GATHER_PASSES);
    cr_expect_eq(gather_take(gather, &strange, 0), GATHER_PASSES);
    strange.json = VIEW("");
    cr_expect_eq(gather_take(gather, &strange, 0), GATHER_PASSES);
    gather_watch(gather, 0);
    cr_expect_eq(take(gather, "line", EVENT_OPENED, 0, 0), GATHER_PASSES);
    gather_destroy(&gather);
}

Test(gather, a_receipt_of_one_that_stood_for_several_settles_each_of_them_once)
{
    struct gather *gather = create();
    struct notice notice;
    char key[OUTBOX_KEY_SIZE];
    char group[OUTBOX_KEY_SIZE];

    take(gather, "aa", EVENT_OPENED, 0, 0);
    take(gather, "bb", EVENT_OPENED, 1, 0);
    take(gather, "cc", EVENT_OPENED, 2, 0);
    cr_assert(gather_next(gather, GATHER_NOW, 0, &notice));
    cr_expect_eq(notice.also.size, (size_t)3 * 16);
    cr_expect(view_equal(notice.kind, VIEW("opened")));
    view_copy(notice.key, group, sizeof group);
    cr_assert(gather_next(gather, GATHER_NOW, 0, &notice), "it was not sent: the box was full");
    cr_expect(view_equal(notice.key, view_of(group)));
    cr_expect_eq(take(gather, "bb", EVENT_OPENED, 1, 0), GATHER_KNOWN);
    gather_sent(gather);
    cr_expect_eq(take(gather, "bb", EVENT_OPENED, 1, 0), GATHER_KNOWN);

    cr_expect_not(gather_settled(gather, key));
    cr_expect_not(gather_receipt(gather, VIEW("0000000000006161:1:opened")));
    cr_expect(gather_receipt(gather, view_of(group)));
    for (const char *name = "cba"; *name != '\0'; name++) {
        char expected[OUTBOX_KEY_SIZE];
        snprintf(expected, sizeof expected, "%016x:1:opened", (unsigned)(*name * 256 + *name));
        cr_expect(gather_settled(gather, key));
        cr_expect_str_eq(key, expected);
    }
    cr_expect_not(gather_settled(gather, key));
    cr_expect_eq(take(gather, "bb", EVENT_OPENED, 1, 9000), GATHER_TAKEN,
            "told again, if it is handed again");
    gather_destroy(&gather);
}

Test(gather, more_than_there_is_room_for_pass_and_are_not_lost)
{
    struct gather *gather = create();
    size_t taken = 0;
    size_t passed = 0;
    size_t out = 0;

    for (int i = 0; i < GATHER_MAX + 10; i++) {
        char name[3] = { (char)('a' + i / 26), (char)('a' + i % 26), '\0' };
        enum gather_taken what = take(gather, name, EVENT_OPENED, 0, 0);
        taken += what == GATHER_TAKEN;
        passed += what == GATHER_PASSES;
    }
    cr_expect_eq(taken, (size_t)GATHER_MAX);
    cr_expect_eq(passed, 10);
    for (const char *text = next(gather, 50); *text != '-'; text = next(gather, 50)) {
        out++;
        for (const char *at = text; *at != '\0'; at++) {
            out += *at == '+';
        }
    }
    cr_expect_eq(out, (size_t)GATHER_MAX);
    gather_destroy(&gather);
}

Test(gather, the_payload_is_a_group_of_alertmanagers_and_reads_as_one_story)
{
    struct gather *gather = create();
    struct notice notice;

    take(gather, "vodafone", EVENT_OPENED, 0, 0);
    take(gather, "orange", EVENT_OPENED, 2, 0);
    take(gather, "line", EVENT_OPENED, 3, 0);
    cr_assert(gather_next(gather, GATHER_NOW, 0, &notice));
    json_t *payload = json_loadb(notice.json.at, notice.json.size, 0, NULL);
    char *key = NULL;
    json_t *surge = json_object_get(payload, "surge");
    json_t *common = json_object_get(payload, "commonLabels");
    cr_assert(asprintf(&key, "{}:{surge=\"%s\"}", json_string_value(json_object_get(surge, "id"))) >
              0);
    cr_expect_str_eq(json_string_value(json_object_get(payload, "groupKey")), key);
    cr_expect_null(json_object_get(json_object_get(payload, "groupLabels"), "brand"));
    cr_expect_null(json_object_get(common, "brand"), "what they do not have in common");
    cr_expect_str_eq(json_string_value(json_object_get(common, "severity")), "critical");
    cr_expect_str_eq(json_string_value(json_object_get(payload, "version")), "4");
    free(key);
    json_decref(payload);

    char *text = render_text(notice.json, LANG_ES);
    cr_expect_str_eq(text,
            "OLEADA GENERAL · 3 marcas a la vez desde hacia el 22/02/2014 18:29 UTC: vodafone, "
            "orange, line\n"
            "  CRÍTICA · vodafone: caída del servicio, piden una respuesta · 388 personas en 10 "
            "min, 19,5 esperadas (x20)\n"
            "  CRÍTICA · orange: caída del servicio, piden una respuesta · 388 personas en 10 min, "
            "19,5 esperadas (x20)\n"
            "  CRÍTICA · line: caída del servicio, piden una respuesta · 388 personas en 10 min, "
            "19,5 esperadas (x20)\n"
            "  Cada marca tiene su incidencia y su reloj.",
            "%s", text);
    free(text);
    text = render_text(notice.json, LANG_EN);
    cr_expect_not_null(
            strstr(text,
                    "PLATFORM-WIDE SURGE · 3 brands at once since about 22 Feb 2014 18:29 UTC: "
                    "vodafone, orange, line\n"),
            "%s", text);
    free(text);
    gather_sent(gather);
    gather_destroy(&gather);
}
