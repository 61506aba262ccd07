/*
 * utf8_faults: what can be wrong with a pair of bytes, for whoever looks at many pairs at once.
 *
 * It is told by three halves of them: the first byte's upper and lower four bits and the second byte's upper
 * four. Each half allows some faults, a bit for each, and what all three allow is there (Keiser and Lemire,
 * Validating UTF-8 in less than one instruction per byte). For utf8_fast*.c alone.
 */
#ifndef REBATO_CORE_TEXT_UTF8_FAULTS_H
#define REBATO_CORE_TEXT_UTF8_FAULTS_H

enum fault {
    SHORT = 1 << 0,       /* a lead byte, and no continuation behind it */
    LONG = 1 << 1,        /* a continuation behind ASCII */
    OVERLONG_3 = 1 << 2,  /* E0 80..9F */
    LARGE = 1 << 3,       /* F4 90.. and beyond */
    SURROGATE = 1 << 4,   /* ED A0..BF */
    OVERLONG_2 = 1 << 5,  /* C0, C1 */
    OVERLONG_4 = 1 << 6,  /* F0 80..8F; F5 80..8F and beyond are as wrong */
    CONTINUED = -(1 << 7) /* two continuations: right if a longer lead stands before them */
};
/* What the lower half of a first byte cannot rule out. */
#define ANY    (SHORT | LONG | CONTINUED)
#define BEYOND (ANY | LARGE | OVERLONG_4)

#define FIRST_UPPER                                                                                \
    LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, CONTINUED, CONTINUED, CONTINUED, CONTINUED,    \
            SHORT | OVERLONG_2, SHORT, SHORT | OVERLONG_3 | SURROGATE, SHORT | LARGE | OVERLONG_4
#define FIRST_LOWER                                                                                \
    ANY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4, ANY | OVERLONG_2, ANY, ANY, ANY | LARGE, BEYOND,   \
            BEYOND, BEYOND, BEYOND, BEYOND, BEYOND, BEYOND, BEYOND, BEYOND | SURROGATE, BEYOND,    \
            BEYOND
#define SECOND_UPPER                                                                               \
    SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,                                        \
            LONG | OVERLONG_2 | CONTINUED | OVERLONG_3 | OVERLONG_4,                               \
            LONG | OVERLONG_2 | CONTINUED | OVERLONG_3 | LARGE,                                    \
            LONG | OVERLONG_2 | CONTINUED | SURROGATE | LARGE,                                     \
            LONG | OVERLONG_2 | CONTINUED | SURROGATE | LARGE, SHORT, SHORT, SHORT, SHORT

#endif
