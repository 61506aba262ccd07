/*
 * preview: which alerts each sensitivity would have sent over an archive, side by side: how many of each brand,
 * and when each of them would have told of the same episode.
 */
#ifndef REBATO_REPORT_PREVIEW_H
#define REBATO_REPORT_PREVIEW_H

#include "match/rule_set.h"
#include "replay/presets.h"

#include <stdio.h>

struct preview {
    const struct presets *presets;
    const struct rule_set *rules;
    uint64_t received;
    int64_t first_ms; /* INT64_MIN: nothing was read */
    int64_t last_ms;
};

void preview_text(FILE *out, const struct preview *preview, enum lang lang);
void preview_json(FILE *out, const struct preview *preview);

#endif
