"""difference.py A B: prints every cell in which two case folders differ, "file/row/column", a line each, sorted.

Tables are compared cell by cell (a row is named by its first cell), case.yaml by its lines.
"""
import csv
import io
import pathlib
import sys


def read(path):
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def cells(path):
    if path.suffix != ".csv":
        return {(str(n), "line"): line for n, line in enumerate(read(path).splitlines(), 1)}
    rows = list(csv.reader(io.StringIO(read(path))))
    return {(row[0], rows[0][i]): cell for row in rows[1:] for i, cell in enumerate(row)}


a, b = (pathlib.Path(p) for p in sys.argv[1:3])
names = {str(p.relative_to(root)) for root in (a, b) for p in root.rglob("*") if p.suffix in (".csv", ".yaml")}
for name in sorted(names):
    if not (a / name).exists() or not (b / name).exists():
        print(f"{name}: in one folder only")
        continue
    left, right = cells(a / name), cells(b / name)
    for key in sorted(left.keys() | right.keys()):
        if left.get(key) != right.get(key):
            print(f"{name}/{key[0]}/{key[1]}")
