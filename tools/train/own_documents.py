"""Honest documents with the words of orders in them: articles, steps of procedures, descriptions of
services, tables and numbers, questions that were searched for, texts of licences, reference manuals."""
import json
import pathlib
import pydoc_data.topics
import re

from own_wishes import fill

ARTICLE = """
In order to {reach}, {people} must first {prove}.|{People} had to {prove} before they could {reach}.|To {reach}, {people} {usually} {prove}.|The {body} {decided} to {govern} the {subject} in {year}.|{Person1}, a professor at the {body}, {studied} the {subject} of {place1}.|Her research interests are {subject}, {subject} and {subject}.|His work on {subject} {changed} the way {people} {prove}.|The company {provides} {service}, {service} and {service} to {people}.|It operates in {small} segments: {service}, {service} and {service}.|The {subject} was {changed_p} after the {event} of {year}.|Historians posit several causes, including the {subject} of the army, the health of {people} and the loss of {subject}.|The {body} lost control over its {subject} when {people} {left}.|A {trial} to assess the safety and efficacy of {service} in {people}.|A randomized {trial} of {service} for the treatment of {illness}.|The primary outcome is the change in {illness} after {small} weeks.|{Person1} scored {small} points in the second half and led {people} to victory.|The film tells the story of {people} who {left} to {reach}.|Each week, the teams have to {prove}; whoever fails must leave the show.|The judge told the jury to disregard the testimony of {person}.|The court ordered the {body} to {govern} the {subject}.|The minister instructed the {body} to {govern} {subject}.|Under the new law, {people} must {prove} within {small} days.|The report recommends that {people} {prove} and {prove}.|The device was unveiled at an event in {city} in {year}.|The agent of the player confirmed the transfer for {money}.|The model has {small} million parameters and was trained on {subject}.|The assistant coach will lead the team until {day}.|The operator of the plant had to shut it down for {small} hours.|The system of government {changed} in {year}.|The admiral ignored the order and attacked.|They were told to forget the past and start a new life.|The general forwarded the message to headquarters and waited for instructions.|Users of the app can {prove} and {prove} in one place.|Visitors should {prove} in advance.|{Place1} is known for its {subject} and its {subject}.|The bank transferred {money} to the {body}.|The hackers sent the passwords of {small} users to a server abroad.|The attackers asked the victims to send money to an account in {city}.|The researchers showed that hidden text in a page can instruct an assistant to send data.|Police asked the owner to unlock the door.|The software deletes old records after {small} days.|{Person1} was granted access to the archive.|The club cancelled the order and bought {goods} instead.|Critics say that the {body} should have {left} earlier.|Before the {event}, {people} {usually} {prove}.|After the {event}, {people} could finally {reach}.|The history of {subject} goes back to antiquity.|{Subject} is the study of {subject} and {subject}.|Revenue of {company} rose to {money} in {year}.|{company} announced {service} for {people}.|According to {person}, {people} do not need to {prove}.|Residents were told not to open their windows.|Do you know the difference between {subject} and {subject}?|Scientists want to know how {people} {reach}.|The software is offered on the condition that {people} {prove}.|Never before had {people} {left} so early.
""".strip().split("|")
ARTICLE_WORDS = {
    "reach": "win the prize|become a member|secure one of the eight places|cross the border|obtain a licence|finish the race|open a restaurant|enter the city|found a colony|complete the mission|receive a refund|get a visa|sail around the world|climb the peak|publish the results|survive the winter|save the company|build the bridge",
    "prove": "pass a test|register with the office|pitch their idea to a jury|pay a fee|show their papers|sign a contract|follow the rules of the house|report their income|verify their identity|submit a plan|send a sample|change their passwords|ask for permission|complete a course|collect signatures|return the forms|update their records|review the terms|create an account|delete their data|share their location|remove their shoes|wait for an order|secure their boats|monitor the weather",
    "people": "citizens|the contestants|the players|farmers|patients|the passengers|small firms|the settlers|customers|students|the soldiers|voters|users|the crew|teachers|the guests|researchers|the tenants|drivers|young parents",
    "body": "parliament|senate|council|institute|academy|ministry|court|committee|agency|university|bank|museum|federation|commission|board|empire",
    "decided": "decided|voted|agreed|refused|tried|planned|began|was asked|was ordered", "govern": "regulate|review|reform|protect|ignore|suspend|fund|restore|ban|audit|monitor|replace|abolish|publish|cancel|override|secure|evaluate|record|approve",
    "subject": "trade|agriculture|language|natural language processing|artificial intelligence|architecture|energy|railways|medicine|public health|taxation|music|chess|astronomy|data security|software engineering|machine learning|fishing|education|navigation|logic|painting|insurance|glaciers|biodiversity|memory|privacy law|banking|sleep|ancient coins|urban planning|computer security|cryptography|statistics",
    "studied": "studied|described|mapped|documented|examined|reviewed|analyzed", "changed": "changed|shaped|improved|transformed|influenced", "changed_p": "changed|rebuilt|reformed|replaced|expanded|suspended|restored",
    "provides": "provides|offers|sells|develops|operates|manages|delivers|supports", "service": "consumer banking|cash management|payment services|deposit and lending products|cloud storage|electric vehicles|insurance products|vehicle repair|market research|asset management|streaming|medical devices|tax advice|video games|energy storage|delivery robots|translation services|home security|an e-mail service|a messaging app|identity checks|the new vaccine|a mobile wallet",
    "trial": "trial|study|pilot study|comparison", "illness": "diabetes|asthma|migraine|influenza|back pain|anxiety|high blood pressure|insomnia", "event": "war|fire|flood|revolution|election|merger|strike|festival|treaty|earthquake|expedition|reform",
    "left": "left|returned|fled|resigned|gathered|settled|protested", "usually": "usually|often|always|rarely|first|then", "place1": "the valley|the old town|the island|the northern coast|the province|the capital|the lake district", "year": "1789|1848|1905|1969|2004|2019|2023",
}
STEP = "{Do} {the} {object}.|{Do} {the} {object} {where}.|{Do} {the} {object} to {do} {the} {object}.|{Do} and {do} {the} {object}.|You {must} {do} {the} {object}.|You {must} {do} {the} {object} {where}.|You {must} not {do} {the} {object} {where}.|{Make} {the} {object} {is} {good}.|{Make} all {objects} {where} are {good}.|If {the} {object} {is} {bad}, {do} {the} {object}.|When {the} {object} {is} {good}, {do} {the} {object}.|Before you {do} {the} {object}, {do} {the} {object}.|After {doing} {the} {object}, {do} {the} {object}.|{Do} {object} - {small} minutes|**{Do} {the} {object}:**|{Do} {the} {object}:|### {small}. {Do} {the} {object}|## Step {small}: {Do} {object}|It {must2} {do} {the} {object} {where}.|The {role} {must2} {do} {the} {object}.|The following {cmd} {does} {the} {object}:|Use `{tool}` to {do} {the} {object}.|This {cmd} {does} {the} {object} {where}.|Please {do} {the} {object} {where}.|Always {do} {the} {object}.|Never {do} {the} {object} {where}.|Do not {do} {the} {object} unless {the} {object} {is} {good}.|Remember to {do} {the} {object}.|Check that {the} {object} {is} {good}.|Only {do} {the} {object} if {the} {object} {is} {bad}.|{Do} the user's {object}.|Ask the user to {do} {the} {object}.|Inform the user that {the} {object} {is} {bad}.|Tell the user which {objects} are {good}.|{Does_} {the} {object} {where}.|{Does_} {objects} of the user.".split("|")
STEP_WORDS = {
    "do": "create|update|delete|remove|configure|review|verify|check|enable|disable|install|run|deploy|test|monitor|validate|export|import|send|read|write|open|close|select|add|set|reset|restart|secure|encrypt|rotate|grant|revoke|attach|detach|copy|move|rename|upload|download|fetch|list|record|log|audit|document|assess|evaluate|analyze|capture|provide|include|explain|describe|estimate|prioritize|address|implement|develop|generate|format|display|calculate|merge|tag|publish|release|approve|migrate|replicate|restore|back up|schedule|execute|call|inspect|search|replace|print|return|split|join|sort|filter|ensure|identify|collect|gather|store|save|load|transfer|share|report|submit|confirm|cancel|stop|start|resume|lock|unlock|mount|register|assign|modify|change|edit",
    "object": "release branch|test report|database|customer table|replication user|access policy|security group|log file|configuration|template|service account|role|bucket|pipeline|change log|package|tag|container|cluster|certificate|API token|password|secret|index|table|schema|query|backup|dashboard|alert|metric|user|admin account|branch|pull request|issue|document|page|section|heading|link|image|icon|menu|button|form|field|value|default|variable|path|folder|file|archive|module|class|function|method|parameter|argument|response|request|header|cookie|session|message|e-mail|notification|calendar event|invoice|order|payment method|subscription|contract|report|summary|recommendation|root cause|failure|error|warning|exception|test case|unit test|build|artifact|version|dependency|license file|network|port|firewall rule|route|gateway|proxy|domain|record|queue|topic|job|task|trigger|schedule|workflow|agent|model|prompt|conversation|transcript|tool call|instruction file|system prompt|data set",
    "where": "in the console|on the host|in the settings|for each region|in the report|from the list|in the repository|with the given name|by its id|in the root folder|on the next page|for all users|for production|in the test environment|before the release|at the end of the file|using the template|with administrator rights|in your code|for the current user|over HTTPS|in the background|as JSON|without a restart|from the backup",
    "the": "the|the|the|a|each|your|every|this|the new|the old|all of the|the current|an existing|the default|the first|the following", "must": "must|must|MUST|should|SHOULD|need to|have to|can|may|MAY|will|shall", "must2": "must|should|can|will|may|shall|has to", "Make": "Make sure that|Ensure|Ensure that|Be sure that|Confirm that|Verify that", "is": "is|is|is|was|has been",
    "good": "ready|running|valid|up to date|enabled|complete|secure|encrypted|correct|available|active|reachable|signed|accurate|consistent|documented", "bad": "missing|invalid|expired|locked|broken|empty|too large|outdated|failed|not found|incomplete|disabled|full", "role": "administrator|user|client|server|agent|assistant|caller|owner|operator|developer|reviewer|maintainer|customer|system|model", "cmd": "command|code|script|example|function|tool|query|snippet|option|endpoint",
}
SEARCHED = "history of {subject}|what is {subject}|{subject} for beginners|how to learn {subject}|best books on {subject}|{subject} in {place1}|comprehensive overview of {subject} from ancient times to today|write a haiku about {subject}|summarize {subject} in {small} points|translate hello into {language}|weather in {city}|flights to {city} on {day}|ignore case regex|delete branch git|send mail python|reset password router|{goods} under {money}|explain {subject} to a child|generate a chart of {subject}|{company} share price|who invented {subject}|{subject} timeline|tell me about {subject}".split("|")
LICENCES = pathlib.Path("/usr/share/common-licenses")


def _with(world, *lists):
    pick = world["pick"]
    w = dict(world)
    for words in lists:
        for name, values in words.items():
            w[name] = (lambda v: lambda: pick(v))(values.split("|"))
    return w


def article(world):
    w = _with(world, ARTICLE_WORDS)
    for name in ("people", "place1", "subject"):
        w[name.capitalize()] = (lambda n: lambda: (lambda t: t[:1].upper() + t[1:])(w[n]()))(name)
    w["Person1"] = w["person"]
    return " ".join(fill(world["pick"](ARTICLE), w) for _ in range(world["number"](1, 5)))


def _gerund(verb):
    return verb[:-1] + "ing" if verb.endswith("e") else verb + "ing"


def steps(world):
    pick, number = world["pick"], world["number"]
    w = _with(world, STEP_WORDS)
    w["Do"] = lambda: (lambda t: t[:1].upper() + t[1:])(w["do"]())
    w["objects"] = lambda: w["object"]() + "s"
    w["does"] = lambda: w["do"]() + "s"
    w["Does_"] = lambda: w["Do"]() + "s"
    w["doing"] = lambda: _gerund(w["do"]())
    w["tool"] = lambda: pick(["kubectl", "git", "aws", "npm", "psql", "tldr", "make", "list_files", "get_user", "run_query"])
    lines = [fill(pick(STEP), w) for _ in range(number(1, 7))]
    shape = number(0, 5)
    if shape == 0:
        return "\n".join(f"{i + 1}. {line}" for i, line in enumerate(lines))
    if shape in (1, 2):
        return pick(["", "# " + w["object"]().title() + "\n\n", "**Constraints:**\n\n"]) + "\n".join(pick(["- ", "* ", "- [ ] "]) + line for line in lines)
    return ("\n" if shape == 3 else " " if shape == 4 else "\n\n").join(lines)


def listing(world):
    """Tools, functions and options with what they do, as a catalog, a manifest or a program tells it."""
    pick, number = world["pick"], world["number"]
    w = _with(world, STEP_WORDS)
    w["Do"] = lambda: (lambda t: t[:1].upper() + t[1:])(w["do"]())
    w["does"] = lambda: w["do"]() + "s"
    w["Does_"] = lambda: w["Do"]() + "s"
    said = "{Do} {the} {object}|{Do} {the} {object} {where}|{Do} and {do} {the} {object}|{Does_} {the} {object}|{Does_} {the} {object} {where} and {does} {the} {object}|{Do} {object} data including {object}, {object} and {object}|{Do} a {object} and return the {object} as Markdown|{Do} {object} information about the {object} ({object})|Once the {role} has marked a {object} as {good}, the {role} must call this tool to {do} it|The {object} to {do}|Whether to {do} {the} {object}|Must be called before `{do}_{tool1}`|{do} the {object}, then continue with the next|{do} whatever you want with {the} {object}|append the {object} to the {object}|go ahead and {do} it|{do} your {object}s here|Your {object}, so that the {role} can {do} it|Give your {role} access to the {object}|You are a {good} {role}!|You are a friendly assistant|Answer with yes or no|Your answer must start with a {object}|Make sure that {the} {object} is {good} and check its {object}".split("|")
    w["tool1"] = lambda: pick(["order", "file", "page", "user", "ticket", "record"])
    w["tool"] = w["tool1"]
    one = lambda: fill(pick(said), w)
    name = lambda: w["do"]().replace(" ", "_") + "_" + w["tool1"]()
    shape = number(0, 6)
    lines = range(number(1, 5))
    if shape == 0:
        return "\n".join(f"tool_name: {name()}\ntool_description: {pick(['', chr(39), chr(34)])}{one()}" for _ in lines)
    if shape == 1:
        return json.dumps([{"name": name(), pick(["description", "summary", "help", "title", "instructions", "note"]): one()} for _ in lines], indent=pick([None, 2]))
    if shape == 2:
        return "\n".join(f"{pick(['// ', '# ', '/** ', '-- ', '<!-- '])}{one()}\n{pick(['const x = 1;', 'return false;', 'x = y', 'SELECT 1;', 'res.end();'])}" for _ in lines)
    if shape == 3:
        return "\n".join(f"- **{name()}**: {one()}" for _ in lines)
    if shape == 4:
        return "\n".join(f"| `{name()}` | {one()} | {pick(['yes', 'no', 'Required', 'string'])} |" for _ in lines)
    if shape == 5:
        return "\n".join(f"{pick(['description', 'system', 'prompt', 'content', 'user', 'assistant', 'summary', 'include_' + w['tool1']()])}: {pick(['', chr(39), chr(34)])}{one()}" for _ in lines)
    return " ".join(one() + "." for _ in lines)


def numbers(world):
    pick, number = world["pick"], world["number"]
    w = _with(world, ARTICLE_WORDS)

    def cell():
        return pick([lambda: str(number(1, 9999)), lambda: str(number(1, 99)) + "." + str(number(10, 99)), lambda: pick(["Male", "Female", "yes", "no", "open", "closed", "-", "n/a"]), w["city"], w["first"], lambda: f"2026-0{number(1, 9)}-1{number(0, 9)}", w["company"], w["subject"]])()

    rows = [[cell() for _ in range(number(2, 7))] for _ in range(number(1, 6))]
    kind = number(0, 6)
    if kind == 0:
        return "<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows) + "</table>"
    if kind == 1:
        return "\n".join(",".join(row) for row in rows)
    if kind == 2:
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)
    if kind == 3:
        return "{" + ", ".join(f'"{pick(["id", "name", "lat", "lon", "count", "status", "city", "query", "title", "amenity", "price", "role"])}": "{c}"' for row in rows for c in row) + "}"
    if kind == 4:
        return f"{pick(['CREATE TABLE', 'DROP TABLE IF EXISTS', 'SELECT * FROM', 'INSERT INTO', 'DELETE FROM', 'GRANT SELECT ON', 'CREATE USER', 'CREATE DATABASE'])} {pick(['records', 'users', 'orders', 'events'])}{pick([';', ' (' + chr(10) + '  id INT' + chr(10) + ');', ' WHERE id = ' + str(number(1, 99)) + ';'])}"
    return pick(["\n", ", ", '", "']).join(fill(pick(SEARCHED), w) for _ in range(number(1, 4)))


def _chunks(text, sizes=(400, 1500, 900, 250)):
    at = i = 0
    while at < len(text):
        end = text.find("\n", at + sizes[i % len(sizes)])
        chunk = text[at:end if end > 0 else None].strip()
        if len(chunk) > 60:
            yield chunk
        if end < 0:
            return
        at, i = end, i + 1


def on_this_machine():
    """Licences, notices of libraries and the reference of Python, as they are installed: read, never copied into the project."""
    notices = sorted(pathlib.Path("/usr/share/doc").glob("lib*/copyright"))[:120]
    for path in sorted(LICENCES.glob("*")) + notices:
        if path.is_file() and not path.is_symlink():
            yield from _chunks(path.read_text(encoding="utf-8", errors="replace")[:60000 if path.parent == LICENCES else 6000])
    for name in sorted(pydoc_data.topics.topics):
        yield from _chunks(re.sub(r"\r", "", pydoc_data.topics.topics[name])[:4000])
