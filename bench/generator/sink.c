#include "generator/sink.h"

#include "core/text/utf8.h"
#include "harness/lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void
sink_fini(struct sink *sink)
{
    free(sink->at);
    *sink = (struct sink){ 0 };
}

static int
reserve(struct sink *sink, size_t more)
{
    size_t wanted = sink->size + more + LINES_PADDING;

    if (sink->failed || wanted <= sink->capacity) {
        return !sink->failed;
    }
    char *at = realloc(sink->at, wanted * 2);
    if (at == NULL) {
        sink->failed = 1;
        return 0;
    }
    sink->at = at;
    sink->capacity = wanted * 2;
    return 1;
}

void
sink_put(struct sink *sink, struct view text)
{
    if (text.size > 0 && reserve(sink, text.size)) {
        memcpy(sink->at + sink->size, text.at, text.size);
        sink->size += text.size;
    }
}

void
sink_string(struct sink *sink, const char *text)
{
    sink_put(sink, view_of(text));
}

void
sink_byte(struct sink *sink, char byte)
{
    sink_put(sink, (struct view){ .at = &byte, .size = 1 });
}

void
sink_number(struct sink *sink, uint64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%" PRIu64, number);
    sink_string(sink, text);
}

static void
put_unit(struct sink *sink, uint32_t unit)
{
    char text[16];

    (void)snprintf(text, sizeof text, "\\u%04x", (unsigned)unit);
    sink_string(sink, text);
}

static void
put_escaped(struct sink *sink, uint32_t code_point)
{
    if (code_point >= 0x10000) {
        put_unit(sink, 0xD800 + ((code_point - 0x10000) >> 10));
        put_unit(sink, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
    } else {
        put_unit(sink, code_point);
    }
}

void
sink_json(struct sink *sink, struct view text, enum sink_json form)
{
    char bytes[4];

    sink_byte(sink, '"');
    for (size_t at = 0; at < text.size;) {
        uint32_t code_point = utf8_next(text, &at);
        if (code_point == '"' || code_point == '\\') {
            sink_byte(sink, '\\');
            sink_byte(sink, (char)code_point);
        } else if (code_point == '\n') {
            sink_string(sink, "\\n");
        } else if (code_point < 0x20 || (code_point >= 0x80 && form == SINK_ESCAPED)) {
            put_escaped(sink, code_point);
        } else {
            size_t size = utf8_put(code_point, bytes);
            sink_put(sink, (struct view){ .at = bytes, .size = size });
        }
    }
    sink_byte(sink, '"');
}
