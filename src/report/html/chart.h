/*
 * chart: the episode as a drawing: people who complain against what is usual, the marks of what happened, what
 * the brand said, and all that was said of it.
 *
 *   onset alert answer ...          marks, as many rows as their words need
 *   people in 10 min  ▁▂▅█▇▅▃▂▁    over a band: what is usual
 *   ━━━━◆   ◆                       silence since the alert, and what the brand posted
 *   mentions, and complaints of them
 *
 * Drawn twice: the same words would be too small on a narrow screen.
 *
 * Inside this folder only.
 */
#ifndef REBATO_REPORT_HTML_CHART_H
#define REBATO_REPORT_HTML_CHART_H

#include "report/facts.h"

enum chart_size { CHART_WIDE, CHART_NARROW };

/* An <svg> element. */
void chart_draw(
        FILE *out, const struct study_incident *incident, enum chart_size size, enum lang lang);

#endif
