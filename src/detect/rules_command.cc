// Shell commands in arguments that are not for a shell, and in shell arguments what no honest task
// needs. The lexer (shell.h) judges the grammar; these rules judge the words.
#include <array>

#include "detect/rules.h"
#include "detect/surroundings.h"

namespace doorward::detect {

namespace {

constexpr unsigned kArgs = bit(Channel::tool_arguments);
constexpr unsigned kScalar =
    bit(Role::text) | bit(Role::path) | bit(Role::url) | bit(Role::host) | bit(Role::identifier);
constexpr unsigned kEvery = kAllRoles;
constexpr auto kC = Kind::command;
constexpr auto kLikely = Certainty::likely;
constexpr auto kCertain = Certainty::certain;
constexpr auto kWeak = Certainty::weak;

// Programs that attackers call first.
#define DOORWARD_PROGRAMS                                                                 \
  "(cat|tac|ls|whoami|uname|hostname|wget|curl|nc|ncat|netcat|bash|sh|zsh|ksh|dash|"      \
  "python\\d?|perl|ruby|php|lua|awk|gawk|ping|ping6|sleep|rm|cp|mv|chmod|chown|echo|"     \
  "printf|ipconfig|ifconfig|netstat|nslookup|dig|powershell|pwsh|cmd|certutil|"           \
  "bitsadmin|mkfifo|telnet|ftp|tftp|ssh|scp|crontab|grep|sed|pwd|base64|xxd|gcc|sudo|"    \
  "passwd|useradd|sendmail|systeminfo|sysinfo|tasklist|rundll32|regsvr32|mshta|wmic|"     \
  "timeout|socat|openssl|busybox|uptime|lsof|df|dd|tar|zip|vi|vim|nano|shutdown|reboot|"  \
  "poweroff|nmap|netsh|printenv|xargs|insmod|iptables|systemctl|dmesg|lsblk|lscpu|lspci|" \
  "traceroute|tracert|schtasks|cscript|wscript|nohup|usermod|groupadd|chpasswd|pkill|"    \
  "killall|w3m|lynx|tcpdump|strace|kubectl|docker)"
// Those that are words of a language too: `; find the key` is prose.
#define DOORWARD_WORDS                                                                   \
  "(more|less|head|tail|type|net|host|find|who|time|set|export|source|start|mail|kill|"  \
  "touch|ip|id|ver|vol|init|mount|halt|exec|eval|dir|cd|node|env|nl|w|ps|ss|tee|su|reg|" \
  "fetch|history|command|builtin|alias|unset|route|arp|at|del|copy|ren|rd|md|start|call)"
#define DOORWARD_ANY "(" DOORWARD_PROGRAMS "|" DOORWARD_WORDS ")"

constexpr std::array kRules = {
    Rule{"command.chained", kC, kLikely, 3.6,
         "(^|[^\\\\&|;<>])(;|\\|\\|?|&&?|\\n|\\r\\n?|%0a|%0d)[\\s+]{0,4}(/(usr/)?s?bin/"
         ")?" DOORWARD_PROGRAMS "(\\.exe)?([\\s+]{1,4}(-{1,2}[\\w-]|/\\w|[\\w./"
         "~$*?'\"{(%:-]|>|<|\\|)|\\s{0,4}($|[;&|#>`\"]))",
         kArgs, kScalar, R"t((;|\||&|\n|\r|%0a|%0d))t", false, 0, is_not_table},
    // Another command behind a value, with an aim that no text has by chance.
    Rule{
        "command.chained_aim", kC, kLikely, kSure,
        R"re((^|[^\\&|;<>\n])(;|\|\||&&?|%0a|%26)[ \t+]{0,4}(sudo\s{1,4})?(/(usr/)?s?bin/)?((cat|tac|nl|head|tail|less|more|strings|xxd|base64)[\s+]{1,4}[^\n;|&]{0,40}(/etc/(passwd|shadow|sudoers|gshadow)\b|/proc/(self|\d{1,6})/|/root/|~/\.(ssh|aws)|id_(rsa|ed25519)\b)|(nc|ncat|netcat)[\s+]{1,4}(-[a-z]{1,8}[\s+]{1,4}){0,3}[\w.-]{1,80}[\s+]{1,4}\d{2,5}\b|useradd[\s+]{1,4}[\w-])|(;|%3b|[^&]&)[ \t+]{0,4}rm[\s+]{1,4}-[a-z]{0,6}(rf|fr)[a-z]{0,4}[\s+]{1,4}[\w./*~$])re",
        kArgs, kScalar, R"t((;|\||&|%0a|%26|%3b))t"},
    // What only a shell makes sense of, behind a value: a program found by a pattern, a
    // word put together from nothing, a variable that is set and called, a command that
    // runs another.
    Rule{
        "command.shell_grammar", kC, kLikely, kSure,
        R"re([;|&`(\n]\s{0,3}/[a-z*?]{0,5}[?*][a-z?*]{0,5}/[\w?*]{0,6}[?*][\w?*]{0,6}(\s|$)|[;|&`]\s{0,3}[a-z]{1,8}(\$\(\)|``|\$\{\w{0,8}\}|\$@|\$[1-9*!])[a-z]{1,8}\b|[;&|]\s{0,3}[a-z_]{1,12}=[^\s;&|]{1,40}\s{0,3}[;&]{1,2}\s{0,3}(\$\{?[a-z_]|eval\b|`)|[;&|]\s{0,3}(eval|exec|command|builtin|nohup|xargs|sudo|env|busybox|time|setsid)\s{1,3}(-\w{1,8}\s{1,3})?(/bin/|/usr/bin/)?(id|sh|bash|zsh|dash|ksh|env|whoami|uname|cat|ls|curl|wget|nc|python\d?|perl|ruby|php|rm|\$\w{1,12})(\s|$|[;&|])|[;&|]\s{0,3}(ba|z|k|da)?sh\s{0,3}<<<|\$0\s{0,2}<<<|[;&|]\s{0,3}\$'(\\x?[0-9a-f]{2,3}){1,20}'|\$\(\s{0,2}printf\s{1,2}['"]?\\)re",
        kArgs, kScalar,
        R"t(([?*]|\$|``|<<<|[;&]\s{0,3}(`|eval\b)|[;&|]\s{0,3}(eval|exec|command|builtin|nohup|xargs|sudo|env|busybox|time|setsid)\s))t"},
    // A value that a program takes for an option, and the option runs, reads or writes.
    Rule{
        "command.option", kC, kLikely, kSure,
        R"re((^|[\s'"=])(-o\s{0,2}(proxy|local|permitlocal)command\s{0,2}[= ]|--(upload-pack|receive-pack|use-askpass|checkpoint-action|to-command|rsh-command|rsh|rsync-path|use-compress-program|post-file|body-file|exec-path|init-file|rcfile|preserve-env|gpg-program|config-env|renderer-cmd-prefix|gpu-launcher|utility-cmd-prefix)\s{0,2}[= ]\s{0,2}[^\s]|-exec(dir)?\s{1,3}(/|sh\b|bash\b|id\b|cat\b|python)|--output(-document)?=/(etc|root|var|usr|home|bin)|-O\s{0,2}/(etc|root|var/www|usr))|\bext::(sh|bash|nc|curl|python)\b)re",
        kArgs, kScalar, R"t((-o|--\w|-exec|ext::))t"},
    // A name that is none: programs read it as an option.
    Rule{"command.leading_dash", kC, kLikely, 5.9, R"(^\s{0,2}-{1,2}[a-z][\w-]{0,40}([=\s]|$))",
         kArgs, bit(Role::identifier) | bit(Role::host)},
    Rule{
        "command.inline_program", kC, kLikely, 4.4,
        R"(^\s{0,3}(perl|ruby|php|python\d?|node|lua|powershell(\.exe)?|pwsh)\s{1,3}-(e|c|r|ne|pe|command)\s{1,3}['"\w$])",
        kArgs, kScalar, nullptr, false, 0, is_not_prose},
    // PowerShell and cmd.exe behind a value.
    Rule{
        "command.windows_chained", kC, kLikely, kSure,
        R"re([;|&]\s{0,4}((get|set|start|stop|invoke|new|remove|add|out|copy|test|import|export|select|where|foreach|clear|expand|write)-(content|childitem|process|service|expression|webrequest|restmethod|command|item|itemproperty|object|localuser|localgroupmember|wmiobject|ciminstance|eventlog|scheduledtask|job|netconnection|string|file|host|mppreference|archive|module|executionpolicy|computer)|iex|iwr|irm)\b|(^|[;|&\n]\s{0,4})(c\^m\^?d|cm\^d|p\^o\^?w|po\^w|who\^a|w\^h|n\^e\^?t\b|ne\^t\s|p\^i\^?ng|d\^ir|t\^y\^?pe)|&\s{0,4}(for\s{1,3}/[fldr]\s|del\s{1,3}/[fsqa]|reg\s{1,3}(add|delete|query|save)\s|net\s{1,3}(user|localgroup|share|use|view)\b|copy\s{1,3}[a-z]:\\|sc\s{1,3}(create|stop|config)\s|wmic\s|schtasks\s|vssadmin\s|bcdedit\s|attrib\s[+-]|taskkill\s{1,3}/|whoami\s{0,2}(/|$|&)|ipconfig\b|systeminfo\b|tasklist\b)|%comspec%|\bcmd(\.exe)?\s{1,3}/[cksr]\s{1,3}["'^]?\w|\bpowershell(\.exe)?\b[^\n]{0,60}\s-(nop|noni|w\w{0,10}\s{1,3}hidden|ep\s{1,3}bypass|exec\w{0,12}\s{1,3}bypass|enc?\w{0,12}\s{1,3}[a-z0-9+/=]{8}))re",
        kArgs, kScalar, R"t((-[a-z]{3}|iex|iwr|irm|\^|&\s{0,4}[a-z]|comspec|cmd|powershell))t",
        false, 0, is_not_prose},
    Rule{"command.chained_word", kC, kLikely, 3.6,
         "(^|[^\\\\&|;<>])(;|\\|\\|?|&&?|\\n|\\r\\n?|%0a|%0d)[\\s+]{0,4}(/(usr/)?s?bin/"
         ")?" DOORWARD_WORDS "(\\.exe)?([\\s+]{1,4}(-{1,2}\\w|/|\\.{0,2}/"
         "|~|\\$|[a-z]:|\\*|>|<|\\||%|user\\b|localgroup\\b|"
         "share\\b|(add|query|delete|save) hk)|\\s{0,4}($|[;&|#>`]))",
         kArgs, kScalar, R"t((;|\||&|\n|\r|%0a|%0d))t", false, 0, is_not_table},
    Rule{"command.substitution", kC, kLikely, 3.6,
         // A fence and its language (```bash) are none; on one line they would be.
         "(\\$\\(|(^|[^`])`|<\\(|>\\()\\s{0,3}(/(usr/)?s?bin/)?" DOORWARD_ANY
         "\\b[^`)]{0,80}(`|\\)|$)|``[ \\t]{0,3}(/(usr/)?s?bin/)?" DOORWARD_ANY
         "\\b[^`)\\n]{0,80}(`|\\)|$)",
         kArgs, kScalar, R"t((\$\(|`|<\(|>\())t", false, 0, is_not_table_or_prose},
    Rule{"command.any_substitution", kC, kWeak, 1.8, R"(\$\([^)(]{1,80}\))", kArgs, kScalar},
    Rule{
        "command.separator_trick", kC, kLikely, 4.0,
        R"(\$\{?IFS\}?(\$\d|\W|\d)?|\{(cat|ls|wget|curl|ping|echo|nc|bash|sh|sleep|id|uname),[^}]{0,80}\}|\$\{PATH:\d|\$\{HOME:\d|\$@\w|\w\$@|\$\*\w|\$'\\x[0-9a-f]{2}|\$\(\(|\$\{#?[a-z_]+:[-+=?0-9]|\$\{!\w)",
        kArgs, kScalar, R"t((\$|\{(cat|ls|wget|curl|ping|echo|nc|bash|sh|sleep|id|uname),))t"},
    Rule{
        "command.quote_trick", kC, kLikely, 3.4,
        R"(\b(c['"\\]{1,2}a['"\\]{0,2}t|w['"\\]{1,2}h['"\\]{0,2}o|w['"\\]{0,2}h['"\\]{1,2}o['"\\]{0,2}a|l['"\\]{1,2}s|i['"\\]{1,2}d|u['"\\]{1,2}n['"\\]{0,2}a|b['"\\]{1,2}a['"\\]{0,2}s|w['"\\]{1,2}g['"\\]{0,2}e|c['"\\]{1,2}u['"\\]{0,2}r|p['"\\]{1,2}i['"\\]{0,2}n|n['"\\]{1,2}c|s['"\\]{1,2}h)['"\\]{0,2}\w{0,6}['"\\]{0,2}(\s|$|/)|/(\?|\*|\[.\]){1,4}[a-z?*]{0,3}/(\?|\*|[a-z\[\]]){2,10}|/[a-z?*]{0,3}\?{1,3}[a-z?*]{0,3}/[a-z?*]{0,6}[?*]|/e['"\\]{1,2}tc|/etc/(\?|\*|p\*|pass\*|p\?{2,6}|pas\?))",
        kArgs, kScalar,
        R"t((c['"\\]{1,2}a|w['"\\]{1,2}h|h['"\\]{1,2}o|l['"\\]{1,2}s|i['"\\]{1,2}d|u['"\\]{1,2}n|b['"\\]{1,2}a|w['"\\]{1,2}g|c['"\\]{1,2}u|p['"\\]{1,2}i|n['"\\]{1,2}c|s['"\\]{1,2}h|/[?*\[]|/[a-z*]{1,3}\?|/e['"\\]{1,2}tc|/etc/))t"},
    Rule{
        "command.shell_path", kC, kLikely, 3.2,
        R"re((/usr)?(/local)?/s?bin/(sh|bash|dash|zsh|ksh|csh|tcsh|cat|ls|id|uname|ping|nc|ncat|netcat|wget|curl|python|perl|ruby|php|chmod|rm|ps|echo|whoami|busybox|sleep|tail|head|less|more|telnet|nslookup|touch|kill)\b|\bcmd(\.exe)?\s{0,3}/[cksr]\b|\bpowershell(\.exe)?\s{1,3}-|\b(sh|bash|zsh|dash|ksh)\s{1,3}-[cix]{1,3}\b)re",
        kArgs, kScalar},
    Rule{
        "command.reverse_shell", kC, kCertain, 5.0,
        R"(/dev/(tcp|udp)/|\bn(et)?c(at)?(\.exe|\.traditional|\.openbsd)?\b[^\n|;&]{0,60}\s-[a-z]{0,5}[ec]\b|\bncat\b[^\n]{0,80}(--exec|--sh-exec|-e |-c )|\bbash\s{1,3}-i\b|mkfifo\s{1,3}\S{1,40}\s{0,3};|\bsocat\b[^\n]{0,120}\bexec\b|\bpty\.spawn\b|socket\.socket\([^\n]{0,200}(dup2|connect)|fsockopen\s{0,2}\(|TCPSocket\.(new|open)\(|IO::Socket::INET|Socket\s{0,2}\(\s{0,2}PF_INET|New-Object\s{1,3}(System\.)?Net\.Sockets\.TCPClient|\btelnet\b[^\n|]{1,60}\|\s{0,3}(/bin/)?(ba)?sh|0<&\d{1,3}|<&\d{1,3}\s{0,3}>&|exec\s{1,3}\d{1,3}<>|net\.connect\s{0,2}\(|os\.dup2\s{0,2}\(|java\.net\.Socket|Runtime\.getRuntime\(\)\.exec|\bzsh/net/tcp\b|ztcp\b|\bopenssl\s{1,3}s_client\b[^\n]{0,100}-connect[^\n]{0,100}\|)",
        kArgs, kEvery,
        R"t((/dev/(tcp|udp)|nc|netc|bash|mkfifo|socat|pty\.|socket|fsockopen|telnet|<&|<>|net\.connect|os\.dup2|getruntime|ztcp|zsh/net|s_client|net\.sockets))t"},
    Rule{"command.download_and_run", kC, kCertain, 4.5,
         R"re(\b(curl|wget|fetch|lwp-download|aria2c)\b[^\n;]{0,160}\|\s{0,3}(sudo\s{1,3})?(/(usr/)?bin/)?(ba|z|da|k)?sh\b(\s|$|-|["'`)])|\b(curl|wget)\b[^\n]{0,160}(;|&&)\s{0,3}(sudo\s{1,3})?(chmod\s{1,3}(\+x|[0-7]{3,4})|(ba|z)?sh\s{1,3}\S)|\b(iex|invoke-expression)\b[^\n]{0,80}(downloadstring|iwr|invoke-webrequest|net\.webclient|curl|irm)|(downloadstring|downloadfile)\s{0,2}\(|\b(ba|z|k)?sh\s{1,3}<\(\s{0,2}(curl|wget)|(\bsource|^\.|[;&]\s{0,2}\.)\s{1,3}<\(\s{0,2}(curl|wget)|\beval\s{1,3}['"]?\$\(\s{0,2}(curl|wget)|\s-\w{0,3}e\s{1,3}['"][^\n]{0,60}\beval\s{0,2}\(?\s{0,2}(get|lwp|http)|\bexec\s{0,2}\(\s{0,2}(urllib|requests|urlopen)|\bcertutil(\.exe)?\b[^\n]{0,60}-urlcache|\bbitsadmin\b[^\n]{0,60}/transfer|\bmshta\b\s{1,3}(https?|javascript|vbscript):|\bregsvr32\b[^\n]{0,60}/i:http|rundll32(\.exe)?\s{1,3}javascript)re",
         kArgs,
         bit(Role::text) | bit(Role::command) | bit(Role::path) | bit(Role::url) |
             bit(Role::identifier) | bit(Role::host),
         R"t((curl|eval|exec|wget|fetch|lwp-|aria2c|iex|invoke-|download(string|file)|certutil|bitsadmin|mshta|regsvr32|rundll32))t"},
    Rule{
        "command.decode_and_run", kC, kCertain, 4.5,
        R"(\b(base64|openssl\s{1,3}(enc|base64)|xxd|rev|tr|hex)\b[^\n;|]{0,60}(-d|--decode|-D|-r|-ps?)?[^\n;|]{0,60}\|\s{0,3}(sudo\s{1,3})?(/(usr/)?bin/)?(ba|z|da|k)?sh\b|\b(ba|z)?sh\s{0,3}<<<\s{0,3}['"$(]|\beval\s{1,3}["'`$(]{1,3}\s{0,2}(echo|printf|base64|curl|wget)|powershell(\.exe)?[^\n]{0,80}\s-(e|en|enc|enco\w{0,12}|ec)\s{1,3}[a-z0-9+/=]{16,})",
        kArgs, kEvery, R"t((base64|openssl|xxd|rev|hex|tr\b|<<<|eval|powershell))t"},
    Rule{"command.shellshock", kC, kCertain, 5.0,
         R"(\(\s{0,3}\)\s{0,3}\{\s{0,3}[^}]{0,10};?\s{0,3}\}\s{0,3};)", kArgs, kEvery},
    Rule{
        "command.destroy", kC, kCertain, 4.5,
        R"(\brm\s{1,3}(-[a-z-]{1,20}\s{1,3}){1,4}(--\s{1,3})?['"]?(/|/\*|~/?|\$HOME|/(etc|usr|var|bin|boot|home|lib|root)/?\*?)['"]?(\s|$|;|&|\|)|:\s{0,2}\(\s{0,2}\)\s{0,2}\{\s{0,2}:\s{0,2}\|\s{0,2}:|\bmkfs(\.\w{2,6})?\s{1,3}[^\n]{0,40}/dev/(sd|nvme|hd|vd|xvd)|\bdd\b[^\n]{0,60}\bof=/dev/(sd|nvme|hd|vd|xvd)[a-z0-9]{1,6}\b[^\n]{0,40}|>\s{0,3}/dev/(sd|nvme|hd|vd)[a-z]|\bchmod\s{1,3}(-R\s{1,3})?(0?777|a\+rwx|u\+s|\+s|4755)\s{1,3}['"]?/(\s|etc|bin|usr|$)|\bformat\s{1,3}c:|\bdel\s{1,3}/[fsq][^\n]{0,20}\s[a-z]:\\|vssadmin\s{1,3}delete|\bcipher\s{1,3}/w)",
        kArgs, bit(Role::command) | bit(Role::text) | bit(Role::code),
        R"t((\brm\b|\(\s{0,2}\)|mkfs|\bdd\b|/dev/(sd|nvme|hd|vd)|chmod|format|\bdel\b|vssadmin|cipher))t"},
    Rule{
        "command.persist", kC, kLikely, 3.4,
        R"re((>>?|\btee\b[^\n|]{0,20})\s{0,3}['"]?(/etc/(passwd|shadow|sudoers|crontab|cron\.|ld\.so\.preload|profile|rc\.local)|(~|/root|/home/\w{1,30}|\$HOME)/\.ssh/authorized_keys)|\b(curl|wget|nc|base64|/dev/tcp)\b[^\n]{0,120}>>?\s{0,3}(~|/root|/home/\w{1,30}|\$HOME)/\.(bashrc|profile|bash_profile|zshrc)|\bchmod\s{1,3}(u\+s|g\+s|\+s|[46]7\d\d)\s{1,3}\S{0,60}((ba)?sh\b|/\.\w|/tmp/)|\bhistory\s{1,3}-c\b|\bunset\s{1,3}HISTFILE|\bexport\s{1,3}HISTFILE=/dev/null|\b(ufw|iptables)\b\s{1,3}(disable|-F)\b|\bsetenforce\s{1,3}0\b|\bLD_PRELOAD=)re",
        kArgs, kEvery,
        R"t((>|chmod|\btee\b|history|histfile|ufw|iptables|setenforce|ld_preload))t"},
    Rule{
        "command.send_file", kC, kCertain, 4.0,
        R"re(\b(curl|wget)\b[^\n]{0,160}(-d|--data(-binary|-raw|-urlencode)?|-F|--form|-T|--upload-file|--post-file|--post-data)[\s=]{0,3}['"]?[^\n]{0,60}(@\s{0,2}['"]?[^\s'"]{0,80}(/etc/(passwd|shadow)|\.ssh/|\.aws/|\.env\b|id_rsa|\.kube/|\.netrc|\.git-credentials|\.npmrc|\.pem\b)|\$\(|`|\$\{?[A-Z_]*(KEY|TOKEN|SECRET|PASSWORD))|\b(cat|tar|base64|env|printenv|set|zip|grep)\b[^\n|]{0,120}\|\s{0,3}(curl|wget|nc|ncat|netcat)\b[^\n]{0,120}|\b(nslookup|dig|ping|host)\s{1,4}[^\n`]{0,40}(\$\(\s{0,2}|`\s{0,2})(whoami|id|cat|hostname|uname|env|ls|curl|base64|head|pwd|printenv|echo|awk|grep)\b|\bscp\b[^\n]{0,60}(\.ssh/id_|/etc/(passwd|shadow)|\.aws/)[^\n]{0,80}@)re",
        kArgs, kEvery, R"t((curl|wget|\||nslookup|\bdig\b|ping|\bhost\b|\bscp\b))t"},
    Rule{
        "command.read_secret_file", kC, kLikely, 3.4,
        R"(\b(cat|tac|nl|more|less|head|tail|strings|xxd|od|base64|grep|awk|sed|cp|type|cut|sort|rev|dd|vim?|nano|php|perl)\b[^\n;|&]{0,60}\s{0,3}['"]?(\.\./){0,12}/?(etc/(passwd|shadow|sudoers|gshadow|master\.passwd)|proc/(self|\d{1,6}|1)/(environ|cmdline|mem|maps))\b)",
        kArgs, kEvery, R"t((etc/(passwd|shadow|sudoers|gshadow|master)|proc/(self|\d)))t"},
    // Programs of everyday that are made to start a shell, and a host that is taken
    // into a container.
    Rule{
        "command.escape", kC, kCertain, 4.5,
        R"re(-exec(dir)?\s{1,3}(/(usr/)?bin/)?(ba|z|da)?sh\s{0,3}(\\;|-p|;)|\bawk\b[^\n]{0,40}\bBEGIN\s{0,3}\{\s{0,3}system\s{0,2}\(\s{0,2}['"]/bin/|\b(vim?|less|more|man|ftp|gdb|ed)\b[^\n|;]{0,40}['"]:?!\s{0,2}/(usr/)?bin/(ba|z|da)?sh|--checkpoint-action\s{0,2}=\s{0,2}exec|-o\s{0,3}['"]?proxycommand\s{0,3}[= ]\s{0,3}['"]?\s{0,2};|\bext::(sh|bash)\b|\bnsenter\b[^\n]{0,60}(--target|-t)\s{1,3}1\b|\bdocker\s{1,3}run\b[^\n]{0,120}(-v|--volume)[ =]/:/[^\n]{0,120}|\buse(radd|rmod)\b[^\n]{0,40}-o\s{1,3}-u\s{0,3}0\b|\bperl\b[^\n]{0,40}\buse\s{1,3}(io::)?socket\b[^\n]{0,400}(exec|/bin/sh)|\|\s{0,3}(curl|wget)\b[^\n|;]{0,120}\s(-d|-F|-T|--data(-binary|-raw|-urlencode)?|--upload-file|--post-file|--form)[\s=]{0,2}['"]?(@|\w{1,12}=@)?-(\s|$|['"])|\bpython\d?\b[^\n]{0,40}\bimport\b[^\n]{0,60}\bos\.(setuid|execl?)\b[^\n]{0,40}/bin/(ba)?sh)re",
        kArgs, bit(Role::command) | bit(Role::text) | bit(Role::code),
        R"t((-exec|begin|:?!\s{0,2}/|checkpoint|proxycommand|ext::|nsenter|docker\s|-u\s{0,3}0|\bperl|\|\s{0,3}(curl|wget)|os\.(setuid|exec)))t"},
    Rule{"command.fragment", kC, kLikely, 3.4,
         "^\\s{0,4}['\"`)]{0,3}\\s{0,3}(;|\\|\\|?|&&?|\\$\\(|`|\\n|\\)\\s{0,2};|\\}\\s{"
         "0,2}"
         ";|<\\(|%0a|%26|\\$\\{)\\s{0,4}(/(usr/)?s?bin/)?" DOORWARD_ANY "\\b",
         kArgs, kEvery, nullptr, false, 0, is_not_table},
    Rule{"command.trailing", kC, kWeak, 1.4, R"([\w"')]\s{0,3}[;|&`]\s{0,3}$|^\s{0,3}[;|&`])",
         kArgs, kScalar, R"t([;|&`]\s{0,3}$|^\s{0,3}[;|&`])t", false, 0, is_not_table},
    Rule{
        "command.windows", kC, kLikely, 3.0,
        R"(%(comspec|systemroot|windir|appdata|userprofile|programfiles|temp)%|\b(net|net1)\s{1,3}(user|localgroup|group|share|view|use)\b|\breg\s{1,3}(add|query|delete|save)\s{1,3}(hk|\\)|\bwmic\s{1,3}(process|os|useraccount)|\bschtasks\s{1,3}/create|\btype\s{1,3}[%a-z]:?\\|\bdir\s{1,3}[a-z]:\\|\bc\^?m\^?d\^?\s|p\^o\^w|\bw\^?h\^o|\bping\s{1,3}-n\s{1,3}\d{1,4}\s|\bping\s{1,3}-[ic]\s{1,3}\d{1,4}\s{1,3}(127|0|localhost|::1))",
        kArgs, kScalar},
};
#undef DOORWARD_PROGRAMS
#undef DOORWARD_WORDS
#undef DOORWARD_ANY

}  // namespace

std::span<const Rule> command_rules() {
  return kRules;
}

}  // namespace doorward::detect
