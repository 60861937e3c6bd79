// Paths that climb or lead to credentials, URLs that run code, read files or lead inside.
#include <array>

#include "detect/address.h"
#include "detect/rules.h"
#include "detect/surroundings.h"

namespace doorward::detect {

namespace {

constexpr unsigned kArgs = bit(Channel::tool_arguments);
constexpr unsigned kNotCode = kAllRoles & ~(bit(Role::code) | bit(Role::command) | bit(Role::sql));
constexpr auto kP = Kind::path;
constexpr auto kLikely = Certainty::likely;
constexpr auto kCertain = Certainty::certain;
constexpr auto kWeak = Certainty::weak;

constexpr std::array kRules = {
    Rule{
        "path.climbs_far", kP, kLikely, 4.0,
        R"((\.{2,3}\s{0,1}[/\\]{1,4}){2,}|(\.\.(;|%00|\x00)[/\\]){1,}|(\.{4}[/\\]{2}){1,}|\.\.\.[/\\]\.|(\.\.[/\\]){1,}(etc|windows|winnt|boot|proc|var|usr|root|home|bin|web-inf|apache|system32|\.ssh|\.env|\.git)\b)",
        kArgs, kNotCode, nullptr, false, 0, climbs_out},
    Rule{"path.climbs", kP, kWeak, 1.8, R"((^|[/\\=:"'\s])\.\.([/\\]|$))", kArgs, kNotCode, nullptr,
         false, 0, climbs_out},
    Rule{"path.climbs_path", kP, kLikely, 3.4, R"((^|[/\\])\.\.([/\\]|$))", kArgs,
         bit(Role::path) | bit(Role::identifier) | bit(Role::url) | bit(Role::host), nullptr, false,
         0, climbs_out},
    Rule{
        "path.encoded", kP, kLikely, 4.0,
        R"re((%(25)?(2e|c0%ae|c0%2e|e0%80%ae|uff0e|u002e|c0%5e|c0%fe|32%65)){1,2}(%(25)?(2f|5c|c0%af|c1%9c|c0%9v|u2215|u2216|35c|252f|255c|bg%qf|32%66)|/|\\)|\.\.(%(25)?(2f|5c|c0%af|c1%9c|c0%qf|e0%80%af|u2215|u2216|255c|252f|c1%1c|c0%2f|af|bg%qf|9v)|\xc0\xaf|\xc1\x9c|0x2f|0x5c)|0x2e0x2e|%%32%65|\.%00\.|%c0%ae|\xc0\xae|%u2216|%u2215|(\.\.2f){2,}|(\.\.5c){2,}|((\.{1,2}|\?\.|\.\?|%2e|%c0%[ef]e|%%32%%?65|%c0\.){1,2}%{1,2}(u[0-9a-f]{4}|c[01]%[0-9a-f]?[a-z]|3[25]%{1,2}6[356]|bg%qf|c0%[q569]\w?|01|c1%1c)){2,}|∕)re",
        kArgs, kNotCode, R"t((%|\xc0|\xc1|0x2[ef]|\.\.|∕))t"},
    // No writer of UTF-8 makes these: a character in more bytes than it needs.
    Rule{
        "path.overlong", kP, kLikely, 4.2,
        R"(%(25){0,2}(c[01]%(25){0,2}[89ab][0-9a-f]|e0%(25){0,2}[89][0-9a-f]%|f0%(25){0,2}8[0-9a-f]%|f8%(25){0,2}8[0-7]%|fc%(25){0,2}8[0-3]%|c0%(25){0,2}(2e|2f|5c)|c0[./\\])|\.\.(%(25){0,2}[01][0-9a-f]|[\x01-\x08\x0e-\x1f]){1,3}([/\\]|%(25){0,2}(2f|5c))|[/\\:]\.{6,200}([{\w/\\]|$))",
        kArgs, kNotCode, R"t((%|\.\.))t"},
    Rule{
        "path.system_file", kP, kLikely, 3.6,
        R"re((/|\\|^|[\s"'=:;&|?`(<>@{,])(etc[/\\]+(passwd|shadow|group|hosts\.(allow|deny|equiv)|sudoers|gshadow|fstab|crontab|issue|motd|my\.cnf|(httpd?|apache2?|nginx|lighttpd|tomcat\w{0,3}|mysql|samba|ssh|php\w{0,4}|vsftpd|proftpd)[/\\]+(\w{1,12}[/\\]+){0,2}((httpd?|apache2?|nginx|my|smb|vsftpd|proftpd|php|lighttpd|ssl|server|web|tomcat-users)\.(conf|cnf|ini|xml)|sshd?_config|(access|error)[._]log|logs?|.htpasswd)|php\d?\.ini|resolv\.conf|profile|master\.passwd|security|inetd|cups|network|release|redhat-release|rc\.d|logrotate\.d|pam\.d|hostname|os-release|shells|exports|sysctl\.conf|cron\w{0,8}|ld\.so\.\w{3,6}|localtime|at\.allow|at\.deny|login\.defs|services|protocols|ftp\w{0,8}|wu-ftpd|pure-ftpd\w{0,4}|proftp\w{0,8}|muddleftpd|webmin|nsswitch\.conf|adduser\.conf)\b|proc[/\\]+(self|version|cmdline|net|cpuinfo|mounts|sched_debug|\d{1,6})\b|(windows|winnt)[/\\]+(win\.ini|system32|system\.ini|repair|panther|php\.ini|my\.ini|debug|\w{2,20}\.(log|ini|dll))|boot\.ini|web-inf[/\\]|meta-inf[/\\]|inetpub[/\\]|\.htpasswd|\.htaccess|wp-config\.php|var[/\\]+(log|adm|apache|cpanel|webmin)[/\\]([^/\\\s]{1,30}[/\\]){0,2}((access|error)[._ -]?log|auth\.log|secure|lastlog|wtmp|httpd|apache2?|nginx)|(usr|opt|local)[/\\]([^/\\\s]{1,30}[/\\]){0,3}(apache\d?|httpd?|nginx|lampp|xampp|mysql|php\d?|cpanel|pure-?ftpd)[/\\]|global\.asa|server\.xml|web\.config|config\.inc\.php|autoexec\.bat|ntuser\.dat|sam\b|xampp[/\\]|apache\d?[/\\](logs?|conf)[/\\]|opt[/\\]+(lampp|xampp|apache|tomcat|nginx)[/\\]|root[/\\]\.|home[/\\]\w{1,32}[/\\]\.|private[/\\]etc|system\.ini|winnt[/\\]|php\d{0,2}[/\\]php\.ini|mysql[/\\]))re",
        kArgs,
        bit(Role::text) | bit(Role::path) | bit(Role::url) | bit(Role::identifier) |
            bit(Role::host),
        R"t((etc|proc|windows|winnt|\.ini|-inf|inetpub|htpasswd|htaccess|wp-config|var|usr|global|xml|config|\.bat|\.dat|sam\b|xampp|program files|apache|opt|local|root|home|private|system|php|mysql))t",
        false, 0, leads_to_system},
    // A path, its end cut off by a NUL for a program in C.
    Rule{"path.nul", kP, kLikely, kSure,
         R"([/\\][\w. /\\+-]{2,200}(%(25)?00|\x00)(\.\w{1,5}|[?#&]|$))", kArgs, kNotCode,
         R"t((%(25)?00|\x00))t"},
    // The files of every list, however the separator before them is written.
    Rule{
        "path.named_target", kP, kLikely, 4.4,
        R"re((etc|system32[^\w]{1,6}drivers[^\w]{1,6}etc)([/\\]{1,4}|[/\\.]{2,6}|%[\w%]{1,16}?|2f|5c|0x[25][fc]|%u\w{4})(passwd|shadow|issue)\b|[.%/\\?][/\\.%\w?]{0,200}(boot\.ini|win\.ini)\b)re",
        kArgs,
        bit(Role::text) | bit(Role::path) | bit(Role::url) | bit(Role::identifier) |
            bit(Role::host),
        R"t((passwd|shadow|issue|hosts|boot\.ini|win\.ini))t", false, 0, leads_to_system},
    Rule{
        "path.system_folder", kP, kWeak, 1.4,
        R"((^|[\s"'=:])[/\\](var|usr|opt|etc|srv)[/\\]\w|program files|\betc[/\\]\w{2,20}\.(conf|cfg|cf|d)\b)",
        kArgs,
        bit(Role::text) | bit(Role::path) | bit(Role::url) | bit(Role::identifier) |
            bit(Role::host)},
    // Files that attacks ask for by name, and devices; honest values name their own.
    Rule{
        "path.system_target", kP, kLikely, 5.9,
        R"re((^|\.\.[/\\]{1,3}|[\s"'=:(,<>|;&]|file:/{0,3})([/\\]{1,3}|[a-z]:[/\\]{1,3}|(\.\.[/\\]{1,2}){1,40})?((etc[/\\]{1,3}(passwd|shadow|group|gshadow|sudoers|master\.passwd|issue|motd|crontab|fstab|kubernetes[/\\][\w.]{1,40}|ssl[/\\]private|mysql[/\\]my\.cnf)|proc[/\\]{1,3}(self|version|cmdline|sched_debug|mounts|net|1|\d{1,7})|dev[/\\]{1,3}(sd[a-z]|nvme\d|hd[a-z]|mem|kmem|zero|u?random|tcp|udp|shm)|sys[/\\]{1,3}(kernel|class|firmware|module)|var[/\\]{1,3}(run[/\\]\w{1,20}\.sock|lib[/\\]kubelet|log[/\\]{1,3}(apache2?|httpd|nginx|auth\.log|secure|vsftpd)|spool[/\\]cron)|root[/\\]\.\w|boot\.ini|(windows|winnt)[/\\]{1,3}(win\.ini|system\.ini|repair|system32[/\\]{1,3}(config|drivers[/\\]{1,3}etc|inetsrv|cmd\.exe)|php\.ini|panther)|inetpub[/\\]{1,3}(wwwroot|logs|history)|users[/\\]{1,3}(administrator|all users)[/\\]{1,3}[\w.]{1,40}|library[/\\]{1,3}keychains|private[/\\]{1,3}etc[/\\]|(web|meta)-inf[/\\]{1,3}\w)($|[^\w.-]|[/\\]|\.(bak|old|orig|save|1|gz)\b)|(web|meta)-inf[/\\]{1,3}\w{1,20}\.(xml|properties|mf)\b|\w{0,200}\.(htpasswd)\b|ntuser\.dat\b)|[^\s:]{1,120}:{1,2}\$(data|index_allocation)|^[/\\]\.(git|svn|hg|bzr)[/\\]\w|^\s{0,2}(\\\\|//)[.?][/\\](\w:|physicaldrive|globalroot|pipe|unc|harddisk))re",
        kArgs,
        bit(Role::path) | bit(Role::text) | bit(Role::url) | bit(Role::identifier) |
            bit(Role::host),
        R"t((etc|proc|dev|sys|var|root|boot|windows|winnt|inetpub|users|library|private|inf|htpasswd|ntuser|git|svn|hg|bzr)[/\\.]|\.htpasswd|\$(data|index)|(\\\\|//)[.?][/\\])t",
        false, 0, is_not_prose},
    Rule{
        "path.credentials", Kind::credential_path, kCertain, 4.5,
        R"((^|[/\\\s"'=:@(,~>])(\.env(\.(local|prod|production|dev|development|staging|test|backup|bak|old|save))?($|[\s"'|;&),])|\.aws[/\\](credentials|config)|\.ssh([/\\]|$|[\s"'|;&)])|id_(rsa|dsa|ecdsa|ed25519)\b($|[^.\w]|\.(bak|old|key|pem))|\.git-credentials|\.netrc\b|\.pgpass\b|\.npmrc\b|\.pypirc\b|\.docker[/\\]config\.json|\.kube[/\\]config|\.gnupg\b|\.config[/\\](gcloud|gh[/\\]hosts|op|sops|hub)\b|\.azure[/\\](accesstokens|azureprofile|msal_token)|\.vault-token|\.terraform\.d[/\\]credentials|\.cargo[/\\]credentials|\.my\.cnf\b|\.boto\b|\.s3cfg\b|\.bash_history|\.zsh_history|\.mysql_history|\.psql_history|\.htpasswd|keychain-db|login\.keychain|login data($|[\s"'])|cookies\.sqlite|key[34]\.db|logins\.json|wallet\.dat|\.electrum\b|etc[/\\]+(shadow|gshadow|sudoers|krb5\.keytab|ssh[/\\]ssh_host_\w{2,10}_key)\b|proc[/\\]+(self|\d{1,7}|\*|thread-self)[/\\]+(environ|mem|maps|cmdline|fd)\b|run[/\\]secrets[/\\]|var[/\\]run[/\\]secrets[/\\]|kubernetes\.io[/\\]serviceaccount|secrets\.(ya?ml|json|toml)\b|credentials\.(json|ya?ml|xml)\b|service[-_]account\.json|claude_desktop_config\.json|\.cursor[/\\]mcp\.json|\.mcp-auth\b|local-token\b|operator-token\b|operator\.sock\b|docker\.sock\b))",
        kArgs,
        bit(Role::text) | bit(Role::path) | bit(Role::url) | bit(Role::identifier) |
            bit(Role::host),
        R"t((\.env|\.aws|\.ssh|id_|\.git-|\.netrc|\.pgpass|\.npmrc|\.pypirc|docker|\.kube|gnupg|\.config|\.azure|vault|terraform|cargo|\.my\.cnf|boto|s3cfg|history|htpasswd|keychain|login|cookies|key[34]|wallet|electrum|etc|proc|run[/\\]|secrets|credentials|service|claude|cursor|mcp|token|operator))t",
        false, 2, is_not_page_word},
    Rule{
        "path.credentials_in_command", Kind::credential_path, kLikely, 3.6,
        R"(([/\\\s"'=:@(,~>])(\.aws[/\\]credentials|\.ssh[/\\]id_\w{2,10}($|[^.\w])|\.git-credentials\b|\.pgpass\b|\.kube[/\\]config\b|\.vault-token\b|etc[/\\]+(shadow|gshadow)\b|proc[/\\]+(self|\d{1,7}|\*)[/\\]+(environ|mem)\b|run[/\\]secrets[/\\]|kubernetes\.io[/\\]serviceaccount|docker\.sock\b))",
        kArgs, bit(Role::command) | bit(Role::code) | bit(Role::sql), nullptr, false, 2, is_read},
    Rule{
        "url.scheme", Kind::url_scheme, kLikely, 4.6,
        R"((^|[\s"'=(<>\[,;&?:])((javascript|vbscript|livescript|gopher|dict|tftp|ldaps?|ldapi|rmi|jar|netdoc|php|phar|zip|rar|ogg|expect|glob|ssh2|sftp|compress\.(zlib|bzip2)|view-source|res|mhtml|wyciwyg|about|chrome|ms-\w{3,20}|search-ms|jdbc:\w{2,12}|smb|unc|imap|mailto:\?|data:(text/html|application|text/javascript))\s{0,2}:(/{0,3}|//)[^\s/])|(^|[\s"'=(<>\[,;&?])file:(/{1,3}|\\)|(^|[\s"'=])php://(filter|input|output|fd|memory|temp)|(^|["'=\s])\\\\[\w.-]{2,60}\\[\w$.-]{1,40})",
        kArgs, kNotCode, nullptr, false, 0, runs_script},
    // Schemes that no honest value is written in: old protocols that carry a request of
    // another, wrappers that run, filter or unpack, directories of classes, shares that
    // take a password.
    Rule{
        "url.scheme_sure", Kind::url_scheme, kLikely, kSure,
        R"re((^|[^\w.-])((gopher|dict|tftp|netdoc)://?[^\s/]|netdoc:/|php://(filter|input|output|fd|memory|temp)|expect://\w|phar://\S|ogg://\w|glob://\S|compress\.(zlib|bzip2)://|zip://[^\s]{1,120}(#|%23)|jar:(https?|ftp|file):|data:(//)?text/plain(;base64)?,[^\s]{0,4}(<\?|PD9|PHN)|(ldaps?|rmi|iiop|corbaname|dns)://[^\s/]{1,80}/[^\s]{0,40}(exploit|basic/command|evil|payload|deserial)|view-source:(file|https?):|unix:/{1,3}(var/)?run/|feed:(javascript|data|file):))re",
        kArgs, kNotCode,
        R"t((gopher|dict|tftp|netdoc|php|expect|phar|ogg|glob|compress\.(zlib|bzip2)|zip|jar|data|ldaps?|rmi|iiop|corbaname|dns|view-source|unix|feed):)t",
        false, 0, is_not_prose},
    // A share of another host is no page and no host: a program that opens it signs in
    // there.
    Rule{"url.unc", Kind::url_scheme, kLikely, kSure, R"(^\s{0,3}(\\\\|\\/|/\\)[\w.@-]{2,80}[\\/])",
         kArgs,
         bit(Role::url) | bit(Role::host) | bit(Role::identifier), R"t((\\\\|\\/|/\\))t"},
    Rule{
        "url.unc_outside", Kind::url_scheme, kLikely, 5.9,
        R"((^|[\s"'=(,])(\\\\|//)(\d{1,3}(\.\d{1,3}){3}|[\w-]{1,40}(\.[\w-]{1,40}){1,5})(@(ssl|\d{2,5})){0,2}\\[\w$.-]{1,40}|^\s{0,3}(\\\\|//)\d{1,3}(\.\d{1,3}){3}[\\/][\w$.-]{1,40})",
        kArgs, bit(Role::text) | bit(Role::path), R"t((\\\\|//)[\w-])t", false, 0, is_not_prose},
    // Of an argument that is a URL, a service that no page comes from.
    Rule{
        "url.service", Kind::url_scheme, kLikely, kSure,
        R"(^\s{0,3}(ldaps?|ldapi|rmi|iiop|tftp|smb|cifs|imaps?|pop3s?|smtps?|telnet|rlogin|rtsp|mysql|postgres(ql)?|mongodb|redis|rediss|memcached|amqp|mqtt|jdbc:\w{2,12}|unix|ssh2?|sftp|scp|svn|rsync|nfs|afp|ogg|zip|phar|glob|res|mhtml|wyciwyg|chrome|about|ms-\w{3,20}|search-ms|shell|itms-services|intent|filesystem|blob):(/{1,3}[^\s]|[^\s/]))",
        kArgs, bit(Role::url), R"t(^\s{0,3}[a-z][\w:-]{2,24}:)t", false, 0, is_foreign_service},
    // This machine, named in a way that only someone who has to get past a check would
    // choose.
    Rule{"url.odd_loopback", Kind::address, kLikely, kSure,
         R"re((^|[^\w.-])(https?|ftp|wss?)?:?[/\\]{2}([^\s/@"'<>]{0,80}@)?(127\.(0\.0\.([02-9]|1\d|\d{2,3})|0\.[1-9]\d{0,2}\.\d{1,3}|[1-9]\d{0,2}\.\d{1,3}\.\d{1,3})|localhost\.|ip6-(localhost|loopback)|localhost\.localdomain|\[(0{1,4}:){1,7}:?0{0,3}1?\]|\[::0{1,3}1?\]|\[::1?\](:(80|443|22|25|3128))?(/[^\s]{0,3})?$|0(:\d{1,5})?(/|$))([:/?#]|$)|\b(https?|ftp):(/?|\\{1,3}|/\\|\\/)(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|169\.254\.\d{1,3}\.\d{1,3}|10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3})([:/\\?#]|$)|://[^\s/]{0,60}(\xe2\x91[\xa0-\xbf]|\xe2\x92[\x80-\xbf]|\xe2\x93[\x80-\xbf]|\xef\xbc[\x90-\x99]|\xf0\x9d[\x90-\x9f][\x80-\xbf]|\d\xe3\x80\x82\d|\d\xef\xbd\xa1\d)|\b(https?|ftp)://[\w-]{1,40}(\.[\w-]{1,40}){1,4}(:\d{1,5})?[^\w\s/:.-][^\s/]{0,60}(127\.0\.0\.1|localhost)\b|://(127\.0\.0\.1|localhost|10\.\d{1,3}\.\d{1,3}\.\d{1,3})(:\d{2,5})?([#\\]|%00|%2f|%23|%40|%0)|://0x[0-9a-f]{1,16}([:/?#]|$)|://[^\s/?#@]{0,60}\b(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|169\.254\.\d{1,3}\.\d{1,3})(:\d{1,5})?[^\s/?#@.\w]{0,3}@)re",
         kArgs, kAllRoles & ~(bit(Role::sql) | bit(Role::command) | bit(Role::code)),
         R"t((127\.|localhost|loopback|\[[0:]|[/\\]0[:/]|[/\\]0$|@|169\.254|10\.|192\.168|\xe2|\xef|\xf0\x9d|\xe3\x80\x82|0x))t",
         false, 0, is_not_prose},
    // A host that is one number.
    Rule{"url.numeric_host", Kind::address, kLikely, kSure,
         R"(^\s{0,3}(\d{8,12}|0x[0-9a-f]{8}|0[0-7]{10,12})\s{0,3}$)", kArgs, bit(Role::host),
         nullptr, false, 1, odd_address_in},
    // Names that only a cluster or a container host resolves.
    Rule{
        "url.cluster_name", Kind::address, kLikely, kSure,
        R"(://([\w-]{1,60}\.){0,4}(svc\.cluster\.local|default\.svc|kubernetes\.default|service\.consul|host\.docker\.internal|gateway\.docker\.internal|rancher-metadata|kube-system|docker-desktop)([:/.?]|$)|^(kubernetes\.default|[\w.-]{1,60}\.svc\.cluster\.local|consul\.service\.consul)\b)",
        kArgs, bit(Role::url) | bit(Role::text) | bit(Role::host),
        R"t((\.svc|svc\.cluster|kubernetes\.default|\.consul|docker\.internal|rancher|kube-system|docker-desktop))t",
        false, 0, is_not_prose},
    Rule{
        "url.odd_address", Kind::address, kCertain, 4.0,
        R"(((^|[\s"'=(<>])(https?|ftp|ftps|wss?|gopher|dict|ldap)?:?(//|\\\\|/\\|\\/)([^\s/@"'<>]{0,80}@)?\[?[\w.:%-]{1,120}\]?|\b0x[0-9a-f]{8}\b|\[::[\w:.]{0,40}\]))",
        kArgs, kAllRoles & ~bit(Role::sql), R"t((//|\\\\|/\\|\\/|0x[0-9a-f]{8}|\[::))t", false, 0,
        odd_address_in, true},
    // Ports that a browser never speaks to, of this machine or its neighbours, and
    // interfaces that give whoever reaches them the machine.
    Rule{
        "url.inner_service", Kind::address, kLikely, 3.9,
        R"(\b(https?|ftp|ftps|wss?)://([^\s/@]{0,40}@)?(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|0\.0\.0\.0|\[::1?\]|10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3})(:(19|2[1235]|53|110|111|135|139|143|389|445|465|514|587|636|1433|1521|1099|2049|2181|2375|2376|2379|2380|3306|3389|4243|5432|5672|5900|5984|5985|6379|6443|7001|8500|9042|9200|9300|10250|10255|11211|15672|27017|50070|61616)\b|(:\d{2,5})?/(v1\.\d{2}/)?(containers|images)/(json|create)\b|(:\d{2,5})?/v2/keys\b|(:\d{2,5})?/\d{4}-\d{2}-\d{2}/runtime/invocation|(:\d{2,5})?/server-status\b|(:\d{2,5})?/actuator/(env|heapdump)|(:\d{2,5})?/api/v1/(namespaces|secrets)\b|(:\d{2,5})?/(_cat/|_cluster/|_nodes\b|_search\b|_all_dbs\b|v1/(agent|kv|catalog)/|manager/html|jmx-console|web-console|phpmyadmin|solr/admin|nginx_status|cgi-bin/|wp-admin|jolokia|heapdump|debug/pprof|script\b|computer/|v1/secret|admin/?$)))", kArgs,
        kNotCode,
        R"t(://[^\s/]{0,60}(localhost|127\.|0\.0\.0\.0|\[::|10\.|192\.168|172\.)|://(localhost|127\.|0\.0\.0\.0|\[::|10\.|192\.168|172\.))t"},
    Rule{
        "url.metadata", Kind::address, kCertain, 5.0,
        R"(\b169\.254\.169\.254\b|\b169\.254\.170\.2\b|\b100\.100\.100\.200\b|\b192\.0\.0\.192\b|\bmetadata\.(google\.internal|goog|azure\.com|azure\.internal|packet\.net|platformequinix\.com)\b|\bfd00:ec2::254\b|\bfd20:ce::254\b|\binstance-data\b(\.|/|:|\s|$)|\blatest/(meta-data|user-data|dynamic|api/token)\b|\bcomputemetadata/v1|\bmetadata/(instance|identity|v1)\b|\bopenstack/latest\b|\b::ffff:a9fe:a9fe\b|\b::ffff:169\.254\.|\b0xa9fea9fe\b|\b0251\.0376\.|\b0xa9\.0xfe\.|\bmetadata\.(tencentyun|oraclecloud)\.com\b|\b127\.0\.0\.1\.(nip|xip|sslip)\.io\b|\b169-254-169-254\b|\b169\.254\.169\.254\.(nip|xip|sslip)\.io\b)",
        kArgs, kAllRoles, nullptr, false, 0, is_asked_for},
    Rule{
        "url.rebinding_name", Kind::address, kLikely, 5.9,
        R"re(\b([\w.-]{1,60}\.)?(nip\.io|xip\.io|sslip\.io|rbndr\.us|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|1u\.ms|spoofed\.burpcollaborator\.net|customer1\.app\.localhost\.my\.company\.127\.0\.0\.1\.nip\.io|rebind\.network|make-\w{1,20}-rebind)\b)re",
        kArgs, kNotCode, nullptr, false, 0, is_not_prose},
    Rule{
        "url.collector", Kind::address, kLikely, 3.0,
        R"(\b[\w-]{0,60}\.?(burpcollaborator\.net|oastify\.com|oast\.(pro|live|site|online|fun|me)|interact\.sh|interactsh\.com|requestbin\.(net|com)|webhook\.site|pipedream\.net|dnslog\.cn|ceye\.io|bxss\.me|xss\.ht|canarytokens\.com|hookbin\.com|beeceptor\.com|ngrok(-free)?\.(io|app)|requestcatcher\.com|postb\.in|r87\.me|evil\.com|attacker\.(com|net|example)|bxss\.in)\b)",
        kArgs, kNotCode | bit(Role::command),
        R"t((collaborator|oast|interact|requestbin|webhook|pipedream|dnslog|ceye|bxss|xss\.ht|canary|hookbin|beeceptor|ngrok|requestcatcher|postb|r87|evil|attacker))t"},
    Rule{
        "url.credentials", Kind::address, kLikely, 3.6,
        R"(\bhttps?://[^\s/@"'<>:]{1,60}(:[^\s/@"'<>]{0,60})?@(127\.|localhost|10\.|192\.168|169\.254|\[|0x|\d{6,}))",
        kArgs, kNotCode},
    Rule{
        "path.remote_file", kP, kLikely, 2.8,
        R"(^\s{0,3}(https?|ftp)://[^\s]{1,120}\.(txt|php|asp|jsp|gif|png|jpg|log|inc|dat|c99|r57)\?{1,2}\s{0,3}$|(=|^)(https?|ftps?)://[^\s&]{1,120}(shell|c99|r57|cmd|evil|backdoor|rfi|remote)[^\s&]{0,30}(\.(txt|php|gif|jsp|asp|png|jpg)|\?))",
        kArgs, kNotCode, R"t((https?|ftps?)://)t"},
};

}  // namespace

std::span<const Rule> path_rules() {
  return kRules;
}

}  // namespace doorward::detect
