/*
 * html: the text of a post that comes as markup. Not a parser of pages: it takes tags away, makes lines
 * of <br> and </p>, and turns entities into what they stand for. What it cannot make sense of stays.
 */
#ifndef REBATO_MENTION_HTML_H
#define REBATO_MENTION_HTML_H

#include "core/view.h"

/* Where the text goes: `size` bytes are written so far. Whole code points only; `cut` is set when
 * something did not fit. */
struct html_text {
    char *at;
    size_t capacity;
    size_t size;
    int cut;
};

/* Markup to text. Blank ends are trimmed. */
void html_to_text(struct view markup, struct html_text *out);

/* Plain text in which only &amp; &lt; and &gt; are escaped, as X and Reddit send it. Once: "&amp;lt;"
 * becomes "&lt;". */
void html_unescape_plain(struct view text, struct html_text *out);

#endif
