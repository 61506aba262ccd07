/*
 * crash_point: places at which a test may have the process die, as of kill -9.
 *
 *   crash_point("apply_sent");
 *
 * Nothing at all, unless built with REBATO_CRASH_POINTS (CMake, off; never on in a shipped binary). Then
 * REBATO_CRASH_FILE names a file: while it is there and holds the point's name, the next process to pass the
 * point removes the file and dies. Of several that pass at once one dies: whose removal it is. A name stands
 * in one place of the source only.
 */
#ifndef REBATO_CORE_CRASH_POINT_H
#define REBATO_CORE_CRASH_POINT_H

#ifdef REBATO_CRASH_POINTS
void crash_point(const char *name);
#else
static inline void
crash_point(const char *name)
{
    (void)name;
}
#endif

#endif
