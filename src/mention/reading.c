#include "mention/reading.h"

#include "core/utf8.h"
#include "mention/html.h"
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

json_node
reading_find(const struct reading *reading, const struct path *path)
{
    for (size_t i = 0; i < path->count; i++) {
        json_node node = json_picked(reading->picker, path->wants[i]);
        if (node == JSON_NOWHERE) {
            continue;
        }
        enum json_kind kind = jdoc_kind_of(reading->json, node);
        int container = kind == JSON_OBJECT || kind == JSON_ARRAY;
        if (kind != JSON_NULL && !(container && path->scalar_only[i])) {
            return node;
        }
    }
    return JSON_NOWHERE;
}

static inline json_node
find_field(const struct reading *reading, enum reader_field field)
{
    const struct path *path = &reading->plan->fields[field];

    return path->count == 0 ? JSON_NOWHERE : reading_find(reading, path);
}

/* Whole numbers only: 1.5 is nobody's id. */
static int
is_whole(struct view number)
{
    uint64_t value;

    return view_to_u64(view_slice(number, number.at[0] == '-', number.size), &value);
}

int
reading_label(struct reading *reading, const char *field, json_node node, struct view *label)
{
    *label = (struct view){ 0 };
    if (node == JSON_NOWHERE) {
        return 1;
    }
    enum json_kind kind = jdoc_kind_of(reading->json, node);
    struct json_text text = { 0 };
    if (kind == JSON_ABSENT || kind == JSON_NULL) {
        return 1;
    }
    if (kind == JSON_STRING) {
        assert(STRINGS_SIZE - reading->strings_size >= ID_SIZE_MAX);
        char *out = reading->strings + reading->strings_size;
        text = jdoc_string(reading->json, node, out, ID_SIZE_MAX);
        reading->strings_size += text.text.at == out ? text.text.size : 0;
    } else if (kind == JSON_NUMBER && is_whole(jdoc_raw(reading->json, node))) {
        text.text = jdoc_raw(reading->json, node);
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

/* A text on its way from the record's escapes through the platform's markup. */
struct sink {
    struct html_text text;
    int repaired;
};

static void
pour(struct reading *reading, json_node node, enum markup markup, struct sink *sink)
{
    struct json_text raw =
            jdoc_string(reading->json, node, reading->markup, sizeof reading->markup);
    sink->repaired |= raw.repaired > 0;
    if (markup == MARKUP_HTML) {
        html_to_text(raw.text, &sink->text);
    } else if (markup == MARKUP_ESCAPED) {
        html_unescape_plain(raw.text, &sink->text);
    } else {
        size_t room = sink->text.capacity - sink->text.size;
        struct view fitting = utf8_cut(raw.text, room);
        if (fitting.size > 0) {
            memcpy(sink->text.at + sink->text.size, fitting.at, fitting.size);
        }
        sink->text.size += fitting.size;
        sink->text.cut |= fitting.size < raw.text.size;
    }
    sink->text.cut |= raw.cut;
}

static enum markup
markup_of(const struct reading *reading)
{
    /* The shape says it, or the platform that a native record names: X's text is escaped wherever it has
     * been stored in between. */
    return reading->plan->shape->markup == MARKUP_NONE && reading->out->platform == PLATFORM_X
                   ? MARKUP_ESCAPED
                   : reading->plan->shape->markup;
}

/* Nearly every text: it fits whatever becomes of it, and the platform escaped nothing in it. It stays in
 * the record when there is nothing to decode. 0 when it is another one. */
static int
read_short(struct reading *reading,
        json_node node,
        enum markup markup,
        struct sink *sink,
        struct view *text)
{
    /* A byte becomes three at most. */
    if (markup == MARKUP_HTML || jdoc_raw(reading->json, node).size > sink->text.capacity / 3) {
        return 0;
    }
    struct json_text raw = jdoc_string(reading->json, node, sink->text.at, sink->text.capacity);
    if (markup == MARKUP_ESCAPED && raw.text.size > 0 &&
            memchr(raw.text.at, '&', raw.text.size) != NULL) {
        return 0;
    }
    sink->text.size = raw.text.at == sink->text.at ? raw.text.size : 0;
    sink->repaired |= raw.repaired > 0;
    *text = raw.text;
    return 1;
}

static struct view
read_text(struct reading *reading, json_node lead, json_node node, struct sink *sink)
{
    enum markup markup = markup_of(reading);
    struct view text;

    if (lead == JSON_NOWHERE && read_short(reading, node, markup, sink, &text)) {
        return text;
    }
    if (lead != JSON_NOWHERE) {
        pour(reading, lead, markup == MARKUP_HTML ? MARKUP_NONE : markup, sink);
    }
    if (node != JSON_NOWHERE) {
        size_t lead_size = sink->text.size;
        if (lead_size > 0 && lead_size < sink->text.capacity) {
            sink->text.at[sink->text.size++] = '\n';
        }
        pour(reading, node, markup, sink);
    }
    return (struct view){ .at = sink->text.at, .size = sink->text.size };
}

static struct sink
make_sink(struct reading *reading)
{
    assert(STRINGS_SIZE - reading->strings_size >= TEXT_SIZE_MAX);
    return (struct sink){ .text = { .at = reading->strings + reading->strings_size,
                                  .capacity = TEXT_SIZE_MAX } };
}

void
reading_text(struct reading *reading, json_node lead, json_node node)
{
    struct sink sink = make_sink(reading);

    reading->out->text = read_text(reading, lead, node, &sink);
    reading->strings_size += sink.text.size;
    reading->out->text_truncated = sink.text.cut;
    reading->out->utf8_repaired |= sink.repaired;
}

void
reading_quoted(struct reading *reading, json_node node)
{
    struct sink sink = make_sink(reading);

    reading->out->quoted = read_text(reading, JSON_NOWHERE, node, &sink);
    reading->strings_size += sink.text.size;
    reading->out->utf8_repaired |= sink.repaired;
}

static enum rebato_fate
read_text_field(struct reading *reading)
{
    json_node text = find_field(reading, READER_FIELD_text);
    json_node lead = reading_find(reading, &reading->plan->lead);
    enum json_kind kind = jdoc_kind_of(reading->json, text);

    if (jdoc_kind_of(reading->json, lead) != JSON_STRING ||
            jdoc_raw(reading->json, lead).size == 2) {
        lead = JSON_NOWHERE; /* an empty title is none */
    }
    if (kind == JSON_ABSENT && lead == JSON_NOWHERE) {
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
    json_node node = find_field(reading, READER_FIELD_quoted);
    enum json_kind kind = jdoc_kind_of(reading->json, node);

    if (kind == JSON_ABSENT) {
        return REBATO_FATE_unmatched;
    }
    if (kind != JSON_STRING) {
        return reading_refuse(reading, REBATO_FATE_bad_field, "quoted", "of the wrong type");
    }
    reading_quoted(reading, node);
    return REBATO_FATE_unmatched;
}

static enum rebato_fate
read_time_field(struct reading *reading)
{
    json_node node = find_field(reading, READER_FIELD_time);
    enum json_kind kind = jdoc_kind_of(reading->json, node);
    struct view text;

    if (kind == JSON_ABSENT && reading->time_default_ms != 0) {
        reading->out->time_ms = reading->time_default_ms;
        return REBATO_FATE_unmatched;
    }
    if (kind == JSON_ABSENT) {
        return reading_refuse(reading, REBATO_FATE_bad_field, "time", "missing");
    }
    if (kind == JSON_NUMBER) {
        text = jdoc_raw(reading->json, node); /* with its fraction: Reddit's seconds have one */
    } else if (!reading_label(reading, "time", node, &text)) {
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

/* "es-MX" is es. What is no language tag, or says that it is unknown, is none. */
static void
set_lang(struct reading *reading, struct view label)
{
    char *lower = reading->strings + reading->strings_size;
    size_t size = 0;

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
        json_node node = find_field(reading, labels[i].field);
        struct view *label = (struct view *)(void *)((char *)out + labels[i].label);
        if (node != JSON_NOWHERE &&
                !reading_label(reading, field_names[labels[i].field], node, label)) {
            return REBATO_FATE_bad_field;
        }
    }
    out->author_handle = without_at(out->author_handle);
    out->reply_to_handle = without_at(out->reply_to_handle);
    set_lang(reading, out->lang);
    return REBATO_FATE_unmatched;
}

/* What only weighs a mention: a value that makes no sense is left at 0, a wrong type is refused. */
static enum rebato_fate
read_weights(struct reading *reading)
{
    struct view reach;
    struct view since;
    uint64_t followers;
    int64_t since_ms;

    if (!reading_label(reading, "reach", find_field(reading, READER_FIELD_reach), &reach)) {
        return REBATO_FATE_bad_field;
    }
    json_node node = find_field(reading, READER_FIELD_author_since);
    if (jdoc_kind_of(reading->json, node) == JSON_NUMBER) {
        since = jdoc_raw(reading->json, node);
    } else if (!reading_label(reading, "author_since", node, &since)) {
        return REBATO_FATE_bad_field;
    }
    if (view_to_u64(reach, &followers)) {
        reading->out->reach = followers > INT64_MAX ? INT64_MAX : (int64_t)followers;
    }
    if (timestamp_parse(since, &since_ms) == TIMESTAMP_GOOD) {
        reading->out->author_since_ms = since_ms;
    }
    return REBATO_FATE_unmatched;
}

/* First of all, so that whatever is refused later can be found again by its id. */
static enum rebato_fate
read_identity(struct reading *reading)
{
    struct view platform;

    if (!reading_label(reading, "id", find_field(reading, READER_FIELD_id), &reading->out->id) ||
            !reading_label(
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
