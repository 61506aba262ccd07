#include "ingest/split/csv_row.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct writer {
    char *out;
    size_t size;
    size_t used;
    int cut;
};

int
csv_header_init(struct csv_header *header)
{
    *header = (struct csv_header){ .names = malloc(CSV_NAMES_SIZE_MAX) };
    return header->names != NULL;
}

void
csv_header_fini(struct csv_header *header)
{
    free(header->names);
    header->names = NULL;
}

void
csv_header_clear(struct csv_header *header)
{
    header->count = 0;
    header->delimiter = 0;
}

static int
is_delimiter(const struct csv_header *header, char c)
{
    if (header->delimiter != 0) {
        return c == header->delimiter;
    }
    return c == ',' || c == ';' || c == '\t';
}

static enum csv_place
place_after(const struct csv_header *header, enum csv_place place, char c)
{
    if (place == CSV_QUOTED) {
        return c == '"' ? CSV_QUOTE : CSV_QUOTED;
    }
    /* It opens the field, or it is the second of two inside. */
    if (c == '"' && (place == CSV_FIELD_START || place == CSV_QUOTE)) {
        return CSV_QUOTED;
    }
    return is_delimiter(header, c) ? CSV_FIELD_START : CSV_PLAIN;
}

int
csv_row_end(const struct csv_header *header, struct view bytes, size_t *at, enum csv_place *place)
{
    for (; *at < bytes.size; (*at)++) {
        if (bytes.at[*at] == '\n' && *place != CSV_QUOTED) {
            return 1;
        }
        *place = place_after(header, *place, bytes.at[*at]);
    }
    return 0;
}

static void
put(struct writer *writer, struct view text)
{
    if (text.size > writer->size - writer->used) {
        writer->cut = 1;
        return;
    }
    memcpy(writer->out + writer->used, text.at, text.size);
    writer->used += text.size;
}

/* One byte of a JSON string. */
static void
put_escaped(struct writer *writer, char c)
{
    static const char digits[] = "0123456789abcdef";
    char text[6] = { '\\', c, '0', '0', '0', '0' };
    size_t size = 2;

    if (c == '\n') {
        text[1] = 'n';
    } else if (c == '\r') {
        text[1] = 'r';
    } else if (c == '\t') {
        text[1] = 't';
    } else if ((unsigned char)c < 0x20) {
        text[1] = 'u';
        text[4] = digits[(unsigned char)c >> 4];
        text[5] = digits[(unsigned char)c & 15];
        size = sizeof(text);
    } else if (c != '"' && c != '\\') {
        text[0] = c;
        size = 1;
    }
    put(writer, (struct view){ .at = text, .size = size });
}

/* Writes the field's text, escaped, and moves behind it, to its delimiter or the row's end. */
static void
put_field(struct writer *writer, const struct csv_header *header, struct view row, size_t *at)
{
    enum csv_place place = CSV_FIELD_START;

    for (; *at < row.size; (*at)++) {
        const char c = row.at[*at];
        const enum csv_place before = place;

        if (before != CSV_QUOTED && is_delimiter(header, c)) {
            return;
        }
        place = place_after(header, before, c);
        /* An opening or a closing quote is not text; the second of two is. */
        const int opens = before == CSV_FIELD_START && place == CSV_QUOTED;
        if (!opens && place != CSV_QUOTE) {
            put_escaped(writer, c);
        }
    }
}

static void
put_column_number(struct writer *writer, size_t column)
{
    char text[32];
    int size = snprintf(text, sizeof(text), "column_%zu", column + 1);

    put(writer, (struct view){ .at = text, .size = (size_t)size });
}

/* Whichever of the three stands most often outside quotes; a comma when none does. */
static char
find_delimiter(const struct csv_header *header, struct view row)
{
    static const char candidates[] = { ',', ';', '\t' };
    size_t counts[sizeof(candidates)] = { 0 };
    enum csv_place place = CSV_FIELD_START;
    size_t best = 0;

    for (size_t i = 0; i < row.size; i++) {
        for (size_t k = 0; k < sizeof(candidates); k++) {
            counts[k] += place != CSV_QUOTED && row.at[i] == candidates[k];
        }
        place = place_after(header, place, row.at[i]);
    }
    for (size_t k = 1; k < sizeof(candidates); k++) {
        best = counts[k] > counts[best] ? k : best;
    }
    return candidates[best];
}

int
csv_header_read(struct csv_header *header, struct view row)
{
    struct writer writer = { .out = header->names, .size = CSV_NAMES_SIZE_MAX };
    size_t at = 0;

    header->count = 0;
    header->delimiter = find_delimiter(header, row);
    for (;;) {
        if (header->count == CSV_COLUMNS_MAX) {
            return 0;
        }
        put(&writer, VIEW("\""));
        const size_t from = writer.used;
        put_field(&writer, header, row, &at);
        if (writer.used == from) {
            put_column_number(&writer, header->count);
        }
        put(&writer, VIEW("\":"));
        header->ends[header->count++] = writer.used;
        if (at == row.size) {
            return !writer.cut;
        }
        at++;
    }
}

static void
put_name(struct writer *writer, const struct csv_header *header, size_t column)
{
    if (column < header->count) {
        size_t from = column == 0 ? 0 : header->ends[column - 1];
        put(writer,
                (struct view){ .at = header->names + from, .size = header->ends[column] - from });
        return;
    }
    put(writer, VIEW("\""));
    put_column_number(writer, column);
    put(writer, VIEW("\":"));
}

size_t
csv_row_write(const struct csv_header *header, struct view row, char *out, size_t size, int *cut)
{
    assert(header->count > 0);
    struct writer writer = { .size = size };
    size_t at = 0;

    writer.out = out;
    put(&writer, VIEW("{"));
    for (size_t column = 0;; column++) {
        put_name(&writer, header, column);
        put(&writer, VIEW("\""));
        put_field(&writer, header, row, &at);
        put(&writer, VIEW("\""));
        if (at == row.size) {
            break;
        }
        put(&writer, VIEW(","));
        at++;
    }
    put(&writer, VIEW("}"));
    *cut = writer.cut;
    return writer.used;
}
