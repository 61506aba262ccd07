/* Several brands at once, as lines for a person: first that it is one story, then a line for each that is new. */
#include "alert/render/render_parts.h"
#include "alert/render/words.h"
#include "core/text/calendar.h"

#include <inttypes.h>

#define BRANDS_SHOWN 12
#define ALERTS_SHOWN 12

static struct view
read_text(json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);

    return (struct view){ json_string_value(value), json_string_length(value) };
}

static const char *
say(enum lang lang, const char *es, const char *en)
{
    return lang == LANG_ES ? es : en;
}

/* "Vodafone, Orange, LINE" or, of more than are shown, "Vodafone, ..., y 20 más" */
static void
write_titles(FILE *out, json_t *list, size_t all, enum lang lang)
{
    size_t size = json_array_size(list);
    size_t shown = size < BRANDS_SHOWN ? size : BRANDS_SHOWN;

    for (size_t i = 0; i < shown; i++) {
        fputs(i == 0 ? "" : ", ", out);
        words_quote(out, read_text(json_array_get(list, i), "title"), 64);
    }
    if (all > shown) {
        fprintf(out, "%s%zu%s", say(lang, " y ", " and "), all - shown, say(lang, " más", " more"));
    }
}

static void
write_head(FILE *out, json_t *surge, enum lang lang)
{
    json_int_t count = json_integer_value(json_object_get(surge, "brand_count"));
    size_t brands = count > 0 ? (size_t)count : 0;
    struct view onset = read_text(surge, "onset");
    int64_t onset_ms;

    fprintf(out, "%s · %zu%s",
            json_is_true(json_object_get(surge, "begun"))
                    ? say(lang, "OLEADA GENERAL", "PLATFORM-WIDE SURGE")
                    : say(lang, "OLEADA GENERAL, se suman más marcas",
                              "PLATFORM-WIDE SURGE, more brands join"),
            brands, say(lang, " marcas a la vez", " brands at once"));
    if (onset.size > 0 && calendar_parse(onset, &onset_ms)) {
        fputs(say(lang, " desde hacia el ", " since about "), out);
        words_moment(out, onset_ms, lang);
    }
    fputs(": ", out);
    write_titles(out, json_object_get(surge, "brands"), brands, lang);
}

static void
write_alert(FILE *out, json_t *crisis, enum lang lang)
{
    struct brief brief;

    if (!render_read_brief(crisis, &brief)) {
        return;
    }
    fprintf(out, "\n  %s · ", brief_severity_words(brief.severity, lang));
    words_quote(out, brief.brand, 64);
    fputs(": ", out);
    brief_signals(out, &brief, lang);
    fputs(" · ", out);
    brief_size(out, &brief, lang);
}

void
render_surge_text(FILE *out, json_t *payload, enum lang lang)
{
    json_t *alerts = json_object_get(payload, "alerts");
    size_t size = json_array_size(alerts);

    write_head(out, json_object_get(payload, "surge"), lang);
    for (size_t i = 0; i < size && i < ALERTS_SHOWN; i++) {
        write_alert(out, json_object_get(json_array_get(alerts, i), "crisis"), lang);
    }
    if (size > ALERTS_SHOWN) {
        fprintf(out, "\n  %s%zu%s", say(lang, "y ", "and "), size - ALERTS_SHOWN,
                say(lang, " más", " more"));
    }
    fputs(say(lang, "\n  Cada marca tiene su incidencia y su reloj.",
                  "\n  Each brand has its incident and its clock."),
            out);
}
