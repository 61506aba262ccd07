/*
 * lookalike: a form of handles in which an imitation is equal to what it imitates.
 *
 *   vodafone_es, VodafoneES, vodaf0ne_es_ayuda, vodafone.es.oficial  →  vodafonees
 *
 * Small letters; no separators; 0 is o, 1 and i are l, 5 is s; words of service at the end are taken off.
 * It says that two handles look alike, not that somebody means harm: an account of the brand that its
 * file does not list looks like one, too. Private to this folder.
 */
#ifndef REBATO_MATCH_SET_LOOKALIKE_H
#define REBATO_MATCH_SET_LOOKALIKE_H

#include "core/limits.h"
#include "core/view.h"

/* Empty when there is too little of it to tell anybody apart. Points into `form`. */
struct view lookalike_form(struct view handle, char form[ID_SIZE_MAX]);

#endif
