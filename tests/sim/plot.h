/*
 * plot: a world built for a rare corner.
 *
 * Faults at random meet some corners in one world of a hundred, or of ten thousand: too much has to come
 * together. So a share of the seeds has a plot: the weather is mild while it prepares its scene, it strikes
 * when its moment has come, and then the seed's own weather begins. What happens in the scene is left to the
 * machines; a plot arranges time, silence and faults, never an answer.
 */
#ifndef REBATO_TESTS_SIM_PLOT_H
#define REBATO_TESTS_SIM_PLOT_H

#include "sim/world.h"

/* Chooses a plot for the seed; before the logs are made, after the weather. */
void plot_make(struct world *world);
/* Of one partition, within a world that ends at `end_ms`: the plot's silence. 0: it has none there. */
int plot_silence(struct world *world, uint32_t partition, int64_t *from_ms, int64_t *to_ms);

/* A request was executed. */
void plot_note_done(struct world *world, uint32_t op);
/* Once a step. */
void plot_step(struct world *world);

/* 0: new records of the partition do not reach the client yet. */
/* The partition is not there yet. */
int plot_hides(const struct world *world, uint32_t partition);
int plot_hears(const struct world *world, uint32_t client, uint32_t partition);

#endif
