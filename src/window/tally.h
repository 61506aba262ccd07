/*
 * tally: what a batch of records adds to the ledger, before it is handed over.
 *
 *   worker: record by record ──▶ tally ── one hand-over ──▶ ledger
 *
 * A tally covers one range of offsets per partition and holds cells, authors, official posts and
 * exemplars, added up. All memory is taken at creation. It is full before it overflows: ask
 * tally_has_room() before each record. Owned by one thread at a time.
 *
 * Brand and dimension are numbers of the worker's own names table.
 */
#ifndef REBATO_WINDOW_TALLY_H
#define REBATO_WINDOW_TALLY_H

#include "core/names.h"
#include "core/view.h"
#include "window/cell.h"

#include <stdint.h>

enum cell_kind {
    CELL_ON_TIME, /* bucket = the event's */
    CELL_LATE,    /* bucket = the one its partition had reached when the record arrived */
};

/* Offsets [from, to) of one partition. */
struct tally_range {
    uint32_t source; /* the worker's number for (topic, partition) */
    int64_t from;
    int64_t to;
    int64_t max_time_ms; /* running maximum of event times of the partition at `to`; INT64_MIN: none */
    uint32_t lowest_bucket; /* of its on-time cells and authors; UINT32_MAX when there are none */
    int64_t last_offset;    /* of its last record; -1: it has none that Kafka has stamped */
    int64_t last_stamp_ms;  /* Kafka's time of that record */
};

struct tally_cell {
    uint32_t range; /* index */
    uint32_t bucket;
    uint32_t brand; /* name number */
    uint32_t dim;   /* name number */
    enum cell_kind kind;
    uint32_t count;
};

/* A distinct author of a series (brand, dimension "s.<signal>") in a bucket, or in the dimension "voices" a distinct
 * voice; each once per tally. */
struct tally_author {
    uint32_t range;
    uint32_t bucket;
    uint32_t brand;
    uint32_t dim;
    uint64_t author;
};

#define OFFICIAL_ID_SIZE   64
#define OFFICIAL_LINK_SIZE 160

enum official_voice {
    VOICE_REPLY,     /* to one person, or a repost */
    VOICE_BROADCAST, /* to everyone */
    VOICE_IMPOSTOR,  /* by an account that looks like one of the brand's and is not */
};

/* A post by the brand itself: the silence clock's evidence. */
struct tally_official {
    uint32_t range;
    uint32_t bucket;
    uint32_t brand;
    uint32_t signals;   /* signal_set: what it does (official-*) and what it names (the others) */
    uint32_t broadcast; /* enum official_voice */
    int64_t time_ms;
    uint64_t sketch; /* fold/sketch.h: near-duplicates of canned replies */
    uint64_t topics; /* window/topics.h: the facets it names */
    char id[OFFICIAL_ID_SIZE];
    char link[OFFICIAL_LINK_SIZE];
};

#define EXEMPLAR_JSON_SIZE 1024

/* A post worth showing: the three heaviest of a bucket of a brand are kept. Equal weights go by the
 * bytes of `json`, so that the order of arrival does not decide. A sample, not a count: it belongs to
 * no range and stays when a source is dropped. */
struct tally_exemplar {
    uint32_t brand;
    uint32_t bucket;
    uint64_t weight;
    uint32_t json_size;
    char json[EXEMPLAR_JSON_SIZE];
};

struct tally;

struct tally *tally_create(void);
void tally_destroy(struct tally **tally);
void tally_clear(struct tally *tally); /* cheap: costs what was in it, not what could be */

/* True while another record is sure to fit, whatever it is: RECORD_CELLS_MAX cells and as many
 * authors, an official post and an exemplar for each brand it may name. Adding to a tally that has no
 * room is a bug. */
int tally_has_room(const struct tally *tally);
int tally_is_empty(const struct tally *tally);

/* The range of `source`, opened at `from` when it is new. UINT32_MAX when TALLY_RANGES_MAX sources are
 * open already. */
uint32_t tally_open_range(struct tally *tally, uint32_t source, int64_t from);
/* Records up to `to` are covered now, whether they counted or not. */
void tally_cover(struct tally *tally, uint32_t range, int64_t to, int64_t max_time_ms);
/* A record that is covered: by the last one it is told later whether a log is still the same. */
void tally_see(struct tally *tally, uint32_t range, int64_t offset, int64_t stamp_ms);
/* Forgets everything of one source (its partition was revoked, or must be rebuilt). */
void tally_drop_source(struct tally *tally, uint32_t source);

void tally_add(struct tally *tally, const struct tally_cell *cell);
void tally_add_author(struct tally *tally, const struct tally_author *author);
void tally_add_official(struct tally *tally, const struct tally_official *official);
void tally_add_exemplar(struct tally *tally, const struct tally_exemplar *exemplar);

/* Reading, in no particular order. */
size_t tally_range_count(const struct tally *tally);
const struct tally_range *tally_range_at(const struct tally *tally, size_t index);
size_t tally_cell_count(const struct tally *tally);
const struct tally_cell *tally_cell_at(const struct tally *tally, size_t index);
size_t tally_author_count(const struct tally *tally);
const struct tally_author *tally_author_at(const struct tally *tally, size_t index);
size_t tally_official_count(const struct tally *tally);
const struct tally_official *tally_official_at(const struct tally *tally, size_t index);
size_t tally_exemplar_count(const struct tally *tally);
const struct tally_exemplar *tally_exemplar_at(const struct tally *tally, size_t index);

#endif
