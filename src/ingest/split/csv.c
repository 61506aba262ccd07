/* CSV: rows as JSON objects. */
#include "ingest/split/parts.h"

#include <assert.h>
#include <stdio.h>

/* Empty lines, not blank ones: a tab may be two empty columns. */
static void
skip_empty_lines(struct splitter *splitter)
{
    struct view rest = splitter_rest(splitter);
    size_t at = 0;

    while (at < rest.size && (rest.at[at] == '\n' || rest.at[at] == '\r')) {
        at++;
    }
    splitter_consume(splitter, at);
}

static void
begin_row(struct splitter *splitter)
{
    splitter->place = CSV_FIELD_START;
    splitter->scanned = 0;
}

static struct view
without_return(struct view row)
{
    if (row.size > 0 && row.at[row.size - 1] == '\r') {
        row.size--;
    }
    return row;
}

static int
take_header(struct splitter *splitter, struct view row)
{
    splitter->header_known = csv_header_read(&splitter->header, row);
    if (!splitter->header_known) {
        (void)snprintf(splitter->trouble, sizeof(splitter->trouble),
                "the CSV header has more than %d columns or %zu bytes", CSV_COLUMNS_MAX,
                CSV_NAMES_SIZE_MAX);
        return SPLIT_TROUBLE;
    }
    return SPLIT_AGAIN;
}

/* `size` bytes, without the line feed, are a row. */
static int
take_row(struct splitter *splitter, size_t size, struct feed_record *record)
{
    struct view row = splitter_rest(splitter);
    assert(size <= row.size);
    row.size = size;
    row = without_return(row);
    int outcome = SPLIT_RECORD;

    if (!splitter->header_known) {
        outcome = take_header(splitter, row);
    } else {
        record->line = splitter->line;
        record->bytes.size = csv_row_write(
                &splitter->header, row, splitter->row, SPLIT_RECORD_MAX, &record->too_large);
        record->bytes.at = splitter->row;
    }
    splitter_consume(splitter, size);
    begin_row(splitter);
    return outcome;
}

/* A quote was opened that never closes, or a row is longer than a record: its first line goes
 * out as it stands, the rest is read anew. */
static int
give_up_row(struct splitter *splitter, struct feed_record *record)
{
    struct view rest = splitter_rest(splitter);
    const char *feed = memchr(rest.at, '\n', rest.size);
    int told = 0;

    if (!splitter->header_known) {
        (void)snprintf(splitter->trouble, sizeof(splitter->trouble),
                "the CSV header has a quote that is never closed");
        return SPLIT_TROUBLE;
    }
    if (feed == NULL && !splitter->finished) {
        (void)splitter_overflows(splitter, record, &told);
        assert(told);
        return SPLIT_RECORD;
    }
    const size_t size = feed == NULL ? rest.size : (size_t)(feed - rest.at);
    begin_row(splitter);
    return splitter_emit(splitter, size, record) ? SPLIT_RECORD : SPLIT_AGAIN;
}

/* The rest of a line whose beginning was delivered, cut. */
static int
drop_line(struct splitter *splitter)
{
    struct view rest = splitter_rest(splitter);
    const char *feed = rest.size == 0 ? NULL : memchr(rest.at, '\n', rest.size);

    if (feed == NULL) {
        splitter_consume(splitter, rest.size);
        return splitter->finished ? SPLIT_END : SPLIT_MORE;
    }
    splitter_consume(splitter, (size_t)(feed - rest.at));
    splitter->muted = 0;
    begin_row(splitter);
    return SPLIT_AGAIN;
}

int
split_csv_turn(struct splitter *splitter, struct feed_record *record)
{
    if (splitter->muted) {
        return drop_line(splitter);
    }
    if (splitter->scanned == 0) {
        skip_empty_lines(splitter);
    }
    struct view rest = splitter_rest(splitter);
    if (rest.size == 0) {
        return splitter->finished ? SPLIT_END : SPLIT_MORE;
    }
    if (csv_row_end(&splitter->header, rest, &splitter->scanned, &splitter->place)) {
        return take_row(splitter, splitter->scanned, record);
    }
    if (splitter->finished && splitter->place != CSV_QUOTED) {
        return take_row(splitter, rest.size, record);
    }
    if (splitter->finished || splitter->scanned > SPLIT_RECORD_MAX) {
        return give_up_row(splitter, record);
    }
    return SPLIT_MORE;
}
