#include "report/words/escaped.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct escaped {
    FILE *out;
    enum escaping escaping;
};

static void
put_html(FILE *out, char byte)
{
    switch (byte) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        fputc(byte, out);
    }
}

/* Entities where a reader of HTML behind the Markdown would take a tag for one; a backslash elsewhere. */
static void
put_markdown(FILE *out, char byte)
{
    if (byte == '&' || byte == '<' || byte == '>') {
        put_html(out, byte);
    } else if (byte == '\n' || byte == '\r') {
        fputc(' ', out);
    } else if (byte != '\0' && strchr("\\`*_{}[]#|!~@", byte) != NULL) {
        fputc('\\', out);
        fputc(byte, out);
    } else {
        fputc(byte, out);
    }
}

static ssize_t
write_escaped(void *cookie, const char *bytes, size_t size)
{
    const struct escaped *escaped = cookie;

    for (size_t i = 0; i < size; i++) {
        if (escaped->escaping == ESCAPE_HTML) {
            put_html(escaped->out, bytes[i]);
        } else {
            put_markdown(escaped->out, bytes[i]);
        }
    }
    return (ssize_t)size;
}

static int
close_escaped(void *cookie)
{
    free(cookie);
    return 0;
}

FILE *
escaped_open(FILE *out, enum escaping escaping)
{
    static const cookie_io_functions_t functions = { .write = write_escaped,
        .close = close_escaped };
    struct escaped *escaped = malloc(sizeof *escaped);

    assert(escaped != NULL);
    *escaped = (struct escaped){ .out = out, .escaping = escaping };
    FILE *stream = fopencookie(escaped, "w", functions);
    assert(stream != NULL);
    setvbuf(stream, NULL, _IONBF, 0);
    return stream;
}
