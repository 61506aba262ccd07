/*
 * answered: the question of waits.h, asked once of all posts that were heard. For waits.c only.
 */
#ifndef REBATO_REPLAY_ANSWERED_H
#define REBATO_REPLAY_ANSWERED_H

#include "replay/waits.h"

struct heard {
    int64_t time_ms;
    uint32_t brand;
    signal_set signals;
    enum waits_voice voice;
    int first_person;
    uint64_t weight; /* reach, or of a reply the sketch of its words */
    uint64_t post;
    uint64_t author;
    uint64_t handle; /* the author's, or of a reply the addressee's */
    uint64_t target;
    char *words; /* a complaint's id and link, each with its end; malloc'd */
};

struct heard_list {
    const struct heard *ring;
    size_t mask;
    size_t first;
    size_t count;
};

struct answered_question {
    uint32_t brand;
    signal_set signals;
    int64_t onset_ms;
    int64_t over_ms;  /* complaints are about it before this, */
    int64_t until_ms; /* and replies come up to this */
};

void answered_find(const struct heard_list *list,
        const struct answered_question *question,
        struct incident_waits *out);

#endif
