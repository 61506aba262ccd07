/* frequency_table: the built-in rates, generated. For frequency.c only. */
#ifndef REBATO_PATTERN_FREQUENCY_TABLE_H
#define REBATO_PATTERN_FREQUENCY_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct frequency_fact {
    char key[4];   /* four bytes at a start, or "#hh" for the byte hh anywhere */
    uint32_t rate; /* times in a million mentions */
};

extern const struct frequency_fact frequency_facts[];
extern const size_t frequency_fact_count;

#endif
