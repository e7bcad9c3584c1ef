/* Noise reduction: each pixel beside the mean and the variance of the 5 x 5 around it. */

#include "pixels.h"

enum { REACH = 2, BOX = 2 * REACH + 1 };

/* Levels are counted from here: sums of large squares would lose what is small. */
#define MIDDLE 128.0f

/* The last rows as they were, in turns, and the sums of what lies above each other in them. */
typedef struct {
  four *colours, *colour_sums;
  float *squares, *square_sums; /* of luma */
} kept;

INLINE kept keeping(const photohq_rows *rows) {
  kept ring;
  int64_t length = (int64_t)BOX * rows->width;
  ring.colours = aligned(rows->scratch);
  ring.colour_sums = ring.colours + length;
  ring.squares = (float *)(ring.colour_sums + rows->width + 2 * REACH);
  ring.square_sums = ring.squares + length;
  return ring;
}

INLINE void read_row(const photohq_rows *rows, const float weights[3], kept *ring, int y) {
  const uint8_t *from = row_of(rows, y, REACH);
  int64_t start = in_turns(y, BOX, rows->width);
  for (int x = 0; x < rows->width; x++, from += 3) {
    float red = from[0] - MIDDLE, green = from[1] - MIDDLE, blue = from[2] - MIDDLE;
    float luma = weights[0] * red + weights[1] * green + weights[2] * blue;
    ring->colours[start + x] = (four){red, green, blue, luma};
    ring->squares[start + x] = luma * luma;
  }
}

INLINE void sum_rows(const photohq_rows *rows, kept *ring, int y) {
  for (int at = 0; at < rows->width + 2 * REACH; at++) {
    four colour = {0};
    float square = 0;
    for (int row = y - REACH; row <= y + REACH; row++) {
      int64_t start = in_turns(within(row, rows->height), BOX, rows->width);
      colour += ring->colours[start + within(at - REACH, rows->width)];
      square += ring->squares[start + within(at - REACH, rows->width)];
    }
    ring->colour_sums[at] = colour;
    ring->square_sums[at] = square;
  }
}

INLINE void smooth_row(const photohq_rows *rows, const kept *ring, float share, float noise,
                       int y) {
  const four *colours = ring->colours + in_turns(y, BOX, rows->width);
  uint8_t *to = rows->pixels + (int64_t)y * rows->width * 3;
  for (int x = 0; x < rows->width; x++, to += 3) {
    four mean = {0};
    float square = 0;
    for (int at = x; at < x + BOX; at++) {
      mean += ring->colour_sums[at];
      square += ring->square_sums[at];
    }
    mean /= BOX * BOX;
    float variance = square / (BOX * BOX) - mean[3] * mean[3];
    if (variance < 0) variance = 0;
    float detail = variance / (variance + noise * noise);
    four colour = colours[x] * all(1 - share) + mean * all(share) +
                  all((colours[x][3] - mean[3]) * (detail + share - 1));
    four_integers codes = nearest(colour + all(MIDDLE));
    for (int band = 0; band < 3; band++) to[band] = (uint8_t)codes[band];
  }
}

void photohq_denoise(const photohq_rows *rows, const float weights[3], float share,
                             float noise) {
  kept ring = keeping(rows);
  int next = rows->first - REACH;
  if (next < 0) next = 0;
  for (int y = rows->first; y < rows->last; y++) {
    for (; next <= y + REACH && next < rows->height; next++)
      read_row(rows, weights, &ring, next);
    sum_rows(rows, &ring, y);
    smooth_row(rows, &ring, share, noise, y);
  }
}
