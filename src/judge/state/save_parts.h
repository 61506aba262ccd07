/* save_parts: the walks over the parts of a brand's state; see codec.h. */
#ifndef REBATO_JUDGE_STATE_SAVE_PARTS_H
#define REBATO_JUDGE_STATE_SAVE_PARTS_H

#include "judge/state/codec.h"
#include "judge/state/state.h"

void walk_window(struct codec *codec, struct window *window);
void walk_authors(struct codec *codec, struct authors *authors);
void walk_baseline(struct codec *codec, struct baseline *baseline);
void walk_series(struct codec *codec, struct series *series);
void walk_post(struct codec *codec, struct incident_post *post);
void walk_dims(struct codec *codec, struct incident_dim *dims, size_t *count);
void walk_kin_log(struct codec *codec, struct kin_log *log);
void walk_incident(struct codec *codec, struct incident *incident);

#endif
