/* What the stages have in common. */

#include <stddef.h>
#include <stdint.h>

#include "native.h"

/* Red, green, blue and luma, as levels of 0 to 255. */
typedef float four __attribute__((vector_size(16)));
typedef int32_t four_integers __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

INLINE int within(int at, int count) { return at < 0 ? 0 : at < count ? at : count - 1; }

INLINE float clamped(float value, float most) {
  return value < 0 ? 0 : value < most ? value : most;
}

INLINE four all(float value) { return (four){value, value, value, value}; }

INLINE four_integers nearest(four levels) {
  four_integers codes = __builtin_convertvector(levels + all(0.5f), four_integers);
  for (int band = 0; band < 4; band++) codes[band] = within(codes[band], 256);
  return codes;
}

INLINE four *aligned(float *scratch) {
  return (four *)(((uintptr_t)scratch + sizeof(four) - 1) & ~(uintptr_t)(sizeof(four) - 1));
}

/* Where the row `y` is among the `count` that are kept in turns. */
INLINE int64_t in_turns(int y, int count, int width) { return (int64_t)(y % count) * width; }

/* The row `y` of a picture, as it was before any thread changed it. */
INLINE const uint8_t *row_of(const photohq_rows *rows, int y, int reach) {
  int64_t stride = 3 * (int64_t)rows->width;
  int above = rows->first < reach ? 0 : rows->first - reach;
  if (y < rows->first) return rows->above + (y - above) * stride;
  if (y >= rows->last) return rows->below + (y - rows->last) * stride;
  return rows->pixels + y * stride;
}
