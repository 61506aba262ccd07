/* Lines of plain files, many at a time, where they lie in the block that was read: nothing is copied. */
#include "core/limits.h"
#include "ingest/feed/files.h"
#include "ingest/split/container.h"
#include "ingest/split/parts.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define RECORD_MAX ((size_t)RECORD_SIZE_MAX)
/* More than the last batch took is read, so that one block holds another like it. */
#define STRIDE_SLACK ((size_t)16 * 1024)

size_t
feed_plain_read(struct feed_files *files, char *at, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t part = pread(files->file, at + got, size - got, (off_t)files->offset);
        if (part < 0 && errno == EINTR) {
            continue;
        }
        if (part < 0) {
            char text[64];
            feed_note_unreadable(files, strerror_r(errno, text, sizeof(text)));
        }
        if (part <= 0) {
            break;
        }
        got += (size_t)part;
        files->offset += part;
    }
    return got;
}

static int
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct view
trimmed(struct view line)
{
    size_t from = 0;
    size_t to = line.size;

    while (from < to && is_blank(line.at[from])) {
        from++;
    }
    while (to > from && is_blank(line.at[to - 1])) {
        to--;
    }
    return view_slice(line, from, to);
}

/* An object that could begin something larger than its line is left to the splitter. */
static int
is_plain_object(struct feed_files *files, struct view line)
{
    struct container container;

    if (files->usual.size > 0 && view_starts(line, files->usual)) {
        return 1;
    }
    if (line.size < 2 || container_find(line, 0, &container) != CONTAINER_NO) {
        return 0;
    }
    size_t refusal = container_refusal(line);
    if (refusal > 0 && refusal <= sizeof files->head) {
        memcpy(files->head, line.at, refusal);
        files->usual = (struct view){ .at = files->head, .size = refusal };
    }
    return 1;
}

static int
is_plain(struct feed_files *files, struct view line)
{
    return line.at[0] == '{' ? is_plain_object(files, line) : line.at[0] != '[';
}

/* The lines of `block`, of which all but the file's last end with a line feed. Returns how many bytes of
 * it are done with. */
static size_t
take_lines(struct feed_files *files, struct feed_batch *batch, struct view block, int at_end)
{
    size_t at = 0;

    while (at < block.size && batch->count < batch->capacity) {
        const char *feed = memchr(block.at + at, '\n', block.size - at);
        if (feed == NULL && !at_end) {
            break;
        }
        size_t next = feed == NULL ? block.size : (size_t)(feed - block.at) + 1;
        struct view line = trimmed(view_slice(block, at, next));
        if (line.size > 0 && !is_plain(files, line)) {
            files->lines = 0;
            break;
        }
        if (line.size > 0) {
            batch->records[batch->count++] = (struct feed_record){
                .bytes = line, .line = files->line, .offset = files->count++, .ingest_ms = INT64_MIN
            };
        }
        files->line += feed != NULL;
        at = next;
    }
    return at;
}

/* The splitter goes on at the file's offset. */
static void
leave_to_splitter(struct feed_files *files)
{
    files->lines = 0;
    if (files->begun) {
        splitter_go_on(files->splitter, files->line);
    } else {
        files->offset = 0; /* as if nothing had been read */
    }
}

static size_t
block_size(const struct feed_files *files, size_t size)
{
    size_t likely = files->stride == 0 ? size : files->stride + STRIDE_SLACK;

    size = likely < size ? likely : size;
    return size < RECORD_MAX ? size : RECORD_MAX;
}

/* One block's lines, from the file's offset on; false when none ends in it, as at the file's end. */
static int
take_block(struct feed_files *files, struct feed_batch *batch, size_t size, int *at_end)
{
    int64_t offset = files->offset;
    struct view block = { .at = batch->bytes, .size = feed_plain_read(files, batch->bytes, size) };
    size_t from = offset == 0 && view_starts(block, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.size : 0;
    size_t taken = take_lines(files, batch, view_slice(block, from, block.size), block.size < size);

    *at_end = block.size == from;
    files->stride = from + taken;
    files->offset = offset + (int64_t)files->stride;
    files->begun |= batch->count > 0;
    return taken > 0;
}

/* Behind the last line of a file the next one may be lines, too. False when it takes the splitter. */
static int
go_on(struct feed_files *files, int at_end)
{
    if (!at_end || files->unreadable[0] != '\0' || files->position + 1 == files->paths.count) {
        leave_to_splitter(files);
        return 0;
    }
    if (!feed_next_file(files)) {
        splitter_finish(files->splitter); /* it says why */
        return 0;
    }
    return files->lines;
}

int
feed_plain_fill(struct feed *feed, struct feed_batch *batch, size_t size)
{
    struct feed_files *files = (struct feed_files *)feed;
    int going = files->lines;

    while (going && batch->count == 0) {
        int at_end = 0;
        int moved = take_block(files, batch, block_size(files, size), &at_end) ||
                    (files->lines && take_block(files, batch, RECORD_MAX, &at_end));
        if (!moved || !files->lines) {
            going = go_on(files, files->lines && at_end);
        }
    }
    return batch->count > 0;
}
