/*
 * about: is what a brand says about this incident, or about something else?
 *
 * A post is about an incident when it names one of its signals, or a close kin of one, or one of its
 * facets. "We are having problems" names trouble with the service. Naming the brand itself proves
 * nothing: it stands in advertisements and condolences as well. Private to this folder.
 */
#ifndef REBATO_JUDGE_ANSWER_ABOUT_H
#define REBATO_JUDGE_ANSWER_ABOUT_H

#include "judge/judge.h"

/* What a post may name to be about an incident with these signals. */
signal_set about_signals(signal_set signals);

int about_incident(const struct incident *incident, const struct incident_post *post);

#endif
