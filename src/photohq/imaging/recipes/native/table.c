/* Tone and colour as one table. Both the largest and the smallest channel are moved by monotone
 * curves and the third keeps its place between them, so that the hue (HSV) stays. */

#include "pixels.h"

void photohq_table(float *table, int count, const double *values, const double *moved,
                   const double *tops, const double *tail, int steps, double white,
                   double saturation, double vibrance) {
  /* H keeps ratios; black, which has none, goes with what is next to it. */
  int black = 0;
  while (black < count - 1 && values[black] <= 0) black++;
  for (int largest = 0; largest < count; largest++) {
    double top = tops[largest], value = values[largest];
    int lit = largest > black ? largest : black;
    double ratio = moved[lit] / values[lit];
    double step = ratio / white * steps;
    for (int smallest = 0; smallest <= largest; smallest++, table += 4) {
      double place = values[smallest] * step;
      if (place > steps) place = steps;
      int below = (int)place;
      double rise = below < steps ? tail[below + 1] - tail[below] : 0;
      double low = tail[below] + (place - below) * rise;
      double apart = value - values[smallest];
      /* Where all channels are the same, rounding apart, they go with the tone curve. */
      double slope = apart > 0 ? (top - low) / apart : rise * step;
      double base = low - values[smallest] * slope;

      /* Colours move from the luma, but the more from the largest channel the brighter that is:
       * nothing leaves 0 to 1. */
      double greyness = top > 0 ? low / top : 1;
      double k = 1 + saturation * (saturation > 0 ? greyness : 1);
      k *= 1 + vibrance * greyness * greyness;
      double by_top = k > 1 ? top * top : 0;
      double luma = (1 - k) * (1 - by_top);
      table[0] = (float)(k * slope);
      table[1] = (float)(luma * slope);
      table[2] = (float)(255 * ((k + luma) * base + (1 - k) * by_top * top));
      table[3] = 0;
    }
  }
}
