#include "report/html/chart.h"

#include "alert/render/words.h"
#include "core/text/calendar.h"
#include "report/words/sentences.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#define MINUTE_MS   INT64_C(60000)
#define DAY_MINUTES INT64_C(1440)
#define DAY_MS      (DAY_MINUTES * MINUTE_MS)
/* What a series without any complaint is still measured against. */
#define PEOPLE_FEWEST 5.0
/* The band of what is usual: so many standard deviations to each side. */
#define BAND_SPREADS 2.0

#define MARKS_MAX     4
#define MARK_ROWS_MAX 4
#define ROW_HEIGHT    16
#define AXIS_TICKS    6

struct geometry {
    int width;
    int left, right; /* of the plot */
    int plot_height;
    int lane_height; /* posts by the brand */
    int bars_height; /* mentions */
    int ticks_max;   /* along the time */
    int letter;      /* mean width of a letter of a mark, tenths of a unit */
};

static const struct geometry geometries[] = {
    [CHART_WIDE] = { .width = 960,
            .left = 44,
            .right = 948,
            .plot_height = 220,
            .lane_height = 48,
            .bars_height = 64,
            .ticks_max = 12,
            .letter = 68 },
    [CHART_NARROW] = { .width = 400,
            .left = 34,
            .right = 394,
            .plot_height = 190,
            .lane_height = 48,
            .bars_height = 54,
            .ticks_max = 4,
            .letter = 68 },
};

struct mark {
    int64_t time_ms;
    enum label what;
    int row;
};

struct drawing {
    FILE *out;
    const struct study_incident *incident;
    const struct geometry *size;
    enum lang lang;
    int64_t from_ms, to_ms;
    double people_max;
    double people_step;
    int people_ticks;      /* steps in all */
    uint32_t mentions_max; /* of a minute, the mean of a point */
    struct mark marks[MARKS_MAX];
    size_t mark_count;
    int plot_top, lane_top, bars_top, bottom;
};

/* ---- scales ---- */

static double
x_of(const struct drawing *drawing, int64_t time_ms)
{
    double whole = (double)(drawing->to_ms - drawing->from_ms);
    double part = (double)(time_ms - drawing->from_ms) / whole;

    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return drawing->size->left + part * (drawing->size->right - drawing->size->left);
}

static double
y_of(const struct drawing *drawing, double people)
{
    double part = people / drawing->people_max;

    return drawing->plot_top + (1 - (part > 1 ? 1 : part)) * drawing->size->plot_height;
}

/* 1, 2 or 5 times a power of ten: at most AXIS_TICKS of them reach `most`. */
static double
nice_step(double most)
{
    double step = 1;

    for (int i = 0; step * AXIS_TICKS < most; i++) {
        step *= i % 3 == 1 ? 2.5 : 2;
    }
    return step;
}

static int64_t
end_of(const struct chart_point *point)
{
    return point->start_ms + point->minutes * MINUTE_MS;
}

static uint32_t
per_minute(const struct chart_point *point, uint32_t count)
{
    return (count + point->minutes - 1) / point->minutes;
}

static double
band_top(const struct chart_point *point)
{
    return point->expected + BAND_SPREADS * point->spread;
}

static void
measure(struct drawing *drawing)
{
    const struct chart *chart = &drawing->incident->chart;
    double most = PEOPLE_FEWEST;

    drawing->from_ms = chart->points[0].start_ms;
    drawing->to_ms = end_of(&chart->points[chart->count - 1]);
    drawing->mentions_max = 1;
    for (size_t i = 0; i < chart->count; i++) {
        const struct chart_point *point = &chart->points[i];
        uint32_t mentions = per_minute(point, point->mentions);
        most = point->people > most ? point->people : most;
        most = band_top(point) > most ? band_top(point) : most;
        if (mentions > drawing->mentions_max) {
            drawing->mentions_max = mentions;
        }
    }
    drawing->people_step = nice_step(most);
    drawing->people_ticks = 1;
    while (drawing->people_ticks * drawing->people_step < most) {
        drawing->people_ticks++;
    }
    drawing->people_max = drawing->people_ticks * drawing->people_step;
}

/* ---- marks ---- */

static void
add_mark(struct drawing *drawing, int64_t time_ms, enum label what)
{
    if (time_ms == TIME_NONE || time_ms < drawing->from_ms || time_ms > drawing->to_ms) {
        return;
    }
    assert(drawing->mark_count < MARKS_MAX);
    drawing->marks[drawing->mark_count++] = (struct mark){ .time_ms = time_ms, .what = what };
}

static double
mark_width(const struct drawing *drawing, const struct mark *mark)
{
    /* The word, a blank and the time of day. */
    return (double)(strlen(label(mark->what, drawing->lang)) + 7) * drawing->size->letter / 10.0;
}

/* Where the word begins: right of its line, or left of it where there is no more room. */
static double
mark_left(const struct drawing *drawing, const struct mark *mark)
{
    double x = x_of(drawing, mark->time_ms);
    double width = mark_width(drawing, mark);

    return x + 4 + width > drawing->size->right ? x - 4 - width : x + 4;
}

static int
collide(const struct drawing *drawing, const struct mark *a, const struct mark *b)
{
    double left_a = mark_left(drawing, a);
    double left_b = mark_left(drawing, b);

    return a->row == b->row && left_a < left_b + mark_width(drawing, b) + 6 &&
           left_b < left_a + mark_width(drawing, a) + 6;
}

static int
place_is_free(const struct drawing *drawing, size_t which)
{
    for (size_t i = 0; i < which; i++) {
        if (collide(drawing, &drawing->marks[i], &drawing->marks[which])) {
            return 0;
        }
    }
    return 1;
}

static void
place_marks(struct drawing *drawing)
{
    int rows = 1;
    const struct incident *incident = &drawing->incident->last;

    add_mark(drawing, incident->onset_ms, LABEL_ONSET);
    add_mark(drawing, incident->opened_ms, LABEL_ALERT);
    add_mark(drawing, incident->clock.answered_ms, LABEL_ANSWER);
    add_mark(drawing, incident->resolved_ms, LABEL_RESOLVED);
    for (size_t i = 0; i < drawing->mark_count; i++) {
        while (!place_is_free(drawing, i) && drawing->marks[i].row < MARK_ROWS_MAX - 1) {
            drawing->marks[i].row++;
        }
        rows = drawing->marks[i].row >= rows ? drawing->marks[i].row + 1 : rows;
    }
    drawing->plot_top = 8 + rows * ROW_HEIGHT;
    drawing->lane_top = drawing->plot_top + drawing->size->plot_height;
    drawing->bars_top = drawing->lane_top + drawing->size->lane_height;
    drawing->bottom = drawing->bars_top + drawing->size->bars_height;
}

static void
time_of_day(FILE *out, int64_t time_ms)
{
    struct calendar_date date = calendar_date_of(time_ms);

    fprintf(out, "%02d:%02d", (int)date.hour, (int)date.minute);
}

static int
is_strong(const struct mark *mark)
{
    return mark->what == LABEL_ALERT || mark->what == LABEL_ANSWER;
}

static int
mark_top(const struct mark *mark)
{
    return 4 + mark->row * ROW_HEIGHT;
}

static void
draw_word(const struct drawing *drawing, const struct mark *mark)
{
    double x = x_of(drawing, mark->time_ms);
    int turned = mark_left(drawing, mark) < x;

    fprintf(drawing->out, "<text class=\"word%s\" x=\"%.1f\" y=\"%d\"%s>%s ",
            is_strong(mark) ? " strong" : "", turned ? x - 4 : x + 4, mark_top(mark) + 10,
            turned ? " text-anchor=\"end\"" : "", label(mark->what, drawing->lang));
    time_of_day(drawing->out, mark->time_ms);
    fputs("</text>\n", drawing->out);
}

/* Words after all lines: one may stand across another's line, and has a halo against it. */
static void
draw_marks(const struct drawing *drawing)
{
    for (size_t i = 0; i < drawing->mark_count; i++) {
        const struct mark *mark = &drawing->marks[i];
        double x = x_of(drawing, mark->time_ms);
        fprintf(drawing->out,
                "<line class=\"mark%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>\n",
                is_strong(mark) ? " strong" : "", x, mark_top(mark), x, drawing->lane_top);
    }
    for (size_t i = 0; i < drawing->mark_count; i++) {
        draw_word(drawing, &drawing->marks[i]);
    }
}

/* ---- axes ---- */

static void
draw_people_axis(const struct drawing *drawing)
{
    for (int i = 0; i <= drawing->people_ticks; i++) {
        double tick = i * drawing->people_step;
        double y = y_of(drawing, tick);
        fprintf(drawing->out,
                "<line class=\"grid%s\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>"
                "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                i > 0 ? "" : " base", drawing->size->left, y, drawing->size->right, y,
                drawing->size->left - 6, y + 4);
        words_number(drawing->out, tick, drawing->lang);
        fputs("</text>\n", drawing->out);
    }
}

/* Round spans of time, so that no more than `ticks_max` fit. */
static int64_t
time_step(const struct drawing *drawing)
{
    static const int64_t steps[] = { 5, 10, 15, 30, 60, 120, 180, 360, 720 };
    int64_t whole = drawing->to_ms - drawing->from_ms;

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (whole / (steps[i] * MINUTE_MS) < drawing->size->ticks_max) {
            return steps[i] * MINUTE_MS;
        }
    }
    int64_t days = 1;
    while (whole / (days * DAY_MS) >= drawing->size->ticks_max) {
        days++;
    }
    return days * DAY_MS;
}

/* The day, where it changes and at the first tick. */
static void
draw_day(const struct drawing *drawing, int64_t time_ms, double x)
{
    /* Never beyond the edge. */
    double middle = x < drawing->size->left + 34 ? drawing->size->left + 34 : x;
    fprintf(drawing->out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
            middle > drawing->size->right - 34 ? drawing->size->right - 34 : middle,
            drawing->bottom + 33);
    words_day(drawing->out, time_ms, drawing->lang);
    fputs("</text>\n", drawing->out);
}

static void
draw_time_axis(const struct drawing *drawing)
{
    int64_t step = time_step(drawing);
    int64_t first = (drawing->from_ms + step - 1) / step * step;
    int dated = 0;

    for (int64_t time_ms = first; time_ms <= drawing->to_ms; time_ms += step) {
        double x = x_of(drawing, time_ms);
        /* Half a label would stand outside. */
        if (x < drawing->size->left + 12 || x > drawing->size->right - 12) {
            continue;
        }
        fprintf(drawing->out,
                "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>"
                "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
                x, drawing->bottom, x, drawing->bottom + 5, x, drawing->bottom + 18);
        time_of_day(drawing->out, time_ms);
        fputs("</text>\n", drawing->out);
        if (!dated || time_ms % DAY_MS < step) {
            draw_day(drawing, time_ms, x);
            dated = 1;
        }
    }
}

/* ---- what is drawn against them ---- */

/* Forth along the upper edge, back along the lower. */
static void
draw_band(const struct drawing *drawing)
{
    const struct chart *chart = &drawing->incident->chart;

    fputs("<path class=\"band\" d=\"", drawing->out);
    for (size_t i = 0; i < chart->count; i++) {
        const struct chart_point *point = &chart->points[i];
        fprintf(drawing->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L', x_of(drawing, end_of(point)),
                y_of(drawing, band_top(point)));
    }
    for (size_t i = chart->count; i-- > 0;) {
        const struct chart_point *point = &chart->points[i];
        double low = point->expected - BAND_SPREADS * point->spread;
        fprintf(drawing->out, "L%.1f %.1f", x_of(drawing, end_of(point)),
                y_of(drawing, low > 0 ? low : 0));
    }
    fputs("Z\"/>\n<path class=\"expected\" d=\"", drawing->out);
    for (size_t i = 0; i < chart->count; i++) {
        fprintf(drawing->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L',
                x_of(drawing, end_of(&chart->points[i])), y_of(drawing, chart->points[i].expected));
    }
    fputs("\"/>\n", drawing->out);
}

static void
trace_people(const struct drawing *drawing)
{
    const struct chart *chart = &drawing->incident->chart;

    for (size_t i = 0; i < chart->count; i++) {
        fprintf(drawing->out, "%c%.1f %.1f", i == 0 ? 'M' : 'L',
                x_of(drawing, end_of(&chart->points[i])), y_of(drawing, chart->points[i].people));
    }
}

static void
draw_people(const struct drawing *drawing)
{
    const struct chart *chart = &drawing->incident->chart;

    fputs("<path class=\"area\" d=\"", drawing->out);
    trace_people(drawing);
    fprintf(drawing->out, "L%.1f %.1fL%.1f %.1fZ\"/>\n", x_of(drawing, drawing->to_ms),
            y_of(drawing, 0), x_of(drawing, end_of(&chart->points[0])), y_of(drawing, 0));
    fputs("<path class=\"people\" d=\"", drawing->out);
    trace_people(drawing);
    fputs("\"/>\n", drawing->out);
}

static double
lane_middle(const struct drawing *drawing)
{
    return drawing->lane_top + drawing->size->lane_height - 14;
}

/* From the alert to the answer, or to the end: what the brand is graded by. */
static void
draw_silence(const struct drawing *drawing)
{
    const struct incident *incident = &drawing->incident->last;
    struct facts_clock clock = facts_clock_of(incident, incident->opened_ms);
    double from = x_of(drawing, clock.from_ms);
    double to = x_of(drawing, clock.from_ms + clock.span_ms);
    double y = lane_middle(drawing);

    if (clock.span_ms == 0) {
        return;
    }
    fprintf(drawing->out,
            "<line class=\"silence\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", from, y,
            to, y);
    if (!clock.answered) {
        fprintf(drawing->out, "<text class=\"word silent\" x=\"%.1f\" y=\"%.1f\">%s ", from + 4,
                y - 11, say(drawing->lang, "sin respuesta pública:", "no public answer:"));
        words_span(drawing->out, clock.span_ms);
        fputs("</text>", drawing->out);
    }
    fputc('\n', drawing->out);
}

static void
draw_official(const struct drawing *drawing)
{
    const struct incident *incident = &drawing->incident->last;
    double y = lane_middle(drawing);

    for (size_t i = 0; i < incident->official_count; i++) {
        const struct incident_post *post = &incident->official[i];
        double x = x_of(drawing, post->time_ms);
        if (post->time_ms < drawing->from_ms || post->time_ms > drawing->to_ms) {
            continue;
        }
        fprintf(drawing->out, "<path class=\"official%s\" d=\"M%.1f %.1fl6 6l-6 6l-6 -6Z\"><title>",
                post->impostor    ? " impostor"
                : post->broadcast ? ""
                                  : " reply",
                x, y - 6);
        struct timeline_row row = {
            .time_ms = post->time_ms, .kind = TIMELINE_OFFICIAL, .post = post
        };
        time_of_day(drawing->out, post->time_ms);
        fputc(' ', drawing->out);
        say_row(drawing->out, &row, drawing->lang); /* of our own words */
        fputs("</title></path>\n", drawing->out);
    }
}

/* A piece of a path. */
static void
draw_bar(const struct drawing *drawing, const struct chart_point *point, uint32_t count)
{
    double height = (double)per_minute(point, count) / drawing->mentions_max *
                    (drawing->size->bars_height - 4);
    double left = x_of(drawing, point->start_ms);
    double width = x_of(drawing, end_of(point)) - left;

    if (count == 0) {
        return;
    }
    fprintf(drawing->out, "M%.1f %dv-%.1fh%.1fv%.1fZ", left, drawing->bottom, height,
            width > 1.5 ? width - 0.4 : width, height);
}

static void
draw_bars(const struct drawing *drawing)
{
    const struct chart *chart = &drawing->incident->chart;

    fputs("<path class=\"mentions\" d=\"", drawing->out);
    for (size_t i = 0; i < chart->count; i++) {
        draw_bar(drawing, &chart->points[i], chart->points[i].mentions);
    }
    fputs("\"/>\n<path class=\"complaints\" d=\"", drawing->out);
    for (size_t i = 0; i < chart->count; i++) {
        draw_bar(drawing, &chart->points[i], chart->points[i].complaints);
    }
    fprintf(drawing->out,
            "\"/>\n<line class=\"grid base\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
            drawing->size->left, drawing->bottom, drawing->size->right, drawing->bottom);
    fprintf(drawing->out, "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">",
            drawing->size->left - 6, drawing->bars_top + 12);
    words_count(drawing->out, drawing->mentions_max, drawing->lang);
    fputs("</text>\n", drawing->out);
}

/* Whoever cannot see it hears this. */
static void
draw_title(const struct drawing *drawing)
{
    fprintf(drawing->out, "<title>%s</title>\n",
            say(drawing->lang,
                    "Personas que se quejan en 10 minutos, frente a lo habitual; debajo, lo que "
                    "dijo la "
                    "marca y todas las menciones por minuto",
                    "People who complain in 10 minutes, against what is usual; below, what the "
                    "brand "
                    "said and all mentions a minute"));
}

void
chart_draw(FILE *out, const struct study_incident *incident, enum chart_size size, enum lang lang)
{
    struct drawing drawing = {
        .out = out, .incident = incident, .size = &geometries[size], .lang = lang
    };

    assert(incident->chart.count > 0);
    measure(&drawing);
    place_marks(&drawing);
    fprintf(out, "<svg class=\"%s\" viewBox=\"0 0 %d %d\" role=\"img\">\n",
            size == CHART_WIDE ? "wide" : "narrow", drawing.size->width, drawing.bottom + 38);
    draw_title(&drawing);
    draw_people_axis(&drawing);
    draw_band(&drawing);
    draw_people(&drawing);
    draw_marks(&drawing);
    draw_silence(&drawing);
    draw_official(&drawing);
    draw_bars(&drawing);
    draw_time_axis(&drawing);
    fputs("</svg>\n", out);
}
