/*
 * judged: the judge's arithmetic over a series of volumes.
 *
 * The series hold volumes only: every post counts as an author of its own, and as there is nothing else to
 * compare with, the share of complaints says nothing. What is measured is season, level, spread and tail.
 *
 *   severity  how big for this series: any row may be an alarm
 *   opening   windows and CUSUM with a life: an alarm is where an incident opens, and there is no other
 *             until it has been quiet for 70 minutes
 */
#ifndef REBATO_BENCH_NAB_JUDGED_H
#define REBATO_BENCH_NAB_JUDGED_H

#include "nab/series_file.h"

/* The severity of each row. False when out of memory. */
int judged_severity(const struct nab_series *series, double *severity);

/* Rows in which an incident opens when windows need `limit` (of -log10 p) and the CUSUM as much more or less
 * than usual. `alarms` has room for all rows. False when out of memory. */
int judged_openings(
        const struct nab_series *series, double limit, size_t *alarms, size_t *alarm_count);

/* The limit of a page as the judge has it. */
double judged_page_limit(void);

#endif
