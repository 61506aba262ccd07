/*
 * files: files and standard input, on their way to the splitter.
 *
 *   regular file, plain ── feed_plain_fill() ──────────────────▶ a batch of lines
 *   regular file, plain ── pread ────────────┐
 *   packed, or a pipe ──── libarchive ───────┴──▶ splitter ──▶ record by record
 *
 * Lines go the upper way as long as they are nothing but lines. Where something else begins (an array,
 * a container, pretty-printed JSON, a line of a megabyte) the splitter takes over, at that byte, for the
 * rest of the file. Folder only.
 */
#ifndef REBATO_INGEST_FEED_FILES_H
#define REBATO_INGEST_FEED_FILES_H

#include "ingest/feed/parts.h"
#include "ingest/feed/paths.h"
#include "ingest/split/splitter.h"

struct archive;

struct feed_files {
    struct feed feed; /* first: feed.c knows only this part */
    struct feed_paths paths;
    struct splitter *splitter;
    int64_t count;   /* records so far */
    int64_t bytes;   /* of the files that are done */
    size_t position; /* of the file being read */
    int file;
    char unreadable[FEED_TROUBLE_SIZE]; /* told once what came before it was delivered */

    /* Packed files and pipes. */
    struct archive *archive;
    struct view block; /* unpacked, not yet given to the splitter; the archive's */

    /* Plain regular files. */
    int plain;
    int64_t offset;    /* in the file, of what is read next */
    int lines;         /* nothing but lines until now; read them without the splitter */
    uint64_t line;     /* number of the next */
    int begun;         /* a record of this file was delivered */
    size_t stride;     /* bytes that the last batch used: what the next one will */
    struct view usual; /* how a line that is no container began, in `head` */
    char head[64];
};

void feed_note_unreadable(struct feed_files *files, const char *reason);

/* Behind the last record of a file. False when there is no other one, or this one broke off. */
int feed_next_file(struct feed_files *files);

/* A batch of lines. False when it takes the splitter to go on, or the file has ended. */
int feed_plain_fill(struct feed *feed, struct feed_batch *batch, size_t size);

/* Up to `size` bytes from the file's offset on, which moves. 0 at the end, and when reading fails. */
size_t feed_plain_read(struct feed_files *files, char *at, size_t size);

#endif
