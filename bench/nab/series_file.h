/*
 * series_file: the labelled series of a folder as the benchmark lays it out:
 *
 *   DIR/realTweets/NAME.csv                   timestamp,value every five minutes
 *   DIR/labels/combined_windows.json          {"realTweets/NAME.csv": [[from, to], ...]}
 */
#ifndef REBATO_BENCH_NAB_SERIES_FILE_H
#define REBATO_BENCH_NAB_SERIES_FILE_H

#include "nab/scoring.h"

#include <stdint.h>

#define NAB_FILES_MAX   64
#define NAB_WINDOWS_MAX 32

struct nab_series {
    char name[96];
    int64_t *times; /* seconds */
    double *values;
    struct nab_window windows[NAB_WINDOWS_MAX];
    struct nab_rows rows;
};

struct nab_folder {
    struct nab_series series[NAB_FILES_MAX];
    size_t count;
    size_t window_count;
};

/* False, and said on stderr, when the folder is not such a one. */
int nab_load(struct nab_folder *folder, const char *path);
void nab_fini(struct nab_folder *folder);

#endif
