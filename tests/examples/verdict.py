"""verdict.py JSON CHECK...: checks a verdict of `qinghe assess --json`.

CHECK is  section:SECTION:CLASS:yes|no             class and attainment of a section
          item:SECTION:ITEM:LOW:HIGH               value of an item at a section, mg/L
          rate:RIVER:SHARE                         attainment rate of a river ("whole network")
          residual:MOST                            worst residual over throughput
          flow:STATION:RELEASED                    m3/s
"""
import json
import sys

verdict = json.load(open(sys.argv[1], encoding="utf-8"))
sections = {s["section"]: s for s in verdict["sections"]}
items = {(i["section"], i["constituent"]): i for i in verdict["items"]}
failed = []
for check in sys.argv[2:]:
    kind, *rest = check.split(":")
    if kind == "section":
        section = sections[rest[0]]
        got = f'{section["class_name"]}:{"yes" if section["attained"] else "no"}'
        good = got == ":".join(rest[1:])
    elif kind == "item":
        got = items[rest[0], rest[1]]["value"]
        good = float(rest[2]) <= got <= float(rest[3])
    elif kind == "rate":
        got = next(r["attainment_rate"] for r in [verdict["river"], *verdict["rivers"]] if r["name"] == rest[0])
        good = abs(got - float(rest[1])) < 1e-9
    elif kind == "residual":
        got = verdict["run"]["worst_residual"]
        good = got <= float(rest[0])
    elif kind == "flow":
        got = next(s["released_m3s"] for s in verdict["stations"] if s["name"] == rest[0])
        good = abs(got - float(rest[1])) < 1e-9
    else:
        sys.exit(f"unknown check {check}")
    if not good:
        failed.append(f"{check}: got {got}")
print("\n".join(failed))
sys.exit(1 if failed else 0)
