#include "app/operate/told_incident.h"

#include "app/settings/verb_settings.h"
#include "core/text/calendar.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t
time_of(json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    int64_t time_ms = TIME_NONE;

    return text != NULL && calendar_parse(view_of(text), &time_ms) ? time_ms : TIME_NONE;
}

static int
text_is(json_t *object, const char *name, const char *text)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value != NULL && strcmp(value, text) == 0;
}

/* Its opening says what decided. */
static void
take_opening(struct told_incident *told, json_t *line)
{
    json_t *why = json_object_get(line, "why");
    json_t *fired = json_object_get(why, "fired");
    const char *signal = json_string_value(json_object_get(why, "signal"));
    const char *brand = json_string_value(json_object_get(line, "brand"));
    const char *only = json_string_value(json_array_get(fired, 0));

    told->signal = signal == NULL ? SIGNAL_COUNT : signal_find(view_of(signal));
    (void)view_copy(view_of(brand == NULL ? "" : brand), told->brand_id, sizeof told->brand_id);
    told->by_rule_alone =
            json_array_size(fired) == 1 && only != NULL && strcmp(only, "threshold") == 0;
    told->onset_ms = time_of(json_object_get(line, "clock"), "onset");
}

static void
take_line(struct told_incident *told, struct view text)
{
    json_t *line = text.size == 0 ? NULL : json_loadb(text.at, text.size, 0, NULL);

    if (text_is(line, "id", told->id) && text_is(line, "type", "incident")) {
        int64_t at_ms = time_of(line, "time");
        told->end_ms = told->lines == 0 || at_ms > told->end_ms ? at_ms : told->end_ms;
        if (told->lines++ == 0 || text_is(line, "kind", "opened")) {
            take_opening(told, line);
        }
    }
    json_decref(line);
}

int
told_read_file(struct told_incident *told, const char *path)
{
    int standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    char *line = NULL;
    size_t room = 0;
    ssize_t size;

    if (file == NULL) {
        return 0;
    }
    while ((size = getline(&line, &room, file)) >= 0) {
        take_line(told, (struct view){ .at = line, .size = (size_t)size });
    }
    free(line);
    if (!standard) {
        (void)fclose(file);
    }
    return 1;
}

enum exit_code
told_read_ledger(struct told_incident *told, const char *verb, const struct settings *settings)
{
    struct ledger *ledger = NULL;
    enum exit_code code = verb_settings_open(verb, settings, &ledger);
    struct ledger_reader *reader = code == EXIT_FINE ? ledger_reader_create(ledger) : NULL;

    for (uint32_t i = 0; code == EXIT_FINE && i < ledger_shard_count(ledger); i++) {
        const struct ledger_line *lines = NULL;
        size_t count = 0;
        if (ledger_lines(reader, i, &lines, &count) != LEDGER_OK) {
            cli_complain(verb, "start Redis, or mend redis.url", "Redis does not answer");
            code = EXIT_AWAY;
        }
        for (size_t k = 0; code == EXIT_FINE && k < count; k++) {
            take_line(told, lines[k].json);
        }
    }
    ledger_reader_destroy(&reader);
    ledger_destroy(&ledger);
    return code;
}
