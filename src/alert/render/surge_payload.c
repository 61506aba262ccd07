#include "alert/render/surge_payload.h"

#include "alert/render/parts.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <string.h>

static json_t *
first_alert(json_t *payload)
{
    return json_array_get(json_object_get(payload, "alerts"), 0);
}

static struct view
text_of(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);

    return (struct view){ json_string_value(value), json_string_length(value) };
}

static int
read_time(json_t *object, const char *name, int64_t *time_ms)
{
    struct view text = text_of(object, name);

    return text.size > 0 && calendar_parse(text, time_ms);
}

/* Cut where a letter ends. */
static void
copy_title(struct view title, char copy[SURGE_TITLE_SIZE])
{
    size_t size = title.size < SURGE_TITLE_SIZE - 1 ? title.size : SURGE_TITLE_SIZE - 1;

    while (size > 0 && size < title.size && ((unsigned char)title.at[size] & 0xC0U) == 0x80U) {
        size--;
    }
    if (size > 0) {
        memcpy(copy, title.at, size);
    }
    copy[size] = '\0';
}

static int
read_opening(json_t *crisis, struct surge_opening *opening)
{
    json_t *clock = json_object_get(crisis, "clock");

    *opening = (struct surge_opening){ .signal = signal_find(
                                               text_of(json_object_get(crisis, "why"), "signal")) };
    copy_title(text_of(crisis, "title"), opening->title);
    return view_equal(text_of(crisis, "schema"), VIEW("rebato/crisis/v1")) &&
           !view_equal(text_of(crisis, "severity"), VIEW("info")) &&
           text_of(crisis, "incident").size == INCIDENT_ID_SIZE - 1 &&
           view_copy(text_of(crisis, "incident"), opening->incident, sizeof opening->incident) &&
           text_of(crisis, "brand").size > 0 &&
           view_copy(text_of(crisis, "brand"), opening->brand, sizeof opening->brand) &&
           read_time(clock, "onset", &opening->onset_ms) &&
           read_time(clock, "alerted", &opening->opened_ms);
}

json_t *
surge_payload_read(struct view json, struct surge_opening *opening)
{
    json_t *payload = json_loadb(json.at, json.size, 0, NULL);

    if (payload != NULL &&
            !read_opening(json_object_get(first_alert(payload), "crisis"), opening)) {
        json_decref(payload);
        payload = NULL;
    }
    return payload;
}

static json_t *
surge_part(const struct surge_told *told)
{
    json_t *brands = json_array();
    json_t *object = json_object();
    const struct surge_opening *opening;
    size_t at = 0;

    while ((opening = surge_next(told->watch, told->surge->number, &at)) != NULL &&
            json_array_size(brands) < SURGE_NAMED_MAX) {
        json_t *brand = json_object();
        part_put(brand, "brand", part_text(view_of(opening->brand)));
        part_put(brand, "incident", part_text(view_of(opening->incident)));
        part_put(brand, "onset", part_time(opening->onset_ms));
        part_put(brand, "title",
                part_text(view_of(opening->title[0] != '\0' ? opening->title : opening->brand)));
        part_push(brands, brand);
    }
    part_put(object, "begun", json_boolean(told->surge->begun));
    part_put(object, "brand_count", part_count(told->surge->brand_count));
    part_put(object, "brands", brands);
    part_put(object, "id", json_string(told->surge->id));
    part_put(object, "onset", part_time(told->surge->onset_ms));
    part_put(object, "schema", json_string("rebato/surge/v1"));
    return object;
}

/* Have all alerts this value under this name of this part? */
static int
is_common(json_t *alerts, const char *part, const char *name, json_t *value)
{
    for (size_t i = 0; i < json_array_size(alerts); i++) {
        json_t *other = json_object_get(json_array_get(alerts, i), part);
        if (!json_equal(json_object_get(other, name), value)) {
            return 0;
        }
    }
    return 1;
}

/* As Alertmanager has it. */
static json_t *
common_part(json_t *alerts, const char *part)
{
    json_t *first = json_object_get(json_array_get(alerts, 0), part);
    json_t *common = json_object();
    const char *name;
    json_t *value;

    json_object_foreach(first, name, value)
    {
        if (is_common(alerts, part, name, value)) {
            part_put(common, name, json_incref(value));
        }
    }
    return common;
}

static void
group_labels(json_t *payload, const struct surge_told *told, json_t *alerts)
{
    json_t *labels = json_object();

    if (json_array_size(alerts) == 1) {
        json_t *brand =
                json_object_get(json_object_get(json_array_get(alerts, 0), "labels"), "brand");
        part_put(labels, "brand", brand == NULL ? json_string("") : json_incref(brand));
    }
    part_put(labels, "surge", json_string(told->surge->id));
    part_put(payload, "groupLabels", labels);
    part_put(payload, "groupKey", json_sprintf("{}:{surge=\"%s\"}", told->surge->id));
    part_put(payload, "commonLabels", common_part(alerts, "labels"));
    part_put(payload, "commonAnnotations", common_part(alerts, "annotations"));
}

char *
surge_payload_join(const struct surge_told *told, json_t *const *payloads, size_t payload_count)
{
    assert(payload_count > 0);
    json_t *payload = json_copy(payloads[0]); /* not the alerts in it: nothing of them changes */
    json_t *alerts = json_array();

    assert(payload != NULL && alerts != NULL);
    for (size_t i = 0; i < payload_count; i++) {
        part_push(alerts, json_incref(first_alert(payloads[i])));
    }
    group_labels(payload, told, alerts);
    part_put(payload, "alerts", alerts);
    part_put(payload, "surge", surge_part(told));
    return part_bytes(payload);
}
