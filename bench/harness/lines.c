#include "harness/lines.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK_SIZE = 1 << 20 };

struct buffer {
    char *bytes;
    size_t size;
    size_t capacity;
};

static int
buffer_reserve(struct buffer *buffer, size_t more)
{
    size_t wanted = buffer->size + more + LINES_PADDING;

    if (wanted <= buffer->capacity) {
        return 1;
    }
    size_t capacity = wanted + wanted / 2;
    char *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        return 0;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return 1;
}

static struct archive *
open_archive(const char *path)
{
    struct archive *archive = archive_read_new();
    struct archive_entry *entry;

    if (archive == NULL) {
        return NULL;
    }
    archive_read_support_filter_all(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    if (archive_read_open_filename(archive, path, CHUNK_SIZE) != ARCHIVE_OK ||
            archive_read_next_header(archive, &entry) != ARCHIVE_OK) {
        (void)fprintf(stderr, "%s: %s\n", path, archive_error_string(archive));
        archive_read_free(archive);
        return NULL;
    }
    return archive;
}

static int
read_all(struct archive *archive, const char *path, struct buffer *buffer)
{
    for (;;) {
        if (!buffer_reserve(buffer, CHUNK_SIZE)) {
            (void)fprintf(stderr, "%s: no memory\n", path);
            return 0;
        }
        la_ssize_t got = archive_read_data(archive, buffer->bytes + buffer->size, CHUNK_SIZE);
        if (got < 0) {
            (void)fprintf(stderr, "%s: %s\n", path, archive_error_string(archive));
            return 0;
        }
        if (got == 0) {
            return 1;
        }
        buffer->size += (size_t)got;
    }
}

static size_t
count_newlines(const char *bytes, size_t size)
{
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        count += bytes[i] == '\n';
    }
    return count;
}

int
lines_cut(struct lines *lines, char *bytes, size_t size, size_t limit)
{
    *lines = (struct lines){ .bytes = bytes, .size = size };
    lines->at = calloc(count_newlines(bytes, size) + 1, sizeof *lines->at);
    if (lines->at == NULL) {
        lines_fini(lines);
        return 0;
    }
    memset(bytes + size, 0, LINES_PADDING);
    for (size_t at = 0; at < size && lines->count < limit;) {
        const char *end = memchr(bytes + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - bytes) - at;
        if (length > 0) {
            lines->at[lines->count++] = (struct view){ .at = bytes + at, .size = length };
        }
        at += length + 1;
    }
    return 1;
}

int
lines_load(struct lines *lines, const char *path, size_t limit)
{
    struct buffer buffer = { 0 };
    struct archive *archive = open_archive(path);

    *lines = (struct lines){ 0 };
    if (archive == NULL) {
        return 0;
    }
    int read = read_all(archive, path, &buffer);
    archive_read_free(archive);
    if (!read) {
        free(buffer.bytes);
        return 0;
    }
    return lines_cut(lines, buffer.bytes, buffer.size, limit);
}

size_t
lines_bytes(const struct lines *lines)
{
    size_t size = lines->count;

    for (size_t i = 0; i < lines->count; i++) {
        size += lines->at[i].size;
    }
    return size;
}

void
lines_fini(struct lines *lines)
{
    free(lines->at);
    free(lines->bytes);
    *lines = (struct lines){ 0 };
}
