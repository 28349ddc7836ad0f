#!/usr/bin/python3
"""The store as others see it: ncdump, h5py, netCDF4 and xarray open it as it is, and find dimensions, coordinates, units,
CF and UGRID attributes, Chinese names, provenance and times."""
import os
import re
import subprocess
import sys
import tempfile

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.environ.get("BUILD", "build/release")
QINGHE = os.environ.get("QINGHE", "build/qinghe")
failed = False


def check(name, test):
    global failed
    try:
        test()
        print("ok -", name)
    except Exception as error:  # whatever goes wrong is the check's result
        failed = True
        print("not ok -", name)
        print(f"    {type(error).__name__}: {error}")


def text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


try:
    import h5py
    import netCDF4
    import numpy
    import xarray
except ImportError as missing:
    print(f"skip - readers of the store: {missing}")
    sys.exit(0)

work = tempfile.mkdtemp()
path = os.path.join(work, "run.h5")
subprocess.run([os.path.join(BUILD, "tests/io/test_store"), "--write", path, "30", "0"], check=True)
h5 = h5py.File(path, "r")
nc = netCDF4.Dataset(path)
ds = xarray.open_dataset(path)
header = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout


def walk(group):
    for item in group.values():
        if isinstance(item, h5py.Dataset):
            yield item
        else:
            yield from walk(item)


# ---- dimensions

def dimensions():
    sizes = {name: len(dim) for name, dim in nc.dimensions.items()}
    assert sizes == {"time": 30, "sample_time": 90, "node": 5, "reach": 5, "edge_end": 2, "cell": 205, "point": 14,
                     "grid_node": 205, "section": 2, "station": 1, "station_month": 12, "withdrawal": 1, "source": 5, "constituent": 3,
                     "route": 2, "route_entry": 4, "budget_row": 6, "budget_term": 7, "statistic": 1, "message": 0}, sizes
    assert [n for n, d in nc.dimensions.items() if d.isunlimited()] == ["time", "sample_time", "statistic", "message"]
    assert not any("phony" in name for name in nc.dimensions)


def scales():
    for dataset in walk(h5):
        for i, dim in enumerate(dataset.dims):
            if dataset.attrs.get("CLASS") != b"DIMENSION_SCALE":
                assert len(dim) == 1, f"{dataset.name}: dimension {i} has no scale"


def no_lane():
    assert nc["COD"].dimensions == ("time", "cell")
    assert nc["COD_section"].dimensions == ("sample_time", "section")
    assert nc["budget"].dimensions == ("budget_row", "constituent", "budget_term")


def plain_headers():
    # Headers that change after the start have no checksum over several memory pages: see io/store_driver.c.
    for name in ("/", "time", "sample_time", "COD", "COD_point", "COD_storage", "COD_section", "message_text",
                 "statistic_value", "statistic", "message"):
        assert h5py.h5o.get_info(h5[name].id).hdr.version == 1, name


check("dimensions have their names and lengths, and only those that grow are unlimited", dimensions)
check("every dimension of every variable has a dimension scale", scales)
check("headers that change while a run goes on are of HDF5's first version", plain_headers)
check("a single run has no dimension for lanes", no_lane)


# ---- CF

def conventions():
    assert text(h5.attrs["Conventions"]) == "CF-1.11 UGRID-1.0"
    assert nc.Conventions == "CF-1.11 UGRID-1.0"
    assert nc.featureType == "timeSeries"


def described():
    for name, variable in nc.variables.items():
        assert variable.long_name, name
        assert re.fullmatch(r"[^\W\d]\w*", name), f"{name} is no name for CF"
        if variable.dtype.kind == "f" if variable.dtype is not str else False:
            assert hasattr(variable, "units") or name in ("reach_manning", "statistic_value"), f"{name} has no unit"


def units():
    known = {"COD": "mg/L", "NH3_N_section": "mg/L", "discharge": "m3 s-1", "velocity": "m s-1", "depth": "m",
             "width": "m", "area": "m2", "dispersion": "m2 s-1", "temperature": "degree_Celsius", "reach_length": "m",
             "reach_k20": "s-1", "reach_k2_20": "m3 g-1 s-1", "constituent_oxygen_half": "mg/L", "source_load": "g s-1", "source_flow": "m3 s-1", "station_deficit": "m3 s-1",
             "node_longitude": "degrees_east", "node_latitude": "degrees_north", "budget": "g",
             "section_chainage": "m", "storage_exchange": "s-1"}
    for name, unit in known.items():
        assert nc[name].units == unit, (name, nc[name].units)


def reactions():
    assert nc["constituent_product"][:].tolist() == [-1, 2, -1] and nc["constituent_product"].start_index == 0
    yields, half = h5["constituent_yield"][:], h5["constituent_oxygen_half"][:]
    assert yields[1] == 0.5 and numpy.isnan(yields[[0, 2]]).all(), yields
    assert half[1] == 0.75 and numpy.isnan(half[[0, 2]]).all(), half
    assert h5["constituent_oxygen_demand"][:].tolist() == [0, 4.57, 0]
    assert h5["constituent_is_oxygen"][:].tolist() == [1, 0, 0]
    assert [text(v) for v in h5["constituent_reaeration"].asstr()] == ["covar", "", ""]
    upstream = [text(v) for v in h5["reach_name"].asstr()].index("上游")
    expected = numpy.zeros((5, 3))
    expected[:, 1] = 2e-6
    expected[upstream, 1] = 3e-6
    assert (h5["reach_k2_20"][:] == expected).all(), h5["reach_k2_20"][:]


def times():
    for name in ("time", "sample_time"):
        assert nc[name].units == "seconds since 2024-01-01 00:00:00" and nc[name].calendar == "standard"
        assert nc[name].standard_name == "time" and nc[name].axis == "T"
    assert ds.time.values[1] == numpy.datetime64("2024-01-01T01:00")
    assert ds.sample_time.values[-1] == numpy.datetime64("2024-01-02T05:40")
    assert ds.COD.sel(time="2024-01-01T07:00").shape == (205,)


def series():
    assert nc["section_code"].cf_role == "timeseries_id"
    assert nc["COD_section"].coordinates == "section_code section_name section_longitude section_latitude"
    assert nc["COD_section"].cell_methods == "sample_time: point"
    assert {"section_code", "section_name", "section_longitude", "section_latitude"} <= set(ds.COD_section.coords)


def missing():
    assert numpy.isnan(nc["COD"]._FillValue)
    assert numpy.isnan(h5["source_limit"][1, 1]) and numpy.isnan(h5["COD"].fillvalue)
    assert not numpy.isnan(ds.COD.values).any() and not numpy.isnan(ds.COD_section.values).any()


check("the conventions are named", conventions)
check("every variable has a long name, a unit where it is a quantity, and a name that CF allows", described)
check("units are those of the documentation", units)
check("reactions of constituents stand with them, none is -1 or NaN", reactions)
check("times decode to dates", times)
check("sections are time series in the sense of CF", series)
check("what is missing is NaN, and nothing else is", missing)


# ---- UGRID

def mesh(name, node, edge, connectivity):
    topology = nc[name]
    assert topology.cf_role == "mesh_topology" and topology.topology_dimension == 1
    x, y = topology.node_coordinates.split()
    assert nc[x].dimensions == nc[y].dimensions == (node,)
    assert nc[x].standard_name == "longitude" and nc[y].standard_name == "latitude"
    ends = nc[topology.edge_node_connectivity]
    assert topology.edge_node_connectivity == connectivity and ends.dimensions == (edge, "edge_end")
    assert ends.start_index == 0 and ends.cf_role == "edge_node_connectivity"
    assert ends[:].min() == 0 and ends[:].max() == len(nc.dimensions[node]) - 1
    assert set(numpy.unique(ends[:])) == set(range(len(nc.dimensions[node])))
    ex, ey = topology.edge_coordinates.split()
    middle = (nc[x][:][ends[:, 0]] + nc[x][:][ends[:, 1]]) / 2
    assert numpy.allclose(nc[ex][:], middle, atol=1e-9), f"the middle of an edge is not between its nodes"
    assert nc[ey].dimensions == (edge,)


def on_mesh():
    for name in ("COD", "NH3_N", "总磷", "COD_storage", "discharge", "velocity"):
        assert nc[name].mesh == "grid" and nc[name].location == "edge", name
        assert nc[name].coordinates.split()[:2] == ["cell_longitude", "cell_latitude"], name
        assert nc[name].grid_mapping == "crs", name
    assert nc["COD"].cell_methods == "time: point cell: mean"
    assert nc["reach_length"].mesh == "network" and nc["reach_length"].location == "edge"
    assert nc["crs"].grid_mapping_name == "latitude_longitude" and nc["crs"].semi_major_axis == 6378137.0


def classic_text():
    # Readers of UGRID in GIS programs ask for attributes of type char; those of type string they refuse.
    for group in (nc,):
        for name, variable in group.variables.items():
            for attribute in variable.ncattrs():
                assert f"string {name}:{attribute} =" not in header, f"{name}:{attribute}"
    assert "string :Conventions" not in header


check("the network of reaches is a UGRID mesh", lambda: mesh("network", "node", "reach", "reach_nodes"))
check("the cells are a UGRID mesh", lambda: mesh("grid", "grid_node", "cell", "grid_edge_nodes"))
check("concentrations and hydraulics lie on the mesh of cells", on_mesh)
check("attributes of variables are text of the classic kind", classic_text)


# ---- names, provenance, content

def chinese():
    assert list(h5["section_name"].asstr()) == ["大渡河出境断面", "沫溪河口"]
    assert list(nc["reach_name"][:]) == ["上游", "左汊", "右汊", "支流", "下游"]
    assert list(ds.section_name.values) == ["大渡河出境断面", "沫溪河口"]
    assert "总磷" in nc.variables and nc["总磷_section"].constituent == "总磷"
    assert nc["NH3_N"].long_name.startswith("氨氮") and nc["NH3_N"].constituent == "NH3-N"
    assert "大渡河沙湾段" in header and "double 总磷(time, cell)" in header
    assert ds.attrs["comment"] == "示例，非实测" and h5.attrs["title"] == "大渡河沙湾段"


def provenance():
    assert nc.qinghe_complete == 1 and nc.qinghe_format == 1
    assert re.match(r"qinghe \d+\.\d+\.\d+ \(.*\), HDF5 \d+\.\d+\.\d+", nc.source), nc.source
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: qinghe run 'examples/dadu-shawan' -o a.h5", nc.history), nc.history
    assert "made by a test" in nc.history
    assert nc.title and nc.references and nc.qinghe_version and nc.hdf5_version
    files = dict(zip(h5["case/name"].asstr(), h5["case/text"].asstr()))
    assert files["case.yaml"] == "name: dadu-shawan\n# 注释\n"
    assert list(nc["case"]["encoding"][:]) == ["UTF-8", "GB18030", "UTF-8", "UTF-8"]
    assert h5.attrs["qinghe_scenario"] == nc.qinghe_scenario == ds.attrs["qinghe_scenario"] == "提标"
    assert h5.attrs["qinghe_scenario_title"] == "按 DB51 提标"
    assert [files[name] for name in h5.attrs["qinghe_scenario_files"].split("\n")] == \
        ["changes: [{close: W1}]\n", "extends: 底\n# 注释\n"]
    assert nc["settings"].run_type == "unsteady" and nc["settings"].run_month == 3


def geometry():
    cells = nc["reach_cell_count"][:]
    assert cells.sum() == 205 and list(nc["reach_first_cell"][:]) == list(numpy.concatenate([[0], numpy.cumsum(cells)[:-1]]))
    for r in range(5):
        inside = nc["cell_reach"][:] == r
        assert abs(nc["cell_length"][:][inside].sum() - nc["reach_length"][r]) < 1e-6
        assert (numpy.diff(nc["cell_chainage"][:][inside]) > 0).all()


def balance():
    terms = list(nc["budget_term_name"][:])
    budget = {t: nc["budget"][:, :, i] for i, t in enumerate(terms)}
    residual = budget["in"] + budget["source"] + budget["lateral"] - budget["out"] - budget["taken"] - budget["reacted"]
    assert numpy.allclose(residual - budget["stored"], nc["budget_residual"][:], atol=1e-12)
    assert (abs(nc["budget_residual"][-1]) <= 1e-10 * nc["budget_throughput"][-1]).all()
    assert nc["budget_worst_residual"][...] <= 1e-10 and list(nc["budget_reach"][:])[-1] == ""


def routes():
    assert list(nc["route_name"][:]) == ["干流", "支流"] and nc["route_reach_count"].sample_dimension == "route_entry"
    assert list(nc["route_reach"][:]) == [0, 2, 4, 0]


check("Chinese names survive in every reader", chinese)
check("the file tells where it is from", provenance)
check("cells fill their reaches", geometry)
check("the budget adds up", balance)
check("routes are ragged arrays", routes)


def documented():
    with open("docs/reference/store.md", encoding="utf-8") as page:
        plain = re.sub("```.*?```", "", page.read(), flags=re.DOTALL)
    words = set(re.findall("`([^`]+)`", plain))
    words = {w for entry in words for w in re.split(r"[,\s/]+", entry)}
    stems = [text(v) for v in h5["constituent_variable"].asstr()]
    names = [re.sub("^(" + "|".join(stems) + ")", "X", n) for n in list(nc.variables) + list(nc["case"].variables)]
    lost = [n for n in names + list(nc.dimensions) + nc.ncattrs() if n not in words and n != "Conventions"]
    assert not lost, f"not in docs/reference/store.md: {lost}"


check("docs/reference/store.md lists every dimension, variable and attribute", documented)


# ---- other tools

def other_engine():
    with xarray.open_dataset(path, engine="h5netcdf") as other:
        assert other.COD.equals(ds.COD) and list(other.section_name.values) == list(ds.section_name.values)


def copied():
    for tool in (["nccopy"], ["h5repack", "-f", "GZIP=4"]):
        copy = os.path.join(work, tool[0] + ".nc")
        subprocess.run([*tool, path, copy], check=True, capture_output=True)
        with xarray.open_dataset(copy) as other:
            assert other.COD.equals(ds.COD) and other.attrs["title"] == ds.attrs["title"]
        answer = subprocess.run([os.path.join(BUILD, "tests/io/test_store"), "--open", copy], capture_output=True, text=True)
        assert answer.stdout.startswith("0 "), (tool, answer.stdout)


def appended():
    copy = os.path.join(work, "mine.h5")
    with open(path, "rb") as source, open(copy, "wb") as target:
        target.write(source.read())
    with netCDF4.Dataset(copy, "a") as mine:  # netCDF writes only where links are in the order of creation
        mine.createVariable("my_note", "f8", ("section",))[:] = [1.0, 2.0]
    answer = subprocess.run([os.path.join(BUILD, "tests/io/test_store"), "--open", copy], capture_output=True, text=True)
    assert answer.stdout.startswith("0 "), answer.stdout


def dumped():
    values = subprocess.run(["ncdump", "-v", "COD_section", path], check=True, capture_output=True, text=True).stdout
    assert values.count("\n  ") > 80
    assert subprocess.run(["h5dump", "-A", path], capture_output=True).returncode == 0


check("xarray reads the same through h5netcdf", other_engine)
check("nccopy and h5repack copy it, and the copy is still a run", copied)
check("netCDF adds a variable to it, and it is still a run", appended)
check("ncdump and h5dump print it", dumped)

# ---- a shipped case, through the command
example = "examples/apengjiang"
if os.access(QINGHE, os.X_OK) and os.path.exists(example + "/case.yaml"):
    run = os.path.join(work, "a.h5")

    def steady():
        subprocess.run([QINGHE, "run", example, "-o", run], check=True, capture_output=True)
        with xarray.open_dataset(run) as a:
            assert a.sizes["time"] == 1 and a.time.dtype.kind == "f" and a.attrs["qinghe_run_type"] == "steady"
            assert (abs(a.budget_residual[-1]) < 1e-10 * a.budget_throughput[-1]).all() and a.budget.units == "g s-1"
            assert "apengjiang" in a.attrs["qinghe_command"]
            assert (a[str(a.constituent_section_variable.values[0])].values > 0).all()
        with h5py.File(run, "r") as a, open(example + "/case.yaml", encoding="utf-8") as given:
            files = dict(zip(a["case/name"].asstr(), a["case/text"].asstr()))
            assert files["case.yaml"] == given.read()
            on_disk = {n for _, _, names in os.walk(example) for n in names if n.endswith(".csv")}
            assert {os.path.basename(n) for n in files if n.endswith(".csv")} <= on_disk and len(files) > 3

    def moving():
        wet = os.path.join(work, "moving.h5")
        subprocess.run([QINGHE, "run", "tests/cases/moving", "-o", wet], check=True, capture_output=True)
        with xarray.open_dataset(wet) as a:
            assert a.water_discharge.dims == ("time", "cell") and a.water_volume.units == "m3"
            assert a.water_section_discharge.dims == ("sample_time", "section") and "water_level" not in a
            # At the start the water is that of steady flow; the flood from 5 to 20 m3/s then passes the sections.
            first, last = a.water_section_discharge[0], a.water_section_discharge.max("sample_time")
            assert (abs(first / a.section_discharge - 1) < 1e-6).all(), first.values
            assert (last > 18).all() and (last < 20.2).all(), last.values
            assert (a.water_volume > 0).all() and (a.water_depth > 0).all()
            # What entered and did not leave is there: the trapezoids of hourly flows are good to a percent.
            hours = (a.sample_time - a.sample_time[0]) / numpy.timedelta64(3600, "s")
            entered = numpy.interp(hours, [0, 12, 24, 48], [5, 20, 10, 5]) + 10000 / 86400
            out = a.water_section_discharge.sel(section=1).values
            gained = numpy.trapz(entered - out - 0.3, hours * 3600)
            stored = float((a.water_volume[-1] - a.water_volume[0]).sum())
            assert abs(gained - stored) < 0.01 * numpy.trapz(entered, hours * 3600), (gained, stored)
        with h5py.File(wet, "r") as a:
            assert text(a["water_discharge"].attrs["units"]) == "m3 s-1"

    def pond():
        # Level and release of a reservoir, by hand: V' - V of its curve is what the hours brought and took.
        run_of = os.path.join(work, "pond.h5")
        for router in "kinematic", "diffusive":
            subprocess.run([QINGHE, "run", "examples/peaking", "-o", run_of, "--set", "run.routing=" + router],
                           check=True, capture_output=True)
            with xarray.open_dataset(run_of) as a:
                assert a.water_reservoir_level.dims == ("sample_time", "reservoir") and a.water_reservoir_level.units == "m"
                assert list(a.reservoir_name.values) == ["示例水库"] and float(a.reservoir_chainage[0]) == 5500
                level, released = a.water_reservoir_level[:, 0].values, a.water_reservoir_released[:, 0].values
                assert abs(level[0] - 319.6) < 1e-9 and level.max() > 319.7 and level.min() < 319.5, (level.min(), level.max())
                assert released.min() > 0.6 - 1e-9 and abs(released[5] - 0.6) < 1e-6, released[:8]

    check(f"{example}: a steady run by the command", steady)
    check("a reservoir tells its level and what it releases", pond)
    check("a run whose water moves tells its discharge, depth and volume", moving)
else:
    print(f"skip - a steady run by the command: no {QINGHE} or no {example}")

sys.exit(failed)
