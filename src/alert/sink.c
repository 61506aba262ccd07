#include "alert/sink.h"

#include "alert/sink/type.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct sink {
    const struct sink_type *type;
    void *state;
    char *name;
    int64_t retry_after_ms;
    char trouble[SINK_TROUBLE_SIZE];
};

static const struct sink_type *const types[] = {
    &sink_terminal,
    &sink_file,
    &sink_webhook,
    &sink_kafka,
};

void
sink_say(char *trouble, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(trouble, SINK_TROUBLE_SIZE, format, values);
    va_end(values);
}

void
sink_say_errno(char *trouble, const char *what, const char *name)
{
    char reason[128];

    sink_say(trouble, "%s %s: %s", what, name, strerror_r(errno, reason, sizeof reason));
}

const char *
sink_option_get(const struct sink_options *options, const char *name, const char *otherwise)
{
    for (size_t i = 0; i < options->count; i++) {
        if (strcmp(options->at[i].name, name) == 0) {
            return options->at[i].value;
        }
    }
    return otherwise;
}

static int
is_one_of(const char *name, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0) {
            return 1;
        }
    }
    return 0;
}

int
sink_options_known(const struct sink_options *options, const char *const names[], char *trouble)
{
    for (size_t i = 0; i < options->count; i++) {
        if (!is_one_of(options->at[i].name, names)) {
            sink_say(trouble, "unknown option \"%s\"; the first of those known is \"%s\"",
                    options->at[i].name, names[0]);
            return 0;
        }
    }
    return 1;
}

int
sink_option_timeout(const struct sink_options *options, int64_t *timeout_ms, char *trouble)
{
    const char *text = sink_option_get(options, "timeout", NULL);

    *timeout_ms = SINK_TIMEOUT_MS;
    if (text == NULL) {
        return 1;
    }
    if (!calendar_parse_span(view_of(text), timeout_ms) || *timeout_ms <= 0 ||
            *timeout_ms > SINK_TIMEOUT_MAX_MS) {
        sink_say(trouble, "timeout \"%s\" is not a span of 1s to 60s, such as 5s", text);
        return 0;
    }
    return 1;
}

static const struct sink_type *
find_type(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i]->name, name) == 0) {
            return types[i];
        }
    }
    return NULL;
}

struct sink *
sink_create(const char *name,
        const char *type,
        const struct sink_option *options,
        size_t option_count,
        char trouble[256])
{
    const struct sink_type *found = find_type(type);
    struct sink_options all = { .at = options, .count = option_count };

    trouble[0] = '\0';
    if (found == NULL) {
        sink_say(trouble, "unknown type \"%s\": terminal, file, webhook or kafka", type);
        return NULL;
    }
    void *state = found->create(&all, trouble);
    if (state == NULL) {
        assert(trouble[0] != '\0'); /* a kind that refuses says why */
        return NULL;
    }
    struct sink *sink = calloc(1, sizeof *sink);
    assert(sink != NULL);
    sink->type = found;
    sink->state = state;
    sink->name = strdup(name);
    assert(sink->name != NULL);
    return sink;
}

void
sink_destroy(struct sink **sink)
{
    if (*sink == NULL) {
        return;
    }
    (*sink)->type->destroy((*sink)->state);
    free((*sink)->name);
    free(*sink);
    *sink = NULL;
}

enum sink_outcome
sink_deliver(struct sink *sink, const struct notice *notice)
{
    struct sink_report report = { .trouble = sink->trouble };

    sink->trouble[0] = '\0';
    enum sink_outcome outcome = sink->type->deliver(sink->state, notice, &report);
    assert(outcome == SINK_DELIVERED || sink->trouble[0] != '\0');
    sink->retry_after_ms = report.retry_after_ms;
    return outcome;
}

int64_t
sink_retry_after_ms(const struct sink *sink)
{
    return sink->retry_after_ms;
}

const char *
sink_name(const struct sink *sink)
{
    return sink->name;
}

const char *
sink_trouble(const struct sink *sink)
{
    return sink->trouble;
}
