/* JSON in all the ways it stands in files: see splitter.h. One function for each state. */
#include "ingest/split/container.h"
#include "ingest/split/parts.h"

#include <assert.h>

/* White space looked through behind a bracket before it is called an ordinary line. */
#define LOOK_AHEAD_MAX 4096

static int
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
more_or_end(const struct splitter *splitter)
{
    return splitter->finished ? SPLIT_END : SPLIT_MORE;
}

/* Consumes white space, and commas where they part elements. False when nothing else is left. */
static int
skip_between(struct splitter *splitter, char also)
{
    struct view rest = splitter_rest(splitter);
    size_t at = 0;

    while (at < rest.size && (is_space(rest.at[at]) || rest.at[at] == also)) {
        at++;
    }
    splitter_consume(splitter, at);
    return at < rest.size;
}

/* The first byte behind the opening one that is no white space (a line feed counts unless
 * `over_lines`). A line feed also stands for the end of everything, and for too far away.
 * NOT_YET: give more bytes. */
#define NOT_YET (-1)
static int
next_visible(const struct splitter *splitter, int over_lines)
{
    struct view rest = splitter_rest(splitter);
    size_t at = 1;

    while (at < rest.size && at < LOOK_AHEAD_MAX && is_space(rest.at[at]) &&
            (over_lines || rest.at[at] != '\n')) {
        at++;
    }
    if (at < rest.size && at < LOOK_AHEAD_MAX) {
        return (unsigned char)rest.at[at];
    }
    return splitter->finished || at == LOOK_AHEAD_MAX ? '\n' : NOT_YET;
}

static void
enter_array(struct splitter *splitter, size_t head, uint32_t depth)
{
    splitter_consume(splitter, head);
    splitter->in_array = 1;
    splitter->depth = depth;
    splitter->state = SPLIT_ELEMENTS;
}

static void
enter_element(struct splitter *splitter, int in_array)
{
    frame_start(&splitter->frame);
    splitter->in_array = in_array;
    splitter->indent = splitter->line_indent;
    splitter->scanned = 0;
    splitter->state = SPLIT_ELEMENT;
}

static int
enter_line(struct splitter *splitter)
{
    if (splitter->pretty < 0) {
        splitter->pretty = 0;
    }
    splitter->scanned = 0;
    splitter->state = SPLIT_LINE;
    return SPLIT_AGAIN;
}

static int
begin_bracket(struct splitter *splitter)
{
    const int next = next_visible(splitter, 1);

    if (next == NOT_YET) {
        return SPLIT_MORE;
    }
    if (next != '{' && next != ']') {
        return enter_line(splitter);
    }
    enter_array(splitter, 1, 0);
    return SPLIT_AGAIN;
}

static int
begin_brace(struct splitter *splitter)
{
    struct container container;

    switch (container_find(splitter_rest(splitter), splitter->finished, &container)) {
    case CONTAINER_YES:
        enter_array(splitter, container.body, container.depth);
        return SPLIT_AGAIN;
    case CONTAINER_MORE:
        return SPLIT_MORE;
    case CONTAINER_NO:
        break;
    }
    if (splitter->pretty < 0) {
        const int next = next_visible(splitter, 0);
        if (next == NOT_YET) {
            return SPLIT_MORE;
        }
        splitter->pretty = next == '\n';
    }
    if (!splitter->pretty) {
        return enter_line(splitter);
    }
    enter_element(splitter, 0);
    return SPLIT_AGAIN;
}

static int
turn_value(struct splitter *splitter)
{
    if (!skip_between(splitter, ' ')) {
        return more_or_end(splitter);
    }
    switch (splitter_rest(splitter).at[0]) {
    case '[':
        return begin_bracket(splitter);
    case '{':
        return begin_brace(splitter);
    default:
        return enter_line(splitter);
    }
}

/* Looks at all there is; what it means depends on whether more comes. */
static int
turn_rest(struct splitter *splitter, struct feed_record *record)
{
    int told = 0;

    splitter->scanned = splitter_rest(splitter).size;
    if (splitter->finished) {
        return splitter_emit(splitter, splitter->scanned, record) ? SPLIT_RECORD : SPLIT_END;
    }
    if (splitter_overflows(splitter, record, &told) && told) {
        return SPLIT_RECORD;
    }
    return SPLIT_MORE;
}

static int
turn_line(struct splitter *splitter, struct feed_record *record)
{
    struct view rest = splitter_rest(splitter);
    const char *feed = rest.size == splitter->scanned ? NULL
                                                      : memchr(rest.at + splitter->scanned, '\n',
                                                                rest.size - splitter->scanned);

    if (feed == NULL) {
        return turn_rest(splitter, record);
    }
    splitter->state = SPLIT_VALUE;
    return splitter_emit(splitter, (size_t)(feed - rest.at) + 1, record) ? SPLIT_RECORD
                                                                         : SPLIT_AGAIN;
}

/* From `scanned` on, or from the line feed before it if only white space lies between: what
 * cannot stand where it stands may well be the beginning of the next element. */
static void
enter_broken(struct splitter *splitter)
{
    struct view rest = splitter_rest(splitter);
    size_t at = splitter->scanned;

    while (at > 0 && is_space(rest.at[at - 1])) {
        at--;
        if (rest.at[at] == '\n') {
            splitter->scanned = at;
            break;
        }
    }
    splitter->state = SPLIT_BROKEN;
}

static int
turn_elements(struct splitter *splitter)
{
    if (!skip_between(splitter, ',')) {
        return more_or_end(splitter);
    }
    const char c = splitter_rest(splitter).at[0];
    if (c == '{') {
        enter_element(splitter, 1);
    } else if (c != ']') {
        splitter->indent = splitter->line_indent;
        splitter->scanned = 0;
        enter_broken(splitter);
    } else {
        splitter_consume(splitter, 1);
        splitter->in_array = 0;
        splitter->state = SPLIT_VALUE;
        if (splitter->depth > 0) {
            frame_start_inside(&splitter->frame, splitter->depth);
            splitter->state = SPLIT_TAIL;
        }
    }
    return SPLIT_AGAIN;
}

static int
turn_element(struct splitter *splitter, struct feed_record *record)
{
    switch (frame_scan(&splitter->frame, splitter_rest(splitter), &splitter->scanned)) {
    case FRAME_MORE:
        return turn_rest(splitter, record);
    case FRAME_BROKEN:
        enter_broken(splitter);
        return SPLIT_AGAIN;
    case FRAME_DONE:
        break;
    }
    splitter->state = splitter->in_array ? SPLIT_ELEMENTS : SPLIT_VALUE;
    return splitter_emit(splitter, splitter->scanned, record) ? SPLIT_RECORD : SPLIT_AGAIN;
}

static int
turn_tail(struct splitter *splitter)
{
    size_t at = 0;
    enum frame_outcome outcome = frame_scan(&splitter->frame, splitter_rest(splitter), &at);

    splitter_consume(splitter, at);
    if (outcome == FRAME_MORE) {
        return more_or_end(splitter);
    }
    splitter->state = SPLIT_VALUE;
    if (outcome == FRAME_BROKEN) {
        splitter->indent = splitter->line_indent;
        splitter->scanned = 0;
        splitter->state = SPLIT_BROKEN;
    }
    return SPLIT_AGAIN;
}

/* Where the line behind the line feed at `feed` begins to be visible; rest.size when it does not
 * yet. */
static size_t
line_start(struct view rest, size_t feed)
{
    size_t at = feed + 1;

    while (at < rest.size && (rest.at[at] == ' ' || rest.at[at] == '\t')) {
        at++;
    }
    return at;
}

static int
turn_broken(struct splitter *splitter, struct feed_record *record)
{
    struct view rest = splitter_rest(splitter);

    while (splitter->scanned < rest.size) {
        const char *found =
                memchr(rest.at + splitter->scanned, '\n', rest.size - splitter->scanned);
        if (found == NULL) {
            break;
        }
        const size_t feed = (size_t)(found - rest.at);
        const size_t start = line_start(rest, feed);
        if (start == rest.size && !splitter->finished && rest.size <= SPLIT_RECORD_MAX) {
            splitter->scanned = feed; /* its indentation is not all there */
            return SPLIT_MORE;
        }
        if (start == rest.size) {
            break;
        }
        splitter->scanned = start;
        if (!is_space(rest.at[start]) && start - feed - 1 <= splitter->indent) {
            /* A brace there closes what broke. */
            splitter->scanned += rest.at[start] == '}';
            splitter->state = splitter->in_array ? SPLIT_ELEMENTS : SPLIT_VALUE;
            return splitter_emit(splitter, splitter->scanned, record) ? SPLIT_RECORD : SPLIT_AGAIN;
        }
    }
    return turn_rest(splitter, record);
}

int
split_json_turn(struct splitter *splitter, struct feed_record *record)
{
    switch (splitter->state) {
    case SPLIT_VALUE:
        return turn_value(splitter);
    case SPLIT_LINE:
        return turn_line(splitter, record);
    case SPLIT_ELEMENTS:
        return turn_elements(splitter);
    case SPLIT_ELEMENT:
        return turn_element(splitter, record);
    case SPLIT_TAIL:
        return turn_tail(splitter);
    case SPLIT_BROKEN:
        return turn_broken(splitter, record);
    case SPLIT_BEGINNING:
        break;
    }
    assert(0 && "splitter_next() leaves the beginning first");
    return SPLIT_END;
}
