#include "mention/reading.h"

#include "mention/timestamp.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

/* A primary subtag (RFC 5646). */
#define LANG_SIZE_MAX 8

static const char *const field_names[READER_FIELD_COUNT] = {
#define FIELD_NAME(name) #name,
    READER_FIELDS(FIELD_NAME)
#undef FIELD_NAME
};

int
path_add(struct json_picker *picker, struct view pointer, struct path *path)
{
    assert(path->count < PATH_ALTERNATIVES_MAX);
    return json_picker_want(picker, pointer, &path->wants[path->count++]);
}

int
path_parse(struct json_picker *picker, const char *pointers, struct path *path)
{
    struct view rest = view_of(pointers);

    while (rest.size > 0) {
        const char *bar = memchr(rest.at, '|', rest.size);
        size_t end = bar == NULL ? rest.size : (size_t)(bar - rest.at);
        size_t mark = rest.at[0] == '?';
        path->scalar_only[path->count] = (int)mark;
        if (!path_add(picker, view_slice(rest, mark, end), path)) {
            return 0;
        }
        rest = view_slice(rest, bar == NULL ? end : end + 1, rest.size);
    }
    return 1;
}

enum rebato_fate
reading_refuse(struct reading *reading, enum rebato_fate fate, const char *field, const char *what)
{
    reading->trouble->field = field;
    view_copy(view_of(what), reading->trouble->what, sizeof reading->trouble->what);
    return fate;
}

static inline const struct json_value *
find(const struct reading *reading, const struct path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        const struct json_value *value = json_picked(&reading->picks, path->wants[i]);
        if (value == NULL || value->kind == JSON_NULL) {
            continue;
        }
        if (value->kind < JSON_OBJECT || !path->scalar_only[i]) {
            return value;
        }
    }
    return NULL;
}

const struct json_value *
reading_find(const struct reading *reading, const struct path *path)
{
    return find(reading, path);
}

/* The first one that is there, whatever it is. */
static json_want
first_of(const struct reading *reading, const struct path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        if (json_picked(&reading->picks, path->wants[i]) != NULL) {
            return path->wants[i];
        }
    }
    return JSON_WANT_ROOT;
}

void
reading_learn(struct reading *reading, uint64_t layout)
{
    reading->layout.number = layout;
    reading->layout.plan = reading->plan;
    reading->alike = 1;
    for (int field = 0; field < READER_FIELD_COUNT; field++) {
        reading->layout.firsts[field] = first_of(reading, &reading->plan->fields[field]);
    }
}

static inline const struct json_value *
find_field(const struct reading *reading, enum reader_field field)
{
    const struct path *path = &reading->plan->fields[field];
    json_want first = reading->layout.firsts[field];

    if (!reading->alike) {
        return find(reading, path);
    }
    if (first == JSON_WANT_ROOT) {
        return NULL;
    }
    const struct json_value *value = &reading->picks.at[first].value;
    return value->kind != JSON_NULL && value->kind < JSON_OBJECT ? value : find(reading, path);
}

/* Absent, if it is NULL. */
static inline enum json_kind
kind_of(const struct json_value *value)
{
    return value == NULL ? JSON_ABSENT : (enum json_kind)value->kind;
}

/* Whole numbers only: 1.5 is nobody's id. */
static int
is_whole(struct view number)
{
    uint64_t value;

    return view_to_u64(view_slice(number, number.at[0] == '-', number.size), &value);
}

/* reading_label(), of whatever is there. */
static int
decode_label(struct reading *reading,
        const char *field,
        const struct json_value *value,
        struct view *label)
{
    struct json_text text = { 0 };

    if (value->kind == JSON_STRING) {
        assert(STRINGS_SIZE - reading->strings_size >= ID_SIZE_MAX);
        char *out = reading->strings + reading->strings_size;
        text = jdoc_text(value, reading->isa, out, ID_SIZE_MAX);
        reading->strings_size += text.text.at == out ? text.text.size : 0;
    } else if (value->kind == JSON_NUMBER && is_whole(value->raw)) {
        text.text = value->raw;
    } else {
        reading_refuse(reading, REBATO_FATE_bad_field, field, "of the wrong type");
        return 0;
    }
    if (text.cut) {
        reading_refuse(reading, REBATO_FATE_bad_field, field, "longer than 256 bytes");
        return 0;
    }
    reading->out->utf8_repaired |= text.repaired > 0;
    *label = text.text;
    return 1;
}

/* Nearly every label is a short string of ASCII without escapes. */
static inline int
read_label(struct reading *reading,
        const char *field,
        const struct json_value *value,
        struct view *label)
{
    *label = (struct view){ 0 };
    if (value == NULL || value->kind <= JSON_NULL) {
        return 1;
    }
    if (value->kind == JSON_STRING && value->plain && value->ascii &&
            value->raw.size <= ID_SIZE_MAX + 2) {
        *label = (struct view){ value->raw.at + 1, value->raw.size - 2 };
        return 1;
    }
    return decode_label(reading, field, value, label);
}

int
reading_label(struct reading *reading,
        const char *field,
        const struct json_value *value,
        struct view *label)
{
    return read_label(reading, field, value, label);
}

struct view
reading_join(struct reading *reading, const struct view *pieces, size_t count)
{
    char *start = reading->strings + reading->strings_size;
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        if (pieces[i].size == 0 || size + pieces[i].size > ID_SIZE_MAX) {
            return (struct view){ 0 };
        }
        assert(reading->strings_size + size + pieces[i].size <= STRINGS_SIZE);
        memcpy(start + size, pieces[i].at, pieces[i].size);
        size += pieces[i].size;
    }
    reading->strings_size += size;
    return (struct view){ .at = start, .size = size };
}

static enum rebato_fate
read_text_field(struct reading *reading)
{
    const struct json_value *text = find_field(reading, READER_FIELD_text);
    const struct json_value *lead = find(reading, &reading->plan->lead);
    enum json_kind kind = kind_of(text);

    if (kind_of(lead) != JSON_STRING || lead->raw.size == 2) {
        lead = NULL; /* an empty title is none */
    }
    if (kind == JSON_ABSENT && lead == NULL) {
        return reading_refuse(reading, REBATO_FATE_bad_field, "text", "missing");
    }
    if (kind != JSON_STRING && kind != JSON_ABSENT) {
        return reading_refuse(reading, REBATO_FATE_bad_field, "text", "of the wrong type");
    }
    reading_text(reading, lead, text);
    return REBATO_FATE_unmatched;
}

static enum rebato_fate
read_quoted_field(struct reading *reading)
{
    const struct json_value *value = find_field(reading, READER_FIELD_quoted);
    enum json_kind kind = kind_of(value);

    if (kind == JSON_ABSENT) {
        return REBATO_FATE_unmatched;
    }
    if (kind != JSON_STRING) {
        return reading_refuse(reading, REBATO_FATE_bad_field, "quoted", "of the wrong type");
    }
    reading_quoted(reading, value);
    return REBATO_FATE_unmatched;
}

static enum rebato_fate
read_time_field(struct reading *reading)
{
    const struct json_value *value = find_field(reading, READER_FIELD_time);
    enum json_kind kind = kind_of(value);
    struct view text;

    if (kind == JSON_ABSENT && reading->time_default_ms != 0) {
        reading->out->time_ms = reading->time_default_ms;
        return REBATO_FATE_unmatched;
    }
    if (kind == JSON_ABSENT) {
        return reading_refuse(reading, REBATO_FATE_bad_field, "time", "missing");
    }
    if (kind == JSON_NUMBER) {
        text = value->raw; /* with its fraction: Reddit's seconds have one */
    } else if (!read_label(reading, "time", value, &text)) {
        return REBATO_FATE_bad_field;
    }
    int64_t time_ms = 0;
    enum timestamp outcome = timestamp_parse(text, &time_ms);
    if (outcome == TIMESTAMP_UNREADABLE) {
        return reading_refuse(
                reading, REBATO_FATE_bad_field, "time", "not a time in any known form");
    }
    if (outcome == TIMESTAMP_IMPOSSIBLE) {
        return reading_refuse(reading, REBATO_FATE_bad_time, "time", "no such day or hour");
    }
    if (time_ms < EVENT_TIME_MIN_MS || time_ms >= EVENT_TIME_MAX_MS) {
        return reading_refuse(reading, REBATO_FATE_bad_time, "time", "not between 2004 and 2100");
    }
    reading->out->time_ms = time_ms;
    return REBATO_FATE_unmatched;
}

static int
is_lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

/* "es-MX" is es. What is no language tag, or says that it is unknown, is none. */
static void
set_lang(struct reading *reading, struct view label)
{
    char *lower = reading->strings + reading->strings_size;
    size_t size = 0;

    if (label.size == 2 && is_lower(label.at[0]) && is_lower(label.at[1])) {
        return; /* as nearly everybody writes it */
    }
    if (label.size == 0) {
        return;
    }
    assert(STRINGS_SIZE - reading->strings_size >= LANG_SIZE_MAX);
    while (size < label.size && size < LANG_SIZE_MAX && (label.at[size] | 0x20) >= 'a' &&
            (label.at[size] | 0x20) <= 'z') {
        lower[size] = (char)(label.at[size] | 0x20);
        size++;
    }
    int ends = size == label.size || label.at[size] == '-' || label.at[size] == '_';
    struct view lang = { .at = lower, .size = size };
    if (!ends || size < 2 || view_equal(lang, VIEW("und"))) {
        lang.size = 0;
    }
    reading->strings_size += lang.size;
    reading->out->lang = lang;
}

static struct view
without_at(struct view handle)
{
    return view_starts(handle, VIEW("@")) ? view_slice(handle, 1, handle.size) : handle;
}

static enum rebato_fate
read_labels(struct reading *reading)
{
    static const struct {
        enum reader_field field;
        size_t label; /* where in the mention */
    } labels[] = { { READER_FIELD_author, offsetof(struct mention, author_id) },
        { READER_FIELD_handle, offsetof(struct mention, author_handle) },
        { READER_FIELD_reply_to, offsetof(struct mention, reply_to_id) },
        { READER_FIELD_reply_to_handle, offsetof(struct mention, reply_to_handle) },
        { READER_FIELD_root, offsetof(struct mention, root_id) },
        { READER_FIELD_link, offsetof(struct mention, link) },
        { READER_FIELD_lang, offsetof(struct mention, lang) } };
    struct mention *out = reading->out;

    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        const struct json_value *value = find_field(reading, labels[i].field);
        struct view *label = (struct view *)(void *)((char *)out + labels[i].label);
        if (value != NULL && !read_label(reading, field_names[labels[i].field], value, label)) {
            return REBATO_FATE_bad_field;
        }
    }
    out->author_handle = without_at(out->author_handle);
    out->reply_to_handle = without_at(out->reply_to_handle);
    set_lang(reading, out->lang);
    return REBATO_FATE_unmatched;
}

static enum rebato_fate
read_reach(struct reading *reading)
{
    const struct json_value *value = find_field(reading, READER_FIELD_reach);
    struct view label;
    uint64_t followers;

    if (kind_of(value) == JSON_NUMBER && view_to_u64(value->raw, &followers)) {
        reading->out->reach = followers > INT64_MAX ? INT64_MAX : (int64_t)followers;
        return REBATO_FATE_unmatched;
    }
    if (!read_label(reading, "reach", value, &label)) {
        return REBATO_FATE_bad_field;
    }
    if (view_to_u64(label, &followers)) {
        reading->out->reach = followers > INT64_MAX ? INT64_MAX : (int64_t)followers;
    }
    return REBATO_FATE_unmatched;
}

static enum rebato_fate
read_since(struct reading *reading)
{
    const struct json_value *value = find_field(reading, READER_FIELD_author_since);
    struct view label;
    int64_t since_ms;

    if (kind_of(value) == JSON_NUMBER) {
        label = value->raw;
    } else if (!read_label(reading, "author_since", value, &label)) {
        return REBATO_FATE_bad_field;
    }
    if (label.size > 0 && timestamp_parse(label, &since_ms) == TIMESTAMP_GOOD) {
        reading->out->author_since_ms = since_ms;
    }
    return REBATO_FATE_unmatched;
}

/* What only weighs a mention: a value that makes no sense is left at 0, a wrong type is refused. */
static enum rebato_fate
read_weights(struct reading *reading)
{
    enum rebato_fate fate = read_reach(reading);

    return fate == REBATO_FATE_unmatched ? read_since(reading) : fate;
}

/* First of all, so that whatever is refused later can be found again by its id. */
static enum rebato_fate
read_identity(struct reading *reading)
{
    struct view platform;

    if (!read_label(reading, "id", find_field(reading, READER_FIELD_id), &reading->out->id) ||
            !read_label(
                    reading, "platform", find_field(reading, READER_FIELD_platform), &platform)) {
        return REBATO_FATE_bad_field;
    }
    if (platform.size > 0) {
        reading->out->platform = platform_of(platform);
    }
    return REBATO_FATE_unmatched;
}

enum rebato_fate
reading_fields(struct reading *reading)
{
    enum rebato_fate fate = read_identity(reading);

    /* One by one: through a table of functions, none of them is seen by the compiler. */
    fate = fate == REBATO_FATE_unmatched ? read_time_field(reading) : fate;
    fate = fate == REBATO_FATE_unmatched ? read_text_field(reading) : fate;
    fate = fate == REBATO_FATE_unmatched ? read_labels(reading) : fate;
    fate = fate == REBATO_FATE_unmatched ? read_quoted_field(reading) : fate;
    fate = fate == REBATO_FATE_unmatched ? read_weights(reading) : fate;
    return fate;
}
