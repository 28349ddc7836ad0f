"""look.py PNG WIDTH: checks that a PNG is WIDTH pixels wide and is a drawing: many colours, ink in every quarter.

Reads PNG itself (8-bit RGB or RGBA, not interlaced, as cairo writes it), so that no picture library is needed.
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
size = 4 if color == 6 else 3
raw, stride = zlib.decompress(pixels), width * size
rows, before = [], bytearray(stride)
for y in range(height):
    kind, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1 : (y + 1) * (stride + 1)])
    if kind == 1:
        for i in range(size, stride):
            row[i] = (row[i] + row[i - size]) & 255
    elif kind == 2:
        row = bytearray((a + b) & 255 for a, b in zip(row, before))
    elif kind == 3:
        for i in range(stride):
            row[i] = (row[i] + ((row[i - size] if i >= size else 0) + before[i]) // 2) & 255
    elif kind == 4:
        for i in range(stride):
            a, b = (row[i - size] if i >= size else 0), before[i]
            c = before[i - size] if i >= size else 0
            pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
            row[i] = (row[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c)) & 255
    rows.append(row)
    before = row
colors = {bytes(row[i : i + 3]) for row in rows[::4] for i in range(0, stride, 4 * size)}
assert len(colors) > 50, f"only {len(colors)} colours"
for name, part in (("upper", rows[: height // 2]), ("lower", rows[height // 2 :])):
    for side, cut in (("left", slice(0, stride // 2)), ("right", slice(stride // 2, stride))):
        half = b"".join(bytes(row[cut]) for row in part[::4])
        dark = sum(1 for i in range(0, len(half) - 2, 4 * size) if sum(half[i : i + 3]) < 300)
        assert dark > 20, f"the {name} {side} quarter is blank"
print(f"{width} x {height}, {len(colors)} colours")
