#include "fold/latin.h"

/* Two characters a code point, sixteen code points a row: the letters it folds to; "~" stands for ñ,
 * "+" for the next code point (its lower case), "." for itself. Follows Unicode's decompositions, plus
 * the letters that have none but are read as plain ones (ø, ł, đ, æ, ß, þ). */
static const char low_rows[] =             /* U+00C0 to U+024F */
        "a a a a a a aec e e e e i i i i " /* 00C0 */
        "d ~ o o o o o . o u u u u y thss" /* 00D0 */
        "a a a a a a aec e e e e i i i i " /* 00E0 */
        "d ~ o o o o o . o u u u u y thy " /* 00F0 */
        "a a a a a a c c c c c c c c d d " /* 0100 */
        "d d e e e e e e e e e e g g g g " /* 0110 */
        "g g g g h h h h i i i i i i i i " /* 0120 */
        "i i ijijj j k k q l l l l l l l " /* 0130 */
        "l l l n n n n n n 'n+ . o o o o " /* 0140 */
        "o o oeoer r r r r r s s s s s s " /* 0150 */
        "s s t t t t t t u u u u u u u u " /* 0160 */
        "u u u u w w y y y z z z z z z s " /* 0170 */
        "b b b b + . . c c . d d d . . . " /* 0180 */
        ". f f g . . . i k k l . . . . . " /* 0190 */
        "o o + . p p . + . . . . t t . u " /* 01A0 */
        "u . . y y z z . + . . . + . . . " /* 01B0 */
        ". . . . dzdzdzljljljnjnjnja a i " /* 01C0 */
        "i o o u u u u u u u u u u . a a " /* 01D0 */
        "a a + . + . g g k k o o o o + . " /* 01E0 */
        "j dzdzdzg g . . n n a a + . + . " /* 01F0 */
        "a a a a e e e e i i i i o o o o " /* 0200 */
        "r r r r u u u u s s t t + . h h " /* 0210 */
        ". . + . + . a a e e o o o o o o " /* 0220 */
        "o o y y . . . . . . a c c l t . " /* 0230 */
        ". + . b u . e e j j + . r r y y " /* 0240 */;
static const char high_rows[] =            /* U+1E00 to U+1EFF */
        "a a b b b b b b c c d d d d d d " /* 1E00 */
        "d d d d e e e e e e e e e e f f " /* 1E10 */
        "g g h h h h h h h h h h i i i i " /* 1E20 */
        "k k k k k k l l l l l l l l m m " /* 1E30 */
        "m m m m n n n n n n n n o o o o " /* 1E40 */
        "o o o o p p p p r r r r r r r r " /* 1E50 */
        "s s s s s s s s s s t t t t t t " /* 1E60 */
        "t t u u u u u u u u u u v v v v " /* 1E70 */
        "w w w w w w w w w w x x x x y y " /* 1E80 */
        "z z z z z z h t w y . s . . ss. " /* 1E90 */
        "a a a a a a a a a a a a a a a a " /* 1EA0 */
        "a a a a a a a a e e e e e e e e " /* 1EB0 */
        "e e e e e e e e i i i i o o o o " /* 1EC0 */
        "o o o o o o o o o o o o o o o o " /* 1ED0 */
        "o o o o u u u u u u u u u u u u " /* 1EE0 */
        "u u y y y y y y y y + . + . + . " /* 1EF0 */;

size_t
fold_latin(uint32_t code_point, uint32_t out[2])
{
    const char *entry = code_point < 0x1E00 ? &low_rows[(size_t)(code_point - 0xC0) * 2]
                                            : &high_rows[(size_t)(code_point - 0x1E00) * 2];

    switch (entry[0]) {
    case '.':
        out[0] = code_point;
        break;
    case '+':
        out[0] = code_point + 1;
        break;
    case '~':
        out[0] = 0xF1; /* ñ */
        break;
    default:
        out[0] = (unsigned char)entry[0];
        break;
    }
    out[1] = (unsigned char)entry[1];
    return entry[1] == ' ' ? 1 : 2;
}
