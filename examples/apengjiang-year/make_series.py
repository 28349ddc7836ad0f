#!/usr/bin/python3
"""Writes series/*.csv of this example: one synthetic year of days. 示例，非实测。

Nothing here is measured. Flows follow the shape of a monsoon river (dry winter, floods from May to July and in September) about the
low flow of examples/apengjiang; water temperature follows a sine; the combined overflow of the town discharges on days after
rain. All numbers come from the formulas below, without any random draw, so that the files can be made again.
"""
import datetime
import math
import os

DAYS = [datetime.date(2024, 1, 1) + datetime.timedelta(days=i) for i in range(367)]
FLOODS = [(128, 3.2), (146, 2.0), (165, 5.5), (181, 3.6), (199, 2.6), (215, 1.4), (250, 2.4), (271, 1.2), (300, 0.6)]


def season(day):
    """1 in the driest days of February, about 4 at the height of the wet season."""
    return 1 + 3 * max(0.0, math.sin(math.pi * (day - 75) / 215)) ** 1.5 if 75 < day < 290 else 1.0


def flood(day):
    """Rises in a day, falls by half in two: the sum of all floods so far."""
    return sum(size * math.exp(-(day - at) / 2.9) for at, size in FLOODS if day >= at)


def temperature(day):
    return 15.5 - 8.5 * math.cos(2 * math.pi * (day - 25) / 366)


def overflow(day):
    """m3/d: what runs over after rain, and the dry-weather leak of examples/apengjiang."""
    return 2000 + 9000 * sum(size * math.exp(-(day - at) / 0.8) for at, size in FLOODS if day >= at) / 3


def plant(day):
    """COD of the town's plant, mg/L: worse in the cold, 45 to 60, and two weeks of repair in March."""
    return 75 if 66 <= day <= 79 else 52.5 + 7.5 * math.cos(2 * math.pi * (day - 25) / 366)


here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "series")
factor = [season(i) + flood(i) for i in range(len(DAYS))]
with open(os.path.join(here, "flow.csv"), "w", encoding="utf-8") as file:
    file.write("time,朝阳寺 [m3/s],黔江河 [m3/s],蒲花河 [m3/s],溢流口 [m3/d],#备注\n")
    for i, day in enumerate(DAYS):
        town = season(i) + 1.4 * flood(i)
        file.write(f"{day},{12 * factor[i]:.2f},{2 * town:.3f},{0.9 * town:.3f},{overflow(i):.0f},{'示例，非实测' if i == 0 else ''}\n")
with open(os.path.join(here, "water.csv"), "w", encoding="utf-8") as file:
    file.write("time,水温 [degC],城区厂COD [mg/L],#备注\n")
    for i, day in enumerate(DAYS):
        file.write(f"{day},{temperature(i):.2f},{plant(i):.1f},{'示例，非实测' if i == 0 else ''}\n")
