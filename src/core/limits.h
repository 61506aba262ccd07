/*
 * Every limit of rebato, in one place, so that the relations between them can be checked.
 *
 * A limit exists because the bytes are not ours: whoever writes to the topic decides what comes. What
 * goes beyond a limit gets a counted fate or a clear error; it is never cut silently.
 */
#ifndef REBATO_CORE_LIMITS_H
#define REBATO_CORE_LIMITS_H

#include <assert.h>

#ifdef NDEBUG
#error "asserts stay on in every build of rebato: set flags without NDEBUG"
#endif

/* One record as it arrives, bytes. Larger ones get the fate `too_large`. */
#define RECORD_SIZE_MAX 1048576 /* 1 MiB */
/* Nesting of a JSON record. */
#define JSON_DEPTH_MAX 64
/* Text that is matched, bytes of UTF-8. Longer text is cut at a code point and counted. */
#define TEXT_SIZE_MAX 4096
/* HTML of a post before its tags are taken off, and any text before it is cut, bytes. */
#define MARKUP_SIZE_MAX 65536 /* 64 KiB */
/* Folding may lengthen a text (one ligature becomes two letters), by no more than this factor. */
#define FOLD_GROWTH_MAX 3
/* Ids, handles, links, language tags: longer values are refused as bad_field. */
#define ID_SIZE_MAX 256

/* Seconds of one bucket; every window is a whole number of buckets. */
#define BUCKET_SECONDS 10
/* Event times that a file may carry: 2004-01-01 to 2100-01-01, in ms since 1970. */
#define EVENT_TIME_MIN_MS 1072915200000LL
#define EVENT_TIME_MAX_MS 4102444800000LL
/* A Kafka record's event time lies in [ingest - max_age, ingest + this], or is a bad_time. */
#define EVENT_AHEAD_MAX_MS (5LL * 60 * 1000)
/* Records of its partition that a duplicate is looked for in. */
#define DEDUPE_RECORDS 262144

/* Rules. */
#define RULES_MAX          4096
#define BRANDS_MAX         16384
#define RULE_ID_SIZE_MAX   48
#define BRAND_ID_SIZE_MAX  32
#define RULE_FILE_SIZE_MAX 8388608 /* 8 MiB */
#define PATTERN_SIZE_MAX   4096
/* Planned events of one brand, the bytes of a name, and how long one may last: what is planned for longer is usual. */
#define PLANNED_MAX           64
#define PLANNED_NAME_SIZE_MAX 63
#define PLANNED_DAYS_MAX      14
/* PCRE2: match_limit with JIT and without. It starts over at every offset, so for a long text it
 * is what SEARCH_STEPS_MAX leaves each byte, but never less than MATCH_LIMIT_LEAST. */
#define MATCH_LIMIT_JIT   20000
#define MATCH_LIMIT_PLAIN 2000
#define MATCH_LIMIT_LEAST 200
#define SEARCH_STEPS_MAX  500000
/* Steps (pattern/probe.h says what one is) that all searches of one mention may cost; then the rest
 * is given up and counted. */
#define SEARCH_BUDGET 4000000
/* Steps of one pattern on the worst text that the probe can think of: above the first a rule's author
 * is warned, above the second the rule is refused. */
#define WORST_STEPS_DEAR 300000
#define WORST_STEPS_MAX  1500000
/* Hits, brands and facets kept of one mention. More are counted, not kept. */
#define HITS_MAX           64
#define MENTION_BRANDS_MAX 8
#define MENTION_FACETS_MAX 16
#define FACET_SIZE_MAX     24

/* Distinct names (brands, dimensions) one worker or ledger may know. */
#define NAMES_MAX     65536
#define NAME_SIZE_MAX 64
/* Cells, authors and official posts that one tally may hold before it must be flushed. */
#define TALLY_CELLS_MAX     65536
#define TALLY_AUTHORS_MAX   65536
#define TALLY_OFFICIALS_MAX 1024
#define TALLY_EXEMPLARS_MAX 1024
#define TALLY_RANGES_MAX    256
/* One record may add this much at most, so that a worker knows when to flush before it overflows. */
#define RECORD_CELLS_MAX 512

/* Fields that one apply may write into a shard's hash (Lua's unpack breaks near 3,990). */
#define APPLY_FIELDS_MAX 1000
#define SHARDS_MAX       256
#define PARTITIONS_MAX   4096

static_assert(RECORD_CELLS_MAX * 16 <= TALLY_CELLS_MAX, "a tally holds many records");
static_assert(TEXT_SIZE_MAX < MARKUP_SIZE_MAX, "a text fits in its markup");
static_assert(MARKUP_SIZE_MAX < RECORD_SIZE_MAX, "markup fits in its record");
static_assert(APPLY_FIELDS_MAX < 3990, "an apply fits in one HSET");
static_assert(WORST_STEPS_MAX < SEARCH_BUDGET, "no pattern alone uses up a mention's budget");
static_assert(FACET_SIZE_MAX < NAME_SIZE_MAX, "a facet value fits in a dimension's name");

#endif
