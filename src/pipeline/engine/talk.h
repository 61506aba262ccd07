/*
 * talk: who speaks with whom: noted by an examiner that is asked to, told to whoever wants to know who still waits
 * (replay/waits.h). A live run notes nothing of it: no count depends on it.
 */
#ifndef REBATO_PIPELINE_ENGINE_TALK_H
#define REBATO_PIPELINE_ENGINE_TALK_H

#include "pipeline/engine/finding.h"
#include "replay/waits.h"

/* Beside the other notes of the mention. Handles are hashed; a link that names its author is written without the name
 * where the platform allows it, or else left out: reports show posts, not people. */
const struct noted_talk *talk_note(struct findings *out, const struct mention *mention);

struct talk_listener {
    const struct rule_set *rules; /* that matched the finding */
    void (*hear)(void *context, const struct waits_post *post);
    void *context;
};

/* What a record with this fate adds to the talk: complaints that were counted on time, and every reply. */
void talk_tell(
        const struct talk_listener *listener, const struct finding *finding, enum rebato_fate fate);

#endif
