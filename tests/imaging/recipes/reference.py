"""The definition of a recipe in NumPy, in floats: slow, and with no table or shortcut in it.

`python reference.py FOLDER`, run by the Python of `.venv/emulators`, reads `cases.json` there, a
list of recipes (`name`, `recipe`, `orientation`, `weights`, `gamma`) with the pixels of `NAME.in`
and `NAME.out` (width, height, then RGB of 8 bits), and writes for each how far the pixels that were
made are from those that should be: mean and largest difference in levels.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator

TURNS = {
    1: lambda e: e,
    2: lambda e: e[:, ::-1],
    3: lambda e: e[::-1, ::-1],
    4: lambda e: e[::-1],
    5: lambda e: e.transpose(1, 0, 2),
    6: lambda e: np.rot90(e, -1),
    7: lambda e: np.rot90(e, 2).transpose(1, 0, 2),
    8: lambda e: np.rot90(e, 1),
}


def lin(x):
    return np.where(x <= 0.04045, x / 12.92, (np.maximum(x, 0) / 1.055 + 0.055 / 1.055) ** 2.4)


def enc(x):
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * np.maximum(x, 1e-12) ** (1 / 2.4) - 0.055)


def eight(e):
    return np.floor(np.clip(e, 0, 1) * 255 + 0.5) / 255


def neighbours(e, taps):
    """Weigh the neighbours across and down, edges repeated."""
    reach = len(taps) // 2
    for axis in (0, 1):
        pad = [(reach, reach) if axis == other else (0, 0) for other in range(e.ndim)]
        wide = np.pad(e, pad, mode="edge")
        length = e.shape[axis]
        e = sum(
            tap * np.take(wide, range(at, at + length), axis=axis) for at, tap in enumerate(taps)
        )
    return e


def denoised(e, n, w):
    light = e @ w
    box = [0.2] * 5
    mean = neighbours(light, box)
    var = neighbours(light * light, box) - mean**2
    new = mean + (light - mean) * var / (var + (6 * n / 255) ** 2)
    chroma = e - light[..., None]
    return new[..., None] + chroma + n * (neighbours(chroma, box) - chroma)


def catmull_rom(t):
    return [
        ((-0.5 * t + 1) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1,
        ((-1.5 * t + 2) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    ]


def straightened(e, degrees, box):
    left, top, width, height = box
    rows, columns = e.shape[:2]
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x = left + np.arange(width)[None, :] + 0.5 - columns / 2
    y = top + np.arange(height)[:, None] + 0.5 - rows / 2
    at_x, at_y = c * x + s * y + columns / 2 - 0.5, -s * x + c * y + rows / 2 - 0.5
    first_x, first_y = np.floor(at_x).astype(int), np.floor(at_y).astype(int)
    across, down = catmull_rom(at_x - first_x), catmull_rom(at_y - first_y)
    out = np.zeros((height, width, 3))
    for j in range(4):
        for i in range(4):
            source = e[
                np.clip(first_y + j - 1, 0, rows - 1), np.clip(first_x + i - 1, 0, columns - 1)
            ]
            out += (down[j] * across[i])[..., None] * source
    return out


def fitted(columns, rows, degrees, crop):
    """Shrink a crop, by the definition's own words: the corners one by one."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    w, h = crop["width"] * columns, crop["height"] * rows
    cx = crop["left"] * columns + w / 2 - columns / 2
    cy = crop["top"] * rows + h / 2 - rows / 2
    ux, uy = c * cx + s * cy, -s * cx + c * cy
    f = 1.0
    for sx in (-1, 1):
        for sy in (-1, 1):
            ox, oy = sx * w / 2, sy * h / 2
            for u, o, half in (
                (ux, c * ox + s * oy, columns / 2),
                (uy, -s * ox + c * oy, rows / 2),
            ):
                if o > 0:
                    f = min(f, (half - u) / o)
                elif o < 0:
                    f = min(f, (half + u) / -o)
    cx, cy, w, h = cx + columns / 2, cy + rows / 2, w * f / 2, h * f / 2
    edges = np.ceil([cx - w - 1e-6, cy - h - 1e-6]), np.floor([cx + w + 1e-6, cy + h + 1e-6])
    return [int(edge) for pair in edges for edge in pair]


def placed(e, recipe, orientation):
    e = TURNS[orientation](e)
    e = np.rot90(e, -recipe.get("rotate", 0) // 90)
    if flip := recipe.get("flip"):
        e = e[:, ::-1] if flip == "horizontal" else e[::-1]
    rows, columns = e.shape[:2]
    crop = recipe.get("crop", {"left": 0, "top": 0, "width": 1, "height": 1})
    if degrees := recipe.get("straighten"):
        left, top, right, bottom = fitted(columns, rows, degrees, crop)
        return eight(straightened(e, degrees, (left, top, right - left, bottom - top)))
    left, top = (int(np.floor(v + 0.5)) for v in (crop["left"] * columns, crop["top"] * rows))
    right = int(np.floor((crop["left"] + crop["width"]) * columns + 0.5))
    bottom = int(np.floor((crop["top"] + crop["height"]) * rows + 0.5))
    return e[top:bottom, left:right]


def lanczos(e, length, axis):
    size = e.shape[axis]
    by = size / length
    centre = (np.arange(length) + 0.5) * by - 0.5
    reach = int(np.ceil(3 * by))
    taps = np.arange(-reach, reach + 1)
    places = np.floor(centre).astype(int)[:, None] + taps
    weights = np.sinc((places - centre[:, None]) / by) * np.sinc(
        (places - centre[:, None]) / by / 3
    )
    weights *= np.abs((places - centre[:, None]) / by) < 3
    weights /= weights.sum(axis=1, keepdims=True)
    moved = np.moveaxis(e, axis, 0)[np.clip(places, 0, size - 1)]
    return np.moveaxis(np.einsum("ot,ot...->o...", weights, moved), 0, axis)


def resized(e, edge):
    rows, columns = e.shape[:2]
    k = min(1, edge / max(rows, columns))
    if k == 1:
        return e
    return eight(lanczos(lanczos(e, int(rows * k + 0.5), 0), int(columns * k + 0.5), 1))


def shoulder(y, g):
    return y / (1 + (g - 1) * (y / g) ** (g / (g - 1)))


def whites(x, v):
    if v > 0:
        return shoulder(x * 2 ** (0.3 * v * x**2), 2 ** (0.3 * v))
    return x * 2 ** (0.16 * v * x**2)


def pchip(points):
    x, y = (np.array(part) / 255 for part in zip(*points, strict=True))
    inner = PchipInterpolator(x, y)
    return lambda v: inner(np.clip(v, x[0], x[-1]))


def toned(e, recipe, w):
    def slider(name):
        return recipe.get(name, 0) / 100

    t, n = slider("temperature"), slider("tint")
    if t or n:
        gain = 2 ** np.array([0.40 * t + 0.20 * n, -0.05 * t - 0.40 * n, -0.80 * t + 0.20 * n])
        e = np.minimum(enc(lin(e) * gain / (gain @ w)), 2)
    g = 2 ** recipe.get("exposure", 0)
    largest, smallest = e.max(axis=2), e.min(axis=2)
    white = max(1, float(enc(g)))
    u = enc(g * lin(largest)) / white
    u = u * 2 ** (1.4 * slider("shadows") * (1 - np.clip(u, 0, 1)) ** 4)
    u = 1 - (1 - u) * 2 ** (-1.4 * slider("highlights") * np.clip(u, 0, 1) ** 4)
    one = u * white
    two = smallest * one / np.where(largest > 0, largest, 1)
    curves = recipe.get("tone_curve", {})

    def tail(x):
        x = np.minimum(x, white)
        if g > 1:
            x = enc(shoulder(lin(x), g))
        x = whites(np.clip(x, 0, 1), slider("whites"))
        x = 1 - whites(1 - x, -slider("blacks"))
        x = x + slider("contrast") * (3 * x**2 - 2 * x**3 - x)
        return pchip(curves["rgb"])(x) if "rgb" in curves else x

    top, low = tail(one), tail(two)
    apart = largest - smallest
    slope = (top - low) / np.where(apart > 0, apart, 1)
    out = (e - smallest[..., None]) * slope[..., None] + low[..., None]
    s, v = slider("saturation"), slider("vibrance")
    if s or v:
        colour = (top - low) / np.where(top > 0, top, 1)
        k = (1 + s * (1 - colour) if s > 0 else 1 + s) * (1 + v * (1 - colour) ** 2)
        light = out @ w
        pivot = np.where(k <= 1, light, light + top**2 * (top - light))
        out = pivot[..., None] + k[..., None] * (out - pivot[..., None])
    return out


def vignetted(e, amount, midpoint):
    rows, columns = e.shape[:2]
    x = (np.arange(columns)[None, :] + 0.5 - columns / 2) / (columns / 2)
    y = (np.arange(rows)[:, None] + 0.5 - rows / 2) / (rows / 2)
    f = 0.7 * midpoint / 100
    q = np.clip((np.sqrt((x * x + y * y) / 2) - f) / (1 - f), 0, 1)
    b = (0.85 * abs(amount) / 100 * q * q * (3 - 2 * q))[..., None]
    return e * (1 - b) + (b if amount > 0 else 0)


def sharpened(e, amount, radius, w):
    light = e @ w
    reach = int(np.ceil(3 * radius))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / radius) ** 2)
    d = light - neighbours(light, list(taps / taps.sum()))
    more = 1.5 * amount / 100 * d * d**2 / (d**2 + (1.5 / 255) ** 2) / (1 + np.abs(d) / 0.12)
    return np.clip(e + more[..., None], 0, 1)


def rendered(e, recipe, orientation, w, gamma):
    """Carry a recipe out on values of 0 to 1; `gamma` is the file's curve, None sRGB's."""
    if noise := recipe.get("noise_reduction"):
        e = eight(denoised(e, noise / 100, w))
    e = placed(e, recipe, orientation)
    if "resize" in recipe:
        e = resized(e, recipe["resize"]["long_edge"])
    if gamma:
        e = enc(e**gamma)
    e = toned(e, recipe, w)
    if mix := recipe.get("monochrome"):
        weights = np.array([mix["red"], mix["green"], mix["blue"]]) / sum(mix.values())
        e = np.clip(np.repeat((e @ weights)[..., None], 3, axis=2), 0, 1)
    if vignette := recipe.get("vignette"):
        e = vignetted(e, vignette["amount"], vignette.get("midpoint", 50))
    if sharpen := recipe.get("sharpen"):
        e = sharpened(e, sharpen["amount"], sharpen.get("radius", 1.0), w)
    for channel, name in enumerate(("red", "green", "blue")):
        if points := recipe.get("tone_curve", {}).get(name):
            e = e.copy()
            e[..., channel] = pchip(points)(e[..., channel])
    if gamma:
        e = np.clip(lin(e), 0, 1) ** (1 / gamma)
    return eight(e)


def pixels(file):
    data = file.read_bytes()
    width, height = struct.unpack_from("<II", data)
    return np.frombuffer(data, np.uint8, offset=8).reshape(height, width, 3) / 255


def main():
    folder = Path(sys.argv[1])
    told = []
    for case in json.loads((folder / "cases.json").read_text()):
        should = rendered(
            pixels(folder / f"{case['source']}.in"),
            case["recipe"],
            case["orientation"],
            np.array(case["weights"]),
            case["gamma"],
        )
        made = pixels(folder / f"{case['name']}.out")
        if made.shape != should.shape:
            told.append({"sizes": [made.shape[1::-1], should.shape[1::-1]]})
            continue
        apart = np.rint(np.abs(made - should) * 255)
        told.append({"mean": apart.mean(), "most": apart.max()})
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
