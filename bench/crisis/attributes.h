/*
 * attributes: judges a stream that anybody made: NDJSON in the order of arrival, one line per incident out.
 *
 *   in   {"t":ms,"arrived":ms,"brand":…,"author":…,"root":…,"complaint":1,"signal":"outage",
 *         "official":1,"age":days,"text":…,"id":…}       an absent key is null or 0
 *   out  {"brand":…,"onset":ms,"opened":ms,"resolved":ms or null,"tier":"page"|"watch"|"critical"|
 *         "coordinated"}
 *
 * The clock is the latest time heard of, whichever brand it came from. A brand's watch begins with its first
 * mention. A complaint without a known signal is just a complaint; what the brand itself says is no mention.
 * A root that is the post itself, or that nobody has named before, makes it no other's post.
 */
#ifndef REBATO_BENCH_CRISIS_ATTRIBUTES_H
#define REBATO_BENCH_CRISIS_ATTRIBUTES_H

#include "crisis/panel.h"

#include <stdio.h>

/* The program's status: 0, or 2 with a word on stderr. A line that is none is told and passed over. */
int attributes_judge(const char *path, FILE *out);

/* The incidents of three tiers as one list: a page stays one line, critical when that tier rang during it;
 * what only the watch tier saw is a line of its own. Prints them; `brand` is JSON already. */
void attributes_print(const struct panel *panel, const char *brand, FILE *out);

#endif
