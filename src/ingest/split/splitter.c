#include "ingest/split/splitter.h"

#include "ingest/split/parts.h"

#include <assert.h>
#include <stdlib.h>

struct splitter *
splitter_create(void)
{
    struct splitter *splitter = calloc(1, sizeof(*splitter));

    if (splitter == NULL) {
        return NULL;
    }
    splitter->window = malloc(SPLIT_WINDOW_SIZE);
    splitter->row = malloc(SPLIT_RECORD_MAX);
    if (!csv_header_init(&splitter->header) || splitter->window == NULL || splitter->row == NULL) {
        splitter_destroy(&splitter);
        return NULL;
    }
    splitter_begin(splitter, SPLIT_JSON);
    return splitter;
}

void
splitter_destroy(struct splitter **splitter)
{
    struct splitter *gone = *splitter;

    if (gone == NULL) {
        return;
    }
    csv_header_fini(&gone->header);
    free(gone->window);
    free(gone->row);
    free(gone);
    *splitter = NULL;
}

void
splitter_begin(struct splitter *splitter, enum split_kind kind)
{
    splitter->from = 0;
    splitter->to = 0;
    splitter->scanned = 0;
    splitter->finished = 0;
    splitter->line = 1;
    splitter->line_indent = 0;
    splitter->indent_open = 1;
    splitter->kind = kind;
    splitter->state = SPLIT_BEGINNING;
    splitter->in_array = 0;
    splitter->muted = 0;
    splitter->pretty = -1;
    splitter->depth = 0;
    splitter->place = CSV_FIELD_START;
    splitter->header_known = 0;
    csv_header_clear(&splitter->header);
}

void
splitter_go_on(struct splitter *splitter, uint64_t line)
{
    splitter_begin(splitter, SPLIT_JSON);
    splitter->line = line;
    splitter->state = SPLIT_VALUE;
    splitter->pretty = 0; /* that shows on a file's first line */
}

char *
splitter_room(struct splitter *splitter, size_t *size)
{
    if (SPLIT_WINDOW_SIZE - splitter->to < SPLIT_BLOCK_SIZE) {
        splitter->to -= splitter->from;
        memmove(splitter->window, splitter->window + splitter->from, splitter->to);
        splitter->from = 0;
    }
    *size = SPLIT_WINDOW_SIZE - splitter->to;
    /* A turn asks for more only while no record could be over-full. */
    assert(*size >= SPLIT_BLOCK_SIZE);
    return splitter->window + splitter->to;
}

void
splitter_filled(struct splitter *splitter, size_t size)
{
    assert(size <= SPLIT_WINDOW_SIZE - splitter->to);
    splitter->to += size;
}

void
splitter_finish(struct splitter *splitter)
{
    splitter->finished = 1;
}

int
splitter_has_line(const struct splitter *splitter)
{
    struct view rest = splitter_rest(splitter);

    return rest.size > 0 && memchr(rest.at, '\n', rest.size) != NULL;
}

uint64_t
splitter_line(const struct splitter *splitter)
{
    return splitter->line;
}

const char *
splitter_trouble(const struct splitter *splitter)
{
    return splitter->trouble;
}

struct view
splitter_rest(const struct splitter *splitter)
{
    return (struct view){ .at = splitter->window + splitter->from,
        .size = splitter->to - splitter->from };
}

static int
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* How far the line we are in is indented; spaces and tabs count alike. */
static void
measure_indent(struct splitter *splitter, const char *at, const char *end)
{
    for (; splitter->indent_open && at < end; at++) {
        if (*at == ' ' || *at == '\t') {
            splitter->line_indent++;
        } else {
            splitter->indent_open = 0;
        }
    }
}

void
splitter_consume(struct splitter *splitter, size_t size)
{
    assert(size <= splitter->to - splitter->from);
    const char *at = splitter->window + splitter->from;
    const char *const end = at + size;
    const char *feed = memchr(at, '\n', size);

    while (feed != NULL) {
        splitter->line++;
        splitter->line_indent = 0;
        splitter->indent_open = 1;
        at = feed + 1;
        feed = memchr(at, '\n', (size_t)(end - at));
    }
    measure_indent(splitter, at, end);
    splitter->from += size;
    splitter->scanned = splitter->scanned > size ? splitter->scanned - size : 0;
}

static struct view
trimmed(struct view bytes)
{
    size_t from = 0;
    size_t to = bytes.size;

    while (from < to && is_blank(bytes.at[from])) {
        from++;
    }
    while (to > from && is_blank(bytes.at[to - 1])) {
        to--;
    }
    return view_slice(bytes, from, to);
}

/* Records begin where white space ended, so the line is that of the first byte. */
static void
describe(const struct splitter *splitter, struct view bytes, struct feed_record *record)
{
    record->too_large = bytes.size > SPLIT_RECORD_MAX;
    if (record->too_large) {
        bytes.size = SPLIT_RECORD_MAX;
    }
    record->bytes = bytes;
    record->line = splitter->line;
}

int
splitter_emit(struct splitter *splitter, size_t size, struct feed_record *record)
{
    struct view bytes = splitter_rest(splitter);
    assert(size <= bytes.size);
    bytes.size = size;
    bytes = trimmed(bytes);
    const int tells = !splitter->muted && bytes.size > 0;

    if (tells) {
        describe(splitter, bytes, record);
    }
    splitter->muted = 0;
    splitter_consume(splitter, size);
    splitter->scanned = 0;
    return tells;
}

int
splitter_overflows(struct splitter *splitter, struct feed_record *record, int *told)
{
    if (splitter->scanned <= SPLIT_RECORD_MAX) {
        return 0;
    }
    *told = !splitter->muted;
    if (*told) {
        describe(splitter, view_slice(splitter_rest(splitter), 0, splitter->scanned), record);
    }
    splitter->muted = 1;
    splitter_consume(splitter, splitter->scanned);
    return 1;
}

/* True when what may be a byte order mark is decided, and gone if it was one. */
static int
skip_mark(struct splitter *splitter)
{
    struct view rest = splitter_rest(splitter);

    if (rest.size < BYTE_ORDER_MARK.size && !splitter->finished) {
        return 0;
    }
    if (view_starts(rest, BYTE_ORDER_MARK)) {
        splitter->from += BYTE_ORDER_MARK.size;
    }
    splitter->state = SPLIT_VALUE;
    return 1;
}

enum split_outcome
splitter_next(struct splitter *splitter, struct feed_record *record)
{
    if (splitter->state == SPLIT_BEGINNING && !skip_mark(splitter)) {
        return SPLIT_MORE;
    }
    for (;;) {
        int outcome = splitter->kind == SPLIT_CSV ? split_csv_turn(splitter, record)
                                                  : split_json_turn(splitter, record);
        if (outcome != SPLIT_AGAIN) {
            return (enum split_outcome)outcome;
        }
    }
}
