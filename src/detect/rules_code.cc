// Template engines, serialised objects, XML entities, LDAP filters, evaluation, forged headers.
#include <array>

#include "detect/rules.h"
#include "detect/surroundings.h"

namespace doorward::detect {

namespace {

constexpr unsigned kArgs = bit(Channel::tool_arguments);
constexpr unsigned kNotCode = kAllRoles & ~(bit(Role::code) | bit(Role::command) | bit(Role::sql));
constexpr unsigned kNotShell = kAllRoles & ~(bit(Role::command) | bit(Role::sql));
constexpr auto kLikely = Certainty::likely;
constexpr auto kCertain = Certainty::certain;
constexpr auto kWeak = Certainty::weak;

constexpr std::array kRules =
    {
        Rule{
            "template.expression", Kind::template_code, kLikely, 4.0,
            R"re((\{\{|\{%|\$\{|#\{|<%|\*\{|~\{|@\{|\$\$\{|@\(|\[\[\$?\{|\{\$|\{#|\{php)[^\n]{0,120}(\d{1,6}\s{0,2}[*+/-]\s{0,2}['"]?\d{1,6}|\bconfig\s{0,2}(\}\}|\[|\.(items|from_\w{2,12}|root|class|secret\w{0,8}))|\bself\s{0,2}(\.|\})|\brequest\s{0,2}(\}\}|\[|\||\.(application|__|environ|mimetype|server))|__\w{3,16}__|\.constructor\b|_self\b|\blipsum\b|\bcycler\b|\bjoiner\b|\bnamespace\(|\battr\(|\|\s{0,2}attr\b|\|\s{0,2}(map|filter|sort|reduce|exec)\s{0,2}(\(\s{0,2}['"](system|exec|passthru|__)|\}\})|\bclass\.forName|\bT\s{0,2}\(|java\.\w|\bRuntime\b|getclass|\bjndi\b|\bsys:|\benv:|\.env\b|\bscript:|\bdns:|\burl:|\bexec\b|\bpopen\b|\bsystem\b|\bpassthru\b|file_?(get|read|open|put)|\binclude\s{0,2}\(|\bimport\b|\bglobal\.|\brequire\s{0,2}\(|process\.|\bprint\s{0,2}\(|\becho\b|\bdump\(|\bapp\.(request|user|session)|\bphpinfo\b|\bconstant\(|['"]\w{1,20}['"]\.(toUpper|getClass|class)|freemarker|\bassign\b|\bnew\s{0,2}\(|\bsettings\.\w{0,12}(secret|key|database|debug)|%\s{0,3}debug\b|_\w{2,12}\[|\bpathTo|\bu\+|\bopen\())re",
            kArgs, kNotCode, R"t((\{\{|\{%|\$\{|#\{|<%|\*\{|~\{|@\{|@\(|\[\[|\{\$|\{#|\{php))t"},
        Rule{
            "template.arithmetic", Kind::template_code, kLikely, 4.0,
            R"((\{\{|\$\{|#\{|<%=|\*\{|@\(|\[\[|\{\{=|\{@|\$\{\{)\s{0,4}['"(]?\d{1,8}['"]?\s{0,3}[*+/-]{1,2}\s{0,3}['"]?\d{1,8}['")]?)",
            kArgs, kNotCode},
        Rule{
            "template.directive", Kind::template_code, kLikely, 3.2,
            R"re(#set\s{0,3}\(\s{0,3}\$|<#(assign|list|if|include|import)\b|\{php\}|\{/?literal\}|<%\s{0,3}(=\s{0,3}[^\s%>]{0,40}[(`\'"]|import|out|system|exec|[^\w\s=%-])|\{%\s{0,3}(import|include|extends|raw|debug|load|macro|from)\b|\$class\.inspect|<\?(php|=|\s)|\[\[\$\{|__\$\{|\bth:\w{2,10}=|\{\{\s{0,3}[>&]|\{\{#with\s{1,3}"|\$\{\{|#\{\s{0,2}\w{1,20}\s{0,2}[(.*]|\{\{\s{0,2}['"][^}]{0,40}['"]\s{0,2}\}\}|\{\{\s{0,2}\w{1,20}(\[|\(|\.\w{1,20}\()|\$\{\s{0,2}[\w"'.]{1,40}\s{0,2}\(|@(System|Html|import|include|php|if|while)\b)re",
            kArgs, kNotCode, R"t((#set|<#|\{|<%|\$class|<\?|\[\[|\$\{|th:|@))t"},
        // What an engine offers its templates and no text ever names: reaching out of the
        // sandbox.
        Rule{
            "template.sure", Kind::template_code, kLikely, kSure,
            R"re((\{\{|\{%|\$\{|#\{|<%=?|\*\{|@\(|\[\[\$?\{)[^\n]{0,120}(__(class|globals|init|mro|subclasses|builtins|import)__|\.constructor\b[^\n]{0,40}(constructor|\()|\bgetclass\s{0,2}\(|\bforname\s{0,2}\(|\bjava\.lang\.|\.popen\s{0,2}\(|child_process|\|\s{0,2}(attr|filter|map|sort|reduce)\s{0,2}\(\s{0,2}['"](__|system|exec|passthru|shell_exec|popen)|\|\s{0,2}attr\s{0,2}\(\s{0,2}(\[|request\b|['"](_|\\x5f))|\bconfig\.(iter)?items\s{0,2}\(|\bapp\.request\.(server|query|cookies|headers)|\blookup\b[^}]{0,40}constructor|_self\.env\b|registerUndefined|\?new\s{0,2}\(\)|\.class\.(mro|base)|\bT\s{0,2}\(\s{0,2}java|\b(file_get_contents|passthru|shell_exec|phpinfo)\b|\.System\s{1,3}['"]|\bsystem\s{0,2}\(\s{0,2}['"])|\{\s{0,2}(\$smarty\.|smarty_internal|php\}|(system|exec|passthru|shell_exec)\s{0,2}\()|\$smarty->|#(set|foreach|if)\s{0,2}\([^\n]{0,80}\.(getclass|class\.forname|class\.inspect)|\$!?\{?class\.inspect|#\{\s{0,2}(system|exec|%x)|#\{\s{0,2}(root|global)\.process|@System\.Diagnostics|@\{\s{0,3}System\.|\{\{\s{0,2}(printf|html|js|call|exec|slice|urlquery|readfile|readdir|listfiles)\s{1,3}['".]|\{\{\s{0,2}(messages\.storages|settings\.(secret|database|debug)|url_for\.|get_flashed_messages\.|self\._|config\.(items|from_|class|secret))|\{%\s{0,3}(debug|load\s{1,3}(log|module)|include\s{1,3}['"](/|\.\./)|get_admin_log))re",
            kArgs, kNotCode,
            R"t((__|\\|\\s{0,2}attr|items|app\\.request|lookup|constructor|getclass|forname|java\.lang|popen|child_process|\|\s{0,2}(attr|filter|map|sort|reduce)|_self|registerundef|\?new|\.class\.|t\s{0,2}\(\s{0,2}java|file_get|passthru|shell_exec|phpinfo|system|smarty|php\}|class\.inspect|exec|%x|\.process|\{\{\s{0,2}(printf|html|js|call|slice|urlquery|read|list|messages|settings|url_for|get_flash|self|config)|\{%\s{0,3}(debug|load|include|get_admin)))t",
            false, 0, is_not_prose},
        // A probe: numbers that the engine works out, in whatever brackets it takes.
        Rule{
            "template.probe", Kind::template_code, kLikely, kSure,
            R"re(^[^\n]{0,20}(\{\{=?|\$\{\{?|#\{|<%=|\*\{|@\(|\[\[\$\{|\{@|[%~@]\{)\s{0,3}['"(]{0,2}\d{1,8}['"]?\s{0,3}(\*|\|\s{0,2}add:)\s{0,3}['"]?\d{1,8}['")]{0,2}\s{0,3}(\}\}?|%>|\)|\}\]\])[^\n]{0,20}$)re",
            kArgs, kNotCode, R"t(\d['"]?\s{0,3}(\*|\|\s{0,2}add:))t"},
        Rule{
            "template.lookup", Kind::template_code, kLikely, 4.6,
            R"(\$\{\s{0,2}(ctx|bundle|main|map|marker|web|docker|spring|log4j|base64|const|file|xml|properties|resourcebundle|urldecoder|localhost|dns|script|url|java|jvmrunargs|k8s|sd|event|upper|lower|date|sys):[^}\n]{0,120}[}:])",
            kArgs, kNotCode, R"t(\$\{\s{0,2}[a-z0-9]{2,14}:)t"},
        Rule{"template.jndi", Kind::template_code, kCertain, 5.0,
             R"(\$\{\s{0,3}(jndi|\$\{|lower:|upper:|::-|env:|sys:|date:|java:)[^\n]{0,120}[:}])",
             kArgs, kNotCode},
        // A name that leads from any object to what all objects share.
        Rule{
            "code.prototype", Kind::code, kLikely, kSure,
            R"re([\[{,?&(]\s{0,3}['"]?__proto__['"]?\s{0,2}(\]|:)|[\]\w]?[.\[]['"]?__proto__['"]?\]?\s{0,2}[.\[=]|\bconstructor['"]?\s{0,2}(\]\s{0,2}\[|\.|/|:\s{0,2}\{)\s{0,3}['"]?prototype['"]?\s{0,2}(\]|\.|/|:)|[?&]__proto__[.\[])re",
            kArgs, kNotCode, R"t((__proto__|prototype))t", false, 0, is_not_prose},
        // What printf writes with, and what fills a buffer before its end.
        Rule{
            "format.string", Kind::code, kLikely, kSure,
            R"((%(\d{1,3}\$)?-?0?\d{0,4}(l{0,2}[xXp]|s)[.\s|,:_-]{0,2}){3,}%(\d{1,3}\$)?\d{0,4}(h{0,2}n|s)|(%(\d{1,3}\$)?0?\d{0,3}[xp][.\s|,:_-]{0,2}){6,}|(%(\d{1,3}\$)?n[.\s|,:_-]{0,2}){3,}|%\d{1,3}\$h{0,2}n|(\\x90){4,}|^(A{160,}|%s(%s){5,}|(\\x41){40,}))",
            kArgs, kNotCode, R"t((%[\d$x-z.a-q]|%s%s|x90\\x90|A{60}|\\x41\\x41))t"},
        Rule{
            "code.dunder", Kind::code, kLikely, 3.8,
            R"(__(class|mro|subclasses|globals|builtins|import|bases|base|getitem|reduce(_ex)?|dict|code|self|proto|defineGetter|lookupGetter|call|getattribute|loader|module|qualname)__)",
            kArgs, kNotCode, nullptr, false, 0, names_foreign_class},
        Rule{
            "code.python", Kind::code, kLikely, 3.6,
            R"(\b(os|sys|subprocess|commands|pty|shutil|posix|platform|ctypes|importlib|socket|pickle|marshal)\s{0,2}\.\s{0,2}(system|popen\d?|exec\w{0,3}|spawn\w{0,4}|run|call|check_output|check_call|Popen|getoutput|getstatusoutput|rmtree|remove|unlink|environ|import_module|loads|fork|kill|getuid|listdir|dup2)\b\s{0,2}[(\[.]?|\b(eval|exec|compile|execfile|__import__|getattr|setattr|globals|locals|vars|input|breakpoint)\s{0,3}\(\s{0,3}['"\w(_]|\bopen\s{0,2}\(\s{0,2}['"](/|\.\.)[^)]{0,60}\)\.(read|write)|\bimport\s{1,3}(os|subprocess|socket|pty|sys|ctypes|shutil)\b)", kArgs,
            kNotCode,
            R"t(\b(os|sys|subprocess|commands|pty|shutil|posix|platform|ctypes|importlib|socket|pickle|marshal|eval|exec|compile|execfile|__import__|getattr|setattr|globals|locals|vars|input|breakpoint|open|import)\b)t",
            false, 0, is_not_prose},
        Rule{
            "code.python_in_code", Kind::code, kLikely, 3.2,
            R"re(\b(subprocess\.\w{2,14}|os\.(system|popen|exec\w{0,3}))\s{0,2}\([^\n]{0,80}(curl|wget|nc\s|bash\s-i|/dev/tcp|rm\s-rf\s/|base64\s-d)|\brmtree\s{0,2}\(\s{0,2}['"](/|~|[a-z]:[\\/]{0,2})['"]|\bexec\s{0,2}\(\s{0,2}(base64|zlib|codecs|marshal|bytes|__import__|compile|requests|urllib)|\beval\s{0,2}\(\s{0,2}(base64|atob|compile|__import__|requests|urllib|input)|\beval\s{0,2}\(\s{0,2}(atob|Buffer\.from|unescape|decodeURIComponent)\s{0,2}\(|\bFunction\s{0,2}\(\s{0,2}(atob|Buffer\.from))re",
            kArgs, bit(Role::code) | bit(Role::command),
            R"t((subprocess|rmtree|os\.|exec|eval|function))t"},
        Rule{
            "code.javascript", Kind::code, kLikely, 3.6,
            R"(\brequire\s{0,3}\(\s{0,3}['"`](child_process|fs|net|os|vm|http|https|path|node:\w{2,16}|cluster|process)['"`]|\bprocess\s{0,2}\.\s{0,2}(mainmodule|env|binding|exit|kill|argv|cwd|versions|dlopen)\b|\bconstructor\s{0,2}\.\s{0,2}constructor|\.constructor\s{0,2}\(|__proto__|\bprototype\s{0,2}(\.|\[|['"]\s{0,2}\])|\bchild_process\b|\bspawnsync\b|\bexecsync\b|\b(new\s{1,3})?function\s{0,2}\(\s{0,2}['"`]return|global\.process|\$\$typeof|_\$\$nd_func\$\$_|\bimport\s{0,2}\(\s{0,2}['"`]|\bres\.(end|send|write)\s{0,2}\(|\bwhile\s{0,2}\(\s{0,2}(1|true)\s{0,2}\))",
            kArgs, kNotCode, nullptr, false, 0, is_not_prose},
        Rule{
            "code.php", Kind::code, kLikely, 3.8,
            R"re(<\?(php|=)|\b(phpinfo|passthru|shell_exec|system|popen|proc_open|pcntl_exec|assert|create_function|call_user_func(_array)?|file_get_contents|file_put_contents|readfile|fopen|include(_once)?|require_once|base64_decode|gzinflate|str_rot13|preg_replace|move_uploaded_file|unserialize|extract|parse_str|ini_set|mysql_query|highlight_file|show_source|fpassthru|scandir|glob|curl_exec|die|phpversion|getenv|array_map|usort|exec|print_r|var_dump|chr|error_log|symlink|eval|md5)\s{0,3}\(\s{0,3}['"$(\w)]|\$_(get|post|request|server|cookie|files|session|env)\b|\$\{['"@]|@eval|\brequire(_once)?\s{0,3}\(?\s{0,3}['"](\.\./|/|https?:|php:|data:)|\$GLOBALS)re",
            kArgs, kNotCode, R"t((\(|\$|<\?|@eval|require|include))t", false, 0, is_not_prose},
        Rule{
            "code.java", Kind::code, kLikely, 4.0,
            R"(java\.lang\.(runtime|processbuilder|system|class|thread)|\bruntime\s{0,2}\.\s{0,2}getruntime|\bprocessbuilder\b|\bclass\s{0,2}\.\s{0,2}forname|#_memberaccess|@ognl\.|#context\b|ognlcontext|\bscriptengine(manager)?\b|javax\.(script|naming|el)\.|org\.(apache|springframework)\.[\w.]{1,80}[(#@$]|@org\.|class\.module\.classloader|com\.(sun|opensymphony)\.|\.getclass\s{0,2}\(|freemarker\.template|%\{\s{0,2}\(?#|#\{\s{0,2}\(?#|(%|\$)\{\(?#_?\w)",
            kArgs, kNotCode,
            R"t((java|runtime|processbuilder|class|#|ognl|script|org\.|com\.|freemarker|%\{|\$\{))t",
            false, 0, is_not_prose},
        // Calls that start a program, in the words of each language: no value of anything else.
        Rule{
            "code.starts_program", Kind::code, kLikely, kSure,
            R"re(__import__\s{0,2}\(\s{0,2}['"](os|subprocess|pty|socket|commands|importlib)|\bos\s{0,2}\.\s{0,2}(system|popen|execv?p?e?)\s{0,2}\(\s{0,2}['"]|\bsubprocess\s{0,2}\.\s{0,2}(run|call|popen|check_output|check_call|getoutput)\s{0,2}\(\s{0,2}[\['"]|child_process['"]?\s{0,2}\)\s{0,2}(\.\s{0,2}(exec|spawn|fork)|\.then)|\bprocess\.(mainmodule\.require|binding\s{0,2}\()|\bconstructor\s{0,2}\(\s{0,2}['"]return\b|\bfunction\s{0,2}\(\s{0,2}['"]return\s{1,3}(this|process|global)|\b(deno\.(run|command)|bun\.spawn(sync)?)\s{0,2}\(|(^|[^\w.$>:])(system|passthru|shell_exec|popen|proc_open|pcntl_exec|exec)\s{0,2}\(\s{0,2}(['"](id|ls|whoami|cat|uname|dir|sleep|ping|curl|wget|nc|bash|sh|cmd|echo|net|type|/bin/)\b|\$_(get|post|request|cookie|server))|\bassert\s{0,2}\(\s{0,2}\$_|\$_(get|post|request|server|cookie|files)\s{0,2}\[\s{0,2}['"]|\bqx\s{0,2}[{(/|!]\s{0,2}\w|^\s{0,3}(java\.lang\.(processbuilder|runtime)|processbuilder\.\w{1,20}\.)|\$_(get|post|request|cookie)\s{0,2}\[[^\]\n]{1,20}\]\s{0,2}\(|<\?(php|=)\s{0,3}(@?eval|@?assert|system|exec|passthru|shell_exec|phpinfo|`)|\bpreg_replace\s{0,2}\(\s{0,2}['"][^\n]{1,40}/[imsxu]{0,4}e[imsxu]{0,4}['"]|\bruntime\s{0,2}\.\s{0,2}getruntime\s{0,2}\(\s{0,2}\)\s{0,2}\.\s{0,2}exec|(^|[${(%#{;'"])\s{0,3}new\s{1,3}(java\.lang\.)?processbuilder\s{0,2}\(|\bnew\s{1,3}(java\.lang\.)?processbuilder\s{0,2}\([^)\n]{0,60}\)\s{0,2}\.\s{0,2}(start|command)|\bsystem\.diagnostics\.process(\.start|\s{0,2}\(|startinfo)|\[(system\.)?reflection\.assembly\]\s{0,2}::\s{0,2}load|\bos\.execute\s{0,2}\(\s{0,2}['"]|\bio\.popen\s{0,2}\(\s{0,2}['"]|\b(kernel|io|open3|process)\s{0,2}(\.|::)\s{0,2}(exec|system|popen|spawn|capture2e?)\s{0,2}\(?\s{0,2}['"]|['"]\s{0,2}\.execute\s{0,2}\(\s{0,2}\)|%x[({\[]\s{0,2}(id|ls|whoami|cat|uname)\b|\bpickle\.loads?\s{0,2}\(\s{0,2}(base64|codecs|bytes|b['"])|#_memberaccess|@ognl\.|@java\.lang\.|\bclass\.module\.classloader|@(astTest|grabconfig|grab)\s{0,2}\(|<%\s{0,3}(eval|execute)\s{1,3}request|<%@\s{0,3}page\s{1,3}import)re", kArgs, kNotCode, R"t((__import__|\bos\s{0,2}\.|subprocess|child_process|mainmodule|process\.binding|\(\s{0,2}['"]return|deno\.|spawn|capture2|system|passthru|shell_exec|popen|proc_open|pcntl|exec|assert|\$_(get|post|request|cookie|server|files)|\bqx|java\.lang|<\?(php|=)|preg_replace|getruntime|processbuilder|diagnostics|reflection\.|%x|pickle\.load|_memberaccess|@ognl|@java|class\.module|@asttest|@grab|<%))t",
            false, 0, is_not_prose},
        Rule{
            "code.ruby_go", Kind::code, kLikely, 3.2,
            R"(\b(Kernel|IO|File|Open3|Process|Dir)\s{0,2}(\.|::)\s{0,2}(exec|system|popen|open|spawn|read|entries|write|foreach|fork|capture2)\b|\bexec\.Command\s{0,2}\(|%x[({\[]|`[^`\n]{0,40}(/etc/passwd|whoami|uname|\bid\b)[^`\n]{0,40}`|\.instance_(eval|variable)|\bsend\s{0,2}\(\s{0,2}:?['"]?(eval|system|exec))",
            kArgs, kNotCode, R"t((kernel|IO|file|open3|process|dir|exec|%x|`|instance_|send))t",
            false, 0, is_not_quoted_prose},
        Rule{"object.serialised", Kind::object, kCertain, 4.5,
             R"(\brO0AB[A-Za-z0-9+/]|\bACED0005|\xac\xed\x00\x05|\b[OCao]:\d{1,6}:("[\w\\]{1,60}":\d{1,4}:)?\{|!!(python|javax?|ruby|com\.|org\.|perl)[/\w.:]|!ruby/(object|hash|struct|class)|\bgASV[A-Za-z0-9+/]{8}|\x80[\x02-\x05]\x95|c(os|posix|nt|__builtin__|builtins|subprocess)\n(system|popen|eval|exec|Popen|getattr)\n|\bAAEAAAD/{3,5}|"@type"\s{0,3}:\s{0,3}"(com|org|java|javax|sun|ch)\.|"\$type"\s{0,3}:\s{0,3}"(system|microsoft)\.|\bObjectDataProvider\b|\bTypeConfuseDelegate\b|\byaml\.unsafe|_\$\$ND_FUNC|BAcECG|cbuiltins\n|csubprocess\n|<java\b[^>]{0,60}class\s{0,2}=|<void\s{1,3}(class|method|property)\s{0,2}=|\bcommons-?collections|ysoserial|\bphar://)",
             kArgs, kNotShell,
             R"t((rO0AB|ACED|\xac\xed|[OCao]:\d|!!|!ruby|gASV|\x80|\n|AAEAAAD|type\"|DataProvider|Confuse|unsafe|ND_FUNC|BAcEC|<java|<void|ommons|ysoserial|phar:))t",
             true},
        // The same in the words of other platforms, where a value names the class that it
        // becomes.
        Rule{
            "object.names_class", Kind::object, kLikely, kSure,
            R"re(\{\s{0,3}"(py/(object|reduce|type|function|newargs)|@class|__class__)"\s{0,3}:\s{0,3}["\[]|"(@type|@class|class|__type|\$type|java_class|type)"\s{0,3}:\s{0,3}"\[?(java\.(net|beans|rmi|lang\.(processbuilder|runtime|class)|util\.(logging|zip|ser))|javax|com\.sun|sun|org\.(apache|springframework|codehaus|hibernate|jboss|mozilla)|ch\.qos|com\.(mchange|zaxxer|alibaba|caucho)|system\.(diagnostics|windows|io|configuration|management)|microsoft\.)[\w.$]{0,80}|\[\s{0,3}"(javax|sun|java\.(net|beans|rmi|lang\.processbuilder)|org\.(apache|springframework|codehaus|hibernate|jboss)|com\.(sun|mchange|zaxxer|alibaba|caucho)|ch\.qos)\.[\w.$]{1,80}"\s{0,3},|<(java\.(util|lang|beans|io)\.\w{1,30}|sorted-set|dynamic-proxy|jdk\.nashorn[\w.]{0,60}|tree-map|void)[\s>][^\n]{0,200}(serialization\s{0,2}=|dynamic-proxy|handler\s{1,3}class|java\.(beans|lang)\.|comparator)|functors\.\w{1,20}transformer|\bcom\.sun\.rowset\.|\btemplatesimpl\b|!<tag:yaml\.org,2002:(python|ruby|java)|^BAh[7vVbJ][A-Za-z0-9+/]{12}|^/wE[PXF][A-Za-z0-9+/]{20}|_\$\$ND_FUNC\$\$_|^\s{0,3}(c(os|posix|nt|builtins|__builtin__|subprocess)\s{0,2}\n))re",
            kArgs, kNotShell,
            R"t((py/|@class|__class__|@type|\"class\"|__type|\$type|java_class|\"type\"|\[\s{0,3}\"|java\.|sorted-set|dynamic-proxy|nashorn|tree-map|<void|functors|rowset|templatesimpl|yaml\.org|BAh|/wE|ND_FUNC|\n))t"},
        Rule{
            "xml.entity", Kind::xml,
            kCertain, 4.5, R"re(<!ENTITY\s{1,4}(%\s{0,4}[\w.:-]{0,40}|[\w.:-]{1,40}\s{1,4}(SYSTEM|PUBLIC)\b|[\w.:-]{1,40}\s{1,4}['"][^'"<>]{0,40}(&[\w.:-]{1,40};[^'"<>&]{0,20}){2,})|<!DOCTYPE\b[^>\[]{0,200}\b(SYSTEM|PUBLIC)\b[^>\[]{0,120}['"](file|https?|ftp|php|expect|jar|netdoc|gopher|data|ldap)?:?//?[^'"]{0,160}['"]|\bSYSTEM\s{1,4}['"](file|php|expect|jar|netdoc|gopher|data|ldap):?/?/?[^'"]{0,80}['"]|<\w{0,3}:?xi:include\b|<xsl:(include|import)\b|\bxmlns:php\s{0,2}=|\bsystem-property\s{0,2}\(\s{0,2}['"]|\bphp:function\b|\bdocument\s{0,2}\(\s{0,2}['"](file|http|/)|&[\w.:-]{1,40};[^<]{0,40}</[\w:]{1,20}>\s{0,4}<!\[CDATA\[|<!ENTITY[^>]{0,60}&#(x0*(25|3c|26)|37|60|38);)re",
            kArgs, kNotCode, R"t((<!|system|xi:|xsl:i|php|document))t", false, 0,
            is_foreign_document},
        // Parts of documents that are honest alone, and of attacks beside others.
        Rule{
            "xml.declares", Kind::xml, kWeak, 1.8,
            R"(<!ENTITY\b|<!DOCTYPE\s{1,4}[\w:]{1,20}\s{0,4}\[|<xsl:(value-of|copy-of|variable)\b[^>]{0,80}\(|\bxinclude\b|<!ELEMENT)",
            kArgs, kNotCode, R"t((<!|xsl:|xinclude))t"},
        Rule{"xml.cdata", Kind::xml, kLikely, 2.6,
             R"re(<\?xml-stylesheet|<!\[CDATA\[[^\]]{0,80}<(script|!))re", kArgs, kNotCode},
        Rule{
            "xpath.break", Kind::xml, kLikely, 3.0,
            R"(['"]\s{0,3}\]\s{0,3}(\||/|\[)|/\*\[|\bcount\s{0,2}\(\s{0,2}/|\b(string-length|name|substring|starts-with|position|local-name|contains)\s{0,2}\(\s{0,2}(/|\.|\*|name|//)|//\*(\[|\||$)|child::(node|text)|/child::|\]\s{0,2}\|\s{0,2}/|ancestor::|parent::)",
            kArgs, kNotCode,
            R"t(['"]\s{0,3}\]|/\*\[|\(\s{0,2}[/.*n]|//\*|child::|\]\s{0,2}\||ancestor::|parent::)t",
            false, 0, is_not_prose},
        Rule{
            "ldap.break", Kind::directory, kLikely, 3.6,
            R"re(^[^()]{0,40}\*?\)\s{0,2}\(\s{0,2}[|&!]?\s{0,2}\(?\s{0,2}\w{0,24}\s{0,2}(=|~=|>=|<=|:)|\)\s{0,2}\(\s{0,2}[|&]\s{0,2}\(|^\s{0,2}\*\s{0,2}\(\s{0,2}[|&]|\*\)\s{0,2}\(|\)\)\s{0,2}(\(|%00|\x00)|^\(\s{0,2}[|&!]?\s{0,2}\)|\bobjectclass\s{0,2}=\s{0,2}\*|\((cn|uid|mail|sn|userpassword|samaccountname|objectclass|description|ou|department)\s{0,2}=\s{0,2}\*|^\s{0,2}(\*{1,4}[)(|&]|[)(|&][*)(|&])[*)(|&]{0,6}\w{0,12}\s{0,2}[=)]?|\*\)\s{0,2}\(?(uid|cn|mail|objectclass|user))re",
            kArgs, kNotCode,
            R"t(\)\s{0,2}\(|\*\s{0,2}\(|\*\)|\)\)\s{0,2}(%00|\x00)|^\s{0,2}[*)(|&]|=\s{0,2}\*)t",
            false, 0, closes_foreign_filter},
        // A filter that closes somebody else's, a condition of XPath that needs no document.
        Rule{
            "ldap.sure", Kind::directory, kLikely, kSure,
            R"re(\*\s{0,2}\)\s{0,2}\(\s{0,2}[|&!]\s{0,2}\(\s{0,2}\w{1,24}\s{0,2}=|^[^()\n]{0,40}\)\s{0,2}\(\s{0,2}(&\s{0,2}\)|[|&!]\s{0,2}\(?\s{0,2}\w{1,24}\s{0,2}=|\w{1,24}\s{0,2}(=|~=|>=|<=|:=|:\w{2,12}:))|^[^()\n]{0,40}\*\s{0,2}\)\s{0,2}\(\s{0,2}([|&!(]|\w{1,24}\s{0,2}=))re",
            kArgs, kNotCode, R"t(\)\s{0,2}\()t", false, 0, closes_foreign_filter},
        Rule{
            "xpath.sure", Kind::xml, kLikely, kSure,
            R"re((^|['"\d\])])\s{0,3}\b(or|and)\s{1,3}(not\s{0,2}\(\s{0,2})?((true|false|position|last)\s{0,2}\(\s{0,2}\)|count\s{0,2}\(\s{0,2}/|(string-length|substring|name|local-name|starts-with|contains)\s{0,2}\(\s{0,2}(//|/\*|name\()|name\s{0,2}\(\s{0,2}\)\s{0,2}=)|['"]\s{0,3}\]\s{0,3}\|\s{0,3}/|\bdoc\s{0,2}\(\s{0,2}['"]?(file|https?):)re",
            kArgs, kNotCode,
            R"t((\b(or|and)\s{1,3}(not|true|false|position|last|count|string-length|substring|name|local-name|starts-with|contains)\b|\]\s{0,3}\||\bdoc\s{0,2}\())t"},
        // A question to a GraphQL server for all that it has, or one made to cost.
        Rule{
            "graphql.abuse", Kind::code, kLikely, 5.9,
            R"(\{\s{0,4}(__typename\s{1,4})?__schema\s{0,3}\{|\{\s{0,4}__type\s{0,3}\(\s{0,3}name\s{0,3}:|(@[\w-]{1,20}\s{0,3}){5,}\{|\[\s{0,3}\{\s{0,3}"query"\s{0,3}:\s{0,3}"[^\n]{1,200}\}\s{0,3},\s{0,3}\{\s{0,3}"query"[^\n]{1,200}\}\s{0,3},\s{0,3}\{\s{0,3}"query"|\bfragment\s{1,4}\w{1,20}\s{1,4}on\s{1,4}\w{1,20}\s{0,4}\{\s{0,4}\.\.\.\s{0,3}\w{1,20}\s{0,4}\}|(\{\s{0,3}\w{1,20}\s{0,3}){12,})",
            kArgs, kNotCode,
            R"t((__schema|__type|@[\w-]{1,20}\s{0,3}@|\"query\"\s{0,3}:|fragment\s|(\{\s{0,3}\w{1,20}\s{0,3}){4}))t"},
        // One line of an address or a name, and behind its end a header of mail.
        Rule{
            "protocol.mail_header", Kind::protocol, kLikely, kSure,
            R"(^\s{0,3}[^\s@\n]{1,64}@[\w.-]{1,80}\s{0,3}(\r\n?|\n)\s{0,3}((b?cc|to|from|subject|reply-to|content-type|mime-version|x-[\w-]{2,24})\s{0,3}:|rcpt\s{1,3}to\s{0,2}:|mail\s{1,3}from\s{0,2}:|data\s{0,3}(\r|\n|$))|^[^\n:]{1,80}(\r\n?|\n)\s{0,3}bcc\s{0,3}:\s{0,3}<?[^\s@]{1,64}@[\w.-]{3,80}>?\s{0,3}$|^[^\n:]{0,60}(\r\n?|\n)\s{0,3}(x-[\w-]{2,24}\s{0,3}:\s{0,3}\S|http/[12]\.[01]\s{1,3}\d{3}|rcpt\s{1,3}to\s{0,2}:))",
            kArgs, bit(Role::text) | bit(Role::identifier) | bit(Role::host) | bit(Role::url),
            R"t((\n|\r)\s{0,3}(b?cc|to|from|subject|reply-to|content-type|mime-version|x-|rcpt|mail|data|http/))t"},
        Rule{
            "protocol.header", Kind::protocol, kLikely, 4.0,
            R"((\r\n?|\n|%0d%0a|%0a|%0d|\\r\\n)\s{0,3}(set-cookie|location|content-(type|length|disposition|transfer-encoding)|http/\d|host|transfer-encoding|x-forwarded-\w{2,8}|refresh|status|bcc|cc|to|from|subject|rcpt to|mail from|data|quit|mime-version|reply-to)\s{0,3}:\s{0,3}\S|\bhttp/1\.[01]\s{0,3}(\r|\n|\d{3})|(\r\n|\n)(rcpt to|mail from|helo|ehlo)\b)", kArgs,
            bit(Role::url) | bit(Role::host) | bit(Role::identifier) | bit(Role::path),
            R"t((set-cookie|location|content-(type|length|disposition|transfer-encoding)|http/\d|host|transfer-encoding|x-forwarded-\w{2,8}|refresh|status|bcc|cc|to|from|subject|rcpt to|mail from|data|quit|mime-version|reply-to)\s{0,3}:\s{0,3}\S|http/1\.[01]|(\r\n|\n)(rcpt to|mail from|helo|ehlo)\b)t"},
        // A value of one line, an end of line as HTTP has it, and what only a head of HTTP
        // holds.
        Rule{
            "protocol.response", Kind::protocol, kLikely, 5.9,
            R"re(^[^\n:]{1,80}(\r\n|%0d%0a)[ \t]{0,3}(content-(type|length|disposition)|set-cookie|refresh|access-control-[a-z-]{4,20}|location\s{0,2}(:|%3a)\s{0,3}(https?|/|%2f|//))\s{0,2}(:|%3a|/)\s{0,3}\S)re",
            kArgs, kNotCode, R"t((content-|set-cookie|location|refresh|access-control))t"},
        Rule{
            "protocol.header_text", Kind::protocol, kLikely, 3.2,
            R"((\r\n?|\n)\s{0,3}(set-cookie\s{0,3}:\s{0,3}\w|location\s{0,3}:\s{0,3}https?:|content-length\s{0,3}:\s{0,3}\d|http/1\.[01]\s{1,3}\d{3}|transfer-encoding\s{0,3}:|rcpt to:|mail from:))",
            kArgs, bit(Role::text)},
        Rule{
            "protocol.smuggled_request", Kind::protocol, kLikely, 2.8,
            R"((^|\n)(get|post|put|head|options|delete|trace|connect)\s{1,3}/[^\s]{0,80}\s{1,3}http/\d)",
            kArgs, kNotCode},
        // A line end in disguise, and then a header.
        Rule{
            "protocol.encoded_line", Kind::protocol, kLikely, 4.6,
            R"((%(25){0,3}(0[ad]|%30%?(61|a)|u000[ad])|%%?0?a?0[ad]|%u000[ad]|%e5%98%8[ad]|嘊|嘍|\\r\\n|\\u000[ad]).{0,12}(set-cookie|location|content-(type|length|disposition)|http/1\.[01]|refresh|x-[a-z-]{3,24}|transfer-encoding|(rcpt|mail) (to|from)|b?cc|access-control-[a-z-]{4,20})\s{0,2}(:|%3a))",
            kArgs, kNotCode,
            R"t((set-cookie|location|content-|http/1|refresh|x-|transfer-enc|rcpt|mail |cc|access-control))t"},
        Rule{"protocol.nul", Kind::protocol, kLikely, 3.2, R"(\x00|%00|\\0\b|\\x00)", kArgs,
             kNotCode & ~bit(Role::text)},
        Rule{"protocol.nul_text", Kind::protocol, kWeak, 1.8, R"(\x00|%00)", kArgs,
             bit(Role::text)},
};

}  // namespace

std::span<const Rule> code_rules() {
  return kRules;
}

}  // namespace doorward::detect
