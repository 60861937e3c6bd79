// SQL that breaks out of a value. Statements as a whole are judged by their parse tree (sql.h);
// these rules are for fragments inside text, where nothing parses.
#include <array>

#include "detect/rules.h"
#include "detect/surroundings.h"

namespace doorward::detect {

namespace {

constexpr unsigned kArgs = bit(Channel::tool_arguments);
constexpr unsigned kScalar =
    bit(Role::text) | bit(Role::path) | bit(Role::url) | bit(Role::host) | bit(Role::identifier);
constexpr auto kS = Kind::sql;
constexpr auto kLikely = Certainty::likely;
constexpr auto kWeak = Certainty::weak;

constexpr std::array
    kRules =
        {
            Rule{
                "sql.quote_logic", kS, kLikely, 4.0,
                R"(['"`)]\s{0,4}(/\*.{0,20}?\*/)?\s{0,4}\)*\s{0,4}(or|and|xor|having|rlike|div|\|\||&&)[\s(!~+/*-]{0,8}(not\s+)?(['"`(]?[\w.@-]{0,24}['"`)]?\s{0,4}(=|<|>|!=|in\s{0,2}\(|\*|\+\s{0,2}['"(\d@])|['"`(]?[\w.@-]{1,24}['"`)]?[\s+]{1,4}(like|between|is[\s+]{1,3}(not|null|true|false)|regexp|rlike|sounds)\b))",
                kArgs, kScalar, R"t((['"`)]|\*/)\s{0,12}(or|and|xor|having|rlike|div|\|\||&&))t",
                false, 0, closes_foreign_quote},
            Rule{
                "sql.number_logic", kS, kLikely, 3.5,
                R"((\d|'|"|\))\s{0,4}(/\*.{0,20}?\*/)?\s{0,4}\b(or|and|xor|\|\||&&)\b\s{0,4}[(!~+-]{0,4}\s{0,4}(not\s+)?['"]?[\w.]{1,16}['"]?\s{0,4}(=|<|>|<>|!=|like\b)\s{0,4}[(+-]?['"]?[\w.]{1,16})",
                kArgs, kScalar, R"t([=<>]|like\b)t", false, 0, breaks_condition},
            Rule{
                "sql.bare_logic", kS, kLikely, 3.2,
                R"((^|[\s'"()%*/])(or|and|\|\||&&)[\s+(/*!]{1,6}(['"]?)(\d{1,8}|[a-z])(['"]?)\s{0,3}(=|<|>|<>|like|rlike)\s{0,3}(['"]?)(\d{1,8}|[a-z])(['"]|\b))",
                kArgs, kScalar, R"t([=<>]|like)t"},
            Rule{
                "sql.quote_equals", kS, kLikely, 3.2,
                R"(['"]\s{0,3}(=|<>|!=|\|\||<=>|:=)\s{0,3}['"(@~!+-]|(['"]\s{1,3}|')(like|rlike|regexp|sounds like|div|mod)\b\s{0,3}(['(@~!+-]|\s")\s{0,2}[\w(%*])",
                kArgs, kScalar,
                R"t(['"]\s{0,3}(=|<|!=|\|\||:=|like\b|rlike\b|regexp\b|sounds like\b|div\b|mod\b))t",
                false, 0, closes_foreign_quote},
            Rule{"sql.quote_operator", kS, kWeak, 1.6,
                 R"(['"]\s{0,3}(\+|-|\*|/|%|&|\^|<|>|\bis\b|\bin\b)\s{0,3}['"(@~!+-])", kArgs,
                 kScalar, R"t(['"]\s{0,3}[+*/%&^<>-]|['"]\s{0,3}(is|in)\b)t"},
            Rule{
                "sql.quote_comment", kS, kLikely, 3.5,
                R"((['"`]|['"`\d]\){1,4})\s{0,4};?\s{0,3}(--([\s+]|$|-|%20)|#\s{0,4}$|/\*\s{0,3}$|;\s{0,2}%00|\x00)|([\d)]|\b(null|true|false|admin))\s{0,4}\)*\s{0,4};?\s{0,3}(--[\s+-]{0,3}\w{0,12}\W{0,3}$|#\s{0,4}$|/\*\s{0,3}$|;\s{0,2}%00|\x00))",
                kArgs, kScalar, R"t((--|#|/\*|%00|\x00))t"},
            Rule{
                "sql.union", kS, kLikely, 4.5,
                R"(\bunion\b(\s|/\*.{0,40}?\*/|\(|\+|!|%0|@|--[^\n]{0,40}\n|#[^\n]{0,40}\n){1,8}(all|distinct|distinctrow)?(\s|/\*.{0,40}?\*/|\(|\+|!|%0|@|--[^\n]{0,40}\n|#[^\n]{0,40}\n){0,8}(select|values|table)\b)",
                kArgs, kScalar, R"t(\bunion\b)t"},
            Rule{
                "sql.stacked", kS, kLikely,
                3.8, R"(;\s{0,4}(drop\s{1,4}(table|database|schema|user|login|index|view|procedure|function|role|trigger|column|if)\b|delete\s{1,4}from\s{1,4}[\w`"\[]|insert\s{1,4}into\s{1,4}[\w`"\[]|update\s{1,4}[\w.`"\[\]]{1,60}\s{1,4}set\b|alter\s{1,4}(table|user|login|database|role|session|system)\b|create\s{1,4}(or\s{1,4}replace\s{1,4}|temp(orary)?\s{1,4})?(table|user|login|database|function|procedure|view|role|trigger|alias|extension|language|aggregate|operator)\b|truncate\s{1,4}(table\s{1,4})?[\w."`]{1,60}\s{0,3}(;|--|#|$)|exec(ute)?[\s(@'"]{1,4}(xp_|sp_|master|immediate|@|'|\(|[\w.]{0,40}[sx]p_)|shutdown\b\s{0,4}(;|--|#|with\b|$)|declare\s{1,4}@?\w{1,40}\s{1,4}(as\s|n?varchar|int|char|cursor|nchar|table|bigint|handler|continue)|(grant|revoke)\s{1,4}\w[^;]{0,60}\s(to|on|from)\s|waitfor\s{1,4}(delay|time)\b|merge\s{1,4}into\b|call\s{1,4}[\w.]{1,60}\(|attach\s{1,4}(database\s{1,4})?['"]|copy\s{1,4}[\w."(]{1,60}[^;]{0,40}\s(from|to)\s{1,4}(program|'|stdin|stdout)|rename\s{1,4}table\b|replace\s{1,4}into\b|begin\s{1,4}(declare|dbms|transaction|tran|execute)\b|begin\s{0,3};|commit\s{0,3}(;|--|#|$)|select[\s(+*]{1,6}(\*|@@|\d|'|"|[\w.]{1,40}\s{0,3}\(|[\w.*]{1,40}(\s{0,3},\s{0,3}[\w.*]{1,40}){0,20}\s{1,4}(from\s{1,4}[\w.`"\[]{1,60}\s{0,3}($|;|--|#|\)|'|"|(where|limit|order|group|union|into|join)\b)|into\b))|kill\s{1,4}\d|use\s{1,4}\w{1,40}\s{0,3}(;|--|#)|load\s{1,4}data\b|handler\s{1,4}[\w.]{1,60}\s{1,4}open\b|prepare\s{1,4}\w{1,40}\s{1,4}(from|as)\b|set\s{1,4}(@|\w{1,40}\s{0,3}=)|reconfigure\b|dbcc\s|openrowset\b))",
                kArgs, kScalar,
                R"t(;\s{0,4}(drop|delete|insert|update|alter|create|truncate|exec(ute)?|shutdown|declare|grant|revoke|waitfor|merge|call|attach|copy|rename|replace|begin|commit|select|kill|use|load|handler|prepare|set|reconfigure|dbcc|openrowset)\b)t"},
            // Nothing else than a second statement looks like this, in a page as in a value.
            Rule{
                "sql.stacked_sure", kS, kLikely, kSure,
                R"(;[ \t]{0,4}(/\*.{0,20}?\*/)?(drop\s{1,4}(table|database|schema|user|login|view|procedure)\s{1,4}[\w`"\[]|truncate\s{1,4}table\s{1,4}[\w`"\[]|alter\s{1,4}(table|user|login|database)\s{1,4}[\w`"\[]|exec(ute)?[\s(]{1,4}(master|xp_|sp_)|waitfor\s{1,4}(delay|time)\s{0,4}['"]|shutdown\b\s{0,4}(--|with\s{1,4}nowait))|['"`\d)]\s{0,3};[ \t]{0,4}(delete\s{1,4}from\s{1,4}[\w`"\[]|insert\s{1,4}into\s{1,4}[\w`"\[]|update\s{1,4}[\w.`"\[\]]{1,60}\s{1,4}set\s{1,4}[\w.`"\[\]]{1,60}\s{0,3}=|create\s{1,4}(table|user|login|database)\s{1,4}[\w`"\[]|grant\s{1,4}\w[^;\n]{0,60}\sto\s|declare\s{1,4}@\w))",
                kArgs, kScalar,
                R"t(;[ \t]{0,4}(/\*|drop|delete|insert|update|alter|create|truncate|exec|shutdown|declare|grant|waitfor))t"},
            // A reading of one row, and behind it what destroys or takes over.
            Rule{
                "sql.read_then_ruin", kS, kLikely, 3.6,
                R"re(^\s{0,4}select\b[^;]{1,400}(;\s{0,4}(drop\s{1,4}(table|database|schema|user|login)\b|truncate\b|shutdown\b|alter\s{1,4}(user|login|role)\b|grant\s|create\s{1,4}(user|login)\b|exec(ute)?[\s(]{1,4}(master|xp_|sp_|@)|declare\s{1,4}@\w[^\n]{0,200}exec))|;[^;]{1,300};\s{0,4}(--|#)\s{0,3}$|'[^'\n]{0,60}'\s{0,3}(--|#)[^\n]{0,3}'\s{0,3}(and|or)\b|\bdbms_java(_test)?\s{0,2}\.\s{0,2}(runjava|funcall)|\battach\s{1,4}(database\s{1,4})?'[^'\n]{0,200}\.(php\d?|jspx?|aspx?|cgi|sh)'|\bunion\b[^;]{1,200}\bfrom\s{1,4}(mysql\.user|pg_shadow|pg_authid|sys\.sql_logins|sys\.user\$|dba_users)\b)re",
                kArgs, bit(Role::sql),
                R"t(;\s{0,4}(drop|truncate|shutdown|alter|grant|create|exec|declare)|(--|#)|dbms_java|\battach\b|\bunion\b)t",
                false, 1, runs_as_sql},
            // A quote, a condition that always holds or a second query, and the rest in a comment.
            Rule{
                "sql.break_sure", kS, kLikely, kSure,
                R"re(\bprocedure\s{1,4}analyse\s{0,3}\(|['"`][ \t]{0,3}\){0,4}[ \t]{0,4}((or|and|\|\||&&)\s{0,4}\(?(['"]?\d{1,8}['"]?\s{0,3}=\s{0,3}['"]?\d{1,8}|['"]\w{1,12}['"]\s{0,3}=\s{0,3}['"]\w{1,12})['"]?\)?\s{0,4};?\s{0,3}(--|#|/\*)|union[ \t]{1,4}(all[ \t]{1,4})?select[ \t][^\n]{1,200}(--|#|/\*)))re",
                kArgs, kScalar, R"t((analyse|['"`]\s{0,3}\){0,4}\s{0,4}(or|and|union|\|\||&&)))t"},
            // The whole value is one statement, where words are asked for.
            Rule{
                "sql.whole_statement", kS, kLikely, kSure,
                R"(^\s{0,4}(select\s{1,4}(distinct\s{1,4})?(\*|[\w.`"]{1,40}(\s{0,3},\s{0,3}[\w.`"]{1,40}){0,20})\s{1,4}from\s{1,4}[\w.`"]{1,60}\s{1,4}where\s{1,4}[\w.`"]{1,40}\s{0,3}(=|<>|!=|<=?|>=?)\s{0,3}('[^'\n]{0,60}'|\d{1,12}\b)|delete\s{1,4}from\s{1,4}[\w.`"]{1,60}\s{1,4}where\s{1,4}[\w.`"]{1,40}\s{0,3}(=|<>|!=|<=?|>=?)|update\s{1,4}[\w.`"]{1,60}\s{1,4}set\s{1,4}[\w.`"]{1,40}\s{0,3}=\s{0,3}('|\d)|insert\s{1,4}into\s{1,4}[\w.`"]{1,60}\s{0,3}(\([^)\n]{1,120}\)\s{0,3})?values\s{0,3}\()[^\n;]{0,160};?\s{0,4}$)",
                kArgs, kScalar, R"t(\b(select|insert|delete|update)\b)t"},
            Rule{
                "sql.delay", kS, kLikely, 4.5,
                R"(\b(sleep|benchmark|pg_sleep(_for|_until)?|dbms_lock\.sleep|dbms_session\.sleep|user_lock\.sleep|sleep_for)\b(/\*.{0,20}?\*/|\s){0,4}\(\s{0,4}(['"(]|select\b[^)]{0,40})?\s{0,3}\d{1,12}(\.\d{1,6})?\s{0,3}[)'",*/+-]|\b(randomblob|zeroblob)\s{0,4}\(\s{0,4}(\d{7,12}|0x[0-9a-f]{6,}|\d{3,12}\s{0,3}\*)|\bdbms_pipe\.receive_message\s{0,4}\(|\bwaitfor(\s|/\*.{0,20}?\*/){1,6}(delay|time)\b)",
                kArgs, kScalar | bit(Role::sql),
                R"t(\b(sleep|benchmark|pg_sleep|dbms_pipe|dbms_lock|dbms_session|randomblob|zeroblob|user_lock|sleep_for|waitfor))t"},
            Rule{
                "sql.catalog", kS, kLikely, 3.2,
                R"(\b(information_schema|sysobjects|syscolumns|sysusers|sys\.(tables|columns|objects|databases|user_\w{2,12}|all_\w{2,12}|schemata)|pg_(catalog|tables|user|shadow|database|class)\b|sqlite_(master|schema|temp_master)|mysql\.(user|db|host|proc)|all_tab(le|_column)s|user_tab(le|_column)s|all_users|v\$(version|session|instance|database)|msys(objects|accessobjects|columns|queries|relationships)|master\.\.|msdb\.\.|dba_users|sys\.dba_|syscat\.|sysibm\.|db_name\(|rdb\$))",
                kArgs, kScalar},
            Rule{
                "sql.function", kS, kLikely, 3.2,
                R"(\b(load_file\s{0,3}\(|into\s{1,4}(out|dump)file|xp_(cmdshell|dirtree|regread|regwrite|fileexist|subdirs|availablemedia|servicecontrol|ntsec|enumdsn|terminate|makecab|loginconfig)|sp_(executesql|password|oacreate|oamethod|addsrvrolemember|configure|makewebtask|start_job|help\w{0,8})|utl_(http|inaddr|smtp|file)\b|extractvalue\s{0,3}\(|updatexml\s{0,3}\(|xmltype\s{0,3}\(|group_concat\s{0,3}\(|concat_ws\s{0,3}\(|ctxsys\.|dbms_(xmlgen|java|export_extension|metadata|xmlquery|random|utility|assert|ldap|ldap\.init)|openrowset\s{0,3}\(|opendatasource\s{0,3}\(|openquery\s{0,3}\(|procedure\s{1,4}analyse|make_set\s{0,3}\(|bulk\s{1,4}insert|lo_import\s{0,3}\(|lo_export|copy\s{1,4}\w{1,20}\s{1,4}(from|to)\s{1,4}program|current_setting\s{0,3}\(|pg_read_file\s{0,3}\(|pg_ls_dir\s{0,3}\(|query_to_xml|database_to_xml|json_keys\s{0,3}\(|gtid_subset\s{0,3}\(|name_const\s{0,3}\(|exp\s{0,2}\(\s{0,2}~|polygon\s{0,2}\(|geometrycollection\s{0,2}\(|multipoint\s{0,2}\(|floor\s{0,2}\(\s{0,2}rand\s{0,2}\(|row_count\s{0,2}\(\)|load_extension\s{0,2}\(|fts3_tokenizer|reg(ex)?p_substring))",
                kArgs, kScalar,
                R"t((load_file|(out|dump)file|xp_|sp_|utl_|extractvalue|updatexml|xmltype|concat|ctxsys|dbms_|open(rowset|datasource|query)|analyse|make_set|bulk|lo_(im|ex)port|program|current_setting|pg_|_to_xml|json_keys|gtid|name_const|exp|polygon|geometry|multipoint|floor|row_count|load_extension|fts3|regp_|regexp_))t"},
            Rule{"sql.probe", kS, kLikely, 2.8, R"(@@(version|servername|hostname|datadir|identity|basedir|language|spid|global|session|new|tmpdir|log_error|max_connections|servicename|rowcount|microsoftversion)|\b(current_user|session_user|system_user|database|version|user|schema|user_name|suser_s?name|db_name|connection_id|last_insert_id|is_srvrolemember|host_name)\s{0,3}\(\s{0,3}\d{0,2}\s{0,3}\)\s{0,3}([,)='"|+#-]|--|is\b|like\b|from\b|$)|\b(char|chr|nchar|ascii|ord|unhex|mid|substr(ing)?|concat|ifnull|isnull|elt|conv|cast|convert|hex)\s{0,3}\(\s{0,3}(\d{1,3}\s{0,2}(,\s{0,2}\d{1,3}){1,}|0x[0-9a-f]{2,}|\(?\s{0,2}select\b|user\(|database\(|version\(|@@|\d{2,3}\s{0,2}\)\s{0,2}(\|\||\+|,)))",
                 kArgs, kScalar,
                 R"t(@@[a-z]|(current_user|session_user|system_user|database|version|user|schema|user_name|suser_s?name|db_name|connection_id|last_insert_id|is_srvrolemember|host_name|char|chr|nchar|ascii|ord|unhex|mid|substr|substring|concat|ifnull|isnull|elt|conv|cast|convert|hex)\s{0,3}\()t"},
            Rule{
                "sql.subselect", kS, kLikely, 3.2,
                R"([('"=,)\d]\s{0,4}\(?\s{0,4}select\b(\s|/\*.{0,20}?\*/|\(|\+|'|"|@|\*|\d|!|~|-){1,6}.{0,80}(\bfrom\b|\)|--|#|,|\bwhere\b))",
                kArgs, kScalar, R"t(select\b)t"},
            Rule{
                "sql.order_by", kS, kLikely, 3.2,
                R"((['")\d]|^)\s{0,4}(/\*.{0,20}?\*/)?\s{0,4}\b(order|group)(\s|/\*.{0,20}?\*/|\+){1,4}by(\s|/\*.{0,20}?\*/|\+){1,4}['"`(]?\d{1,4}\b|\b(order|group)(\s|/\*.{0,20}?\*/){1,4}by(\s|/\*.{0,20}?\*/){1,4}[\w.,( )]{1,60}(--|#|/\*)|\blimit\s{1,4}\d{1,6}\s{0,3}(,|offset)\s{0,3}\d{1,6}\s{0,3}(--|#|into|procedure|union))",
                kArgs, kScalar, R"t(\b(order|group|limit)\b)t"},
            Rule{
                "sql.comment_trick", kS, kLikely, 3.5,
                R"(/\*!\s{0,3}\d{0,6}|\b(un|sel|ins|del|dr|upd|or|an)/\*.{0,12}?\*/\w{1,6}\b|/\*.{0,12}?\*/\s{0,2}(or|and|union|select|from|where|order|group|having|insert|sleep)\b|\b(or|and|union|select|from|where|order)\s{0,2}/\*.{0,12}?\*/)",
                kArgs, kScalar, R"t(/\*)t"},
            // An expression of somebody's report, or the first half of a blind question.
            Rule{"sql.case", kS, kWeak, 1.4,
                 R"(\bcase\b.{1,60}\bwhen\b.{1,80}\bthen\b.{1,60}\b(else|end)\b)", kArgs, kScalar,
                 R"t(\bthen\b)t"},
            // A number and then a condition that needs no table: nobody asks for `7 or true`.
            Rule{
                "sql.constant_logic", kS, kLikely, kSure,
                R"(^\s{0,3}['"]?-?\d{1,9}['")]{0,3}\s{1,4}(or|and|xor|\|\||&&)\s{1,4}\(?(not\s{1,3})?(true|false|null|sleep\s{0,3}\(|benchmark\s{0,3}\(|exists\s{0,3}\(|isnull\s{0,3}\(|\d{1,6}\s{0,3}(=|<>|!=|<|>|\bis\b|\bin\b|\blike\b|\bbetween\b)\s{0,3}[('"\d]))",
                kArgs, kScalar, R"t(\d['")]{0,3}\s{1,4}(or|and|xor|\|\||&&)\s)t"},
            Rule{
                "sql.having", kS, kLikely, 3.2,
                R"(\b(having|where|when|if|case\s{1,4}when|iif|elt|ifnull|nullif|and|or)\b[\s(/*]{1,6}\d{1,8}\s{0,3}(=|<|>|<>|!=|like)\s{0,3}\d{1,8}|\bcase\b.{0,30}\bwhen\b.{0,40}(\d\s{0,3}=\s{0,3}\d|\bselect\b|\b(ascii|sleep|substr(ing)?|length|exists|version|user|database)\s{0,3}\(|@@).{0,80}\bthen\b|\bif\s{0,3}\(.{1,60},.{0,60}(sleep|benchmark|select|\d\s{0,2}/\s{0,2}0))",
                kArgs, kScalar, R"t(\d\s{0,3}(=|<>?|>|!=|like)\s{0,3}\d|\bthen\b|\bif\s{0,3}\()t"},
            Rule{
                "sql.quote_break", kS, kLikely, 2.6,
                R"(^[\w.@ -]{0,40}['"`][\s)]{0,6}((or|and|xor|having|where|if|case|div|is|between|regexp|in|like|rlike|sounds|collate|limit)(\s{0,3}[('"`!~@*/=<>+-]|\s{1,3}(not|null|true|false|exists|select|when|like|binary|row|any|all|char|ascii|sleep|benchmark|pg_sleep|user|version|database)\b|\s{1,3}[\w.]{1,24}\s{0,3}([=<>]|--|#|/\*|;|$))|union\s{1,3}(all|select|distinct|\()|union\s{0,3}([/(+%]|$)|(order|group)\s{1,3}by\b|procedure\s{1,3}analyse|into\s{1,3}(out|dump)file|(select|insert\s{1,3}into|update|delete\s{1,3}from|drop|exec|waitfor)\s{1,3}[\w@*('"]|;\s{0,3}(\w{2,12}[\s(]|--|#|$)|\|\||&&|--|#|/\*))", kArgs,
                kScalar, R"t(['"`][\s)]{0,6}([a-z]|;|\|\||&&|--|#|/\*))t"},
            Rule{
                "sql.full_query", kS, kWeak, 1.6,
                R"(\bselect\b.{1,120}\bfrom\b\s{1,4}[\w.`"\[]{1,60}|\binsert\s{1,4}into\b.{1,80}\b(values|select)\b|\bdelete\s{1,4}from\b\s{1,4}\w|\bupdate\b\s{1,4}[\w.]{1,40}\s{1,4}set\b.{1,60}=|\bdrop\s{1,4}(table|database|schema|view|user|index)\b|\balter\s{1,4}(table|database|user)\b|\btruncate\s{1,4}table\b|\bexec(ute)?\s{1,4}(master|sp_|xp_|immediate|\())",
                kArgs, kScalar,
                R"t(\b(select|insert|delete|update|drop|alter|truncate|exec|execute)\b)t"},
            // A question to a document store that asks for no value: everything, whatever it is.
            Rule{
                "sql.nosql_any", kS, kLikely, kSure,
                R"(\{\s{0,3}['"]?\$(ne|gt|gte|nin|exists|not)['"]?\s{0,3}:\s{0,3}(['"]{2}|null|undefined|-1|\[\s{0,3}\]|true|false)\s{0,3}\}|\[\s{0,2}['"]?\$(ne|gt|gte|nin|regex|exists|where|not)['"]?\s{0,2}\](\[\])?\s{0,2}=|['"]?\$(where|accumulator|function|func)['"]?\s{0,3}:\s{0,3}['"{])",
                kArgs, kScalar, R"t(\$(ne|gt|nin|exists|not|regex|where|accumulator|func))t"},
            Rule{
                "sql.nosql", kS, kLikely, 3.2,
                R"(\[\s{0,2}['"]?\$(ne|gt|gte|lt|lte|in|nin|regex|exists|where|or|and|not|eq)['"]?\s{0,2}\]|['"{,]\s{0,3}\$(where|expr|function|accumulator|func)['"]?\s{0,3}:|['"{,]\s{0,3}\$(regex|ne|gt|gte|nin|exists|not)['"]?\s{0,3}:\s{0,3}(['"]{2}|['"][.^*]|null|true|false|-?[01]\b|undefined|\[)|\$lookup['"]?\s{0,3}:\s{0,3}\{\s{0,3}['"]?from['"]?\s{0,3}:\s{0,3}['"](users?|accounts?|admins?|secrets?|credentials?|tokens?|passwords?)\b|\|\|\s{0,3}['"]?\d{0,4}['"]?\s{0,3}={2,3}\s{0,3}['"]?\d{0,4}|['"]\s{0,3};\s{0,3}(return|sleep|while|var)\b|this\.\w{1,20}\.match\(|db\.\w{1,30}\.(drop|remove|dropDatabase|eval)\s{0,2}\(|['"]\s{0,3}(\|\||&&)\s{0,3}(this\.|['"\d!]|true|1))",
                kArgs, kScalar | bit(Role::code),
                R"t(\$(ne|gt|lt|in|nin|regex|exists|where|or|and|not|eq|expr|func|accumulator|lookup)|\|\|\s{0,3}['"]?\d{0,4}['"]?\s{0,3}==|['"]\s{0,3}(;\s{0,3}(return|sleep|while|var)\b|\|\||&&)|this\.\w{1,20}\.match|db\.\w)t"},
};

}  // namespace

std::span<const Rule> sql_rules() {
  return kRules;
}

}  // namespace doorward::detect
