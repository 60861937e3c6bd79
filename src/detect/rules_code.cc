// Template engines, serialised objects, XML entities, LDAP filters, evaluation, forged headers.
#include <array>

#include "detect/rules.h"

namespace doorward::detect {

namespace {

constexpr unsigned kArgs = bit(Channel::tool_arguments);
constexpr unsigned kNotCode = kAllRoles & ~(bit(Role::code) | bit(Role::command) | bit(Role::sql));
constexpr unsigned kNotShell = kAllRoles & ~(bit(Role::command) | bit(Role::sql));
constexpr auto kLikely = Certainty::likely;
constexpr auto kCertain = Certainty::certain;
constexpr auto kWeak = Certainty::weak;

constexpr std::array kRules = {
    Rule{
        "template.expression", Kind::template_code, kLikely, 4.0,
        R"((\{\{|\{%|\$\{|#\{|<%|\*\{|~\{|@\{|\$\$\{|@\(|\[\[\$?\{|\{\$|\{#|\{php)[^\n]{0,200}(\d{1,6}\s{0,2}[*+/-]\s{0,2}['"]?\d{1,6}|\bconfig\b|\bself\.|\brequest\b|__\w{3,16}__|\bconstructor\b|_self\b|\blipsum\b|\bcycler\b|\bjoiner\b|\bnamespace\(|\battr\(|\|\s{0,2}(attr|join|map|filter|sort|reduce|format)\b|\bclass\.forName|\bT\s{0,2}\(|java\.\w|\bRuntime\b|getclass|\bjndi\b|\bsys:|\benv\b|\bscript:|\bdns:|\burl:|\bexec\b|\bpopen\b|\bsystem\b|\bpassthru\b|file_?(get|read|open|put)|\binclude\b|\bimport\b|\bglobal\.|\brequire\b|process\.|\bprint\b|\becho\b|\bdump\(|\bapp\.|\bphpinfo\b|\bconstant\(|['"]\w{1,20}['"]\.(toUpper|getClass|class)|freemarker|\bassign\b|\bnew\(|\bsession\b|\bsettings\b|\bdebug\b|\bcat\b|_\w{2,12}\[|\bpathTo|\bu\+|\bopen\())",
        kArgs, kNotCode, R"t((\{\{|\{%|\$\{|#\{|<%|\*\{|~\{|@\{|@\(|\[\[|\{\$|\{#|\{php))t"},
    Rule{
        "template.arithmetic", Kind::template_code, kLikely, 4.0,
        R"((\{\{|\$\{|#\{|<%=|\*\{|@\(|\[\[|\{\{=|\{@|\$\{\{)\s{0,4}['"(]?\d{1,8}['"]?\s{0,3}[*+/-]{1,2}\s{0,3}['"]?\d{1,8}['")]?)",
        kArgs, kNotCode},
    Rule{
        "template.directive", Kind::template_code, kLikely, 3.2,
        R"(#set\s{0,3}\(\s{0,3}\$|<#(assign|list|if|include|import)\b|\{php\}|\{/?literal\}|<%\s{0,3}(=|import|out|system|exec|\W)|\{%\s{0,3}(import|include|extends|for|if|set|raw|debug|load|with)\b|\$class\.inspect|<\?(php|=|\s)|\[\[\$\{|__\$\{|\bth:\w{2,10}=|\{\{\s{0,3}[#^/>&!]|\$\{\{|#\{\s{0,2}\w|\{\{\s{0,2}['"][^}]{0,40}['"]\s{0,2}\}\}|\{\{\s{0,2}\w{1,20}(\.|\[|\()|\$\{\s{0,2}[\w"'.]{1,40}\s{0,2}(\(|\.)|@(System|Html|import|include|php|if|while)\b)",
        kArgs, kNotCode, R"t((#set|<#|\{|<%|\$class|<\?|\[\[|\$\{|th:|@))t"},
    Rule{"template.jndi", Kind::template_code, kCertain, 5.0,
         R"(\$\{\s{0,3}(jndi|\$\{|lower:|upper:|::-|env:|sys:|date:|java:)[^\n]{0,120}[:}])", kArgs,
         kNotCode},
    Rule{
        "code.dunder", Kind::code, kLikely, 3.8,
        R"(__(class|mro|subclasses|globals|builtins|import|bases|base|getitem|reduce(_ex)?|dict|code|self|proto|defineGetter|lookupGetter|call|getattribute|loader|module|qualname)__)",
        kArgs, kNotCode},
    Rule{
        "code.python", Kind::code, kLikely, 3.6,
        R"(\b(os|sys|subprocess|commands|pty|shutil|posix|platform|ctypes|importlib|socket|pickle|marshal)\s{0,2}\.\s{0,2}(system|popen\d?|exec\w{0,3}|spawn\w{0,4}|run|call|check_output|check_call|Popen|getoutput|getstatusoutput|rmtree|remove|unlink|environ|import_module|loads|fork|kill|getuid|listdir|dup2)\b\s{0,2}[(\[.]?|\b(eval|exec|compile|execfile|__import__|getattr|setattr|globals|locals|vars|input|breakpoint)\s{0,3}\(\s{0,3}['"\w(_]|\bopen\s{0,2}\(\s{0,2}['"](/|\.\.)[^)]{0,60}\)\.(read|write)|\bimport\s{1,3}(os|subprocess|socket|pty|sys|ctypes|shutil)\b)",
        kArgs, kNotCode,
        R"t(\b(os|sys|subprocess|commands|pty|shutil|posix|platform|ctypes|importlib|socket|pickle|marshal|eval|exec|compile|execfile|__import__|getattr|setattr|globals|locals|vars|input|breakpoint|open|import)\b)t"},
    Rule{
        "code.python_in_code", Kind::code, kLikely, 3.2, R"(\b(subprocess\.\w{2,14}|os\.(system|popen|exec\w{0,3}))\s{0,2}\([^\n]{0,80}(curl|wget|nc\s|bash\s-i|/dev/tcp|rm\s-rf\s/|base64\s-d)|\bexec\s{0,2}\(\s{0,2}(base64|zlib|codecs|marshal|bytes|__import__|compile|requests|urllib)|\beval\s{0,2}\(\s{0,2}(base64|atob|compile|__import__|requests|urllib|input)|\beval\s{0,2}\(\s{0,2}(atob|Buffer\.from|unescape|decodeURIComponent)\s{0,2}\(|\bFunction\s{0,2}\(\s{0,2}(atob|Buffer\.from))",
        kArgs, bit(Role::code) | bit(Role::command), R"t((subprocess|os\.|exec|eval|function))t"},
    Rule{
        "code.javascript", Kind::code, kLikely, 3.6,
        R"(\brequire\s{0,3}\(\s{0,3}['"`](child_process|fs|net|os|vm|http|https|path|node:\w{2,16}|cluster|process)['"`]|\bprocess\s{0,2}\.\s{0,2}(mainmodule|env|binding|exit|kill|argv|cwd|versions|dlopen)\b|\bconstructor\s{0,2}\.\s{0,2}constructor|\.constructor\s{0,2}\(|__proto__|\bprototype\s{0,2}(\.|\[|['"]\s{0,2}\])|\bchild_process\b|\bspawnsync\b|\bexecsync\b|\b(new\s{1,3})?function\s{0,2}\(\s{0,2}['"`]return|global\.process|\$\$typeof|_\$\$nd_func\$\$_|\bimport\s{0,2}\(\s{0,2}['"`]|\bres\.(end|send|write)\s{0,2}\(|\bwhile\s{0,2}\(\s{0,2}(1|true)\s{0,2}\))",
        kArgs, kNotCode},
    Rule{
        "code.php", Kind::code, kLikely, 3.8,
        R"(<\?(php|=)|\b(phpinfo|passthru|shell_exec|system|popen|proc_open|pcntl_exec|assert|create_function|call_user_func(_array)?|file_get_contents|file_put_contents|readfile|fopen|include(_once)?|require(_once)?|base64_decode|gzinflate|str_rot13|preg_replace|move_uploaded_file|unserialize|extract|parse_str|ini_set|mysql_query|highlight_file|show_source|fpassthru|scandir|glob|curl_exec|die|phpversion|getenv|array_map|usort|exec|print_r|var_dump|chr|error_log|symlink|eval|md5)\s{0,3}\(\s{0,3}['"$(\w)]|\$_(get|post|request|server|cookie|files|session|env)\b|\$\{['"@]|@eval|\$GLOBALS)",
        kArgs, kNotCode, R"t((\(|\$|<\?|@eval))t"},
    Rule{
        "code.java", Kind::code, kLikely, 4.0,
        R"(java\.lang\.(runtime|processbuilder|system|class|thread)|\bruntime\s{0,2}\.\s{0,2}getruntime|\bprocessbuilder\b|\bclass\s{0,2}\.\s{0,2}forname|#_memberaccess|@ognl\.|#context\b|ognlcontext|\bscriptengine(manager)?\b|javax\.(script|naming|el)\.|org\.(apache|springframework)\.[\w.]{1,80}[(#@$]|@org\.|class\.module\.classloader|com\.(sun|opensymphony)\.|\.getclass\s{0,2}\(|freemarker\.template|%\{\s{0,2}\(?#|#\{\s{0,2}\(?#|(%|\$)\{\(?#_?\w)",
        kArgs, kNotCode,
        R"t((java|runtime|processbuilder|class|#|ognl|script|org\.|com\.|freemarker|%\{|\$\{))t"},
    Rule{
        "code.ruby_go", Kind::code, kLikely, 3.2,
        R"(\b(Kernel|IO|File|Open3|Process|Dir)\s{0,2}(\.|::)\s{0,2}(exec|system|popen|open|spawn|read|entries|write|foreach|fork|capture2)\b|\bexec\.Command\s{0,2}\(|%x[({\[]|`[^`\n]{0,40}(/etc/passwd|whoami|uname|\bid\b)[^`\n]{0,40}`|\.instance_(eval|variable)|\bsend\s{0,2}\(\s{0,2}:?['"]?(eval|system|exec))",
        kArgs, kNotCode, R"t((kernel|IO|file|open3|process|dir|exec|%x|`|instance_|send))t"},
    Rule{
        "object.serialised", Kind::object, kCertain, 4.5, R"(\brO0AB[A-Za-z0-9+/]|\bACED0005|\xac\xed\x00\x05|\b[OCao]:\d{1,6}:("[\w\\]{1,60}":\d{1,4}:)?\{|!!(python|javax?|ruby|com\.|org\.|perl)[/\w.:]|!ruby/(object|hash|struct|class)|\bgASV[A-Za-z0-9+/]{8}|\x80[\x02-\x05]\x95|c(os|posix|nt|__builtin__|builtins|subprocess)\n(system|popen|eval|exec|Popen|getattr)\n|\bAAEAAAD/{3,5}|"@type"\s{0,3}:\s{0,3}"(com|org|java|javax|sun|ch)\.|"\$type"\s{0,3}:\s{0,3}"(system|microsoft)\.|\bObjectDataProvider\b|\bTypeConfuseDelegate\b|\byaml\.unsafe|_\$\$ND_FUNC|BAcECG|cbuiltins\n|csubprocess\n|<java\b[^>]{0,60}class\s{0,2}=|<void\s{1,3}(class|method|property)\s{0,2}=|\bcommons-?collections|ysoserial|\bphar://)",
        kArgs, kNotShell,
        R"t((rO0AB|ACED|\xac\xed|[OCao]:\d|!!|!ruby|gASV|\x80|\n|AAEAAAD|type\"|DataProvider|Confuse|unsafe|ND_FUNC|BAcEC|<java|<void|ommons|ysoserial|phar:))t",
        true},
    Rule{
        "xml.entity", Kind::xml, kCertain, 4.5,
        R"(<!ENTITY\b|<!DOCTYPE\b[^>]{0,120}(\[|\bSYSTEM\b|\bPUBLIC\b[^>]{0,80}(file|http|ftp|php|expect))|\bSYSTEM\s{1,4}['"](file|https?|ftp|php|expect|jar|netdoc|gopher|data)?:?/?/?[^'"]{0,80}['"]|<\w{0,3}:?xi:include\b|<xi:include|<xsl:(stylesheet|include|import|value-of|variable|copy-of)|xmlns:(xi|xsl|php)\s{0,2}=|\bxinclude\b|document\s{0,2}\(\s{0,2}['"](file|http|/))",
        kArgs, kNotCode, R"t((<!|system|xi:|xsl|xinclude|document|xmlns))t"},
    Rule{"xml.cdata", Kind::xml, kLikely, 2.6,
         R"(<!\[CDATA\[|<\?xml\b|<\?xml-stylesheet|<!ELEMENT|<!ATTLIST)", kArgs, kNotCode},
    Rule{
        "xpath.break", Kind::xml, kLikely, 3.0,
        R"(['"]\s{0,3}\]\s{0,3}(\||/|\[)|/\*\[|\bcount\s{0,2}\(\s{0,2}/|\b(string-length|name|substring|starts-with|position|local-name|contains)\s{0,2}\(\s{0,2}(/|\.|\*|name|//)|//\*(\[|\||$)|child::(node|text)|/child::|\]\s{0,2}\|\s{0,2}/|ancestor::|parent::)",
        kArgs, kNotCode,
        R"t(['"]\s{0,3}\]|/\*\[|\(\s{0,2}[/.*n]|//\*|child::|\]\s{0,2}\||ancestor::|parent::)t"},
    Rule{
        "ldap.break", Kind::directory, kLikely, 3.6,
        R"(^[^()]{0,40}\*?\)\s{0,2}\(\s{0,2}[|&!]?\s{0,2}\(?\s{0,2}\w{0,24}\s{0,2}(=|~=|>=|<=|:)|\)\s{0,2}\(\s{0,2}[|&]\s{0,2}\(|^\s{0,2}\*\s{0,2}\(\s{0,2}[|&]|\*\)\s{0,2}\(|\)\)\s{0,2}(\(|%00|\x00)|^\(\s{0,2}[|&!]?\s{0,2}\)|\bobjectclass\s{0,2}=\s{0,2}\*|\((cn|uid|mail|sn|userpassword|samaccountname|objectclass|description|ou|department)\s{0,2}=\s{0,2}\*|^\s{0,2}(\*{1,4}[)(|&]|[)(|&][*)(|&])[*)(|&]{0,6}\w{0,12}\s{0,2}[=)]?|\*\)\s{0,2}\(?(uid|cn|mail|objectclass|user))",
        kArgs, kNotCode,
        R"t(\)\s{0,2}\(|\*\s{0,2}\(|\*\)|\)\)\s{0,2}(%00|\x00)|^\s{0,2}[*)(|&]|=\s{0,2}\*)t"},
    Rule{
        "protocol.header", Kind::protocol, kLikely, 4.0,
        R"((\r\n?|\n|%0d%0a|%0a|%0d|\\r\\n)\s{0,3}(set-cookie|location|content-(type|length|disposition|transfer-encoding)|http/\d|host|transfer-encoding|x-forwarded-\w{2,8}|refresh|status|bcc|cc|to|from|subject|rcpt to|mail from|data|quit|mime-version|reply-to)\s{0,3}:\s{0,3}\S|\bhttp/1\.[01]\s{0,3}(\r|\n|\d{3})|(\r\n|\n)(rcpt to|mail from|helo|ehlo)\b)",
        kArgs, bit(Role::url) | bit(Role::host) | bit(Role::identifier) | bit(Role::path),
        R"t((set-cookie|location|content-(type|length|disposition|transfer-encoding)|http/\d|host|transfer-encoding|x-forwarded-\w{2,8}|refresh|status|bcc|cc|to|from|subject|rcpt to|mail from|data|quit|mime-version|reply-to)\s{0,3}:\s{0,3}\S|http/1\.[01]|(\r\n|\n)(rcpt to|mail from|helo|ehlo)\b)t"},
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
        "protocol.encoded_line", Kind::protocol, kLikely, 3.8,
        R"((%(25){0,3}(0[ad]|%30%?(61|a)|u000[ad])|%%?0?a?0[ad]|%u000[ad]|%e5%98%8[ad]|嘊|嘍|\\r\\n|\\u000[ad]).{0,12}(set-cookie|location|content-(type|length|disposition)|http/1\.[01]|refresh|x-[a-z-]{3,24}|transfer-encoding|(rcpt|mail) (to|from)|b?cc|access-control-[a-z-]{4,20})\s{0,2}(:|%3a))",
        kArgs, kNotCode,
        R"t((set-cookie|location|content-|http/1|refresh|x-[a-z]|transfer-enc|rcpt|mail |cc|access-control))t"},
    Rule{"protocol.nul", Kind::protocol, kLikely, 3.2, R"(\x00|%00|\\0\b|\\x00)", kArgs,
         kNotCode & ~bit(Role::text)},
    Rule{"protocol.nul_text", Kind::protocol, kWeak, 1.8, R"(\x00|%00)", kArgs, bit(Role::text)},
};

}  // namespace

std::span<const Rule> code_rules() {
  return kRules;
}

}  // namespace doorward::detect
