/* details: every page, false or found or told again, and every crisis that was missed, one line of JSON each, to be
 * looked at. */
#ifndef REBATO_BENCH_CRISIS_DETAILS_H
#define REBATO_BENCH_CRISIS_DETAILS_H

#include "crisis/panel.h"
#include "crisis/truth.h"

#include <stdio.h>

void details_print(FILE *out,
        const struct stream *stream,
        const struct truth *truth,
        const struct panel *panel);

/* Its mentions as NDJSON in the order of arrival. */
void details_print_stream(FILE *out, const struct stream *stream);

#endif
