#include "pipeline/copies/control_store.h"

#include "core/process/clock.h"
#include "ingest/broker.h"
#include "ingest/feed.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_SIZE_MAX ((off_t)1 << 30)
#define FLUSH_MS      5000

struct control_store {
    struct control_store_options options;
    int file;                  /* -1: not open */
    int broken;                /* a line did not get into the file */
    struct producer *producer; /* NULL: not made yet */
};

struct control_store *
control_store_create(
        const struct control_store_options *options, char trouble[CONTROL_TROUBLE_SIZE])
{
    struct control_store *store = calloc(1, sizeof *store);

    assert((options->file == NULL) != (options->topic == NULL));
    if (store == NULL) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "out of memory");
        return NULL;
    }
    store->options = *options;
    store->file = -1;
    if (options->topic == NULL) {
        return store;
    }
    struct producer_options producer = { .brokers = options->brokers,
        .topic = options->topic,
        .properties = options->properties,
        .property_count = options->property_count };
    store->producer = producer_open(&producer, trouble);
    if (store->producer == NULL) {
        control_store_destroy(&store);
    }
    return store;
}

void
control_store_destroy(struct control_store **store)
{
    if (*store == NULL) {
        return;
    }
    producer_destroy(&(*store)->producer);
    if ((*store)->file >= 0) {
        close((*store)->file);
    }
    free(*store);
    *store = NULL;
}

/* ---- a file ---- */

static int
open_file(struct control_store *store, int flags, char trouble[CONTROL_TROUBLE_SIZE])
{
    char text[80];

    if (store->file < 0) {
        store->file = open(store->options.file, flags | O_CLOEXEC, 0640);
    }
    if (store->file < 0) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "cannot open %.120s: %.80s", store->options.file,
                strerror_r(errno, text, sizeof text));
    }
    return store->file >= 0;
}

/* malloc'd; NULL when it cannot be read. */
static char *
file_bytes(struct control_store *store, size_t *size, char trouble[CONTROL_TROUBLE_SIZE])
{
    struct stat about;

    if (fstat(store->file, &about) != 0 || about.st_size > FILE_SIZE_MAX) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "cannot read %.120s", store->options.file);
        return NULL;
    }
    char *bytes = malloc((size_t)about.st_size + 1);
    assert(bytes != NULL);
    *size = 0;
    while (*size < (size_t)about.st_size) {
        ssize_t got =
                pread(store->file, bytes + *size, (size_t)about.st_size - *size, (off_t)*size);
        if (got <= 0) {
            break;
        }
        *size += (size_t)got;
    }
    return bytes;
}

/* What stands behind the last newline would make the next line unreadable. */
static int
end_last_line(struct control_store *store, const char *bytes, size_t size, size_t torn)
{
    size_t whole = size;

    if (torn == 0 && size > 0 && bytes[size - 1] != '\n') {
        return write(store->file, "\n", 1) == 1;
    }
    while (torn > 0 && whole > 0 && bytes[whole - 1] != '\n') {
        whole--;
    }
    return whole == size || ftruncate(store->file, (off_t)whole) == 0;
}

static int
read_file(struct control_store *store,
        int flags,
        struct control *control,
        size_t *torn,
        char trouble[CONTROL_TROUBLE_SIZE])
{
    char why[CONTROL_TROUBLE_SIZE];
    size_t size = 0;
    char *bytes = open_file(store, flags, trouble) ? file_bytes(store, &size, trouble) : NULL;

    if (bytes == NULL) {
        return 0;
    }
    struct view text = { .at = bytes, .size = size };
    int fine = control_take_all(control, text, torn, why);
    if (!fine) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "%.100s, %.140s", store->options.file, why);
    } else if (flags != O_RDONLY && !end_last_line(store, bytes, size, *torn)) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "cannot write to %.120s: %.80s",
                store->options.file, strerror_r(errno, why, sizeof why));
        fine = 0;
    }
    free(bytes);
    store->broken = 0;
    return fine;
}

static int
append_to_file(struct control_store *store, const char *line)
{
    char *bytes = NULL;
    int size = asprintf(&bytes, "%s\n", line);

    assert(size > 0);
    store->broken |= store->file < 0 || write(store->file, bytes, (size_t)size) != size;
    free(bytes);
    return !store->broken;
}

/* ---- a topic ---- */

static int
read_topic(struct control_store *store, struct control *control, char trouble[CONTROL_TROUBLE_SIZE])
{
    struct feed_kafka options = { .brokers = store->options.brokers,
        .topic = store->options.topic,
        .since_ms = INT64_MIN,
        .until_ms = INT64_MAX,
        .properties = store->options.properties,
        .property_count = store->options.property_count };
    struct feed *feed = feed_open_kafka(&options, trouble);
    struct feed_record record;
    enum feed_outcome outcome = feed == NULL ? FEED_ERROR : FEED_RECORD;
    char why[CONTROL_TROUBLE_SIZE];

    while (outcome == FEED_RECORD) {
        outcome = feed_next(feed, &record);
        if (outcome == FEED_RECORD && !control_take(control, record.bytes, why)) {
            snprintf(trouble, CONTROL_TROUBLE_SIZE, "%.80s, offset %lld: %.120s", feed_name(feed),
                    (long long)record.offset, why);
            feed_close(&feed);
            return 0;
        }
    }
    if (feed != NULL && outcome == FEED_ERROR) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "%.250s", feed_trouble(feed));
    }
    feed_close(&feed);
    return outcome == FEED_END;
}

/* ---- either ---- */

int
control_store_read(struct control_store *store,
        struct control *control,
        size_t *torn,
        char trouble[CONTROL_TROUBLE_SIZE])
{
    *torn = 0;
    return store->producer == NULL
                   ? read_file(store, O_RDWR | O_APPEND | O_CREAT, control, torn, trouble)
                   : read_topic(store, control, trouble);
}

int
control_store_load(const struct control_store_options *options,
        struct control *control,
        size_t *torn,
        char trouble[CONTROL_TROUBLE_SIZE])
{
    struct control_store store = { .options = *options, .file = -1 };

    *torn = 0;
    int fine = options->topic == NULL ? read_file(&store, O_RDONLY, control, torn, trouble)
                                      : read_topic(&store, control, trouble);
    if (store.file >= 0) {
        close(store.file);
    }
    return fine;
}

int
control_store_append(struct control_store *store, const char *key, const char *line)
{
    if (store->producer == NULL) {
        return append_to_file(store, line);
    }
    return producer_send(store->producer, view_of(key), view_of(line), clock_wall_ms());
}

int
control_store_flush(struct control_store *store)
{
    if (store->producer == NULL) {
        return !store->broken && store->file >= 0 && fdatasync(store->file) == 0;
    }
    return producer_flush(store->producer, FLUSH_MS);
}
