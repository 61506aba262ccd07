/* A checkpoint in a file: whole under its name, or not there. */
#include "core/process/clock.h"
#include "keep/body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum keep_outcome
fail(char trouble[KEEP_TROUBLE_SIZE], const char *what, const char *path)
{
    char reason[64];

    snprintf(trouble, KEEP_TROUBLE_SIZE, "cannot %s %.150s: %.60s", what, path,
            strerror_r(errno, reason, sizeof reason));
    return KEEP_AWAY;
}

/* ---- writing ---- */

static int
write_all(int file, struct view bytes)
{
    while (bytes.size > 0) {
        ssize_t done = write(file, bytes.at, bytes.size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return 0;
        }
        bytes = view_slice(bytes, (size_t)done, bytes.size);
    }
    return 1;
}

/* The new name is on disk once the folder is. Without it the old file is there after a power cut, and that
 * is whole, too: so no reason to fail. */
static void
sync_folder(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - path) + 1;

    if (!view_copy((struct view){ path, size }, folder, sizeof folder)) {
        return;
    }
    int file = open(size == 0 ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        (void)fsync(file);
        (void)close(file);
    }
}

static enum keep_outcome
replace(const char *path, struct view bytes, char trouble[KEEP_TROUBLE_SIZE])
{
    char aside[4096];
    int size = snprintf(aside, sizeof aside, "%s.XXXXXX", path);

    if (size < 0 || (size_t)size >= sizeof aside) {
        errno = ENAMETOOLONG;
        return fail(trouble, "write", path);
    }
    int file = mkostemp(aside, O_CLOEXEC);
    if (file < 0) {
        return fail(trouble, "write beside", path);
    }
    int fine = write_all(file, bytes) && fsync(file) == 0;
    fine = close(file) == 0 && fine;
    if (!fine || rename(aside, path) != 0) {
        enum keep_outcome outcome = fail(trouble, "write", path);
        (void)unlink(aside);
        return outcome;
    }
    sync_folder(path);
    return KEEP_OK;
}

enum keep_outcome
keep_file_write(struct keep *keep,
        const struct keep_item *items,
        size_t count,
        char trouble[KEEP_TROUBLE_SIZE])
{
    struct view bytes = { 0 };
    char *packed = frame_pack(&keep->owner, clock_wall_ms(), items, count, &bytes.size);

    if (packed == NULL) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "out of memory");
        return KEEP_AWAY;
    }
    bytes.at = packed;
    enum keep_outcome outcome = replace(keep->options.file, bytes, trouble);
    free(packed);
    return outcome;
}

/* ---- reading ---- */

/* malloc'd; NULL with errno. */
static char *
read_all(int file, size_t *size)
{
    struct stat about;

    if (fstat(file, &about) != 0) {
        return NULL;
    }
    if (!S_ISREG(about.st_mode) || (uint64_t)about.st_size > KEEP_SIZE_MAX) {
        errno = S_ISREG(about.st_mode) ? EFBIG : EISDIR;
        return NULL;
    }
    char *bytes = malloc((size_t)about.st_size + 1);
    *size = 0;
    while (bytes != NULL && *size < (size_t)about.st_size) {
        ssize_t done = read(file, bytes + *size, (size_t)about.st_size - *size);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            break; /* shorter than it was: the checksum will say so */
        }
        *size += (size_t)done;
    }
    return bytes;
}

enum keep_outcome
keep_file_read(struct keep *keep, struct keep_box *box, char trouble[KEEP_TROUBLE_SIZE])
{
    const char *path = keep->options.file;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct view bytes = { 0 };

    if (file < 0 && errno == ENOENT) {
        snprintf(trouble, KEEP_TROUBLE_SIZE, "there is none yet");
        return KEEP_NONE;
    }
    char *content = file < 0 ? NULL : read_all(file, &bytes.size);
    if (content == NULL) {
        enum keep_outcome outcome = fail(trouble, "read", path);
        if (file >= 0) {
            (void)close(file);
        }
        return outcome;
    }
    (void)close(file);
    bytes.at = content;
    enum keep_outcome outcome = frame_unpack(bytes, &keep->owner, box, trouble);
    free(content);
    return outcome;
}
