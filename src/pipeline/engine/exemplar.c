#include "pipeline/engine/exemplar.h"

#include "core/text/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* Escaped, 500 bytes of text fit beside the ids; control characters (six bytes each) are dropped. */
#define EXEMPLAR_TEXT_SIZE 360
#define EXEMPLAR_ID_SIZE   100

struct writer {
    char *at;
    size_t size;
    size_t capacity;
};

static void
put(struct writer *writer, const char *bytes, size_t size)
{
    assert(writer->size + size <= writer->capacity);
    memcpy(writer->at + writer->size, bytes, size);
    writer->size += size;
}

/* "name":"value", with the value cut at a code point and escaped as JSON wants it. */
static void
put_member(struct writer *writer, const char *name, struct view value, size_t size_max)
{
    struct view cut = utf8_cut(value, size_max);

    put(writer, writer->size == 1 ? "\"" : ",\"", writer->size == 1 ? 1 : 2);
    put(writer, name, strlen(name));
    put(writer, "\":\"", 3);
    for (size_t i = 0; i < cut.size; i++) {
        char c = cut.at[i];
        if (c == '"' || c == '\\') {
            put(writer, "\\", 1);
            put(writer, &c, 1);
        } else if (c == '\n' || c == '\t') {
            put(writer, " ", 1);
        } else if ((unsigned char)c >= 0x20) {
            put(writer, &c, 1);
        }
    }
    put(writer, "\"", 1);
}

uint64_t
exemplar_weight(int64_t reach, int first_person)
{
    return (uint64_t)(reach < 0 ? 0 : reach) + (first_person ? 1000 : 1);
}

size_t
exemplar_write(const struct mention *mention, char json[EXEMPLAR_JSON_SIZE])
{
    char tail[128];
    struct writer writer = { .capacity = EXEMPLAR_JSON_SIZE };
    int64_t reach = mention->reach < 0 ? 0 : mention->reach;

    static_assert(2 * EXEMPLAR_TEXT_SIZE + EXEMPLAR_ID_SIZE + 200 < EXEMPLAR_JSON_SIZE,
            "an exemplar fits, however much of it is escaped");
    writer.at = json;
    put(&writer, "{", 1);
    put_member(&writer, "id", mention->id, EXEMPLAR_ID_SIZE / 2);
    put_member(&writer, "lang", mention->lang, 3);
    put_member(&writer, "text", mention->text, EXEMPLAR_TEXT_SIZE);
    int size = snprintf(tail, sizeof tail, ",\"reach\":%" PRId64 ",\"time\":%" PRId64 "}", reach,
            mention->time_ms);
    put(&writer, tail, (size_t)size);
    return writer.size;
}
