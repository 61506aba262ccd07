/* web: the routes of the HTTP server, from the board's and the counters' snapshots. Read-only. */
#ifndef REBATO_PIPELINE_LIVE_WEB_H
#define REBATO_PIPELINE_LIVE_WEB_H

#include "http/server.h"
#include "pipeline/board.h"

struct live;

struct web {
    const struct live *live;
    struct board *board;
};

extern const struct http_route web_routes[];
extern const size_t web_route_count;

#endif
