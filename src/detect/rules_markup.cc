// Script in HTML, CSS and URLs.
#include <array>

#include "detect/rules.h"
#include "detect/surroundings.h"

namespace doorward::detect {

namespace {

constexpr unsigned kArgs = bit(Channel::tool_arguments);
constexpr unsigned kScalar =
    bit(Role::text) | bit(Role::path) | bit(Role::url) | bit(Role::host) | bit(Role::identifier);
constexpr auto kM = Kind::markup;
constexpr auto kLikely = Certainty::likely;
constexpr auto kWeak = Certainty::weak;

constexpr std::array kRules =
    {
        Rule{"markup.script", kM, kLikely, 4.5,
             R"(<[/\s\x00]{0,4}(script|scr\x00ipt|s\x00cript)[\s/>\x00:"'&;(+]|<script\b)", kArgs,
             kScalar, nullptr, false, 0, is_not_prose},
        // A script that takes what the reader's browser holds, or shows that it runs.
        Rule{
            "markup.script_acts", kM, kLikely, kSure,
            R"(<script\b[^>]{0,200}>[^<]{0,200}(\bdocument\s{0,2}\.\s{0,2}cookie\b|\b(alert|prompt|confirm)\s{0,3}[(`]|\beval\s{0,3}\(\s{0,3}(atob|unescape|string)|\blocation(\.href)?\s{0,3}=\s{0,3}['"`](https?:)?//)|\bon(error|load|toggle|focus|mouseover|begin|pointerenter)\s{0,3}=\s{0,3}['"`]?\s{0,3}((javascript:)?\s{0,3}(alert|prompt|confirm)\s{0,3}[(`]|eval\s{0,3}\(\s{0,3}(atob|unescape|string)|[^>\n]{0,120}\bdocument\s{0,2}\.\s{0,2}cookie\b))",
            kArgs, kScalar,
            R"t((<script|\bon(error|load|toggle|focus|mouseover|begin|pointerenter)\s{0,3}=))t"},
        Rule{
            "markup.handler", kM, kLikely, 4.0,
            R"((<[^>]{0,300}|^[^<>]{0,60}["'`][^<>]{0,60}|[\s/"'`\x00-])\bon(abort|activate|after\w{3,10}|animation\w{3,10}|aux\w{3,6}|before\w{3,20}|begin|blur|bounce|can\w{3,16}|cell\w{3,8}|change|click|close|contextmenu|control\w{3,8}|copy|cuechange|cut|data\w{3,16}|dbl\w{3,6}|deactivate|drag\w{0,8}|drop|duration\w{3,8}|end|ended|error\w{0,8}|filter\w{3,8}|finish|focus\w{0,4}|formdata|full\w{3,16}|gotpointer\w{3,10}|hash\w{3,8}|help|input|invalid|key\w{2,8}|layout\w{3,8}|load\w{0,10}|lose\w{3,8}|media\w{3,10}|message\w{0,6}|mouse\w{2,8}|moz\w{3,18}|move\w{0,6}|offline|online|outofsync|page\w{3,8}|paste|pause|play\w{0,8}|pointer\w{2,12}|popstate|progress|property\w{3,8}|ratechange|readystate\w{3,8}|repeat|reset|resize\w{0,6}|resume|reverse|row\w{3,12}|scroll\w{0,16}|search|seek\w{2,6}|select\w{0,8}|show|stalled|start|stop|storage|submit|suspend|sync\w{3,10}|timeout|time\w{3,8}|toggle|touch\w{2,8}|transition\w{3,8}|unhandled\w{3,10}|unload|url\w{3,8}|volume\w{3,8}|wait\w{2,6}|webkit\w{3,24}|wheel|zoom)[\s\x00/]{0,4}=)",
            kArgs, kScalar, R"t(\bon\w{3,40}[\s\x00/]{0,4}=)t"},
        Rule{
            "markup.tag", kM, kLikely, 3.0,
            R"(<[\s/\x00]{0,3}(iframe|frame(set)?|object|embed|applet|isindex|i?layer|bgsound|xss|keygen|animate\w{0,10}|set|foreignobject|maction|portal|plaintext|listing|xmp|import|comment|event-source|x|q|w|n)(\x00|\s|/|%0\w|\+)[^>]{0,200}(=|$|:|\()|<[\s/\x00]{0,3}(svg|math|body|html|video|audio|source|details|marquee|style|form|input|button|textarea|select|image|template|noscript|dialog|table|div|img|a|p)(/\w|\x00|%0\w|\+[a-z]|[\s/]{1,8}[^>]{0,80}(=\s{0,3}[^"'\s>][^>\s]{0,40}[(`:]|$))|<[\s/\x00]{0,3}(base\s[^>]{0,40}href\s{0,2}=|meta\s[^>]{0,60}http-equiv\s{0,2}=\s{0,2}['"]?(refresh|set-cookie|link)|link\s[^>]{0,80}href\s{0,2}=\s{0,2}['"]?(//|https?:|javascript|data:)|form\s[^>]{0,60}action\s{0,2}=\s{0,2}['"]?(//|javascript|data:))|<[\s/\x00]{0,3}svg\b[^>]{0,100}>\s{0,4}<(script|use|animate|set|image|foreignobject|a)\b)", kArgs,
            kScalar, R"t(<)t"},
        Rule{
            "markup.tag_plain", kM, kWeak, 1.8,
            R"(<[/!]?(iframe|svg|object|embed|applet|base|meta|link|math|style|body|html|form|input|img|video|audio|details|marquee|head|title|xml|!--|\?xml|\?|%|xss|h1|br|a|div|p|b|i|u|table)\b[^>]{0,80}/?>|<!--)",
            kArgs, kScalar, R"t(<)t"},
        Rule{
            "markup.script_url", kM, kLikely, 4.0,
            R"(\b(j\s{0,3}a\s{0,3}v\s{0,3}a|v\s{0,3}b|live|mocha|jav&#|java\x00)\s{0,3}(s\s{0,3}c\s{0,3}r\s{0,3}i\s{0,3}p\s{0,3}t|script)\s{0,6}(:|&colon;|%3a)|\bdata\s{0,3}:\s{0,3}(text/(html|xml|javascript|x-scriptlet|vbscript)|application/(x?html|xml|x-shockwave|javascript)|image/svg\+xml)[^,]{0,40},|\bmocha:|\blivescript:|\bdata:[;,]base64|\bdata:;|\bfeed:(javascript|data))",
            kArgs, kScalar, R"t((script|s\s{0,3}c\s{0,3}r\s{0,3}i\s{0,3}p|data|mocha|feed))t",
            false, 0, runs_script},
        Rule{
            "markup.call", kM, kLikely, 3.2,
            R"((^|[^\w.])(alert|confirm|prompt|eval|execscript|settimeout|setinterval|setimmediate|fetch|importscripts|open|write|writeln|atob|unescape|decodeuri(component)?)[\s\x00]{0,3}(\(|`|&lpar;|\?\.\(|\[|\x60)[^\n]{0,40}(\)|`|document|window|cookie|\d|xss|'|"|location|string|/|$)|\b(top|self|window|parent|this|frames|globalthis|document|location|navigator)\s{0,3}\[\s{0,3}['"`/(\w]|\[\s{0,3}(['"`])(al|ale|aler|ev|eva|con|pro)['"`+]|\b(alert|prompt|confirm|eval)\.(call|apply|bind)|(\)|\])\s{0,2}\(\s{0,2}(1|document\.|'|"|\d{1,8}\s{0,2}\)))",
            kArgs, kScalar,
            R"t((alert|confirm|prompt|eval|execscript|settimeout|setinterval|setimmediate|fetch|import|open|write|atob|unescape|decodeuri|\[|\())t",
            false, 0, is_not_prose},
        Rule{
            "markup.dom", kM, kLikely, 3.4, R"(\b(document|window|self|top|parent|this)\s{0,2}\.\s{0,2}(cookie|domain|write(ln)?|location|url|referrer|body|documentelement|createelement|getelementbyid|forms|domain|open|name|hash|execcommand|implementation|scripts|head|evaluate|defaultview)\b|string\.fromcharcode|\.(inner|outer)html\b|\.insertadjacenthtml|\blocation\s{0,3}(=|\.(href|replace|assign|hash|search)\b)|\.srcdoc\b|\bxmlhttprequest\b|\bnew\s{1,3}(function|image|websocket|audio|worker)\b\s{0,2}[(;]?|[.\['"]constructor\b['"\]]{0,2}\s{0,2}(\.|\[|\()|\$\.(getscript|ajax|get|post)\(|\.fromcharcode|\bcharcodeat\b|\bnavigator\.sendbeacon|--!?>\s{0,4}<(script|img|svg|iframe|x)\b|(\/\/|&lt;!--)\]\]>|<!\[cdata\[|\bjavascript\s{0,2}%3a)",
            kArgs, kScalar,
            R"t((document|window|self|top|parent|this|string|html|location|srcdoc|xmlhttp|\bnew\b|constructor|\$\.|fromchar|charcode|beacon|--!?>\s{0,4}<|cdata|\]\]>|javascript))t",
            false, 0, is_not_prose},
        Rule{
            "markup.style", kM, kLikely, 3.4,
            R"(expression\s{0,3}(/\*.{0,40}?\*/)?\s{0,3}\(|-moz-binding|@import\b\s{0,3}['"(u\\]|behaviou?r\s{0,3}:\s{0,3}url|background(-image)?\s{0,3}:\s{0,3}url\s{0,3}\(\s{0,3}['"&]?\s{0,3}(javascript|vbscript|data|//|&)|list-style-image\s{0,3}:\s{0,3}url|style\s{0,3}=\s{0,3}['"`]?[^'"`>]{0,80}(expression|javascript|binding|url\s{0,2}\(|\\[0-9a-f]{2,6}|&#)|\bxss\s{0,3}:\s{0,3}\w|filter\s{0,2}:\s{0,2}progid|-o-link\b)",
            kArgs, kScalar,
            R"t((expression|binding|@import|behavio|background|list-style|style|xss|filter|-o-link))t"},
        Rule{
            "markup.attribute", kM, kLikely, 3.2,
            R"re(^[^<>]{0,80}["'`]\s{0,4}/?>\s{0,4}<\s{0,3}[a-z!/?%]|\b(src|href|xlink:href|action|formaction|poster|background|dynsrc|lowsrc|data|code|codebase|classid|srcdoc|content|from|to|values|style|folder|ping|manifest|profile|cite|longdesc|usemap)\s{0,3}=\s{0,3}['"`]?\s{0,3}(javascript|vbscript|data\s{0,2}:|&#|//\w|jav|feed:|\\u|%6a|http[^>]{0,120}\.(js|svg|swf|xml|htc|xbl)\b)|<[^>]{0,60}\b(href|src|action|formaction|data|style|to|from|values|on\w{3,20})\s{0,3}=\s{0,3}['"`]?[^'"`>\s]{0,40}&(#x?\w{2,6};?|colon;|newline;|tab;|lpar;)[^>]{0,80}|\bautofocus\b[^>]{0,40}\bon|\baccesskey\s{0,2}=|srcdoc\s{0,3}=|<\s{0,2}\w{1,12}\s{0,4}/\s{0,2}\w{0,12}\s{0,2}=)re",
            kArgs, kScalar, R"t((>\s{0,4}<|=|<|autofocus))t"},
        Rule{"markup.angle", kM, kWeak, 1.5,
             R"(["'`]\s{0,3}/?>|<\s{0,2}/?[a-z]{1,12}[^>]{0,40}$|<[^\s=<>]{0,4}[%&\\x][^>]{0,20})",
             kArgs, kScalar},
        Rule{
            "markup.split_word", kM, kLikely, 3.4,
            R"(<(sc|scr|scri|scrip)<|<scr[\s\x00-]{1,4}ipt|<\x00|\bjav(\t|\n|\r|&#|\x00)a?|<<\s{0,2}(script|iframe|img|svg)|%u003c|\\u003c|\\x3c|&lt;?/?(script|img|svg|iframe)|\+adw-|<s(%00|\x00)c|¼script|¾)",
            kArgs, kScalar},
        Rule{
            "markup.js_escape", kM, kWeak, 1.8,
            R"((^|[\w])['"`]\s{0,3}(;|-|\+|\*|/|,|\^|%|\||&|\?|\))\s{0,3}(alert|confirm|prompt|eval|\(|\[|new\b|\w{2,10}\s{0,2}[(`])|\(\s{0,2}\)\s{0,2}=>|\bfunction\s{0,3}\(|\[\s{0,2}\]\s{0,2}\[|\(\!\[\]\+|\(\+\[|\$\$_|゚ω゚)",
            kArgs, kScalar,
            R"t(['"`]\s{0,3}[;+*/,^%|&?)-]|\)\s{0,2}=>|\bfunction\s{0,3}\(|\[\s{0,2}\]|\(\!\[\]\+|\(\+\[|\$\$_|゚ω゚)t"},
        Rule{
            "markup.server_include", kM, kLikely, 4.0,
            R"(<!--\s{0,3}#\s{0,3}(exec\s{1,4}(cmd|cgi)|include\s{1,4}(virtual|file)|echo\s{1,4}(var|encoding)|config\s{1,4}(errmsg|sizefmt|timefmt)|printenv|set\s{1,4}var|if\s{1,4}expr|f(size|lastmod)\s)|<esi:|<!--\s{0,2}esi\b)",
            kArgs, kScalar},
};

}  // namespace

std::span<const Rule> markup_rules() {
  return kRules;
}

}  // namespace doorward::detect
