/*
 * words: numbers, shares, spans and moments as people write them in Spanish and in English. No locale
 * is asked: the same number gives the same bytes on every host.
 *
 * This folder and report.
 */
#ifndef REBATO_ALERT_RENDER_WORDS_H
#define REBATO_ALERT_RENDER_WORDS_H

#include "match/signal.h"

#include <stdint.h>
#include <stdio.h>

/* 12.900 and 12,900; Spanish leaves four digits whole. */
void words_count(FILE *out, uint64_t count, enum lang lang);
/* One decimal below 100, none from there; no ",0". */
void words_number(FILE *out, double number, enum lang lang);
/* 0.71 → "71 %", "71%". */
void words_share(FILE *out, double share, enum lang lang);
/* 21.4 → "x21", "21x". */
void words_ratio(FILE *out, double ratio, enum lang lang);
/* "40 s", "12 min", "2 h 5 min", "3 d 4 h": the two largest units. */
void words_span(FILE *out, int64_t span_ms);
/* The same, with "minutos"/"minutes" written out below two hours. */
void words_minutes(FILE *out, int64_t span_ms, enum lang lang);
/* "22/02/2014", "22 Feb 2014": in UTC. */
void words_day(FILE *out, int64_t time_ms, enum lang lang);
/* "22/02/2014 18:29 UTC", "22 Feb 2014 18:29 UTC". */
void words_moment(FILE *out, int64_t time_ms, enum lang lang);
/* A tail probability: "menos de 1 entre un millón", "less than 1 in a million". */
void words_chance(FILE *out, double p_log10, enum lang lang);

/* Text of others on one line, shown and not obeyed: white space becomes blanks, controls and bidi
 * marks become visible escapes, "…" stands for what is beyond `size_max` bytes. */
void words_quote(FILE *out, struct view text, size_t size_max);

#endif
