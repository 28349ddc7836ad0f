#!/usr/bin/python3
"""Writes series/*.csv of this example: a year of inflow and temperature, and two peaks of power a day. 示例，非实测。

Nothing here is measured: all numbers come from the formulas below, without any random draw, so that the files can be made
again.
"""
import datetime
import math
import os

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "series")
START = datetime.datetime(2023, 1, 1)
FLOODS = ((150, 16.0, 5.0), (178, 34.0, 4.0), (196, 26.0, 6.0), (232, 18.0, 5.0))  # day of the peak, m3/s, days of its fall


def inflow(day):
    """m3/s: the season, and floods that rise in a day and fall slowly."""
    season = 4.8 - 3.45 * math.cos(2 * math.pi * (day - 55) / 365)
    return season + sum(q * (math.exp(-(day - d) / fall) if day >= d else max(0.0, 1 - (d - day))) for d, q, fall in FLOODS)


def temperature(day):
    """degC"""
    return 16 - 8 * math.cos(2 * math.pi * (day - 25) / 365)


def main():
    with open(os.path.join(HERE, "daily.csv"), "w", encoding="utf-8", newline="\n") as out:
        out.write("时间,流量 [m3/s],水温 [degC]\n")
        for day in range(366):
            out.write(f"{START + datetime.timedelta(days=day):%Y-%m-%d},{inflow(day):.3f},{temperature(day):.2f}\n")
    with open(os.path.join(HERE, "turbine.csv"), "w", encoding="utf-8", newline="\n") as out:
        out.write("时间,发电流量 [m3/s]\n")
        for day in range(365):
            for hour, flow in ((0, 0), (7, 14), (11, 0), (17, 14), (22, 0)):
                out.write(f"{START + datetime.timedelta(days=day, hours=hour):%Y-%m-%d %H:%M},{flow}\n")
        out.write(f"{START + datetime.timedelta(days=365):%Y-%m-%d %H:%M},0\n")


if __name__ == "__main__":
    main()
