/*
 * audit: why folded rules on folded text and raw rules on raw text do not always agree.
 *
 * The second oracle knows nothing of our fold: PCRE2 with UTF, UCP and CASELESS on the text as it
 * was written. Both are right, about slightly different questions, and each difference has a cause
 * that can be shown: on the way from the raw question to the folded one, a step at a time, the
 * answer turns at one step, and that step is the cause.
 *
 *   raw rule, raw text ─▶ marks off ─▶ letters plain ─▶ ñ ─▶ quotes ─▶ ligatures ─▶ case
 *   (now the folded text) ─▶ folded rule ─▶ without UCP ─▶ without UTF: bytes
 */
#ifndef REBATO_BENCH_CONTEST_AUDIT_H
#define REBATO_BENCH_CONTEST_AUDIT_H

#include "contest/contest.h"

/* Classes every difference of `rebato` and `pcre2-jit-raw` in the report; returns how many could
 * not be explained. 0 and a word in the report when one of the two did not run over every line. */
size_t audit_raw(const struct contest *contest, const struct rules *rules, json_t *report);

#endif
