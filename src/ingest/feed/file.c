/*
 * Files and standard input, through libarchive's filters: it is given bytes to unpack, never
 * archives to walk (format "raw").
 */
#include "ingest/feed/files.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BLOCK_SIZE ((size_t)1024 * 1024)

static const char *
path_of(const struct feed_files *files)
{
    const char *path = files->paths.paths[files->position];

    return strcmp(path, "-") == 0 ? "standard input" : path;
}

/* Only filters that work inside this process: libarchive's others start programs, and "uu" would
 * take text for what it is not. */
static struct archive *
unpacker(void)
{
    struct archive *archive = archive_read_new();

    if (archive != NULL) {
        (void)archive_read_support_filter_gzip(archive);
        (void)archive_read_support_filter_zstd(archive);
        (void)archive_read_support_filter_bzip2(archive);
        (void)archive_read_support_filter_xz(archive);
        (void)archive_read_support_filter_lz4(archive);
        (void)archive_read_support_format_raw(archive);
        (void)archive_read_support_format_empty(archive);
    }
    return archive;
}

static int
ends_with(struct view text, const char *end)
{
    size_t size = strlen(end);

    return text.size >= size &&
           view_equal_caseless(view_slice(text, text.size - size, text.size), view_of(end));
}

/* By name, below the name of the compression. */
static enum split_kind
kind_of(const char *path)
{
    static const char *const packed[] = { ".gz", ".zst", ".bz2", ".xz", ".lz4" };
    struct view name = view_of(path);

    for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
        if (ends_with(name, packed[i])) {
            name.size -= strlen(packed[i]);
            break;
        }
    }
    return ends_with(name, ".csv") || ends_with(name, ".tsv") ? SPLIT_CSV : SPLIT_JSON;
}

static void
close_file(struct feed_files *files)
{
    if (files->archive != NULL) {
        (void)archive_read_free(files->archive);
        files->archive = NULL;
    }
    files->block = (struct view){ .at = NULL };
    files->plain = 0;
    files->lines = 0;
    if (files->file > STDIN_FILENO) {
        (void)close(files->file);
    }
    files->file = -1;
}

void
feed_note_unreadable(struct feed_files *files, const char *reason)
{
    (void)snprintf(files->unreadable, sizeof(files->unreadable), "cannot read %.300s: %.150s",
            path_of(files), reason == NULL ? "out of memory" : reason);
}

/* Packed or not is libarchive's to say. Plain files are read without it: in blocks, at an offset. */
static void
find_plain(struct feed_files *files, enum split_kind kind)
{
    struct stat status;

    files->plain = fstat(files->file, &status) == 0 && S_ISREG(status.st_mode) &&
                   files->file != STDIN_FILENO &&
                   archive_filter_code(files->archive, 0) == ARCHIVE_FILTER_NONE;
    files->offset = 0;
    files->line = 1;
    files->lines = files->plain && kind == SPLIT_JSON;
    files->begun = 0;
    files->stride = 0;
    files->usual = (struct view){ .at = NULL };
    if (files->plain) {
        (void)archive_read_free(files->archive);
        files->archive = NULL;
    }
}

/* The file at `position`; false when it cannot be opened. */
static int
open_file(struct feed_files *files)
{
    const char *path = files->paths.paths[files->position];
    struct archive_entry *entry = NULL;
    char text[64];

    files->file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (files->file < 0) {
        feed_note_unreadable(files, strerror_r(errno, text, sizeof(text)));
        return 0;
    }
    splitter_begin(files->splitter, kind_of(path));
    files->archive = unpacker();
    if (files->archive == NULL) {
        feed_note_unreadable(files, NULL);
        return 0;
    }
    if (archive_read_open_fd(files->archive, files->file, READ_BLOCK_SIZE) != ARCHIVE_OK) {
        feed_note_unreadable(files, archive_error_string(files->archive));
        return 0;
    }
    int result = archive_read_next_header(files->archive, &entry);
    if (result == ARCHIVE_EOF) {
        splitter_finish(files->splitter); /* an empty file */
        return 1;
    }
    if (result < ARCHIVE_WARN) {
        feed_note_unreadable(files, archive_error_string(files->archive));
        return 0;
    }
    find_plain(files, kind_of(path));
    return 1;
}

/* The next block, if the last one is used up. Blocks, because archive_read_data() forgets what
 * it has already copied when it then meets an error. False at the end, and when reading fails. */
static int
next_block(struct feed_files *files)
{
    const void *at = NULL;
    la_int64_t offset = 0;

    if (files->block.size > 0) {
        return 1;
    }
    int result = archive_read_data_block(files->archive, &at, &files->block.size, &offset);
    files->block.at = at;
    if (result != ARCHIVE_OK) {
        files->block.size = 0;
    }
    if (result != ARCHIVE_OK && result != ARCHIVE_EOF) {
        feed_note_unreadable(files, archive_error_string(files->archive));
    }
    return result == ARCHIVE_OK;
}

/* More bytes for the splitter, or the news that there are none. */
static void
fill(struct feed_files *files)
{
    size_t room = 0;

    if (files->plain) {
        files->lines = 0; /* no more than one of the two reads a file */
        char *to = splitter_room(files->splitter, &room);
        size_t read = feed_plain_read(files, to, room);
        if (read == 0) {
            splitter_finish(files->splitter);
        }
        splitter_filled(files->splitter, read);
        return;
    }
    if (!next_block(files)) {
        splitter_finish(files->splitter);
        return;
    }
    char *at = splitter_room(files->splitter, &room);
    size_t size = files->block.size < room ? files->block.size : room;

    if (size > 0) {
        memcpy(at, files->block.at, size);
    }
    splitter_filled(files->splitter, size);
    files->block = view_slice(files->block, size, files->block.size);
}

static enum feed_outcome
fail(struct feed_files *files, const char *reason)
{
    (void)snprintf(files->feed.trouble, sizeof(files->feed.trouble), "%s", reason);
    return FEED_ERROR;
}

static enum feed_outcome
fail_at_line(struct feed_files *files, const char *reason)
{
    (void)snprintf(files->feed.trouble, sizeof(files->feed.trouble), "%.300s:%llu: %.150s",
            path_of(files), (unsigned long long)splitter_line(files->splitter), reason);
    return FEED_ERROR;
}

/* Of the file in hand, as it lies on the disk. */
static int64_t
bytes_read(const struct feed_files *files)
{
    if (files->plain) {
        return files->offset;
    }
    return files->archive == NULL ? 0 : archive_filter_bytes(files->archive, -1);
}

int
feed_next_file(struct feed_files *files)
{
    files->bytes += bytes_read(files);
    close_file(files);
    if (files->unreadable[0] != '\0' || files->position + 1 == files->paths.count) {
        return 0;
    }
    files->position++;
    return open_file(files);
}

static enum feed_outcome
deliver(struct feed_files *files, struct feed_record *record)
{
    record->offset = files->count++;
    record->ingest_ms = INT64_MIN;
    return FEED_RECORD;
}

static enum feed_outcome
finish(struct feed_files *files)
{
    return files->unreadable[0] == '\0' ? FEED_END : fail(files, files->unreadable);
}

static enum feed_outcome
files_next(struct feed *feed, struct feed_record *record)
{
    struct feed_files *files = (struct feed_files *)feed;
    enum split_outcome outcome = SPLIT_MORE;
    int going = 1;

    *record = (struct feed_record){ .line = 0 };
    while (going) {
        outcome = splitter_next(files->splitter, record);
        if (outcome == SPLIT_MORE) {
            fill(files);
        } else {
            going = outcome == SPLIT_END && feed_next_file(files);
        }
    }
    if (outcome == SPLIT_RECORD) {
        return deliver(files, record);
    }
    return outcome == SPLIT_TROUBLE ? fail_at_line(files, splitter_trouble(files->splitter))
                                    : finish(files);
}

/* By packed bytes: what unpacks to how much is known only afterwards. */
static double
files_progress(const struct feed *feed)
{
    const struct feed_files *files = (const struct feed_files *)feed;
    int64_t done = files->bytes;

    if (files->paths.size <= 0) {
        return -1.0;
    }
    done += files->file < 0 ? 0 : bytes_read(files);
    return done >= files->paths.size ? 1.0 : (double)done / (double)files->paths.size;
}

static void
files_destroy(struct feed *feed)
{
    struct feed_files *files = (struct feed_files *)feed;

    close_file(files);
    splitter_destroy(&files->splitter);
    feed_paths_fini(&files->paths);
    free(files);
}

/* A pipe's records are not kept waiting for what may come. */
static int
files_is_here(const struct feed *feed)
{
    const struct feed_files *files = (const struct feed_files *)feed;

    return files->file != STDIN_FILENO || files->block.size > 0 ||
           splitter_has_line(files->splitter);
}

static const struct feed_kind file_kind = { .next = files_next,
    .is_here = files_is_here,
    .fill = feed_plain_fill,
    .progress = files_progress,
    .destroy = files_destroy };

struct feed *
feed_open(const char *path, char trouble[256])
{
    struct feed_files *files = calloc(1, sizeof(*files));

    if (files == NULL) {
        (void)snprintf(trouble, 256, "out of memory");
        return NULL;
    }
    struct feed *feed = &files->feed;
    feed->kind = &file_kind;
    files->file = -1;
    if (!feed_paths_init(&files->paths, path, trouble)) {
        feed_close(&feed);
        return NULL;
    }
    feed->name = strdup(path);
    files->splitter = splitter_create();
    if (feed->name == NULL || files->splitter == NULL) {
        (void)snprintf(trouble, 256, "out of memory");
        feed_close(&feed);
        return NULL;
    }
    if (!open_file(files)) {
        (void)snprintf(trouble, 256, "%.255s", files->unreadable);
        feed_close(&feed);
    }
    return feed;
}
