/*
 * reader: one record's bytes → one mention, or the reason why not.
 *
 * A reader belongs to one thread and one source. It is told the source's shape, or sees it by the keys of
 * each record: never by the records before, so that a record has the same fate wherever reading starts.
 * All memory is taken at creation; reading allocates nothing. It never trusts a byte: see limits.h.
 *
 * Presets: native, x-v1.1, x-v2, bluesky, mastodon, reddit. Anything else through a field map of JSON
 * pointers (RFC 6901): it overrides a preset's own, and replaces the presets altogether when no shape is
 * told and it names both text and time (or time_default_ms stands in).
 *
 * What a record becomes is decided by its bytes and by the fields that are read, never by the machine:
 * json/pick.h says what is refused, and which faults in places that nobody reads are not noticed.
 */
#ifndef REBATO_MENTION_READER_H
#define REBATO_MENTION_READER_H

#include "core/isa.h"
#include "mention/mention.h"

/* Fields a map may name; `text` and `time` are needed, the rest is optional. */
#define READER_FIELDS(FIELD)                                                                       \
    FIELD(text)                                                                                    \
    FIELD(time)                                                                                    \
    FIELD(id)                                                                                      \
    FIELD(lang)                                                                                    \
    FIELD(platform)                                                                                \
    FIELD(author)                                                                                  \
    FIELD(handle)                                                                                  \
    FIELD(reply_to)                                                                                \
    FIELD(reply_to_handle)                                                                         \
    FIELD(root)                                                                                    \
    FIELD(quoted)                                                                                  \
    FIELD(link)                                                                                    \
    FIELD(reach)                                                                                   \
    FIELD(author_since)

enum reader_field {
#define READER_FIELD_ENUM(name) READER_FIELD_##name,
    READER_FIELDS(READER_FIELD_ENUM)
#undef READER_FIELD_ENUM
            READER_FIELD_COUNT
};

struct reader_options {
    const char *shape;                        /* a preset's name, or NULL: detect */
    const char *pointers[READER_FIELD_COUNT]; /* field map; NULL = the preset's own */
    /* When a record has no time of its own (labelled collections), fate bad_field; with this set,
     * this time is used instead. 0 = off. */
    int64_t time_default_ms;
    /* What is read beside the text and the time: READER_FIELD_BIT()s. 0 = all there is. */
    uint32_t fields;
    /* Read each record byte for byte, in plain C: slow. What the fast reading is held against. */
    int strict;
};

#define READER_FIELD_BIT(field) (UINT32_C(1) << (field))

struct reader;

/* Why a record was refused; for the dead letter and for `rebato match`. */
struct reader_trouble {
    const char *field; /* "time", or "" */
    size_t at;         /* byte in the record where reading stopped, when malformed */
    char what[96];     /* one plain sentence */
};

/* Is `shape` a preset (or NULL)? For checking settings before a reader is made. */
int reader_shape_known(const char *shape);
/* Is `pointer` a well-formed JSON pointer? */
int reader_pointer_valid(const char *pointer);

/* `options` is copied, its strings are not: they outlive the reader. NULL when out of memory. */
struct reader *reader_create(const struct reader_options *options);
/* With the vector kernels of one instruction set, which this machine has: for tests and comparisons. */
struct reader *reader_create_for(const struct reader_options *options, enum isa isa);
void reader_destroy(struct reader **reader);

/* Reads one JSON object. Returns REBATO_FATE_unmatched for a mention that is ready to be matched (what
 * it becomes is decided later), else the fate that ends it; then `*out` holds what was read before
 * (perhaps an id) and `*trouble` the reason. `record` must outlive the use of `*out`. */
enum rebato_fate reader_read(struct reader *reader,
        struct view record,
        struct mention *out,
        struct reader_trouble *trouble);

/* ---- many at once ----
 * reader_read() makes what earlier mentions point to invalid. Between reader_clear() and the next
 * reader_clear(), reader_read_on() keeps them all: decoded strings go behind those of the mentions
 * before. Records must stay where they are, too. */
void reader_clear(struct reader *reader);
/* Is there room for whatever the next record holds? After reader_clear() there always is. */
int reader_has_room(const struct reader *reader);
/* reader_read(), keeping the mentions before. There is room. */
enum rebato_fate reader_read_on(struct reader *reader,
        struct view record,
        struct mention *out,
        struct reader_trouble *trouble);

/* The shape of the last record that had one; "map" for a field map alone, "" before the first. */
const char *reader_shape(const struct reader *reader);

#endif
