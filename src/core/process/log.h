/*
 * log: lines to standard error, one per event, logfmt or JSON.
 *
 *   ts=2014-02-22T18:31:10.120Z level=info event=claimed topic=menciones partition=3 offset=120
 *
 * Values are escaped: no byte of a mention can start a line or move a cursor. A line is written with one
 * write(2), so that lines of several threads do not mix. Not for the hot path.
 */
#ifndef REBATO_CORE_PROCESS_LOG_H
#define REBATO_CORE_PROCESS_LOG_H

#include "core/view.h"

#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_LOGFMT, LOG_JSON, LOG_SILENT };

/* Main thread, before the others start. */
void log_setup(enum log_level lowest, enum log_format format);
int log_level_parse(struct view text, enum log_level *level);
int log_format_parse(struct view text, enum log_format *format);

/* Any thread. `format` is a list of key=value pairs, each value a %-conversion in printf's manner:
 *     log_event(LOG_INFO, "claimed", "topic=%s partition=%d", topic, partition);
 * The finished values are escaped and quoted where they need it. */
void log_event(enum log_level level, const char *event, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

#endif
