/* file: one payload per line, appended and on the disk before it counts as delivered. The file is
 * opened for each notice, so that whoever rotates it need not tell us. */
#include "alert/sink/type.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void *
file_create(const struct sink_options *options, char *trouble)
{
    static const char *const names[] = { "path", NULL };
    const char *path = sink_option_get(options, "path", "");

    if (!sink_options_known(options, names, trouble)) {
        return NULL;
    }
    if (path[0] == '\0') {
        sink_say(trouble, "option \"path\" is missing: the file to append to");
        return NULL;
    }
    char *state = strdup(path);
    assert(state != NULL);
    return state;
}

/* The line and its end in one piece and one write: readers that follow the file see whole lines. */
static ssize_t
write_line(int file, struct view json)
{
    char *line = malloc(json.size + 1);
    assert(line != NULL);
    memcpy(line, json.at, json.size);
    line[json.size] = '\n';
    ssize_t written = write(file, line, json.size + 1);
    int failure = errno;

    free(line);
    errno = failure;
    return written;
}

static int
append(int file, struct view json)
{
    struct stat before;

    if (fstat(file, &before) != 0) {
        return 0;
    }
    ssize_t written = write_line(file, json);
    if (written == (ssize_t)(json.size + 1)) {
        /* A pipe or a device cannot be synced, and need not be. */
        return !S_ISREG(before.st_mode) || fdatasync(file) == 0;
    }
    if (written >= 0) {
        /* The disk filled up in the middle: a half line would spoil the next one, too. */
        errno = ftruncate(file, before.st_size) == 0 ? ENOSPC : errno;
    }
    return 0;
}

static enum sink_outcome
file_deliver(void *state, const struct notice *notice, struct sink_report *report)
{
    const char *path = state;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

    if (file < 0) {
        sink_say_errno(report->trouble, "cannot open", path);
        return SINK_RETRY;
    }
    int done = append(file, notice->json);
    if (!done) {
        sink_say_errno(report->trouble, "cannot write to", path);
    }
    close(file);
    return done ? SINK_DELIVERED : SINK_RETRY;
}

static void
file_destroy(void *state)
{
    free(state);
}

const struct sink_type sink_file = {
    .name = "file",
    .create = file_create,
    .deliver = file_deliver,
    .destroy = file_destroy,
};
