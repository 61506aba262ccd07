/*
 * paths: the files behind a path: itself, or a directory's files in order of name.
 *
 * Hidden files, subdirectories and whatever is no regular file are left out. Folder only.
 */
#ifndef REBATO_INGEST_FEED_PATHS_H
#define REBATO_INGEST_FEED_PATHS_H

#include <stddef.h>
#include <stdint.h>

#define FEED_FILES_MAX 100000

struct feed_paths {
    char **paths;
    size_t count;
    int64_t size; /* of all of them, bytes; < 0 when unknown (standard input, a pipe) */
};

/* False and `trouble` when there is nothing to read; then `paths` is empty. */
int feed_paths_init(struct feed_paths *paths, const char *path, char trouble[256]);
void feed_paths_fini(struct feed_paths *paths);

#endif
