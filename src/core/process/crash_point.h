/*
 * crash_point: places at which a test may have the process die, as of kill -9, and what it leaves behind for
 * whoever asks how far it had come.
 *
 *   crash_point("apply_sent");
 *
 * Nothing at all, unless built with REBATO_CRASH_POINTS (CMake, off; never on in a shipped binary). Then
 * REBATO_CRASH_FOLDER names a folder: the next process to pass a point of which a file there has the name
 * removes that file and dies. Of several that pass at once one dies: whose removal it is. A name stands in one
 * place of the source only.
 *
 * REBATO_CRASH_MARKS names a file of CRASH_MARKS numbers of 64 bits, which must be there before the process
 * starts: marks outlive it, whatever it died of.
 */
#ifndef REBATO_CORE_PROCESS_CRASH_POINT_H
#define REBATO_CORE_PROCESS_CRASH_POINT_H

#include <stdint.h>

#define CRASH_MARKS 512

#ifdef REBATO_CRASH_POINTS
/* Any thread. */
void crash_point(const char *name);
/* Slots from CRASH_MARKS on are not kept. One thread a slot. */
void crash_mark(uint32_t slot, int64_t value);
#else
static inline void
crash_point(const char *name)
{
    (void)name;
}
static inline void
crash_mark(uint32_t slot, int64_t value)
{
    (void)slot;
    (void)value;
}
#endif

#endif
