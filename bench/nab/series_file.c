#include "nab/series_file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* "2015-02-26 21:42:53", with or without a fraction. */
static int
read_time(const char *text, int64_t *seconds)
{
    struct tm at = { 0 };
    if (text == NULL || strptime(text, "%Y-%m-%d %H:%M:%S", &at) == NULL) {
        return 0;
    }
    *seconds = (int64_t)timegm(&at);
    return 1;
}

static int
add_row(struct nab_series *series, size_t *capacity, const char *line)
{
    const char *comma = strchr(line, ',');
    if (series->rows.count == *capacity) {
        size_t more = *capacity == 0 ? 4096 : 2 * *capacity;
        int64_t *times = realloc(series->times, more * sizeof *times);
        series->times = times == NULL ? series->times : times;
        double *values = realloc(series->values, more * sizeof *values);
        series->values = values == NULL ? series->values : values;
        if (times == NULL || values == NULL) {
            return 0;
        }
        *capacity = more;
    }
    if (comma == NULL || !read_time(line, &series->times[series->rows.count])) {
        return 0;
    }
    series->values[series->rows.count++] = strtod(comma + 1, NULL);
    return 1;
}

static int
load_rows(struct nab_series *series, const char *path)
{
    FILE *file = fopen(path, "r");
    size_t capacity = 0;
    char line[256];
    int fine = file != NULL && fgets(line, sizeof line, file) != NULL; /* the head */

    while (fine && fgets(line, sizeof line, file) != NULL) {
        fine = add_row(series, &capacity, line);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return fine && series->rows.count > 0;
}

/* The first row at this time or later. */
static size_t
row_at(const struct nab_series *series, int64_t seconds)
{
    size_t row = 0;
    while (row + 1 < series->rows.count && series->times[row] < seconds) {
        row++;
    }
    return row;
}

static int
load_windows(struct nab_series *series, const json_t *windows)
{
    size_t i;
    const json_t *window;

    json_array_foreach(windows, i, window)
    {
        int64_t from;
        int64_t to;
        if (i == NAB_WINDOWS_MAX ||
                !read_time(json_string_value(json_array_get(window, 0)), &from) ||
                !read_time(json_string_value(json_array_get(window, 1)), &to)) {
            return 0;
        }
        series->windows[i] = (struct nab_window){ row_at(series, from), row_at(series, to) };
    }
    series->rows.windows = series->windows;
    series->rows.window_count = json_array_size(windows);
    return json_is_array(windows);
}

static int
load_series(struct nab_folder *folder, const char *path, const char *name, const json_t *windows)
{
    struct nab_series *series = &folder->series[folder->count];
    char file[4096];

    (void)snprintf(file, sizeof file, "%s/%s", path, name);
    (void)snprintf(series->name, sizeof series->name, "%s", name);
    folder->count++;
    if (!load_rows(series, file) || !load_windows(series, windows)) {
        (void)fprintf(stderr, "%s: no labelled series\n", file);
        return 0;
    }
    folder->window_count += series->rows.window_count;
    return 1;
}

int
nab_load(struct nab_folder *folder, const char *path)
{
    char file[4096];
    json_t *labels;
    const char *name;
    json_t *windows;
    int fine = 1;

    *folder = (struct nab_folder){ 0 };
    (void)snprintf(file, sizeof file, "%s/labels/combined_windows.json", path);
    labels = json_load_file(file, JSON_REJECT_DUPLICATES, NULL);
    json_object_foreach(labels, name, windows)
    {
        if (fine && strncmp(name, "realTweets/", 11) == 0 && folder->count < NAB_FILES_MAX) {
            fine = load_series(folder, path, name, windows);
        }
    }
    json_decref(labels);
    if (fine && folder->count == 0) {
        (void)fprintf(stderr, "%s: no series with labels\n", file);
    }
    return fine && folder->count > 0;
}

void
nab_fini(struct nab_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        free(folder->series[i].times);
        free(folder->series[i].values);
    }
    *folder = (struct nab_folder){ 0 };
}
