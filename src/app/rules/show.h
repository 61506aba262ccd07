/* show: strangers' text on a terminal, escaped, and a line under the part of it that is meant. */
#ifndef REBATO_APP_RULES_SHOW_H
#define REBATO_APP_RULES_SHOW_H

#include "core/view.h"

#include <stdio.h>

/* No byte of `text` can move the cursor. */
void show_text(struct view text, FILE *out);

/* Two lines, both indented: the text, and ^~~~ under the bytes [begin, end). Line ends are shown
 * as blanks. */
void show_span(struct view text, size_t begin, size_t end, FILE *out);

#endif
