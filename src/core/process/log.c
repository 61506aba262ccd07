#include "core/process/log.h"

#include "core/process/clock.h"
#include "core/text/calendar.h"
#include "core/text/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

/* The one state of this kind in the program: a process has one standard error. Set before the other
 * threads start; atomic so that a late change is at worst seen late. */
static atomic_int lowest_level = LOG_INFO;
static atomic_int line_format = LOG_LOGFMT;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

#define LINE_SIZE  4096
#define VALUE_SIZE 1024

struct line {
    enum log_format format;
    size_t size;
    char text[LINE_SIZE];
};

/* A format string being walked, one pair at a time. */
struct walk {
    const char *at;
    va_list arguments;
    size_t size; /* of `value` so far */
    int number;  /* the value is one numeric conversion and nothing else */
    char value[VALUE_SIZE];
};

void
log_setup(enum log_level lowest, enum log_format format)
{
    atomic_store_explicit(&lowest_level, (int)lowest, memory_order_relaxed);
    atomic_store_explicit(&line_format, (int)format, memory_order_relaxed);
}

int
log_level_parse(struct view text, enum log_level *level)
{
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++) {
        if (view_equal(text, view_of(level_names[i]))) {
            *level = (enum log_level)i;
            return 1;
        }
    }
    return 0;
}

int
log_format_parse(struct view text, enum log_format *format)
{
    static const char *const names[] = { "logfmt", "json", "silent" };

    for (int i = LOG_LOGFMT; i <= LOG_SILENT; i++) {
        if (view_equal(text, view_of(names[i]))) {
            *format = (enum log_format)i;
            return 1;
        }
    }
    return 0;
}

/* What does not fit is left out; room is kept for closing the line. */
static void
line_put(struct line *line, struct view text)
{
    size_t room = LINE_SIZE - 4 - line->size;
    size_t size = text.size < room ? text.size : room;

    if (size > 0) {
        memcpy(line->text + line->size, text.at, size);
        line->size += size;
    }
}

/* One code point inside quotes. JSON knows no \x, so there control characters are \u00HH. */
static void
line_put_point(struct line *line, struct view point)
{
    char escaped[20];
    size_t size = utf8_escape(point, escaped + 1, sizeof escaped - 1);
    unsigned char first = (unsigned char)point.at[0];

    if (first == '"' || first == '\\') {
        line_put(line, VIEW("\\"));
        line_put(line, point);
    } else if (line->format != LOG_JSON || size == point.size) {
        line_put(line, (struct view){ escaped + 1, size });
    } else {
        size_t at = 0;
        uint32_t code_point = utf8_next(point, &at);
        int count = snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)code_point);
        line_put(line, (struct view){ escaped, (size_t)count });
    }
}

static int
is_bare(struct view value)
{
    for (size_t i = 0; i < value.size; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        if (byte <= ' ' || byte >= 0x7F || byte == '"' || byte == '=' || byte == '\\') {
            return 0;
        }
    }
    return value.size > 0;
}

static void
line_put_quoted(struct line *line, struct view value)
{
    line_put(line, VIEW("\""));
    for (size_t at = 0; at < value.size;) {
        size_t start = at;
        utf8_next(value, &at);
        line_put_point(line, view_slice(value, start, at));
    }
    line_put(line, VIEW("\""));
}

static void
line_put_pair(struct line *line, struct view key, struct view value, int number)
{
    if (LINE_SIZE - 4 - line->size < key.size + value.size * 6 + 8) {
        value = utf8_cut(value, 64); /* a crowded line loses the ends of values, not its shape */
    }
    if (LINE_SIZE - 4 - line->size < key.size + value.size * 6 + 8) {
        return;
    }
    if (line->format == LOG_JSON) {
        line_put(line, line->size == 0 ? VIEW("{\"") : VIEW(",\""));
        line_put(line, key);
        line_put(line, VIEW("\":"));
    } else {
        line_put(line, line->size == 0 ? VIEW("") : VIEW(" "));
        line_put(line, key);
        line_put(line, VIEW("="));
    }
    if (number || (line->format == LOG_LOGFMT && is_bare(value))) {
        line_put(line, value);
    } else {
        line_put_quoted(line, value);
    }
}

static void
value_put(struct walk *walk, struct view text)
{
    size_t room = VALUE_SIZE - walk->size;
    struct view kept = utf8_cut(text, room);

    if (kept.size > 0) {
        memcpy(walk->value + walk->size, kept.at, kept.size);
        walk->size += kept.size;
    }
}

/* The size of an integer argument, from its length modifier; `at` moves behind it. */
static int64_t
take_signed(struct walk *walk, int longs)
{
    return longs == 0   ? va_arg(walk->arguments, int)
           : longs == 1 ? va_arg(walk->arguments, long)
                        : va_arg(walk->arguments, long long);
}

static uint64_t
take_unsigned(struct walk *walk, int longs)
{
    return longs == 0   ? va_arg(walk->arguments, unsigned)
           : longs == 1 ? va_arg(walk->arguments, unsigned long)
                        : va_arg(walk->arguments, unsigned long long);
}

/* "%s" and "%.*s". `limit` below 0: up to the NUL. */
static void
put_string(struct walk *walk, int limit)
{
    const char *text = va_arg(walk->arguments, const char *);
    size_t size;

    if (text == NULL) {
        text = "";
    }
    size = limit < 0 ? strlen(text) : strnlen(text, (size_t)limit);
    value_put(walk, (struct view){ text, size });
    walk->number = 0;
}

/* Width and precision of one conversion, as far as log lines need them. */
struct conversion {
    int width;
    int precision; /* -1: none */
    int longs;
};

static int
take_count(struct walk *walk)
{
    int count = 0;

    if (*walk->at == '*') {
        walk->at++;
        return va_arg(walk->arguments, int);
    }
    for (; *walk->at >= '0' && *walk->at <= '9' && count < 1000; walk->at++) {
        count = count * 10 + (*walk->at - '0');
    }
    return count;
}

static struct conversion
take_conversion(struct walk *walk)
{
    struct conversion conversion = { .precision = -1 };

    conversion.width = take_count(walk);
    if (*walk->at == '.') {
        walk->at++;
        conversion.precision = take_count(walk);
    }
    for (; *walk->at == 'l' || *walk->at == 'z' || *walk->at == 'j'; walk->at++) {
        conversion.longs++;
    }
    return conversion;
}

/* One %-conversion, its arguments taken one by one: formatting the whole line first would let a value
 * that contains "a=b" pass for a pair. */
static void
put_conversion(struct walk *walk)
{
    char text[64];
    int size = 0;
    struct conversion conversion = take_conversion(walk);
    char letter = *walk->at++;
    int width = conversion.width < 32 ? conversion.width : 32;
    int precision = conversion.precision < 0 ? 6 : conversion.precision;

    switch (letter) {
    case 's':
        put_string(walk, conversion.precision);
        return;
    case 'd':
    case 'i':
        size = snprintf(
                text, sizeof text, "%0*" PRId64, width, take_signed(walk, conversion.longs));
        break;
    case 'u':
        size = snprintf(
                text, sizeof text, "%0*" PRIu64, width, take_unsigned(walk, conversion.longs));
        break;
    case 'x':
        size = snprintf(
                text, sizeof text, "%0*" PRIx64, width, take_unsigned(walk, conversion.longs));
        walk->number = 0;
        break;
    case 'f':
        size = snprintf(text, sizeof text, "%.*f", precision < 17 ? precision : 17,
                va_arg(walk->arguments, double));
        break;
    case 'g':
        size = snprintf(text, sizeof text, "%.*g", precision < 17 ? precision : 17,
                va_arg(walk->arguments, double));
        break;
    case 'c':
        text[0] = (char)va_arg(walk->arguments, int);
        size = 1;
        walk->number = 0;
        break;
    case '%':
        text[0] = '%';
        size = 1;
        walk->number = 0;
        break;
    default:
        assert(0 && "a conversion that log_event does not know");
    }
    value_put(walk,
            (struct view){ text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1 });
}

static void
walk_pair(struct walk *walk, struct line *line)
{
    const char *key = walk->at;
    size_t key_size = strcspn(key, "=");

    assert(key[key_size] == '='); /* the format is a list of key=value */
    walk->at = key + key_size + 1;
    walk->size = 0;
    walk->number = *walk->at == '%';
    while (*walk->at != '\0' && *walk->at != ' ') {
        if (*walk->at == '%') {
            walk->at++;
            put_conversion(walk);
            /* "%d-%d" is no number, nor is "nan". */
            walk->number = walk->number && (*walk->at == '\0' || *walk->at == ' ') &&
                           walk->size > 0 && strchr("-0123456789", walk->value[0]) != NULL;
        } else {
            value_put(walk, (struct view){ walk->at++, 1 });
            walk->number = 0;
        }
    }
    line_put_pair(line, (struct view){ key, key_size }, (struct view){ walk->value, walk->size },
            walk->number);
    walk->at += strspn(walk->at, " ");
}

static void
line_write(struct line *line)
{
    line_put(line, line->format == LOG_JSON ? VIEW("}") : VIEW(""));
    line->text[line->size++] = '\n';
    /* Standard error may be gone or full; there is nowhere left to say so. */
    ssize_t written = write(STDERR_FILENO, line->text, line->size);
    (void)written;
}

void
log_event(enum log_level level, const char *event, const char *format, ...)
{
    struct line line = { .format = (enum log_format)atomic_load_explicit(
                                 &line_format, memory_order_relaxed) };
    struct walk walk = { .at = format };
    char time[CALENDAR_TEXT_SIZE];

    if (line.format == LOG_SILENT ||
            (int)level < atomic_load_explicit(&lowest_level, memory_order_relaxed)) {
        return;
    }
    line_put_pair(&line, VIEW("ts"), view_of(calendar_print(clock_wall_ms(), time)), 0);
    line_put_pair(&line, VIEW("level"), view_of(level_names[level]), 0);
    line_put_pair(&line, VIEW("event"), view_of(event), 0);
    va_start(walk.arguments, format);
    while (*walk.at != '\0') {
        walk_pair(&walk, &line);
    }
    va_end(walk.arguments);
    line_write(&line);
}
