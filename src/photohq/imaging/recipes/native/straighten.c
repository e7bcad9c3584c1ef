/* Straightening, tile by tile: what a tile is made of is laid out as floats, edges repeated, and
 * stays in the fastest cache while each of its pixels is weighed sixteen times. */

#include "pixels.h"

enum { SIDE = 32, PATCH = 52 }; /* A tile's diagonal, and what cubics look at around it. */

/* How much the four pixels around a point weigh that is `t` beyond the second. */
INLINE four cubic(float t) {
  const four a = {0, 1, 0, 0}, b = {-0.5f, 0, 0.5f, 0};
  const four c = {1, -2.5f, 2, -0.5f}, d = {-0.5f, 1.5f, -1.5f, 0.5f};
  return a + all(t) * (b + all(t) * (c + all(t) * d));
}

INLINE four across(const four *from, four weights) {
  return from[0] * all(weights[0]) + from[1] * all(weights[1]) + from[2] * all(weights[2]) +
         from[3] * all(weights[3]);
}

INLINE four between(const four *patch, float x, float y) {
  int left = (int)x, top = (int)y;
  const four *from = patch + (top - 1) * PATCH + left - 1;
  four wide = cubic(x - left), high = cubic(y - top);
  return across(from, wide) * all(high[0]) + across(from + PATCH, wide) * all(high[1]) +
         across(from + 2 * PATCH, wide) * all(high[2]) +
         across(from + 3 * PATCH, wide) * all(high[3]);
}

INLINE int below(double value) {
  int whole = (int)value;
  return whole > value ? whole - 1 : whole;
}

typedef struct {
  int first, last;
} span;

/* The pixels that points are made of: `at` and those up to both distances from it. One more to
 * either side, for floats are rounded. */
INLINE span reached(double at, double by_x, double by_y) {
  double least = at + (by_x < 0 ? by_x : 0) + (by_y < 0 ? by_y : 0);
  double most = at + (by_x > 0 ? by_x : 0) + (by_y > 0 ? by_y : 0);
  return (span){below(least) - 2, below(most) + 3};
}

INLINE void straighten(const uint8_t *source, int width, int height, const int bands,
                       const double map[6], uint8_t *out, int out_width, int first, int last) {
  four patch[PATCH * PATCH];
  for (int top = first; top < last; top += SIDE) {
    for (int left = 0; left < out_width; left += SIDE) {
      int wide = out_width - left < SIDE ? out_width - left : SIDE;
      int high = last - top < SIDE ? last - top : SIDE;
      double x = map[0] * left + map[1] * top + map[2];
      double y = map[3] * left + map[4] * top + map[5];
      span columns = reached(x, map[0] * (wide - 1), map[1] * (high - 1));
      span rows = reached(y, map[3] * (wide - 1), map[4] * (high - 1));

      for (int at = rows.first; at <= rows.last; at++) {
        const uint8_t *row = source + (int64_t)within(at, height) * width * bands;
        four *to = patch + (at - rows.first) * PATCH;
        for (int column = columns.first; column <= columns.last; column++) {
          const uint8_t *from = row + within(column, width) * bands;
          four value = {0};
          for (int band = 0; band < bands; band++) value[band] = from[band];
          *to++ = value;
        }
      }

      float from_x = (float)(x - columns.first), from_y = (float)(y - rows.first);
      float a = (float)map[0], b = (float)map[1], c = (float)map[3], d = (float)map[4];
      for (int down = 0; down < high; down++) {
        uint8_t *to = out + ((int64_t)(top + down) * out_width + left) * bands;
        for (int right = 0; right < wide; right++, to += bands) {
          float at_x = from_x + a * right + b * down, at_y = from_y + c * right + d * down;
          four_integers codes = nearest(between(patch, at_x, at_y));
          for (int band = 0; band < bands; band++) to[band] = (uint8_t)codes[band];
        }
      }
    }
  }
}

void photohq_straighten(const uint8_t *source, int width, int height, int bands,
                        const double map[6], uint8_t *out, int out_width, int first, int last) {
  if (bands == 3)
    straighten(source, width, height, 3, map, out, out_width, first, last);
  else if (bands == 1)
    straighten(source, width, height, 1, map, out, out_width, first, last);
  else
    straighten(source, width, height, 4, map, out, out_width, first, last);
}
