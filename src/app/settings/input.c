/*
 * input and rules: where mentions come from and what they are matched with.
 *
 * Properties go to librdkafka as they are, but for those that exactness needs; whether the
 * library knows them is asked by `check`, with the version that is installed.
 */
#include "app/settings/table.h"
#include "core/limits.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <glob.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define TOPIC_SIZE_MAX 249 /* Kafka's own limit */

static const char *const shapes[] = { "native", "x-v1.1", "x-v2", "bluesky", "mastodon", "reddit" };

static const char *const fields[] = {
#define FIELD_NAME(name) #name,
    READER_FIELDS(FIELD_NAME)
#undef FIELD_NAME
};

static const char *const starts[] = {
    [START_COMMITTED] = "committed", [START_EARLIEST] = "earliest", [START_LATEST] = "latest"
};

void
settings_read_schema(struct settings_reader *reader, const struct yaml_node *node)
{
    const char *text = settings_text(reader, node);

    if (text != NULL && strcmp(text, SETTINGS_SCHEMA) != 0) {
        yaml_fault(
                node, reader->faults, "this version reads " SETTINGS_SCHEMA, "an unknown schema");
    }
}

/* ---- Kafka ---- */

/* The node of entry `index`: of a list, or the scalar that stands for one. */
static const struct yaml_node *
entry(const struct yaml_node *node, size_t index)
{
    return yaml_kind_of(node) == YAML_LIST ? yaml_item(node, index) : node;
}

void
settings_read_brokers(struct settings_reader *reader, const struct yaml_node *node)
{
    const char *texts[SETTINGS_LIST_MAX];
    size_t count = settings_texts(reader, node, texts);
    size_t size = 1;

    for (size_t i = 0; i < count; i++) {
        if (strpbrk(texts[i], " \t/") != NULL) {
            yaml_fault(entry(node, i), reader->faults, "as in localhost:9092, without a protocol",
                    "a broker is host:port");
            return;
        }
        size += strlen(texts[i]) + 1;
    }
    if (count == 0) {
        return;
    }
    char *joined = arena_take(reader->arena, size);
    assert(joined != NULL);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(joined + used, size - used, "%s%s", i == 0 ? "" : ",", texts[i]);
    }
    reader->settings->brokers = joined;
}

static int
is_topic(const char *name)
{
    static const char letters[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    return name[0] == '^' ||
           (strlen(name) <= TOPIC_SIZE_MAX && name[strspn(name, letters)] == '\0');
}

void
settings_read_topics(struct settings_reader *reader, const struct yaml_node *node)
{
    struct settings *settings = reader->settings;

    settings->topic_count = settings_texts(reader, node, settings->topics);
    for (size_t i = 0; i < settings->topic_count; i++) {
        if (!is_topic(settings->topics[i])) {
            yaml_fault(entry(node, i), reader->faults,
                    "letters, digits, . _ - only; a pattern begins with ^", "not a topic's name");
        }
    }
}

void
settings_read_start(struct settings_reader *reader, const struct yaml_node *node)
{
    struct settings *settings = reader->settings;
    const char *text = settings_text(reader, node);

    if (text == NULL) {
        return;
    }
    for (size_t i = 0; i < LENGTH(starts); i++) {
        if (strcmp(text, starts[i]) == 0) {
            settings->start = (enum start_policy)i;
            return;
        }
    }
    if (!calendar_parse_point(view_of(text), &settings->start_time_ms)) {
        const char *near = fault_nearest(view_of(text), starts, LENGTH(starts));
        char advice[128];
        snprintf(advice, sizeof advice,
                near == NULL ? "committed, earliest, latest or a time such as "
                               "2014-02-22T18:00:00Z"
                             : "did you mean \"%s\"?",
                near);
        yaml_fault(node, reader->faults, advice, "\"%.60s\" is no place to start", text);
        return;
    }
    settings->start = START_TIME;
}

void
settings_read_properties(struct settings_reader *reader, const struct yaml_node *node)
{
    struct settings *settings = reader->settings;
    size_t count = settings_free_map(reader, node, SETTINGS_LIST_MAX);

    for (size_t i = 0; i < count; i++) {
        struct consumer_property property;
        if (!settings_property(reader, node, i, &property)) {
            continue;
        }
        const char *reason = consumer_property_reserved(property.name);
        if (reason != NULL) {
            yaml_fault(yaml_key_node(node, i), reader->faults, "remove it", "%s cannot be set: %s",
                    property.name, reason);
            continue;
        }
        settings->properties[settings->property_count++] = property;
    }
}

/* ---- records ---- */

void
settings_check_shape(struct settings_reader *reader, const struct yaml_node *node)
{
    if (reader_shape_known(reader->settings->reader.shape)) {
        return;
    }
    (void)settings_word(reader, node, shapes, LENGTH(shapes));
    reader->settings->reader.shape = NULL;
}

void
settings_read_fields(struct settings_reader *reader, const struct yaml_node *node)
{
    yaml_expect_keys(node, fields, LENGTH(fields), reader->faults);
    for (size_t i = 0; i < LENGTH(fields) && yaml_kind_of(node) == YAML_MAP; i++) {
        const struct yaml_node *value = yaml_get(node, fields[i]);
        const char *pointer = value == NULL ? NULL : settings_text(reader, value);
        if (pointer == NULL) {
            continue;
        }
        if (!reader_pointer_valid(pointer)) {
            yaml_fault(value, reader->faults, "as in /user/id; ~1 is a slash in a name, ~0 a ~",
                    "not a JSON pointer");
            continue;
        }
        reader->settings->reader.pointers[i] = pointer;
    }
}

/* ---- rules ---- */

static void
add_matches(struct settings_reader *reader, const struct yaml_node *node, const glob_t *found)
{
    struct settings *settings = reader->settings;

    for (size_t i = 0; i < found->gl_pathc; i++) {
        if (settings->rule_count == SETTINGS_LIST_MAX) {
            yaml_fault(node, reader->faults, "name the folder instead", "more than %d rule files",
                    SETTINGS_LIST_MAX);
            return;
        }
        settings->rules[settings->rule_count++] =
                settings_keep(reader, view_of(found->gl_pathv[i]));
    }
}

void
settings_read_rules(struct settings_reader *reader, const struct yaml_node *node)
{
    const char *patterns[SETTINGS_LIST_MAX];
    size_t count = settings_texts(reader, node, patterns);

    for (size_t i = 0; i < count; i++) {
        glob_t found = { .gl_pathc = 0 };
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): settings are read before threads */
        if (glob(settings_path(reader, patterns[i]), 0, NULL, &found) == 0) {
            add_matches(reader, entry(node, i), &found);
        } else {
            yaml_fault(entry(node, i), reader->faults,
                    "paths begin at the folder of this file; leave rules out for the packs inside",
                    "no rule file is there");
        }
        globfree(&found);
    }
}

/* ---- shown ---- */

static void
show_list(const char *const *texts, size_t count, FILE *out)
{
    fputc('[', out);
    for (size_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : ", ", out);
        settings_show_text(texts[i], out);
    }
    fputc(']', out);
}

void
settings_show_schema(const struct settings *settings, FILE *out)
{
    (void)settings;
    fputs(SETTINGS_SCHEMA, out);
}

void
settings_show_brokers(const struct settings *settings, FILE *out)
{
    if (settings->brokers != NULL) {
        settings_show_text(settings->brokers, out);
    }
}

void
settings_show_topics(const struct settings *settings, FILE *out)
{
    if (settings->topic_count > 0) {
        show_list(settings->topics, settings->topic_count, out);
    }
}

void
settings_show_rules(const struct settings *settings, FILE *out)
{
    if (settings->rule_count > 0) {
        show_list(settings->rules, settings->rule_count, out);
    }
}

void
settings_show_start(const struct settings *settings, FILE *out)
{
    char text[CALENDAR_TEXT_SIZE];

    if (settings->start == START_TIME) {
        settings_show_text(calendar_print(settings->start_time_ms, text), out);
    } else {
        fputs(starts[settings->start], out);
    }
}

void
settings_show_fields(const struct settings *settings, FILE *out)
{
    const char *separator = "{";

    for (size_t i = 0; i < LENGTH(fields); i++) {
        if (settings->reader.pointers[i] != NULL) {
            fprintf(out, "%s%s: ", separator, fields[i]);
            settings_show_text(settings->reader.pointers[i], out);
            separator = ", ";
        }
    }
    fputs(separator[0] == ',' ? "}" : "", out);
}
