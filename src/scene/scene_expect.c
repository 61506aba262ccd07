/* The verdict written beside the story: checked for form here, compared by whoever replays it. */
#include "core/text/calendar.h"
#include "scene/json_out.h"
#include "scene/model.h"

#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* What may stand behind a key. */
enum value_form { FORM_TEXT, FORM_BRAND, FORM_TIME, FORM_SPAN, FORM_COUNT, FORM_FLAG, FORM_LIST };

static const struct value_row {
    const char *claim;
    const char *key;
    enum value_form form;
    int needed;
} value_rows[] = {
    /* One incident opened on the brand; every part that is written must hold for it. */
    { "incident", "brand", FORM_BRAND, 1 },
    { "incident", "signal", FORM_TEXT, 1 },
    { "incident", "severity", FORM_TEXT, 0 },
    { "incident", "at", FORM_TIME, 1 },
    { "incident", "within", FORM_SPAN, 1 },
    { "incident", "fired", FORM_TEXT, 0 },
    { "incident", "answered", FORM_FLAG, 0 },
    { "incident", "grades", FORM_TEXT, 0 },
    { "incident", "ticks_in_order", FORM_LIST, 0 },
    { "incident", "not_ticked", FORM_LIST, 0 },
    { "incident", "reminders_at_least", FORM_COUNT, 0 },
    { "incident", "replies_at_least", FORM_COUNT, 0 },
    { "incident", "own_words_at_least", FORM_COUNT, 0 },
    { "incident", "own_words_at_most", FORM_COUNT, 0 },
    { "incident", "resolved", FORM_FLAG, 0 },
    { "incident", "authors_at_least", FORM_COUNT, 0 },
    { "incident", "facet", FORM_TEXT, 0 },
    { "incident", "denied_by_others_at_least", FORM_COUNT, 0 },
    { "incident", "impostors_at_least", FORM_COUNT, 0 },
    { "incident", "kin", FORM_COUNT, 0 },
    /* So many incidents opened, of the brand or of all. */
    { "pages", "brand", FORM_BRAND, 0 },
    { "pages", "at_most", FORM_COUNT, 1 },
    /* Incidents of these brands that opened around then are said together, and nobody else's. */
    { "surge", "at", FORM_TIME, 1 },
    { "surge", "within", FORM_SPAN, 1 },
    { "surge", "brands", FORM_LIST, 1 },
    { "surges", "at_most", FORM_COUNT, 1 },
    /* What is said of a replay with these options. */
    { "replay", "allow", FORM_SPAN, 1 },
    /* What was late of the brand's posts, how long it was unsure of them, whether they stayed away. */
    { "input", "brand", FORM_BRAND, 1 },
    { "input", "late_at_least", FORM_COUNT, 0 },
    { "input", "late_at_most", FORM_COUNT, 0 },
    { "input", "stale_at_least", FORM_SPAN, 0 },
    { "input", "stale_at_most", FORM_SPAN, 0 },
    { "input", "missing_at_least", FORM_SPAN, 0 },
    { "input", "missing_at_most", FORM_SPAN, 0 },
    /* So many posts of the brand were recognised as this signal. */
    { "counted", "brand", FORM_BRAND, 1 },
    { "counted", "signal", FORM_TEXT, 1 },
    { "counted", "at_least", FORM_COUNT, 0 },
    { "counted", "at_most", FORM_COUNT, 0 },
};

/* The form only: whether a signal or a playbook step exists is known on higher floors. */
static void
check_value(struct scene_reader *reader, const struct yaml_node *node, enum value_form form)
{
    struct view text;
    int64_t number = 0;
    int flag;

    switch (form) {
    case FORM_TEXT:
        (void)yaml_read_text(node, &text, reader->faults);
        break;
    case FORM_BRAND:
        (void)scene_read_brand(reader, node);
        break;
    case FORM_TIME:
        scene_read_time(reader, node, &number);
        break;
    case FORM_SPAN:
        (void)yaml_read_span(node, &number, reader->faults);
        break;
    case FORM_COUNT:
        (void)yaml_read_i64(node, &number, reader->faults);
        break;
    case FORM_FLAG:
        (void)yaml_read_flag(node, &flag, reader->faults);
        break;
    case FORM_LIST:
        if (yaml_kind_of(node) != YAML_LIST) {
            yaml_fault(node, reader->faults, "write [one, two]", "a list is expected here");
        }
        break;
    }
}

/* One claim: its keys, their forms, and those that are missing. */
static void
check_claim(struct scene_reader *reader, struct view claim, const struct yaml_node *map)
{
    const char *keys[LENGTH(value_rows)];
    size_t count = 0;

    for (size_t i = 0; i < LENGTH(value_rows); i++) {
        const struct value_row *row = &value_rows[i];
        if (!view_equal(claim, view_of(row->claim))) {
            continue;
        }
        keys[count++] = row->key;
        const struct yaml_node *value = yaml_get(map, row->key);
        if (value != NULL) {
            check_value(reader, value, row->form);
        } else if (row->needed) {
            yaml_fault(map, reader->faults, NULL, "\"%s\" is missing", row->key);
        }
    }
    yaml_expect_keys(map, keys, count, reader->faults);
}

void
scene_check_expect(struct scene_reader *reader, const struct yaml_node *node)
{
    static const char *const claims[] = { "incident", "pages", "counted", "replay", "input",
        "surge", "surges" };

    if (yaml_kind_of(node) != YAML_LIST || yaml_size(node) == 0) {
        if (node != NULL) {
            yaml_fault(node, reader->faults, "as in - pages: {at_most: 0}",
                    "a list of expectations is expected here");
        }
        return;
    }
    for (size_t i = 0; i < yaml_size(node); i++) {
        const struct yaml_node *item = yaml_item(node, i);
        yaml_expect_keys(item, claims, LENGTH(claims), reader->faults);
        for (size_t k = 0; yaml_kind_of(item) == YAML_MAP && k < yaml_size(item); k++) {
            check_claim(reader, yaml_key(item, k), yaml_value(item, k));
        }
    }
}

/* ---- as JSON ---- */

/* A key has the same form in every claim, so that the claim need not be known here. */
static void
put_scalar(struct json_out *out, struct view key, struct view text)
{
    enum value_form form = FORM_TEXT;
    for (size_t i = 0; i < LENGTH(value_rows); i++) {
        if (view_equal(key, view_of(value_rows[i].key))) {
            form = value_rows[i].form;
        }
    }
    if (form == FORM_COUNT) {
        json_out_raw(out, text);
    } else if (form == FORM_FLAG) {
        int yes = view_equal(text, VIEW("true")) || view_equal(text, VIEW("yes")) ||
                  view_equal(text, VIEW("on"));
        json_out_raw(out, yes ? VIEW("true") : VIEW("false"));
    } else {
        json_out_string(out, text);
    }
}

static void
put_value(struct json_out *out, struct view key, const struct yaml_node *node)
{
    if (yaml_kind_of(node) != YAML_LIST) {
        put_scalar(out, key, yaml_text(node));
        return;
    }
    json_out_raw(out, VIEW("["));
    for (size_t i = 0; i < yaml_size(node); i++) {
        json_out_raw(out, i == 0 ? VIEW("") : VIEW(","));
        json_out_string(out, yaml_text(yaml_item(node, i)));
    }
    json_out_raw(out, VIEW("]"));
}

static void
put_claim(struct json_out *out, struct view claim, const struct yaml_node *map)
{
    json_out_raw(out, VIEW("{\"claim\":"));
    json_out_string(out, claim);
    for (size_t i = 0; i < yaml_size(map); i++) {
        json_out_raw(out, VIEW(","));
        json_out_string(out, yaml_key(map, i));
        json_out_raw(out, VIEW(":"));
        put_value(out, yaml_key(map, i), yaml_value(map, i));
    }
    json_out_raw(out, VIEW("}\n"));
}

/* Straight from the document: what the file says is what is compared. */
char *
scene_expect_json(const struct scene *scene, enum scene_variant variant)
{
    const struct yaml_node *list = scene->expect[variant];
    struct json_out out;

    if (!json_out_init(&out, 1024)) {
        return NULL;
    }
    for (size_t i = 0; i < yaml_size(list); i++) {
        const struct yaml_node *item = yaml_item(list, i);
        for (size_t k = 0; k < yaml_size(item); k++) {
            put_claim(&out, yaml_key(item, k), yaml_value(item, k));
        }
    }
    json_out_raw(&out, (struct view){ "", 1 }); /* the NUL */
    if (out.broken) {
        json_out_fini(&out);
    }
    return out.at;
}
