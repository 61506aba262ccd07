/*
 * isa: which instruction set the vector kernels use.
 *
 *   portable  plain C, on every machine
 *   avx2      x86-64 with AVX2, BMI1/2, LZCNT and CLMUL
 *   avx512    x86-64 with AVX-512 F, BW, VL, VBMI, VBMI2 as well
 *
 * A kernel exists once per instruction set and gives the same bytes in all of them; this decides
 * which one runs. The environment variable REBATO_ISA names one to force it, for tests and for
 * comparisons; one that this machine lacks, or an unknown name, is an error that main() reports.
 */
#ifndef REBATO_CORE_ISA_H
#define REBATO_CORE_ISA_H

#include "core/view.h"

enum isa { ISA_PORTABLE, ISA_AVX2, ISA_AVX512, ISA_COUNT };

const char *isa_name(enum isa isa);
/* False when it is none of the names above. */
int isa_named(struct view name, enum isa *isa);
/* Can this machine run it? */
int isa_available(enum isa isa);

/* What REBATO_ISA asks for. False when it asks for what is unknown or not there; true, and `*isa` the
 * best of this machine, when it asks for nothing. At start-up. */
int isa_wished(enum isa *isa);
/* The same, with the best of this machine in place of a wish that cannot be met. At creation of
 * whatever owns kernels, never in a loop. */
enum isa isa_choose(void);

#endif
