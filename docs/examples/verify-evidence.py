#!/usr/bin/env python3
"""Verifies the evidence of a run (GET /api/runs/{id}/evidence) without Muster: Python 3.8 or newer, nothing else.

    verify-evidence.py evidence.zip [--sha256 HASH] [--anchors audit-heads.log]

HASH is that of the event evidence-exported (GET /api/audit?kind=evidence-exported&run=...), the anchors are the file that the
server keeps outside its database. Prints what is wrong and ends with 1, else with 0.
"""
import argparse
import calendar
import hashlib
import json
import re
import sys
import time
import zipfile
from urllib.parse import unquote

NO_HASH = "0" * 64
problems = []


def wrong(text):
    problems.append(text)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def event_hash(event):
    fields = (event[name] for name in ("rootRunId", "seq", "micros", "kind", "actor", "body", "prevHash"))
    raw = b"".join(b"%d:%s," % (len(field), field) for field in (str(value).encode() for value in fields))
    return sha256(raw)


def micros(at):
    """Of a time like 2026-01-31T09:00:00.123456Z."""
    seconds, _, fraction = at.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S")) * 1000000 + int((fraction + "000000")[:6])


def check_sums(files):
    sums = dict(reversed(line.split("  ", 1)) for line in files.pop("SHA256SUMS").decode().splitlines())
    for name in sorted(sums.keys() | files.keys()):
        if name not in files:
            wrong(f"{name} is missing")
        elif sums.get(name) != sha256(files[name]):
            wrong(f"{name} is not what SHA256SUMS says" if name in sums else f"{name} is not in SHA256SUMS")


def check_chain(events, root):
    before = NO_HASH
    for number, event in enumerate(events, 1):
        if event["seq"] != number or event["rootRunId"] != root:
            wrong(f"event {number} is missing: event {event['seq']} of {event['rootRunId']} stands in its place")
        if event["prevHash"] != before:
            wrong(f"event {number} does not follow from the one before")
        if event["hash"] != event_hash(event) or micros(event["at"]) != event["micros"]:
            wrong(f"event {number} ({event['kind']}) was changed: its content does not give its hash")
        before = event["hash"]
    return before


def check_file(files, name, expected, what):
    if name not in files:
        wrong(f"{what}: {name} is missing")
    elif sha256(files[name]) != expected:
        wrong(f"{what}: {name} does not have the hash that the audit chain has")


def compare(what, said, shown):
    for name, value in said.items():
        if shown.get(name) != value:
            wrong(f"{what}: {name} is {shown.get(name)!r}, the audit chain says {value!r}")


def check_content(files, events, runs, gone):
    """That what is shown is what the chain speaks of, and that nothing else is shown."""
    steps = {step["id"]: step for run in runs.values() for step in run["steps"] if "id" in step}
    decisions = {decision["task"]: decision for run in runs.values() for decision in run["decisions"]}
    approvals = {approval["taskId"]: approval for approval in json.loads(files["approvals.json"])}
    answers = json.loads(files["answers.json"])
    known = {"run": set(), "step": set(), "approval": set(), "decision": set(), "answer": 0}
    documents = {}
    for event in events:
        body, kind = json.loads(event["body"]), event["kind"]
        step = body.get("stepRun")
        if kind == "run-started":
            known["run"].add(body["run"])
            said = {name: body.get(name) for name in ("runbook", "version", "environment", "service", "reason", "parent")}
            said.update(id=body["run"], serviceVersion=body.get("targetVersion"),
                        startedBy=None if event["actor"] == "timer" else event["actor"])
            compare("run " + body["run"], said, runs.get(body["run"], {}))
            folder = f"definitions/{body['runbook']}-{body['version']}/"
            diagrams = [sha256(content) for name, content in files.items() if name.startswith(folder)]
            if body["diagramSha256"] not in diagrams and not any(body["runbook"] in text for text in gone):
                wrong(f"run {body['run']}: {folder} does not have the diagram that ran")
        elif kind == "run-ended":
            compare("run " + body["run"], {"state": body["state"], "outcome": body.get("outcome")}, runs.get(body["run"], {}))
        elif kind in ("step-opened", "step-skipped", "step-closed"):
            known["step"].add(step)
            said = {name: body[name] for name in ("attempt", "activity", "title", "step", "target", "state") if name in body}
            compare("step " + step, said, steps.get(step, {}))
            failure = {name: body[name] for name in ("kind", "reason", "message") if name in body}
            compare("failure of step " + step, failure, steps.get(step, {}).get("failure") or {})
            for part in ("input", "output"):
                if part + "Sha256" in body:
                    check_file(files, f"steps/{step}/{part}.json", body[part + "Sha256"], "step " + step)
                    if json.loads(files.get(f"steps/{step}/{part}.json", b"null")) != steps.get(step, {}).get(part):
                        wrong(f"step {step}: run.json shows another {part} than its file")
        elif kind == "document-kept":
            # A step that is tried again may write it anew: the last one counts.
            documents[(step, body["name"])] = body["contentSha256"]
        elif kind == "approval":
            known["approval"].add(body["taskId"])
            said = {name: body[name] for name in ("task", "approved", "comment", "self")}
            said.update(runId=body["run"], by=event["actor"], at=event["at"])
            compare("approval " + body["taskId"], said, approvals.get(body["taskId"], {}))
            shown = {name: value for name, value in said.items() if name != "runId"}
            if not any(all(it.get(name) == value for name, value in shown.items())
                       for run in runs.values() for it in run["approvals"]):
                wrong(f"approval {body['taskId']}: run.json does not show it as it was given")
        elif kind in ("decision-asked", "decision-taken"):
            known["decision"].add(body["taskId"])
            said = {name: body[name] for name in ("activity", "reason", "message", "choice", "why", "input") if name in body}
            if kind == "decision-taken" and event["actor"] != "engine":
                said["by"] = event["actor"]
            compare("decision " + body["taskId"], said, decisions.get(body["taskId"], {}))
        elif kind == "task-answered":
            known["answer"] += 1
            if not any(it["task"] == body["task"] and it["by"] == event["actor"] and it["values"] == body["values"]
                       for it in answers):
                wrong(f"answer to {body['task']}: not shown as it was given")
    names = {document(name): name for name in files if document(name)}
    for (step, name), expected in documents.items():
        check_file(files, names.get((step, name), f"documents/{step}/{name}"), expected, "step " + step)
    known["document"] = set(documents)
    shown = {"run": set(runs), "step": set(steps), "approval": set(approvals), "decision": set(decisions),
             "document": set(names), "answer": len(answers)}
    for what in known:
        if known[what] != shown[what]:
            wrong(f"{what}: the audit chain speaks of {known[what]}, and what is shown is {shown[what]}")


def document(name):
    found = re.fullmatch(r"documents/([^/]+)/(.+)", name)
    return (found.group(1), unquote(found.group(2))) if found else None


def check_anchors(path, root, events):
    found = {event["seq"]: event["hash"] for event in events}
    for line in open(path, encoding="utf-8").read().splitlines():
        parts = line.split(" ")
        if len(parts) == 4 and parts[1] == root and found.get(int(parts[2]), parts[3]) != parts[3]:
            wrong(f"event {parts[2]} is not the one that was anchored at {parts[0]}: the chain was rewritten")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("evidence")
    parser.add_argument("--sha256", help="of the whole file, as Muster recorded it")
    parser.add_argument("--anchors", help="the server's audit-heads.log")
    given = parser.parse_args()
    with open(given.evidence, "rb") as file:
        whole = sha256(file.read())
    if given.sha256 and given.sha256 != whole:
        wrong(f"this is not the file that Muster gave away: its SHA-256 is {whole}")
    try:
        with zipfile.ZipFile(given.evidence) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(files["manifest.json"])
        check_sums(files)
        for name in manifest["maskedAtExport"]:
            wrong(f"{name} cannot be verified: a secret in it was masked at the export")
        events = [json.loads(line) for line in files["audit.jsonl"].decode().splitlines()]
        head = check_chain(events, manifest["run"])
        if given.anchors:
            check_anchors(given.anchors, manifest["run"], events)
        runs = {json.loads(content)["id"]: json.loads(content)
                for name, content in files.items() if name == "run.json" or name.startswith("called/")}
        check_content(files, events, runs, manifest["gone"])
        print(f"run {manifest['run']}: {len(files)} files, {len(events)} events, the last with hash {head}")
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        wrong(f"it cannot be read as evidence: {error!r}")
    print(f"SHA-256 of the file: {whole}")
    for problem in problems:
        print("WRONG: " + problem)
    sys.exit(1 if problems else 0)


main()
