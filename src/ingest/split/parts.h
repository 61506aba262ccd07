/*
 * parts: the window of bytes that the ways of splitting share. Folder only.
 */
#ifndef REBATO_INGEST_SPLIT_PARTS_H
#define REBATO_INGEST_SPLIT_PARTS_H

#include "core/limits.h"
#include "ingest/split/csv_row.h"
#include "ingest/split/json_frame.h"
#include "ingest/split/splitter.h"

/* Of a record, as a size: the limit itself is an int. */
#define SPLIT_RECORD_MAX ((size_t)RECORD_SIZE_MAX)
/* Bytes asked for at a time, at least. */
#define SPLIT_BLOCK_SIZE ((size_t)256 * 1024)
/* A record of the full size, what tells that it ends there, and a block behind it. */
#define SPLIT_WINDOW_SIZE (SPLIT_RECORD_MAX + 2 * SPLIT_BLOCK_SIZE)

/* May stand at the beginning of a file. */
#define BYTE_ORDER_MARK VIEW("\xEF\xBB\xBF")

enum split_state {
    SPLIT_BEGINNING, /* of the file, where a byte order mark may stand */
    SPLIT_VALUE,     /* at the beginning of something, on a line of its own */
    SPLIT_LINE,      /* inside a line */
    SPLIT_ELEMENTS,  /* between the elements of an array */
    SPLIT_ELEMENT,   /* inside an object that may span lines */
    SPLIT_TAIL,      /* behind the array, inside its container */
    SPLIT_BROKEN,    /* inside something broken, looking for where to go on */
};

struct splitter {
    /* fixed after creation */
    char *window;
    char *row; /* a CSV row as JSON */
    struct csv_header header;

    /* the window: [from, to) is not yet consumed, [from, from + scanned) was looked at */
    size_t from;
    size_t to;
    size_t scanned;
    int finished; /* nothing comes behind `to` */
    uint64_t line;

    /* what is being read */
    enum split_kind kind;
    enum split_state state;
    int in_array;       /* elements, rather than objects of their own */
    int muted;          /* its record was already delivered, cut; the rest is dropped */
    int pretty;         /* objects span lines; -1 = not known yet */
    uint32_t depth;     /* of objects around the array */
    size_t indent;      /* of the line on which the element began */
    size_t line_indent; /* of the line we are in */
    int indent_open;    /* nothing but white space of it was consumed yet */
    struct frame frame;
    enum csv_place place; /* inside a CSV row */
    int header_known;
    char trouble[128];
};

/* What is left in the window. */
struct view splitter_rest(const struct splitter *splitter);

/* Goes behind `size` bytes, counting lines. */
void splitter_consume(struct splitter *splitter, size_t size);

/* Makes a record of the next `size` bytes, without white space around it, and consumes them;
 * false when that leaves nothing, or it is muted. */
int splitter_emit(struct splitter *splitter, size_t size, struct feed_record *record);

/* True when the window holds more than a record may; then its beginning was made a record, once,
 * and the looked-at bytes are gone. `*told` says whether there is a record to tell. */
int splitter_overflows(struct splitter *splitter, struct feed_record *record, int *told);

/* One turn: SPLIT_RECORD, SPLIT_MORE or SPLIT_END, or SPLIT_AGAIN after a change of state. */
#define SPLIT_AGAIN (-1)
int split_json_turn(struct splitter *splitter, struct feed_record *record);
int split_csv_turn(struct splitter *splitter, struct feed_record *record);

#endif
