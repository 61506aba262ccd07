#include "report/preview.h"

#include "alert/render/parts.h"
#include "alert/render/words.h"
#include "report/table.h"
#include "report/words/sentences.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#define DAY_MS        (INT64_C(24) * 60 * 60 * 1000)
#define EPISODES_TOLD 200
#define BRAND_WIDTH   24
#define COUNT_WIDTH   10
#define MOMENT_WIDTH  22

/* Left to right. */
static const enum sensitivity order[PRESET_COUNT] = { SENSITIVITY_FEWER, SENSITIVITY_BALANCED,
    SENSITIVITY_MORE };

/* How many alerts a brand would have had. */
struct brand_count {
    uint64_t alerts[PRESET_COUNT];
    uint64_t notices[PRESET_COUNT];
};

struct counts {
    struct brand_count *brands; /* by number */
    size_t brand_count;
    struct brand_count total; /* what was left out of the lists too */
    uint64_t left_out;
};

static void
count_alerts(const struct preview *preview, struct counts *counts)
{
    counts->brand_count = presets_brand_count(preview->presets);
    counts->brands = calloc(counts->brand_count + 1, sizeof *counts->brands);
    assert(counts->brands != NULL);
    for (int which = 0; which < PRESET_COUNT; which++) {
        struct preset_result result;
        presets_result(preview->presets, (enum sensitivity)which, &result);
        for (size_t i = 0; i < result.count; i++) {
            struct brand_count *brand = &counts->brands[result.alerts[i].brand];
            brand->alerts[which]++;
            brand->notices[which] += result.alerts[i].notices;
        }
        counts->total.alerts[which] = result.count + result.left_out;
        counts->total.notices[which] = result.notices;
        counts->left_out += result.left_out;
    }
}

/* Other rules of the same run may know brands that those at hand do not. */
static struct view
title_of(const struct preview *preview, size_t brand)
{
    return brand < rule_set_brand_count(preview->rules)
                   ? rule_set_brand(preview->rules, brand)->title
                   : presets_brand_id(preview->presets, brand);
}

static int
is_quiet(const struct brand_count *count)
{
    return count->alerts[0] + count->alerts[1] + count->alerts[2] == 0;
}

static double
days_of(const struct preview *preview)
{
    return preview->first_ms == INT64_MIN
                   ? 0
                   : (double)(preview->last_ms - preview->first_ms) / (double)DAY_MS;
}

/* ---- for people ---- */

static void
tell_name(FILE *out, struct view name)
{
    char text[4 * BRAND_WIDTH + 4];
    FILE *cell = fmemopen(text, sizeof text, "w");

    assert(cell != NULL);
    words_quote(cell, name, BRAND_WIDTH - 2);
    fputc('\0', cell);
    fclose(cell);
    table_left(out, text, BRAND_WIDTH);
}

static void
tell_counts(FILE *out, const uint64_t counts[PRESET_COUNT], enum lang lang)
{
    for (int i = 0; i < PRESET_COUNT; i++) {
        table_count(out, counts[order[i]], lang, COUNT_WIDTH);
    }
    fputc('\n', out);
}

static void
tell_head(FILE *out, const char *what, int width)
{
    table_left(out, what, BRAND_WIDTH);
    for (int i = 0; i < PRESET_COUNT; i++) {
        table_right(out, sensitivity_name(order[i]), width);
    }
    fputc('\n', out);
}

static void
tell_table(FILE *out, const struct preview *preview, const struct counts *counts, enum lang lang)
{
    double days = days_of(preview);

    tell_head(out, say(lang, "Alertas", "Alerts"), COUNT_WIDTH);
    for (size_t i = 0; i < counts->brand_count; i++) {
        if (!is_quiet(&counts->brands[i])) {
            tell_name(out, title_of(preview, i));
            tell_counts(out, counts->brands[i].alerts, lang);
        }
    }
    table_left(out, say(lang, "En total", "In all"), BRAND_WIDTH);
    tell_counts(out, counts->total.alerts, lang);
    table_left(out, say(lang, "Avisos, con los demás", "Notices, all kinds"), BRAND_WIDTH);
    tell_counts(out, counts->total.notices, lang);
    if (days >= 1) {
        table_left(out, say(lang, "Alertas en 30 días", "Alerts in 30 days"), BRAND_WIDTH);
        for (int i = 0; i < PRESET_COUNT; i++) {
            table_number(
                    out, (double)counts->total.alerts[order[i]] * 30 / days, lang, COUNT_WIDTH);
        }
        fputc('\n', out);
    }
}

static void
tell_moment(FILE *out, const struct preset_alert *alert, enum lang lang)
{
    char text[64];
    FILE *cell = fmemopen(text, sizeof text, "w");

    assert(cell != NULL);
    if (alert == NULL) {
        fputs("–", cell);
    } else {
        words_moment(cell, alert->opened_ms, lang);
    }
    fputc('\0', cell);
    fclose(cell);
    table_right(out, text, MOMENT_WIDTH);
}

static void
tell_episode(FILE *out,
        const struct preview *preview,
        const struct preset_episode *episode,
        enum lang lang)
{
    tell_name(out, title_of(preview, episode->brand));
    for (int i = 0; i < PRESET_COUNT; i++) {
        tell_moment(out, episode->alerts[order[i]], lang);
    }
    fprintf(out, "  %s\n", signal_title(preset_episode_first(episode)->signal, lang));
}

static void
tell_episodes(FILE *out,
        const struct preview *preview,
        const struct preset_episode *episodes,
        size_t count,
        enum lang lang)
{
    if (count == 0) {
        fputs(say(lang, "\nNadie habría recibido ninguna alerta.\n",
                      "\nNobody would have been sent an alert.\n"),
                out);
        return;
    }
    fputc('\n', out);
    tell_head(out, say(lang, "Cuándo", "When"), MOMENT_WIDTH);
    for (size_t i = 0; i < count && i < EPISODES_TOLD; i++) {
        tell_episode(out, preview, &episodes[i], lang);
    }
    if (count > EPISODES_TOLD) {
        fprintf(out, "%zu %s\n", count - EPISODES_TOLD,
                say(lang, "más; todas, con --format json", "more; all of them with --format json"));
    }
}

void
preview_text(FILE *out, const struct preview *preview, enum lang lang)
{
    struct counts counts = { .brands = NULL };
    size_t count = 0;
    struct preset_episode *episodes = presets_episodes(preview->presets, &count);

    count_alerts(preview, &counts);
    words_count(out, preview->received, lang);
    fputs(say(lang, " registros", " records"), out);
    if (preview->first_ms != INT64_MIN) {
        fputs(", ", out);
        words_moment(out, preview->first_ms, lang);
        fputs(" – ", out);
        words_moment(out, preview->last_ms, lang);
    }
    fputs("\n\n", out);
    tell_table(out, preview, &counts, lang);
    tell_episodes(out, preview, episodes, count, lang);
    free(episodes);
    free(counts.brands);
}

/* ---- for programs ---- */

static json_t *
counts_part(const uint64_t counts[PRESET_COUNT])
{
    json_t *object = json_object();

    for (int i = 0; i < PRESET_COUNT; i++) {
        part_put(object, sensitivity_name((enum sensitivity)i), part_count(counts[i]));
    }
    return object;
}

static json_t *
brands_part(const struct preview *preview, const struct counts *counts)
{
    json_t *array = json_array();

    for (size_t i = 0; i < counts->brand_count; i++) {
        if (is_quiet(&counts->brands[i])) {
            continue;
        }
        json_t *object = json_object();
        part_put(object, "alerts", counts_part(counts->brands[i].alerts));
        part_put(object, "brand", part_text(presets_brand_id(preview->presets, i)));
        part_put(object, "notices", counts_part(counts->brands[i].notices));
        part_push(array, object);
    }
    return array;
}

static json_t *
alert_part(const struct preset_alert *alert)
{
    if (alert == NULL) {
        return json_null();
    }
    json_t *object = json_object();
    part_put(object, "id", json_string(alert->id));
    part_put(object, "notices", part_count(alert->notices));
    part_put(object, "onset", part_time(alert->onset_ms));
    part_put(object, "opened", part_time(alert->opened_ms));
    part_put(object, "people", part_count(alert->people));
    part_put(object, "resolved", part_time(alert->resolved_ms));
    part_put(object, "severity", json_string(severity_name(alert->severity)));
    part_put(object, "signal", json_string(signal_name(alert->signal)));
    return object;
}

static json_t *
episodes_part(const struct preview *preview)
{
    size_t count = 0;
    struct preset_episode *episodes = presets_episodes(preview->presets, &count);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *object = json_object();
        json_t *alerts = json_object();
        for (int which = 0; which < PRESET_COUNT; which++) {
            part_put(alerts, sensitivity_name((enum sensitivity)which),
                    alert_part(episodes[i].alerts[which]));
        }
        part_put(object, "alerts", alerts);
        part_put(object, "brand", part_text(presets_brand_id(preview->presets, episodes[i].brand)));
        part_push(array, object);
    }
    free(episodes);
    return array;
}

void
preview_json(FILE *out, const struct preview *preview)
{
    struct counts counts = { .brands = NULL };
    json_t *object = json_object();

    count_alerts(preview, &counts);
    part_put(object, "alerts", counts_part(counts.total.alerts));
    part_put(object, "brands", brands_part(preview, &counts));
    part_put(object, "episodes", episodes_part(preview));
    part_put(object, "first", part_time(preview->first_ms));
    part_put(object, "last", part_time(preview->last_ms));
    part_put(object, "left_out", part_count(counts.left_out));
    part_put(object, "notices", counts_part(counts.total.notices));
    part_put(object, "received", part_count(preview->received));
    part_put(object, "rules", json_string(rule_set_digest(preview->rules)));
    part_put(object, "schema", json_string("rebato/preview/v1"));
    char *bytes = part_bytes(object);
    fprintf(out, "%s\n", bytes);
    free(bytes);
    free(counts.brands);
}
