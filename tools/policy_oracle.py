#!/usr/bin/env python3
"""The rules of a policy, read a second time: straight from the reference text, without regard to
speed. Reads JSON lines {"rules", "subject", "action"} and prints for each one line
`EFFECT REASON RULE SCOPE VISIBLE`, with `-` for nothing. tests/unit/policy compares it with
src/policy."""
import functools
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

CLASSES = {"read", "write", "destructive", "execute", "egress", "identity"}


@functools.lru_cache(None)
def compiled(pattern):
    return re.compile(".*".join(re.escape(p) for p in pattern.split("*")), re.S)


def glob(pattern, text):
    return compiled(pattern).fullmatch(text) is not None


@functools.lru_cache(None)
def zone(name):
    return ZoneInfo(name)


DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def window_is_open(window, now):
    """`now` in seconds since 1970."""
    if "after" in window and now < window["after"] or "before" in window and now >= window["before"]:
        return False
    here = datetime.fromtimestamp(now, timezone.utc).astimezone(zone(window.get("zone", "UTC")))
    minute = here.hour * 60 + here.minute
    start, end = window.get("from", 0), window.get("to", 24 * 60)
    days = window.get("days", DAYS)
    today, yesterday = DAYS[here.weekday()], DAYS[(here - timedelta(days=1)).weekday()]
    if start < end:
        return start <= minute < end and today in days
    return minute >= start and today in days or minute < end and yesterday in days


def selector_but_scope(s, who):
    if s.get("any"):
        return True
    if not any(s.get(k) for k in ("user", "group", "scope", "agent")):
        return False
    return (s.get("user", who["user"]) == who["user"]
            and ("group" not in s or s["group"] in who["groups"])
            and s.get("agent", who["agent"]) == who["agent"])


def arguments_fit(rule, action):
    """True, False or None (undecided)."""
    if "maximum" not in rule:
        return True
    if action["amount"] is None:
        return None
    return action["amount"] <= rule["maximum"]


def meets(rule, who, action, classes, any_call):
    """`any_call`: asked for some arguments at some time. A dict of what the rule has to say, or None where it does not speak of this at all."""
    lists = {k: rule.get(k + "s") for k in ("tool", "prompt", "resource")}
    kind = action["kind"]
    if any(v is not None for v in lists.values()) and lists[kind] is None:
        return None
    full = action["server"] + "." + action["name"]
    patterns = lists[kind]
    if patterns is not None:
        texts = [full] + ([action["uri"]] if kind == "resource" else [])
        if not any(glob(p, t) for p in patterns for t in texts):
            return None
    if "environments" in rule and action.get("environment") not in rule["environments"]:
        return None
    listed = set(rule["classes"]) if "classes" in rule else CLASSES
    allow = rule["effect"] == "allow"
    named = patterns is not None and any(
        p.split("*")[0].startswith(action["server"] + ".") and glob(p, full) for p in patterns)
    execute_ok = "execute" not in classes or (
        "classes" in rule and "execute" in listed and kind == "tool" and named)
    if allow and "execute" in classes and "execute" not in listed:
        return {"execute_missed": True}
    if (allow and not classes <= listed) or (not allow and not classes & listed):
        return None

    out = {"user": False, "agent": False, "scope": None, "scope_agent": False}
    for s in rule.get("principals", [{"any": True}]):
        if not selector_but_scope(s, who):
            continue
        names_agent = bool(s.get("any") or s.get("agent"))
        if "scope" in s and s["scope"] not in who["scopes"]:
            out["scope"] = out["scope"] or s["scope"]
            out["scope_agent"] |= names_agent
            continue
        out["user"] |= bool(s.get("any") or s.get("user") or s.get("group") or s.get("scope"))
        out["agent"] |= names_agent
    fits = out["user"] or out["agent"]
    if not fits and out["scope"] is None:
        return None
    if not execute_ok and (allow or not fits):
        return {"execute_missed": True}
    if rule.get("times"):
        if any_call:
            in_time = rule["effect"] != "deny"
        elif action["now"] is None:
            in_time = not allow
        else:
            in_time = any(window_is_open(w, action["now"]) for w in rule["times"])
        if not in_time:
            return {"time_missed": True}
    fit = arguments_fit(rule, action)
    if any_call:
        fit = "maximum" not in rule or rule["effect"] != "deny"
    if fit is False or (fit is None and allow):
        return {"arguments_missed": True}
    if not fits:
        return {"scope_missed": out["scope"], "scope_agent": out["scope_agent"]}
    out["touches"] = True
    out["grants"] = rule["effect"] != "deny" and execute_ok
    return out


def decide(case, any_call=False):
    rules, who, action = case["rules"], case["subject"], case["action"]
    classes = set(action["classes"]) or (CLASSES if action["kind"] == "tool" else {"read"})
    met = [(r, m) for r in rules if (m := meets(r, who, action, classes, any_call)) is not None]
    for rule, m in met:
        if rule["effect"] == "deny" and m.get("touches"):
            return "deny", "denied", rule["id"], None
    grants = [(r, m) for r, m in met if m.get("grants")]
    holds = [(r, m) for r, m in met if r["effect"] == "hold" and m.get("touches")]
    for_user = [r for r, m in grants if m["user"]]
    spoken_of = {s["agent"] for r in rules if r["effect"] == "allow"
                 for s in r.get("principals", []) if "agent" in s}
    agent_ok = (not who["agent"] or who["agent"] not in spoken_of
                or any(m["agent"] for _, m in grants))
    if for_user and agent_ok:
        if not holds:
            return "allow", "allowed", for_user[0]["id"], None
        with_approvers = [r for r, _ in holds if r.get("approvers")]
        return "hold", "held", (with_approvers or [holds[0][0]])[0]["id"], None
    if for_user:
        return "deny", "agent_not_granted", None, None
    wishes = []
    for rule, m in met:
        if rule["effect"] == "deny":
            continue
        if "scope_missed" in m:
            wishes.append((rule, m["scope_missed"], m["scope_agent"]))
        elif m.get("grants") and not m["user"] and m["scope"]:
            wishes.append((rule, m["scope"], m["scope_agent"]))
    if wishes and (agent_ok or any(w[2] for w in wishes)):
        return "deny", "scope_missing", wishes[0][0]["id"], wishes[0][1]
    for rule, m in met:
        if rule["effect"] != "deny" and m.get("arguments_missed"):
            return "deny", "arguments_refused", rule["id"], None
    for rule, m in met:
        if rule["effect"] != "deny" and m.get("time_missed"):
            return "deny", "outside_time", rule["id"], None
    if any(r["effect"] != "deny" and (m.get("execute_missed") or (m.get("touches") and not m["grants"]))
           for r, m in met):
        return "deny", "execute_not_granted", None, None
    return "deny", "no_rule", None, None


for line in sys.stdin:
    given = json.loads(line)
    shown = decide(given, any_call=True)[0] != "deny"
    print(*("-" if part is None else part for part in decide(given)), "shown" if shown else "hidden")
