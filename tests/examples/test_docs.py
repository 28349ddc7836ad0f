#!/usr/bin/python3
"""The pages below show what the commands really print: every console block is run again and compared to the letter, and
every change that docs/scenarios.md shows is laid over the example. With --write the blocks are filled anew instead."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
qinghe = os.path.abspath(os.environ.get("QINGHE", os.path.join(root, "build/qinghe")))
pages = ["docs/scenarios.md", "docs/permit.md", "docs/spill.md", "docs/structures.md"]
texts = {page: open(os.path.join(root, page), encoding="utf-8").read() for page in pages}
text = texts["docs/scenarios.md"]
work = tempfile.mkdtemp()
os.symlink(os.path.join(root, "examples"), os.path.join(work, "examples"))
environment = dict(os.environ, PATH=os.path.dirname(qinghe) + ":" + os.environ["PATH"], LC_ALL="C.UTF-8")
environment.pop("LANGUAGE", None)
failed = False


def report(name, good, details=""):
    global failed
    failed = failed or not good
    print(("ok - " if good else "not ok - ") + name)
    if not good:
        print("\n".join("    " + line for line in details.splitlines()))


def run(command):
    done = subprocess.run(["bash", "-c", command], cwd=work, env=environment, capture_output=True, text=True, check=False)
    return [line.rstrip() for line in done.stdout.splitlines()], done.stderr


# ---- what is printed
if sys.argv[1:] == ["--write"]:
    def fill(block):
        out = []
        for line in re.findall(r"^\$ .*$", block[1], flags=re.M):
            out += [line, *run(line[2:])[0]]
        while out and not out[-1]:
            out.pop()
        return "```console\n" + "\n".join(out) + "\n```"

    for page in pages:
        with open(os.path.join(root, page), "w", encoding="utf-8") as file:
            file.write(re.sub(r"```console\n(.*?)```", fill, texts[page], flags=re.S))
    sys.exit(0)

blocks = [block for page in pages for block in re.findall(r"```console\n(.*?)```", texts[page], flags=re.S)]
report("every page has commands", all("```console\n$ qinghe" in texts[page] for page in pages))
for block in blocks:
    shown = {}
    for line in block.splitlines():
        if line.startswith("$ "):
            command = line[2:]
            shown[command] = []
        else:
            shown[command].append(line)
    for command, lines in shown.items():
        got, errors = run(command)
        while lines and not lines[-1]:
            lines.pop()
        while got and not got[-1]:
            got.pop()
        report(command, got == lines, "\n".join(["expected:", *lines, "got:", *got, errors]))

# ---- what is shown as a change: the table's examples, and the entries of the YAML blocks
changes = re.findall(r"^\| `\w+` \|.*\| `([^`]*)`[^|]*\|$", text, flags=re.M)
report("the table shows every kind of change", len(changes) == 10, str(changes))
case = os.path.join(work, "case")
shutil.copytree(os.path.join(root, "examples/apengjiang"), case)


def sweeps(name, plan):
    os.makedirs(os.path.join(case, "plans"), exist_ok=True)
    path = os.path.join(case, "plans/doc.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(plan)
    done = subprocess.run([qinghe, "sweep", path, "--dry-run"], env=environment, capture_output=True, text=True, check=False)
    report(name, done.returncode == 0, plan + done.stderr)


def lays(name, scenario):
    with open(os.path.join(case, "scenarios/doc.yaml"), "w", encoding="utf-8") as file:
        file.write(scenario)
    done = subprocess.run([qinghe, "validate", case, "--scenario", "doc", "--quiet"], env=environment, capture_output=True,
                          text=True, check=False)
    report(name, done.returncode == 0, scenario + done.stderr)


for change in changes:
    lays(change, f"changes:\n- {change}\n")
for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", text, flags=re.S), 1):
    if re.search(r"^design:", block, flags=re.M):
        sweeps(f"YAML block {number}, a plan", block)
        continue
    lays(f"YAML block {number}", block if not block.startswith("  - ") else "changes:\n" + block)
shipped = open(os.path.join(root, "examples/apengjiang/scenarios/提标.yaml"), encoding="utf-8").read()
first = re.search(r"```yaml\n(.*?)```", text, flags=re.S)[1]
report("the first block is the file that ships", shipped.endswith(first), first)
sys.exit(failed)
