/* scenes: opens a scene by its name inside the binary, or by the path of a file. */
#ifndef REBATO_APP_SCENES_H
#define REBATO_APP_SCENES_H

#include "app/cli.h"
#include "scene/scene.h"

/* Prints what is wrong; NULL and *code then. */
struct scene *scenes_open(const char *verb, const char *name, enum exit_code *code);

/* The scene in embedded file `index`, or NULL when that file is none. */
struct scene *scenes_embedded_at(size_t index);

#endif
