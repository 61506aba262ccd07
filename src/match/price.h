/*
 * price: what every pattern of a rule set costs, by what is certain in it.
 *
 *   exact     a scan for its words is all that is needed
 *   required  PCRE2 runs where one of its words stands, `rate` times a mention
 *   always    nothing is certain: PCRE2 runs on every text
 *
 * For `rebato rules bench` and `rebato check`: slow and thorough, on one thread. Facets are not
 * among them: they run on what matched.
 */
#ifndef REBATO_MATCH_PRICE_H
#define REBATO_MATCH_PRICE_H

#include "core/yaml/fault.h"
#include "match/rule_set.h"
#include "pattern/literals.h"
#include "scan/scanner.h"

/* Patterns that may run on every text when nobody says otherwise. */
#define PATTERNS_ALWAYS_MAX 32

enum price_kind { PRICE_EXACT, PRICE_REQUIRED, PRICE_ALWAYS, PRICE_KIND_COUNT };

struct price {
    enum price_kind kind;
    struct view owner; /* id of the rule or of the brand */
    int is_brand;      /* the pattern is all names of the brand */
    struct view text;  /* as written; of a brand: its names, folded */
    const char *file;
    size_t line;
    size_t literals; /* strings that are looked for because of it */
    double rate;     /* runs of PCRE2 a mention, by the frequency table; always: 1 */
    const char *why; /* always: one sentence; otherwise NULL */
};

struct price_list;

/* The set is borrowed until the end. NULL when out of memory. */
struct price_list *price_list_create(const struct rule_set *set);
void price_list_destroy(struct price_list **list);

size_t price_count(const struct price_list *list);
const struct price *price_at(const struct price_list *list, size_t index);
size_t price_count_of(const struct price_list *list, enum price_kind kind);

/* "exact", "required", "always". */
const char *price_kind_name(enum price_kind kind);

/* What all of them look like to the scanner. */
struct scan_summary price_summary(const struct price_list *list);
/* Scans `count` folded texts and adds to runs[index] how often PCRE2 would have run for the pattern;
 * `counts` says how far the scan narrowed things down. False when out of memory. */
int price_scan(const struct price_list *list,
        const struct view *folded,
        size_t count,
        uint32_t *runs,
        struct scan_counts *counts);
/* Runs PCRE2 on a folded text, with scratch memory of the list: does pattern `index` match? */
int price_try(struct price_list *list, size_t index, struct view folded);

/* A warning for every pattern that runs on every text; when there are more than `always_max`, each is
 * an error. */
void price_add_faults(const struct price_list *list, size_t always_max, struct fault_list *faults);

#endif
