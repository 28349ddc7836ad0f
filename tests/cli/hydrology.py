"""hydrology.py FOLDER MONTHLY.json DAILY.json: the shipped records worked out again, in other code than the program's."""
import csv
import datetime
import json
import math
import sys

folder, monthly_json, daily_json = sys.argv[1:]
monthly = json.load(open(monthly_json))
daily = json.load(open(daily_json))


def near(value, expected, tolerance=1e-9):
    assert abs(value - expected) <= tolerance * max(abs(expected), 1e-12), (value, expected)


def weibull(sample, assurance):
    """Straight between m / (n + 1)."""
    sample = sorted(sample, reverse=True)
    rank = assurance * (len(sample) + 1)
    low = int(rank + 1e-9)
    return sample[low - 1] + (rank - low) * (sample[min(low, len(sample) - 1)] - sample[low - 1])


def lmoments(sample):
    x, n = sorted(sample), len(sample)
    b0 = sum(x) / n
    b1 = sum(i * v for i, v in enumerate(x)) / n / (n - 1)
    b2 = sum(i * (i - 1) * v for i, v in enumerate(x)) / n / (n - 1) / (n - 2)
    return b0, 2 * b1 - b0, (6 * b2 - 6 * b1 + b0) / (2 * b1 - b0)


def wilson_hilferty(cs, assurance):
    """Frequency factor by the cube of Wilson and Hilferty: good to some per cent, enough to catch a wrong tail."""
    low, high = -9.0, 9.0
    for _ in range(80):
        z = (low + high) / 2
        low, high = (z, high) if 0.5 * math.erfc(z / math.sqrt(2)) > assurance else (low, z)
    return 2 / cs * ((1 + cs * z / 6 - cs * cs / 36) ** 3 - 1)


# ---- monthly
flow = {}
for row in csv.DictReader(open(f"{folder}/monthly.csv", encoding="utf-8")):
    year, month = map(int, row["月份"].split("-"))
    flow[year, month] = float(row["流量 [m3/s]"])
years = sorted({y for y, _ in flow})
driest = [min(flow[y, m] for m in range(1, 13)) for y in years]


def days(y, m):
    return (datetime.date(y + m // 12, m % 12 + 1, 1) - datetime.date(y, m, 1)).days


means = []
for y in years:
    weight = [days(y, m) for m in range(1, 13)]
    means.append(sum(w * flow[y, m + 1] for m, w in enumerate(weight)) / sum(weight))
near(monthly["mean_annual_flow"]["flow"], sum(means) / len(means))
design = monthly["driest_month"]["design"]
for row, assurance in zip(design, (0.90, 0.95)):
    near(row["assurance"], assurance)
    near(row["empirical"], weibull(driest, assurance))
l1, l2, t3 = lmoments(driest)
fit = monthly["driest_month"]["pearson3_lmoments"]
near(fit["mean"], l1)
near(monthly["driest_month_of_last_ten_years"]["flow"], min(driest[-10:]))
for row in design:
    factor = wilson_hilferty(fit["cs"], row["assurance"])
    near(row["pearson3_lmoments"], l1 * (1 + fit["cv"] * factor), 0.01)
    assert row["pearson3_least_squares"] < row["empirical"] * 1.1
near(monthly["tennant"]["grades"][2]["april_september"], 0.6 * sum(means) / len(means))
for point in monthly["flow_duration"]["curve"]:
    near(point["flow"], weibull(list(flow.values()), point["exceedance"]))
assert monthly["lowest_7_day_mean"]["years"] == 0 and not monthly["lowest_7_day_mean"]["made"]

# ---- daily
record = [(datetime.date.fromisoformat(r["time"]), float(r["flow [m3/s]"]))
          for r in csv.DictReader(open(f"{folder}/daily.csv", encoding="utf-8"))]
weeks = []
for y in sorted({d.year for d, _ in record}):
    q = [v for d, v in record if d.year == y]
    weeks.append(min(sum(q[i:i + 7]) / 7 for i in range(len(q) - 6)))
seven = daily["lowest_7_day_mean"]
near(seven["design"][0]["empirical"], weibull(weeks, 0.9))
for point, expected in zip(seven["sample"], sorted(weeks, reverse=True)):
    near(point["flow"], expected)
logs = [math.log(w) for w in weeks]
n, mean = len(logs), sum(logs) / len(logs)
s = math.sqrt(sum((v - mean) ** 2 for v in logs) / (n - 1))
cs = n * sum((v - mean) ** 3 for v in logs) / ((n - 1) * (n - 2) * s**3)
near(daily["7q10_log_pearson3"], math.exp(mean + s * wilson_hilferty(cs, 0.9)), 0.01)
target, compliance = 5.2, daily["compliance"]
met = sum(v >= target for _, v in record)
assert compliance["days"]["judged"] == len(record) and compliance["days"]["met"] == met
near(compliance["deficit_m3"], sum(86400 * (target - v) for _, v in record if v < target))
longest = run = 0
for _, v in record:
    run = run + 1 if v < target else 0
    longest = max(longest, run)
assert compliance["days"]["longest_run_under"] == longest
