#!/usr/bin/python3
"""Writes monthly.csv (35 years) and daily.csv (11 years): synthetic flows, 示例，非实测, of no real river.

A year is wet or dry by a persistent factor, a month follows the summer monsoon, a day is a month's recession with
floods on top. Everything follows from the seed, so the files can be made again byte for byte.
"""
import calendar
import math
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent
NOTE = "示例，非实测"
MEAN = 32.0  # m3/s
SEASON = [0.35, 0.33, 0.46, 0.83, 1.35, 1.95, 2.20, 1.65, 1.35, 0.85, 0.47, 0.37]  # of the mean, January first


def years(first, count, chance):
    """Wetness of each year, -, with a little memory."""
    state = 0.0
    for year in range(first, first + count):
        state = 0.35 * state + chance.gauss(0, 0.18)
        yield year, math.exp(state - 0.02)


def month_means(first, count, chance):
    memory = 0.0
    for year, wet in years(first, count, chance):
        for month in range(12):
            memory = 0.45 * memory + chance.gauss(0, 0.20)
            yield year, month + 1, MEAN * SEASON[month] * wet * math.exp(memory - 0.03)


def monthly():
    chance = random.Random(712)
    rows = [f"{y:04d}-{m:02d},{q:.3g}" for y, m, q in month_means(1985, 35, chance)]
    rows[0] += "," + NOTE
    (HERE / "monthly.csv").write_text("月份,流量 [m3/s],备注\n" + "\n".join(rows) + "\n", encoding="utf-8")


def daily():
    chance = random.Random(10)
    rows, flow = [], None
    for year, month, base in month_means(2009, 11, chance):
        for day in range(1, calendar.monthrange(year, month)[1] + 1):
            low = 0.72 * base
            flow = low if flow is None else low + (flow - low) * math.exp(-1 / 6)
            if chance.random() < 0.06 * SEASON[month - 1] + 0.01:  # a storm
                flow += base * chance.expovariate(1 / 1.2)
            rows.append(f"{year:04d}-{month:02d}-{day:02d},{flow:.3g}")
    rows[0] += "," + NOTE
    (HERE / "daily.csv").write_text("time,flow [m3/s],note\n" + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    monthly()
    daily()
