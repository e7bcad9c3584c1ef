/* What recipes do to pixels: pictures of 8 bits, row by row, their channels side by side.
 *
 * Python reads these declarations too. All that is written here lies in memory that the caller
 * has: nothing is allocated. Several threads may work on one picture, each on rows of its own. */

/* A table of tone and colour: for each pair of a largest and a smallest channel, at
 * `largest * (largest + 1) / 2 + smallest`, P, Q, R and nothing, R in levels.
 *
 * `values` are what `count` codes mean in sRGB's curve, `moved` what the curve H makes of them and
 * `tops` what T makes of those; `tail` is T at `steps + 1` values from 0 to `white`. Saturation and
 * vibrance are -1 to 1. */
void photohq_table(float *table, int count, const double *values, const double *moved,
                   const double *tops, const double *tail, int steps, double white,
                   double saturation, double vibrance);

/* The rows from `first` to before `last` of a picture, to be changed where they are.
 *
 * `above` and `below` are copies of as many rows beside them as are looked at, since another
 * thread may change those. `scratch` has room for six floats a pixel of 2 * reach + 2 rows that
 * are wider by 2 * reach, and four more. */
typedef struct {
  uint8_t *pixels;
  int width, height, first, last;
  const uint8_t *above, *below;
  float *scratch;
} photohq_rows;

/* Smooth colours towards the mean of 5 x 5 pixels by a share, and luma where its variance is
 * little beside that of `noise` levels. */
void photohq_denoise(const photohq_rows *rows, const float weights[3], float share, float noise);

/* Interpolate cubically (Catmull-Rom), edges repeated: the pixel (x, y) of `out` shows the point
 * (map[0] x + map[1] y + map[2], map[3] x + map[4] y + map[5]) of `source`, both counted from the
 * middle of the first pixel. Makes the rows from `first` to before `last`. */
void photohq_straighten(const uint8_t *source, int width, int height, int bands,
                        const double map[6], uint8_t *out, int out_width, int first, int last);

/* All that is done to a pixel after its frame is made, in this order. `levels` and `table` begin at
 * a multiple of 16 bytes. */
typedef struct {
  /* For each code of each channel: what it adds to red, green, blue and luma, in levels. */
  const float *levels;
  /* For each code of each channel: the code by which `table` is looked up. */
  const uint16_t *codes;
  const float *table;
  /* What red, green and blue add to a grey; NULL for colours. */
  const float *grey;
  /* Where the vignette begins, the corners being at 1, and how strong it is there: below zero it
   * darkens, and zero is none. */
  float vignette_start, vignette;
  /* A row of the normal distribution, `reach` taps to either side; NULL for no sharpening. */
  const float *bell;
  int reach;
  float sharpen;
  /* For each channel the codes of 0 to `fine`, which is white; NULL to round. */
  const uint8_t *finish[3];
  int fine;
} photohq_development;

/* Tone, colour, vignette and sharpening. */
void photohq_develop(const photohq_rows *rows, const photohq_development *by);
