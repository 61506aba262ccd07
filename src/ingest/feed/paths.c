#include "ingest/feed/paths.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TROUBLE_SIZE   256
#define PATH_SIZE_MAX  4096
#define ERROR_TEXT_MAX 64

static int
complain(char trouble[TROUBLE_SIZE], const char *path, int error)
{
    char text[ERROR_TEXT_MAX];

    (void)snprintf(trouble, TROUBLE_SIZE, "cannot read \"%.160s\": %s", path,
            strerror_r(error, text, sizeof(text)));
    return 0;
}

static int
add(struct feed_paths *paths, const char *path, int64_t size)
{
    char **grown = realloc(paths->paths, (paths->count + 1) * sizeof(*grown));

    if (grown == NULL) {
        return 0;
    }
    paths->paths = grown;
    paths->paths[paths->count] = strdup(path);
    if (paths->paths[paths->count] == NULL) {
        return 0;
    }
    paths->count++;
    paths->size = size < 0 || paths->size < 0 ? -1 : paths->size + size;
    return 1;
}

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* By bytes, so that the order does not depend on the locale. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* One entry of a directory; what vanished meanwhile, or is no file, is left out. */
static int
add_entry(struct feed_paths *paths, const char *directory, const char *name)
{
    char path[PATH_SIZE_MAX];
    struct stat status;
    int size = snprintf(path, sizeof(path), "%s/%s", directory, name);

    if (size < 0 || (size_t)size >= sizeof(path) || stat(path, &status) != 0 ||
            !S_ISREG(status.st_mode)) {
        return 1;
    }
    return paths->count < FEED_FILES_MAX && add(paths, path, (int64_t)status.st_size);
}

static int
add_directory(struct feed_paths *paths, const char *path, char trouble[TROUBLE_SIZE])
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_visible, by_name);
    int whole = 1;

    if (count < 0) {
        return complain(trouble, path, errno);
    }
    for (int i = 0; i < count; i++) {
        whole = whole && add_entry(paths, path, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (!whole) {
        return complain(trouble, path, paths->count == FEED_FILES_MAX ? E2BIG : ENOMEM);
    }
    if (paths->count == 0) {
        (void)snprintf(trouble, TROUBLE_SIZE, "no files in the directory \"%.160s\"", path);
    }
    return paths->count > 0;
}

static int
add_path(struct feed_paths *paths, const char *path, char trouble[TROUBLE_SIZE])
{
    struct stat status;

    if (strcmp(path, "-") == 0) {
        return add(paths, path, -1) || complain(trouble, path, ENOMEM);
    }
    if (stat(path, &status) != 0) {
        return complain(trouble, path, errno);
    }
    if (S_ISDIR(status.st_mode)) {
        return add_directory(paths, path, trouble);
    }
    return add(paths, path, S_ISREG(status.st_mode) ? (int64_t)status.st_size : -1) ||
           complain(trouble, path, ENOMEM);
}

int
feed_paths_init(struct feed_paths *paths, const char *path, char trouble[256])
{
    assert(path != NULL);
    *paths = (struct feed_paths){ .paths = NULL };
    if (!add_path(paths, path, trouble)) {
        feed_paths_fini(paths);
        return 0;
    }
    return 1;
}

void
feed_paths_fini(struct feed_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        free(paths->paths[i]);
    }
    free(paths->paths);
    *paths = (struct feed_paths){ .paths = NULL };
}
