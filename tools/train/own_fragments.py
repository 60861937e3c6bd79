"""Honest arguments that are written in somebody's language: pieces of pages, feeds and templates, questions of programmers, filters,
paths. Made of parts, the same in every run; texts are ours."""
from own_values import ADJECTIVES, PLACES, VERBS, WORDS

FIRST = "Ada Ben Chiara Dov Elif Femi Greta Hana Ivo Jun Kofi Lena Milan Nadia Omar Pia Quinn Rosa Sven Tariq Uma Vera Wim Yara Zoe".split()
THINGS = ("eval()|exec()|rm -rf|`rm -rf node_modules`|UNION SELECT|UNION ALL|DROP TABLE|TRUNCATE TABLE|SELECT *|LEFT JOIN|GROUP BY|ORDER BY|WHERE 1=1|sleep(5)|setTimeout()|"
          "<script> tags|<script defer>|<iframe>|<template>|<details>|onclick|onload|onChange|innerHTML|document.cookie|window.location|javascript: links|javascript:void(0)|{{ }}|"
          "{{ variable }}|{% if %}|${VAR}|${VAR:-x}|$(command)|$_GET|$_POST|__proto__|__init__|__class__|prototype.constructor|require('fs')|require() and import|import os|os.path|"
          "subprocess.run|child_process|process.env|cat /etc/hosts|`cat /etc/os-release`|/etc/passwd|/etc/fstab|/var/log/syslog|/dev/null|../|..\\|&&|\\|\\||2>&1|\\| grep|xargs|"
          "curl -X POST|wget -r|chmod 777|sudo su|kill -9|nc -l|http://localhost:3000|127.0.0.1:8080|0.0.0.0|169.254.169.254|::1|file:// URLs|data: URIs|%20|%2F|&nbsp;|&amp;|"
          "a single quote|an apostrophe|''|\"\\\"\"|-- comments|# comments|/* */|1=1|NULL|OR in a filter|AND NOT|$gt|$ne|$regex|@Autowired|@import|#include|<!-- -->|CDATA|DOCTYPE|"
          "ENTITY|xmlns|(objectClass=*)|(&(uid=x))|//div[@id]|count(//a)|Set-Cookie|X-Forwarded-For|\\r\\n|\\n|base64|pickle|yaml.load|ObjectInputStream|unserialize()|JNDI|log4j|"
          "GraphQL __schema|introspection|gopher|dict|ldap://|ssh://|git+https://|C:\\Windows|%APPDATA%|cmd /c|powershell -Command|Get-ChildItem|net user").split("|")
FRAMES = ("what does {t} do|what is {t} in {l}|how do I use {t} in {l}|how to escape {t} in {l}|{t} vs {u}|difference between {t} and {u}|is {t} safe|why is {t} not working in {l}|"
          "{t} meaning|{t} tutorial|{t} example in {l}|best practice for {t}|explain {t}|when should I use {t}|{l} {t} error|{t} deprecated since which version|"
          "can we replace {t} by {u}?|search the docs for {t}|the linter complains about {t} in line {n}|please remove {t} from the {w} module|{t} ({l})|note: {t} is not allowed here|"
          "my {l} script prints {t} instead of the {w}|how many times is {t} used in {w}.{e}?|{l}: {t} and {u}, which one is faster?").split("|")
LANGUAGES = "Python JavaScript PHP Java Ruby Go Rust bash SQL MySQL Postgres React Vue Jinja Django Laravel Spring C# PowerShell Windows Linux nginx Docker Excel".split()
TAGS = "p div span li td h1 h2 h3 b i strong em code small figcaption section article label".split()
CLASSES = "card row col-md-6 btn-primary text-muted hero nav footer mt-4 container badge".split()
EXTENSIONS = "ts js tsx py rs go md css html json yaml toml txt csv java kt rb php c h".split()
FOLDERS = "src lib app pages components utils shared packages tests docs assets public config services models hooks styles images".split()


class Maker:
    def __init__(self, random):
        self.random = random

    def pick(self, words):
        return self.random.choice(words)

    def names(self):
        w, x, adj, who = self.pick(WORDS), self.pick(WORDS), self.pick(ADJECTIVES), self.pick(FIRST)
        return w, x, adj, who, self.random.randint(1, 99), self.random.randint(2, 40)

    def question(self):
        w, x, adj, who, n, m = self.names()
        return self.pick(FRAMES).format(t=self.pick(THINGS), u=self.pick(THINGS), l=self.pick(LANGUAGES), w=w, n=n, e=self.pick(EXTENSIONS))

    def link(self):
        w, x, adj, who, n, m = self.names()
        return self.pick((f"https://{w}.example/{x}", f"https://www.{w}s.example/{x}?id={n}&ref={adj}", f"/{w}s/{n}", f"mailto:{who.lower()}@{w}.example", f"#{x}", f"../{x}.html",
                          f"http://localhost:{3000 + n}/{w}", f"/img/{w}-{n}.png", f"https://cdn.{w}.example/{x}.{self.pick(('js', 'css', 'jpg', 'svg'))}", f"tel:+49 30 {n}{m}{n}{m}"))

    def element(self, depth=0):
        w, x, adj, who, n, m = self.names()
        tag, cls, q = self.pick(TAGS), self.pick(CLASSES), self.pick('""\'')
        inner = self.element(depth + 1) if depth < 3 and self.random.random() < 0.5 else self.pick((f"{adj} {w}", f"Hello {who}, your {w} is ready.", f"{n} {x}s", f"{who} &amp; {self.pick(FIRST)}", f"{n}&nbsp;&euro;"))
        return self.pick((
            f"<{tag}>{inner}</{tag}>", f"<{tag} class={q}{cls}{q}>{inner}</{tag}>", f"<{tag} id={q}{w}{n}{q} class={q}{cls}{q}>{inner}</{tag}>", f"<a href={q}{self.link()}{q}>{inner}</a>",
            f"<a href={q}{self.link()}{q} style={q}color:#{n:02d}8{q} target={q}_blank{q} rel={q}noopener{q}>{adj} {w}</a>", f"<img src={q}{self.link()}{q} alt={q}{adj} {w}{q}>", f"<img src={q}/{w}.png{q} width={q}{n}0{q} height={q}{m}0{q}/>",
            f"<ul><li>{inner}</li><li>{w}</li></ul>", f"<table><tr><th>{w}</th><td>{inner}</td></tr></table>", f"<td align={q}right{q} style={q}padding:{m}px{q}>{inner}</td>", f"{inner}<br><br>{adj} {x}", f"<p style={q}font-family:Arial;font-size:{m}px{q}>{inner}</p>",
            f"<select name={q}{w}{q}><option>{x}</option><option selected>{adj}</option></select>", f"<input type={q}{self.pick(('text', 'email', 'checkbox', 'hidden', 'submit'))}{q} name={q}{w}{q} value={q}{x}{q} placeholder={q}{adj} {w}{q}>",
            f"<form action={q}/{w}s{q} method={q}post{q}>{inner}<button type={q}submit{q}>{verb(self)}</button></form>", f"<label for={q}{w}{q}>{adj}</label>", f"<button class={q}{cls}{q} @click={q}{x} = !{x}{q}>{w}</button>", f"<{tag} v-if={q}{x}.{w}{q}>{{{{ {x}.{w} }}}}</{tag}>",
            f"<{tag} x-data={q}{{ {w}: false }}{q}>{inner}</{tag}>", f"<video controls width={q}{n}0{q}><source src={q}/media/{w}.mp4{q} type={q}video/mp4{q}></video>", f"<audio controls src={q}/voice/{w}-{n}.ogg{q}></audio>", f"<template id={q}{w}{q}><tr><td></td></tr></template>",
            f"<details><summary>{adj} {w}</summary>{inner}</details>", f"<!-- {adj} {w} --><p>{inner}</p>", f"<!-- wp:{w} --><p>{inner}</p><!-- /wp:{w} -->", f"<style>.{w} {{ color: #{n:02d}{m:02d}ff; margin: {m}px }}</style>", f"<br/>{inner}<hr>", f"<blockquote>{inner}</blockquote>",
            f"<pre><code>{w} = {x}({n})</code></pre>", f"<body style={q}margin:0{q}><center>{inner}</center></body>", f"<html lang={q}en{q}><head><title>{adj} {w}</title></head><body>{inner}</body></html>", f"<meta charset={q}utf-8{q}><title>{w}</title>",
            f"<meta name={q}viewport{q} content={q}width=device-width, initial-scale=1{q}>", f"<link rel={q}stylesheet{q} href={q}/css/{w}.css{q}>", f"<MyComponent {w}={{{x}}} on{x.title()}={{handle{x.title()}}} />", f"<{w.title()}Card title={q}{adj}{q} items={{{x}s}} />",
            f"<iframe src={q}https://www.youtube.com/embed/{w}{n}{q} width={q}560{q}></iframe>"))

    def xml(self):
        w, x, adj, who, n, m = self.names()
        head = self.pick(("", "", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>\n'))
        return head + self.pick((
            f"<{w}><{x}>{adj}</{x}><to>{who}</to><body>Call me at {n}</body></{w}>", f'<{w}s>\n  <{w} id="{n}">\n    <name>{adj} {x}</name>\n    <price currency="EUR">{m}.50</price>\n  </{w}>\n</{w}s>',
            f'<!DOCTYPE html><html><head><title>{w}</title></head><body>{self.element()}</body></html>', f'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html><body>{w}</body></html>',
            f'<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0"><dict><key>{w}</key><string>{x}</string></dict></plist>', f'<!DOCTYPE {w} SYSTEM "{w}.dtd"><{w}><no>{n}</no></{w}>',
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {m} {m}"><path d="M{n} 0h{m}v{m}z" fill="#{n:02d}0"/></svg>', f'<svg width="{m}" height="{m}"><circle cx="{n}" cy="{m}" r="4"/><text x="{n}">{w}</text></svg>',
            f'<rss version="2.0"><channel><title>{adj} {w}</title><link>{self.link()}</link><item><title>{x}</title></item></channel></rss>', f'<project xmlns="http://maven.apache.org/POM/4.0.0"><groupId>org.{w}</groupId><artifactId>{x}</artifactId><version>1.{n}</version></project>',
            f'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><Get{w.title()}><Id>{n}</Id></Get{w.title()}></soap:Body></soap:Envelope>', f'<xs:element name="{w}" type="xs:string"/>', f'<dependency><groupId>{w}</groupId><artifactId>{x}</artifactId></dependency>',
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{self.link()}</loc></url></urlset>', f'<{w} {x}="{n}"/>', f'<config><add key="{w}" value="{x}"/></config>', f'<{w}><![CDATA[{adj} {x} & {who}]]></{w}>', f'<bean id="{w}" class="org.{x}.{w.title()}Service"/>',
            f"<string name=\"{w}\">{adj} {x}</string>", f"<note>{who}'s {w}</note>"))

    def template(self):
        w, x, adj, who, n, m = self.names()
        return self.pick((
            f"Dear {{{{ {w}.first_name }}}},\n\nyour {x} arrives on {{{{ {w}.date }}}}.", f"Hi {{{{ first_name|default('{who}') }}}}, see our {adj} {w}s", f"{{% for {w} in {w}s %}}- {{{{ {w}.name }}}}: {{{{ {w}.price|round(2) }}}}\n{{% endfor %}}",
            f"{{% if {w} %}}{adj} {x}{{% else %}}no {x}{{% endif %}}", f"{{{{ site.{w} }}}} | {{{{ page.title }}}}", f"{{{{ {x}.date | format: \"short\" }}}} {w}", f"{{{{#each {w}s}}}}{{{{name}}}} {{{{/each}}}}", f"{{{{#if {w}}}}}{adj}{{{{/if}}}}", f"Hello ${{{w}}}, {adj} ${{{x}.name}}",
            f"<%= {w}.title %> by <%= author %>", f"<% {w}s.each do |{x}| %><li><%= {x}.name %></li><% end %>", f"{{{{ ref('stg_{w}s') }}}}", f"select * from {{{{ source('{w}', '{x}s') }}}}", f"{{{{ .Values.{w}.{x} | quote }}}}", f"{{{{ .Name }}}} has {{{{ len .Items }}}} {w}s",
            f"${{{{ secrets.{w.upper()}_TOKEN }}}}", f"${{{{ matrix.{w} }}}}", f"{w}-${{{{ github.sha }}}}", f"${{{w.upper()}_{x.upper()}}}", f"${{{w.upper()}:-{x}}}", f"[[{w}]] and [[{x}]]", f"%{w}% was {adj}", f"{{0}} of {{1}} {w}s", f"%s has %d {w}s (%.2f %%)", f"{{{w}}} / {{{x}}}", f"*|FNAME|*, your {w}",
            f"template: src={w}.j2 dest={{{{ {x}_home }}}}/{w}.conf", f"- name: install {w}\n  apt: name={{{{ item }}}} state=present", f"{{{{ request.user }}}} is printed on the {w} page", f"$ {{ {w} }}", f"@{{{w}}}", f"{w}.{x} = ${{project.version}}", f"<p>{{{{ {w}.text | truncate(80) }}}}</p>",
            f"[% {w} %]", f"<{w}>{{{x}}}</{w}>", f"{{{{ '{w}'|trans }}}}", f"{{% trans %}}{adj} {w}{{% endtrans %}}", f"{{% extends 'base.html' %}}{{% block {w} %}}{x}{{% endblock %}}", f"{{{{ {w}|join(', ') }}}}", f"#{{{w}}} is {adj}", f"~{w}~ {x}"))

    def filter(self):
        w, x, adj, who, n, m = self.names()
        return self.pick((
            f"{w} = '{adj}' OR {x} > {n}", f"{w} == \"{adj}\" and {x} >= {n}", f"{w} LIKE '%{x}' AND created_at > '2026-0{n % 9 + 1}-01'", f"{w} in ('{x}', '{adj}') and not {x} = {n}", f"project = {w.upper()} AND text ~ \"{x}\" ORDER BY updated DESC", f"assignee = {who.lower()} AND status != Done ORDER BY priority",
            f"{w}:{x}* AND NOT {adj}:(old OR archived)", f"({w} OR {x}) AND \"{adj} {w}\"", f"is:open is:issue label:{w} author:{who.lower()} sort:updated-desc", f"from:{who.lower()}@{w}.example subject:\"{x}\" has:attachment", f"$filter={w} gt {n} and {x} eq '{adj}'", f"price:[{m} TO {n + m}] AND brand:\"{adj}\"",
            f'{{"{w}": "{adj}", "{x}": {{"$gt": {n + 2}}}}}', f'{{"{w}": {{"$in": ["{x}", "{adj}"]}}}}', f'[{{"$match": {{"{w}": "{adj}"}}}}, {{"$group": {{"_id": "${x}", "n": {{"$sum": 1}}}}}}]', f'{{"$set": {{"{w}": {n}}}}}', f"SUM(CASE WHEN {w} = '{adj}' THEN 1 ELSE 0 END)", f"COUNT(*)", f"count(distinct {w})", f"AVG({w}) AS {x}",
            f"{w} DESC, {x} ASC", f"lower({w}) as {x}", f"{w}, count(*) as n", f"=SUM({w[0].upper()}1:{x[0].upper()}{n})", f"=IF({w[0].upper()}{n}>5,\"{adj}\",\"no\")", f"=VLOOKUP(B{m},{w.title()}!A:C,3,FALSE)", f"df[df['{w}'] > {n}]", f"{w} > {n} && {x} < {m}", f"age > {m} AND country = 'DE'", f"{n}*{m}={n * m}", f"{n}*{m}",
            f"rate({w}_total{{job=\"{x}\"}}[5m])", f"sum by ({w}) ({x}_seconds)", f"{w} IS NOT NULL", f"(|(cn={who}*)(sn={w.title()}*))", f"(&(objectClass=user)(department={w}))", f".{w}[] | select(.{x} > {n})", f"$.{w}[?(@.{x} < {m})]", f"//{w}[@id='{n}']/{x}", f"//div[@class=\"{w}\"]/a", f"/{w}/{x}/text()",
            f"{{ {w}(id: {n}) {{ name {x} {{ name }} }} }}", f"query {{ {w}s(first: {n}) {{ nodes {{ {x} }} }} }}", f"mutation {{ add{w.title()}(input: {{id: \"{n}\"}}) {{ {x} }} }}", f"SELECT {w} FROM {x}s", f"SELECT * FROM {w}s", f"select count(*) from {w}s", f"SELECT {w}, {x} FROM {w}s ORDER BY {x} LIMIT {m}"))

    def path(self):
        w, x, adj, who, n, m = self.names()
        f, g, e = self.pick(FOLDERS), self.pick(FOLDERS), self.pick(EXTENSIONS)
        return self.pick((
            f"../{f}/{w}.{e}", f"../../{f}/{g}/{w}.{e}", f"../{w}.{e}", f"./{f}/{w}.{e}", f"./{f}/../{g}/{w}.{e}", f"import {w} from '../../{f}/{x}'", f"import {{ {w} }} from \"../{f}/{x}.{e}\";", f"require('../{f}/{w}')", f"[{adj}](../{f}/{w}.md#{x})", f"![{w}](../images/{x}.png)", f"@import '../{f}/{w}.css';",
            f"/usr/local/bin/{w}", f"/usr/share/{w}/{x}.{e}", f"/var/www/{w}/html/index.html", f"/var/log/{w}/{x}.log", f"/opt/{w}/bin/{x}", f"/etc/{w}/{x}.conf.example", f"/srv/{w}/{x}", f"/home/{who.lower()}/{f}/{w}.{e}", f"/Users/{who.lower()}/{f}/{w}.{e}", f"/workspace/{f}/{w}/{x}.{e}", f"./etc/{w}.example",
            f"C:\\Users\\{who}\\Documents\\{w}.docx", f"D:/{f}/{w}.{e}", f"\\\\nas\\{f}\\{w}.{e}", f"~/{f}/{w}.{e}", f"{f}/{w} ({n}).{e}", f"{f}/{who}'s {w}.pdf", f"{w} & {x}.{e}", f"{f}/**/*.{e}", f"{f}/[{w}]/page.tsx", f"{f}/${w}Id.tsx", f"templates/{{{{cookiecutter.{w}}}}}/setup.py", f"{w}..{x}.diff",
            f'{{"files": ["{f}/**/*.{e}"], "extends": "../{g}/base.json"}}', f"{w} gets a reset from http://127.0.0.1:{8000 + n}/{x}, who runs it?", f"http://192.168.{m}.{n}:{8000 + n}", f"http://192.168.{m}.{n}/{w}", f"the printer is at 192.168.{m}.{n}", f"{who} says 169.254.169.254 is where {w} asks for its {x}", f"http://{w}.local:{8000 + n}/{x}",
            f"cd {f} && ls -la", f"npm run {w} && npm test", f"cd {w}; make {x}", f"git add . && git commit -m '{adj} {w}'", f"cat {f}/{w}.{e} | grep {x}", f"docker compose up -d {w}", f"python3 {w}.py --{x} {n} > {x}.txt", f"`npm run {w}` fails with {x}", f"run `git status` in {f}", f"| Command | Meaning |\n|---|---|\n| `{w}` | {adj} {x} |\n| `ls` | list |"))

    def json(self):
        w, x, adj, who, n, m = self.names()
        text = self.pick((self.element, self.template, self.filter, self.question, self.xml, self.path))()
        quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return self.pick((f'{{"{w}":"{adj}","body":"{quoted}"}}', f'{{"name":"{who}","notes":"{quoted}"}}', f'[{{"id":{n},"{x}":"{quoted}","done":false}}]', f'{{"title":"{adj} {w}","steps":["{quoted}","{verb(self)} the {x}"]}}'))

    def prose(self):
        w, x, adj, who, n, m = self.names()
        return self.pick((f"{who} wrote: {self.question()}", f"{self.question()}\n{self.question()}", f"In {w}.{self.pick(EXTENSIONS)} we have {self.pick(THINGS)}, and the {x} does not like it. {who}", f"- {self.question()}\n- {self.filter()}\n- {self.path()}",
                          f"# {adj.title()} {w}\n\n{self.question()}\n\n```\n{self.path()}\n```\n", f"{self.template()} is what the {w} shows", f"TODO: {self.question()}", f"Ticket {n}: {self.filter()} gives the wrong {x}", f"class {w.title()} {{ constructor({x}) {{ this.{x} = {x} }} }}", f"class {w.title()}:\n    def __init__(self, {x}):\n        self.{x} = {x}",
                          f"Agenda\n\nLocation: room {n}\nStatus: open\nTo: {who}", f"const {w} = require(\"{x}\");", f"import {{ {w} }} from \"{x}\";", f"{w} = new {x.title()}({n});", f"if ({w} < {n} && {x} > {m}) {{ return {w}; }}", f"x &lt; {n} &amp;&amp; y &gt; {m}", f"{who} &lt;{who.lower()}@{w}.example&gt;", f"{w}: ok; {x}: {adj}; {who}: late",
                          f"{self.pick(VERBS)} {w} from {self.pick(PLACES)}; {who} agrees"))


def verb(maker):
    return maker.pick("Save Send Open Print Close Share Next Order".split())


def fragment(random):
    maker = Maker(random)
    kinds = (maker.question, maker.question, maker.element, maker.element, maker.element, maker.xml, maker.xml, maker.template, maker.template, maker.filter, maker.filter, maker.path, maker.path, maker.json, maker.prose)
    return random.choice(kinds)()
