#include "app/rules/show.h"

#include "core/text/utf8.h"

#include <assert.h>

#define INDENT 10

/* Writes one code point so that it takes one line; returns the columns used. */
static size_t
put_point(struct view text, size_t *at, FILE *out)
{
    size_t start = *at;
    char escaped[16];

    (void)utf8_next(text, at);
    struct view point = view_slice(text, start, *at);
    if (point.at[0] == '\n' || point.at[0] == '\r' || point.at[0] == '\t') {
        point = VIEW(" ");
    }
    size_t size = utf8_escape(point, escaped, sizeof escaped);
    if (out != NULL) {
        fwrite(escaped, 1, size, out);
    }
    return size > point.size ? size : 1; /* an escape is ASCII */
}

void
show_text(struct view text, FILE *out)
{
    for (size_t at = 0; at < text.size;) {
        (void)put_point(text, &at, out);
    }
}

void
show_span(struct view text, size_t begin, size_t end, FILE *out)
{
    size_t before = 0;
    size_t under = 0;

    assert(begin <= end && end <= text.size);
    fprintf(out, "%*s", INDENT, "");
    show_text(text, out);
    for (size_t at = 0; at < begin;) {
        before += put_point(text, &at, NULL);
    }
    for (size_t at = begin; at < end;) {
        under += put_point(text, &at, NULL);
    }
    fprintf(out, "\n%*s^", INDENT + (int)before, "");
    for (size_t i = 1; i < under; i++) {
        fputc('~', out);
    }
    fputc('\n', out);
}
