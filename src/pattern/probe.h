/*
 * probe: how dear can a stranger's text make a pattern?
 *
 * Before a rule is let near the stream its patterns are tried on texts written against them: runs,
 * short words, samples of the pattern whole, cut short and repeated, as long as a text may be. The
 * work is counted, not timed, so that it is the same on every machine and every day:
 *
 *   steps at a start = the smallest match limit that suffices there
 *                    + an eighth of the bytes looked at (a run is read over without being counted)
 *   steps of a text  = those of all its starts, beyond a plain search; the worst text counts
 *
 * One step is about 2.5 ns of machine code or 9 ns of the interpreter. PCRE2's own limit bounds one
 * start and not their sum; patterns that are slow at every start are
 * what the probe is for.
 *
 * One thread. What was found is remembered by the pattern's text: asked again it costs nothing.
 */
#ifndef REBATO_PATTERN_PROBE_H
#define REBATO_PATTERN_PROBE_H

#include "core/limits.h"
#include "pattern/pattern.h"

struct probe;

/* NULL: no memory. */
struct probe *probe_create(void);
void probe_destroy(struct probe **probe);

/* The steps of the worst text for `pattern`, which was compiled from `text`; at most PROBE_STEPS_MAX. */
uint32_t probe_worst_steps(struct probe *probe, const struct pattern *pattern, struct view text);

/* Where counting stops: no rule may cost that much. */
#define PROBE_STEPS_MAX SEARCH_BUDGET

#endif
