/*
 * escaped: a stream that is written into as plain text, and comes out as text of a page or of Markdown.
 *
 * Whoever says something says it once, in plain words; that a name holds `<script>` or a link a `|` is
 * nobody's business but this file's. Unbuffered, so that writes here and to `out` may alternate.
 *
 * Inside this folder only.
 */
#ifndef REBATO_REPORT_WORDS_ESCAPED_H
#define REBATO_REPORT_WORDS_ESCAPED_H

#include <stdio.h>

enum escaping {
    ESCAPE_HTML,     /* text and attributes in double quotes */
    ESCAPE_MARKDOWN, /* one line of a paragraph or of a table's cell */
};

/* Never NULL; fclose() leaves `out` open. */
FILE *escaped_open(FILE *out, enum escaping escaping);

#endif
