/* A post's text: out of the record's escapes, and out of the platform's markup. */
#include "mention/reading.h"

#include "core/text/utf8.h"
#include "mention/html.h"

#include <assert.h>

/* A text on its way from the record's escapes through the platform's markup. */
struct sink {
    struct html_text text;
    int repaired;
};

static void
pour(struct reading *reading, const struct json_value *value, enum markup markup, struct sink *sink)
{
    struct json_text raw = jdoc_text(value, reading->isa, reading->markup, sizeof reading->markup);
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
        const struct json_value *value,
        enum markup markup,
        struct sink *sink,
        struct view *text)
{
    /* A byte becomes three at most. */
    if (markup == MARKUP_HTML || value->raw.size > sink->text.capacity / 3) {
        return 0;
    }
    struct json_text raw = jdoc_text(value, reading->isa, sink->text.at, sink->text.capacity);
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
read_text(struct reading *reading,
        const struct json_value *lead,
        const struct json_value *value,
        struct sink *sink)
{
    enum markup markup = markup_of(reading);
    struct view text;

    if (lead == NULL && value != NULL && read_short(reading, value, markup, sink, &text)) {
        return text;
    }
    if (lead != NULL) {
        pour(reading, lead, markup == MARKUP_HTML ? MARKUP_NONE : markup, sink);
    }
    if (value != NULL) {
        size_t lead_size = sink->text.size;
        if (lead_size > 0 && lead_size < sink->text.capacity) {
            sink->text.at[sink->text.size++] = '\n';
        }
        pour(reading, value, markup, sink);
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
reading_text(struct reading *reading, const struct json_value *lead, const struct json_value *value)
{
    struct sink sink = make_sink(reading);

    reading->out->text = read_text(reading, lead, value, &sink);
    reading->strings_size += sink.text.size;
    reading->out->text_truncated = sink.text.cut;
    reading->out->utf8_repaired |= sink.repaired;
}

void
reading_quoted(struct reading *reading, const struct json_value *value)
{
    struct sink sink = make_sink(reading);

    reading->out->quoted = read_text(reading, NULL, value, &sink);
    reading->strings_size += sink.text.size;
    reading->out->utf8_repaired |= sink.repaired;
}
