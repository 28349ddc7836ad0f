"""uvas_creek.py STORE OBSERVED: prints a line a site, "<site> <Nash-Sutcliffe efficiency> <rms error, mg/L> <observations>".

Only observations within the run count: the measurements go on past its end.
"""
import pathlib
import sys

import h5py
import numpy as np


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


with h5py.File(sys.argv[1]) as store:
    time = store["sample_time"][:] / 3600.0  # h since midnight: the run begins there
    names = [text(n) for n in store["section_name"][:]]
    computed = store["Cl_section"][:]  # [sample][section]

for site in (38, 105, 281, 433, 619):
    observed = np.genfromtxt(pathlib.Path(sys.argv[2]) / f"{site}m.csv", delimiter=",", skip_header=1)
    observed = observed[(observed[:, 0] >= time[0]) & (observed[:, 0] <= time[-1])]
    model = np.interp(observed[:, 0], time, computed[:, names.index(f"{site} m")])
    error = model - observed[:, 1]
    efficiency = 1 - np.sum(error**2) / np.sum((observed[:, 1] - observed[:, 1].mean()) ** 2)
    print(site, f"{efficiency:.4f} {np.sqrt(np.mean(error**2)):.3f} {len(error)}")
