/* Tone, colour, vignette and sharpening, row by row. Rows are made once, and kept as long as those
 * above them look at their luma. */

#include "pixels.h"

/* Levels of a difference that is still noise, and of one that would show a halo. */
#define CORE 1.5f
#define HALO (0.12f * 255)

/* The rows that are kept, in turns, and what one row is worked out with. */
typedef struct {
  int width, reach, count;
  four *colours;
  float *lumas;   /* of the kept rows, as they are */
  float *blurred; /* and weighed by their neighbours to the left and right */
  float *padded;  /* one row of luma, with `reach` to either side */
  float *sum;
} kept;

INLINE kept keeping(const photohq_rows *rows, int reach) {
  kept ring = {rows->width, reach, 2 * reach + 1, 0, 0, 0, 0, 0};
  int64_t length = (int64_t)ring.count * rows->width;
  ring.colours = aligned(rows->scratch);
  ring.lumas = (float *)(ring.colours + length);
  ring.blurred = ring.lumas + length;
  ring.padded = ring.blurred + length;
  ring.sum = ring.padded + rows->width + 2 * reach;
  return ring;
}

/* Add a row up by its `taps` neighbours' weights: `from` is as many longer than `to`. */
INLINE void weighed(float *to, const float *from, const float *bell, int taps, int width) {
  for (int x = 0; x < width; x++) to[x] = bell[0] * from[x];
  for (int tap = 1; tap < taps; tap++)
    for (int x = 0; x < width; x++) to[x] += bell[tap] * from[x + tap];
}

INLINE float square_from_middle(int at, int length) {
  float place = (2 * at + 1) / (float)length - 1;
  return place * place;
}

INLINE four vignetted(four colour, const photohq_development *by, float square) {
  float start = by->vignette_start;
  float q = clamped((__builtin_sqrtf(square / 2) - start) / (1 - start), 1);
  float share = by->vignette * q * q * (3 - 2 * q);
  return share < 0 ? colour * all(1 + share) : colour * all(1 - share) + all(255 * share);
}

INLINE void make_row(const photohq_rows *rows, const photohq_development *by, kept *ring, int y) {
  const uint8_t *from = row_of(rows, y, by->reach);
  const four *levels = (const four *)by->levels, *table = (const four *)by->table;
  four *colours = ring->colours + in_turns(y, ring->count, ring->width);
  float down = square_from_middle(y, rows->height);
  for (int x = 0; x < ring->width; x++, from += 3) {
    four colour = levels[from[0]] + levels[256 + from[1]] + levels[512 + from[2]];
    int red = by->codes[from[0]], green = by->codes[256 + from[1]];
    int blue = by->codes[512 + from[2]];
    int largest = red > green ? red : green, smallest = red > green ? green : red;
    largest = blue > largest ? blue : largest;
    smallest = blue < smallest ? blue : smallest;
    four entry = table[largest * (largest + 1) / 2 + smallest];
    colour = colour * all(entry[0]) + all(colour[3] * entry[1] + entry[2]);
    if (by->grey) {
      float mixed = colour[0] * by->grey[0] + colour[1] * by->grey[1] + colour[2] * by->grey[2];
      colour = all(clamped(mixed, 255));
    }
    if (by->vignette != 0)
      colour = vignetted(colour, by, square_from_middle(x, ring->width) + down);
    colours[x] = colour;
  }
}

INLINE void blur_row(const photohq_development *by, kept *ring, int y) {
  int64_t start = in_turns(y, ring->count, ring->width);
  float *lumas = ring->lumas + start;
  for (int x = 0; x < ring->width; x++) lumas[x] = ring->colours[start + x][3];
  for (int at = 0; at < ring->width + 2 * ring->reach; at++)
    ring->padded[at] = lumas[within(at - ring->reach, ring->width)];
  weighed(ring->blurred + start, ring->padded, by->bell, ring->count, ring->width);
}

/* What sharpening adds to each pixel of a row: what its luma has beyond its surroundings, neither
 * where that may be noise nor so much that edges glow. */
INLINE const float *sharpened(const photohq_rows *rows, const photohq_development *by, kept *ring,
                              int y) {
  const float *lumas = ring->lumas + in_turns(y, ring->count, ring->width);
  float *sum = ring->sum;
  for (int x = 0; x < ring->width; x++) sum[x] = 0;
  for (int tap = 0; tap < ring->count; tap++) {
    int row = within(y + tap - ring->reach, rows->height);
    const float *from = ring->blurred + in_turns(row, ring->count, ring->width);
    float weight = by->bell[tap];
    for (int x = 0; x < ring->width; x++) sum[x] += weight * from[x];
  }
  for (int x = 0; x < ring->width; x++) {
    float apart = lumas[x] - sum[x], square = apart * apart;
    float halo = 1 + __builtin_fabsf(apart) / HALO;
    sum[x] = by->sharpen * apart * square / ((square + CORE * CORE) * halo);
  }
  return sum;
}

INLINE void finish_row(const photohq_rows *rows, const photohq_development *by, const kept *ring,
                       const float *added, int y) {
  const four *colours = ring->colours + in_turns(y, ring->count, ring->width);
  uint8_t *to = rows->pixels + (int64_t)y * rows->width * 3;
  for (int x = 0; x < ring->width; x++, to += 3) {
    four colour = added ? colours[x] + all(added[x]) : colours[x];
    four_integers codes = nearest(colour);
    for (int band = 0; band < 3; band++) {
      const uint8_t *finish = by->finish[band];
      float fine = clamped(colour[band], 255) * (float)by->fine / 255 + 0.5f;
      to[band] = finish ? finish[(int)fine] : (uint8_t)codes[band];
    }
  }
}

void photohq_develop(const photohq_rows *rows, const photohq_development *by) {
  kept ring = keeping(rows, by->reach);
  int next = rows->first - by->reach;
  if (next < 0) next = 0;
  for (int y = rows->first; y < rows->last; y++) {
    for (; next <= y + by->reach && next < rows->height; next++) {
      make_row(rows, by, &ring, next);
      if (by->bell) blur_row(by, &ring, next);
    }
    finish_row(rows, by, &ring, by->bell ? sharpened(rows, by, &ring, y) : NULL, y);
  }
}
