#include "report/table.h"

#include "alert/render/words.h"

#include <assert.h>

/* A column is never so wide. */
#define CELL_SIZE 64

static int
letters_of(const char *text)
{
    int letters = 0;

    for (; *text != '\0'; text++) {
        letters += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return letters;
}

static void
blanks(FILE *out, int count)
{
    for (; count > 0; count--) {
        fputc(' ', out);
    }
}

void
table_left(FILE *out, const char *text, int width)
{
    fputs(text, out);
    blanks(out, width - letters_of(text));
}

void
table_right(FILE *out, const char *text, int width)
{
    blanks(out, width - letters_of(text));
    fputs(text, out);
}

/* A cell is written into memory first: how long it is, only then is known. */
struct cell {
    char text[CELL_SIZE];
    FILE *out;
};

static void
cell_open(struct cell *cell)
{
    cell->text[0] = '\0';
    cell->out = fmemopen(cell->text, sizeof cell->text, "w");
    assert(cell->out != NULL);
}

static void
cell_close(struct cell *cell, FILE *out, int width)
{
    int failed = fclose(cell->out);

    assert(failed == 0);
    table_right(out, cell->text, width);
}

void
table_count(FILE *out, uint64_t count, enum lang lang, int width)
{
    struct cell cell;

    cell_open(&cell);
    words_count(cell.out, count, lang);
    cell_close(&cell, out, width);
}

void
table_number(FILE *out, double number, enum lang lang, int width)
{
    struct cell cell;

    cell_open(&cell);
    if (number > 0 && number < 0.995) {
        fprintf(cell.out, "0%c%02d", lang == LANG_ES ? ',' : '.', (int)(number * 100 + 0.5));
    } else {
        words_number(cell.out, number, lang);
    }
    cell_close(&cell, out, width);
}

void
table_hundredths(FILE *out, double number, enum lang lang, int width)
{
    double size = number < 0 ? -number : number;
    uint64_t hundredths = size >= 1e15 ? (uint64_t)1e17 : (uint64_t)(size * 100 + 0.5);
    struct cell cell;

    cell_open(&cell);
    fputs(number < 0 && hundredths > 0 ? "-" : "", cell.out);
    words_count(cell.out, hundredths / 100, lang);
    fprintf(cell.out, "%c%02d", lang == LANG_ES ? ',' : '.', (int)(hundredths % 100));
    cell_close(&cell, out, width);
}

void
table_share(FILE *out, double share, enum lang lang, int width)
{
    struct cell cell;

    cell_open(&cell);
    words_share(cell.out, share, lang);
    cell_close(&cell, out, width);
}

void
table_span(FILE *out, int64_t span_ms, int width)
{
    struct cell cell;

    cell_open(&cell);
    words_span(cell.out, span_ms);
    cell_close(&cell, out, width);
}
