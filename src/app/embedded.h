/* embedded: the files of rules/ as they were when the binary was built. Written by embed.cmake. */
#ifndef REBATO_APP_EMBEDDED_H
#define REBATO_APP_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* "es/outage.yaml" */
    const char *text; /* NUL-terminated */
    size_t size;
};

extern const struct embedded_file embedded_files[];
extern const size_t embedded_file_count;

/* NULL when there is none of that name. */
const struct embedded_file *embedded_find(const char *name);

#endif
