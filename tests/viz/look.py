"""look.py PNG WIDTH: checks that a PNG is WIDTH pixels wide and is a drawing, with something in every quarter.

Reads PNG itself (8-bit RGB or RGBA, not interlaced, as cairo writes it), so that no picture library is needed. PNG stores
how a pixel differs from its neighbours: on blank paper every such byte is zero, so bytes that are not show where there
is drawing, without working out a single colour.
"""
import struct
import sys
import zlib

data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n", "not a PNG"
at, pixels = 8, b""
while at < len(data):
    length, kind = struct.unpack(">I4s", data[at : at + 8])
    body = data[at + 8 : at + 8 + length]
    if kind == b"IHDR":
        width, height, depth, color, _, _, interlace = struct.unpack(">IIBBBBB", body)
    elif kind == b"IDAT":
        pixels += body
    at += 12 + length
assert depth == 8 and color in (2, 6) and interlace == 0, f"depth {depth}, colour type {color}"
assert width == int(sys.argv[2]), f"{width} px wide, {sys.argv[2]} expected"
raw, stride = zlib.decompress(pixels), width * (4 if color == 6 else 3)
assert len(raw) == height * (stride + 1), "not complete"
rows = [raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)] for y in range(height)]
for name, part in (("upper", rows[: height // 2]), ("lower", rows[height // 2 :])):
    for side, cut in (("left", slice(8, stride // 2)), ("right", slice(stride // 2, stride))):
        drawn = sum(len(row[cut]) - row[cut].count(0) for row in part)
        assert drawn > 1000, f"the {name} {side} quarter is blank: {drawn} bytes"
print(f"{width} x {height}")
