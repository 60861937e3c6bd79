// Text that pretends: to be a turn of the talk, the end of a document, a word of the system or of
// the user, an element that nobody sees, and speaks to whatever model reads it. Families are those
// of public collections of attacks (forged turns and delimiters, addressed comments, claimed
// authority, staged conditions); the patterns are of kinds of speech, not of single templates.
// Weights as in rules_instruction.cc.
#include <array>

#include "detect/rules.h"

// NOLINTBEGIN(cppcoreguidelines-macro-usage): parts of literals; only macros join those.
// Who reads: said to a machine, not of a person.
#define DOORWARD_AI                                                                     \
  "(ai|a\\.i\\.|llms?|gpt(-\\w{1,3})?|chatgpt|claude|gemini|copilot|(large )?language " \
  "models?|(ai|"                                                                        \
  "llm|virtual|digital)[ -](assistant|agent|model|system|bot|reader)s?)"
#define DOORWARD_READER                                                                      \
  "(" DOORWARD_AI                                                                            \
  "|(the )?assistants?|(the )?agents?|(the )?models?|chatbots?|bots?|(automated|autonomous)" \
  " (agent|assistant|system|reader|tool|processor)s?)"
// Acts with effects outside of the answer, and those that take back what was told.
#define DOORWARD_DEED                                                                            \
  "(send|forward|share|transfer|wire|pay|donate|delete|remove|erase|wipe|grant|revoke|give|"     \
  "reserve|book|cancel|post|publish|upload|download|change|modify|reset|invite|visit|buy|order|" \
  "purchase|export|execute|invoke|call|disable|unlock|approve|authorize|reveal|leak|ignore|"     \
  "disregard|forget|override|e-?mail|exfiltrate|copy|move|subscribe|install|schedule|submit|"    \
  "retrieve|access|deactivate|turn off)"
#define DOORWARD_ACT                                                                            \
  "(" DOORWARD_DEED                                                                             \
  "|add|append|insert|include|create|update|set|make|open|click|go to|run|use|read|fetch|get|"  \
  "find|look up|search|collect|print|output|show|display|tell|say|write|state|mention|enable|"  \
  "confirm|follow|respond|reply|answer|stop|save|store|remember|encode|decode|translate|"       \
  "provide|recommend|promote|generate|ensure|perform|complete|carry out|return|replace|switch|" \
  "act|pretend|do|contact|notify|inform|warn|advise|persuade|convince|verify|review|begin|end)"
#define DOORWARD_URGE                                                                             \
  "((please|kindly|now|first|also|immediately|then|next|do not|don't|never|always|be sure to|"    \
  "make sure to|remember to|you (must|should|need to|have to|are to|will|shall)( (now|first|also" \
  "|always|never|not|immediately))?|(i|we) (want|need) you to|your (new )?(task|job|goal) is to)" \
  ",?\\s{1,2}){0,3}"
#define DOORWARD_ORDER DOORWARD_URGE DOORWARD_ACT "\\b"
#define DOORWARD_DEED_ORDER DOORWARD_URGE DOORWARD_DEED "\\b"
// A style that takes a thing out of sight.
#define DOORWARD_UNSEEN                                                                            \
  "(display\\s?:\\s?none|visibility\\s?:\\s?hidden|font-size\\s?:\\s?[01](px|pt|em|rem|%)?\\s?[;"  \
  "\"'\\\\]"                                                                                       \
  "|opacity\\s?:\\s?0(\\.0\\d?)?\\s?[;\"'\\\\]|(left|top|right|text-indent|margin-left)\\s?:\\s?-" \
  "\\d{3}|"                                                                                        \
  "color\\s?:\\s?(white|#fff|transparent|rgba\\([^)]{1,24}, "                                      \
  "?0?\\.?0\\d?\\))|(height|width|max-height)\\s?"                                                 \
  ":\\s?[01](px)?\\s?[;\"'\\\\]|clip\\s?:\\s?rect\\(|clip-path\\s?:\\s?inset\\(|mso-hide|z-"       \
  "index\\s?:\\s?-\\d)"
// NOLINTEND(cppcoreguidelines-macro-usage)

namespace doorward::detect {

namespace {

constexpr unsigned kResult = bit(Channel::tool_result);
constexpr unsigned kGiven = bit(Channel::tool_definition) | kResult;
constexpr auto kI = Kind::instruction;
constexpr auto kLikely = Certainty::likely;
constexpr auto kWeak = Certainty::weak;

constexpr std::array kRules = {
    // --- who is spoken to
    Rule{"instruction.vocative", kI, kLikely, 3.7,
         "((^|[\\n\\r>.!?\"'(\\[{|#*])\\s{0,3}|\\b(hey|dear|hello|hi|ok|okay|attention|listen),? "
         "(the |all |any )?)" DOORWARD_READER "\\s?([,!;]|—|--?)\\s{1,3}" DOORWARD_ORDER,
         kGiven, kAllRoles,
         "\\b(ai|a\\.i\\.|llms?|gpt(-\\w{1,3})?|chatgpt|claude|gemini|copilot|models?|agents?|"
         "assistants?|bots?|chatbots?|systems?|readers?|tools?|processors?)\\s?([,!;]|—|--?)\\s{1,"
         "3}\\w"},
    Rule{
        "instruction.to_ai_colon", kI, kLikely, 3.6,
        "(^|[\\n\\r>.!?\"'(\\[{|#*/<-])\\s{0,3}((note|message|instructions?|notice|memo|ps|p\\.s\\."
        "|hint|attention|for|to|hey|dear|task|request)[ :,]{1,2}(to |for )?(the |any |all )?)?"
        "" DOORWARD_AI "( only)?\\s?[:>]\\s{0,3}" DOORWARD_ORDER,
        kGiven, kAllRoles,
        "\\b(ai|a\\.i\\.|llms?|gpt(-\\w{1,3})?|chatgpt|claude|gemini|copilot|models?|agents?|"
        "assistants?|bots?|systems?|readers?)( only)?\\s?[:>]\\s{0,3}\\w"},
    Rule{"instruction.to_reader_colon", kI, kWeak, 2.0,
         "(^|[\\n\\r>.!?\"'(\\[{|#*/<-])\\s{0,3}" DOORWARD_READER
         "\\s?:\\s{0,3}" DOORWARD_DEED_ORDER,
         kGiven, kAllRoles,
         "\\b(ai|a\\.i\\.|llms?|gpt(-\\w{1,3})?|chatgpt|claude|gemini|copilot|models?|agents?|"
         "assistants?|chatbots?|bots?|readers?|tools?|systems?|processors?)\\s?:\\s{0,3}\\w"},
    Rule{"instruction.notice_to_ai", kI, kLikely, 3.6,
         "\\b(notice|note|message|instructions?|directive|memo|reminder|request|commands?|tasks?|"
         "order|"
         "warning|attention|alert|announcement|actions?|steps?|p\\.?s\\.?|hint|information)"
         "( (is |are )?(required|needed|only|intended|addressed|meant|expected|reserved))?:? "
         "(for|to|by|of|from) (the |any |all |every |each |whichever |an? )?" DOORWARD_READER
         "[^\\w\\n]{1,4}(the following|this (is|step|action)|important|you |" DOORWARD_ORDER ")",
         kGiven, kAllRoles,
         "\\b(for|to|by|of|from) (the |any |all |every |each |whichever |an? )?(\\w{1,10} "
         "){0,2}(ai|a\\.i\\.|llms?|models?|agents?|assistants?|chatbots?|bots?|systems?|readers?|"
         "tools?|processors?|gpt|chatgpt|claude|gemini|copilot)[^\\w\\n]{1,4}\\w"},
    Rule{"instruction.for_ai_only", kI, kLikely, 3.5,
         "\\b(message|note|text|part|section|line|comment|instruction|paragraph|notice)s? (is|are) "
         "((intended|meant|addressed|only|written|solely|reserved) ){0,2}"
         "(for|to be read by|to|visible to) (the |any |an )?(" DOORWARD_AI
         "|assistant|model|agent|bot)s? (only|alone|and not|not)\\b",
         kGiven},
    Rule{"instruction.before_answering", kI, kLikely, 3.4,
         "\\bbefore (you )?(answer|respond|repl|summari[sz]|translat)\\w{0,4}( (to |with "
         ")?(this|the|that|my|any\\w{0,5}|it|me|user)( \\w{1,12}){0,2})?\\s?,\\s{0,2}"
         "" DOORWARD_ORDER,
         kGiven, kAllRoles, "\\bbefore (you )?(answer|respond|repl|summari[sz]|translat)"},
    Rule{"instruction.reading_machine", kI, kLikely, 3.6,
         "\\b(" DOORWARD_AI "|assistant|agent|model|bot)( that| who| which|s)?( is| are)? "
         "(reading|processing|parsing|summari[sz]ing|analy[sz]ing|"
         "handling|reads|processes|parses|summari[sz]es|sees|evaluating|reviewing|scanning) "
         "(this|these|my|our)\\b",
         kGiven, kAllRoles,
         "\\b(ai|a\\.i\\.|llms?|gpt(-\\w{1,3})?|chatgpt|claude|gemini|copilot|models?|agents?|"
         "assistants?|"
         "bots?|systems?|readers?)( that| who| which|s)?( is| are)? \\w{4,13} "
         "(this|these|my|our)\\b"},
    Rule{
        "instruction.reader_must", kI, kLikely, 3.4,
        "\\b(all|any|every|each|the reading|the receiving|whichever) (ai|llm|automated|language "
        "model|"
        "autonomous|ai-based|assistant|agent)s?( (assistant|agent|model|system|reader|bot|tool)s?)?"
        "( reading \\w{1,9}( \\w{1,9})?)?,? (must|should|shall|have to|has to|are required to|is "
        "required to|are "
        "instructed to|are to|need to|needs to) " DOORWARD_ACT "\\b",
        kGiven, kAllRoles,
        "\\b(all|any|every|each|receiving|reading|whichever) (ai|llm|automated|language|autonomous|"
        "assistant|agent)"},

    // --- turns, roles and ends that were not there
    Rule{
        "instruction.closed_role", kI, kLikely, 3.6,
        "[\\[{<]\\s?/\\s?(system|sys|admin|administrator|assistant|developer|ai|root|instructions?|"
        "override|human|system[ _-]?(prompt|message|note|instructions?)|inst)\\s?[\\]}]",
        kGiven},
    Rule{"instruction.role_then_order", kI, kLikely, 3.4,
         "[\\[{(<]{1,2}\\s?(system|sys|admin|administrator|developer|ai|llm|assistant|root|"
         "override|operator)( "
         "(message|note|prompt|update|task|instructions?|directive))?\\s?[\\])}>]{1,2}\\s{0,3}[:-]?"
         "\\s{0,2}"
         "" DOORWARD_DEED_ORDER,
         kGiven, kAllRoles,
         "[\\[{(<]\\s?(system|sys|admin|administrator|developer|ai|llm|assistant|root|override|"
         "operator)"
         "( \\w{3,13})?\\s?[\\])}>]"},
    Rule{"instruction.override_called", kI, kLikely, 3.6,
         "\\b(ADMIN|ADMINISTRATOR|SYSTEM|SECURITY|ROOT|DEVELOPER|EMERGENCY|SAFETY|POLICY|OPERATOR|"
         "OWNER|SUPERVISOR|EXECUTIVE|MAINTENANCE|PRIORITY|USER|DEBUG|MANUAL|PROTOCOL|INSTRUCTION|"
         "PROMPT|AI|TASK|CONTEXT)[ _-](OVERRIDE|OVERWRITE|BYPASS)( (CODE|COMMAND|ACTIVE|ENABLED|"
         "ENGAGED|MODE|REQUEST|ORDER|PROTOCOL|NOTICE))?\\b\\s?([:>!\\]*#.-]|—)",
         kGiven, kAllRoles, nullptr, true},
    Rule{"instruction.order_called", kI, kLikely, 2.8,
         "\\b(system|admin|administrator|developer|operator|root|supervisor|ai|assistant|agent|"
         "model|"
         "llm|maintenance|priority|mandatory|hidden|secret|internal|emergency|override|urgent|new) "
         "(command|directive|order|"
         "mandate|instruction|task|action|step|request|prompt|override)s?( "
         "#?\\d{1,5})?\\s?[:>\\]-]{1,3}\\s{0,3}"
         "" DOORWARD_ORDER,
         kGiven, kAllRoles,
         "\\b(command|directive|order|mandate|instruction|task|action|step|request|prompt|override)"
         "s?( "
         "#?\\d{1,5})?\\s?[:>\\]-]{1,3}\\s{0,3}\\w"},
    Rule{"instruction.false_end", kI, kLikely, 3.6,
         "([-=#*<\\[({_~]{2,}|\\n|^|\\[)\\s{0,3}/?(end|eof|finish|close|stop)[ _]?(of)?( the| "
         "this)?[ _]?"
         "(document|doc|file|page|text|content|context|data|message|e-?mail|results?|output|input|"
         "report|transcript|article|(tool|function|api|search|web)[ "
         "_](output|result|response|content)|"
         "user[ _](input|query|request|prompt)|untrusted[ _][a-z]{2,10}|prompt|instructions?|"
         "conversation|review|record|context|section)s?\\b[^\\w]{0,16}((begin|start|new)\\b[^\\n]{"
         "0,30}[^"
         "\\w]{1,8})?(user|human|system|assistant|admin|developer|operator|ai|instructions?|new|"
         "next|"
         "task|query|now|please|ignore|forget|disregard)\\b",
         kGiven, kAllRoles,
         "(\\b|_)(end|eof|finish|close|stop)[ _]?(of)?( the| this)?[ "
         "_]?(doc|file|page|text|content|data|"
         "message|e-?mail|result|output|input|report|transcript|article|tool|function|api|search|"
         "web|"
         "user|untrusted|prompt|instruction|conversation|review|record|context|section)"},
    Rule{
        "instruction.closing_then_order", kI, kLikely, 3.4,
        "</"
        "\\s?(data|document|documents|context|tool_?(result|output|response)s?|results?|outputs?|"
        "search_results?|"
        "untrusted\\w{0,12}|user_?(input|data|query)|input|e-?mail|content|function_results?|"
        "observation|"
        "text|message|passage|source|quote)\\s?>\\s{0,6}(<\\s?(system|instructions?|important|"
        "admin|user|"
        "human|task|new_?task|command)\\b|(user|human|system|assistant|admin|instructions?|new "
        "(task|instructions?)|important)\\s?:|" DOORWARD_DEED_ORDER ")",
        kGiven, kAllRoles,
        "</"
        "\\s?(data|document|context|tool|result|output|search|untrusted|user|input|e-?mail|content|"
        "function|observation|text|message|passage|source|quote)"},
    Rule{"instruction.turn_order", kI, kWeak, 2.2,
         "(^|\\n|\\\\n|[}>|\"'-])\\s{0,4}[*_#]{0,3}(user|human|system|developer|operator|admin)[*_]"
         "{0,3}\\s?:\\s{0,3}"
         "" DOORWARD_DEED_ORDER,
         kResult, kAllRoles,
         "(user|human|system|developer|operator|admin)[*_]{0,3}\\s?:\\s{0,3}\\w"},
    Rule{"instruction.role_member", kI, kLikely, 3.5,
         "\\\\?[\"']role\\\\?[\"']\\s?:\\s?\\\\?[\"'](system|developer|tool|admin)\\\\?[\"']\\s?,"
         "\\s{0,8}\\\\?[\"'](content|text|message)\\\\?"
         "[\"']\\s?:\\s?\\\\?[\"']\\s{0,3}(" DOORWARD_DEED_ORDER
         "|please |you must|important|attention|new (task|instructions?)|override)",
         kResult, kAllRoles,
         "[\"']role\\\\?[\"']\\s?:\\s?\\\\?[\"'](system|developer|tool|admin)\\\\?[\"']\\s?,"},
    Rule{"instruction.chat_token", kI, kLikely, 4.0,
         "<\\|(start|message|channel|call|return|constrain|header_start|header_end|eot|eom_id|"
         "python_tag|"
         "finetune_right_pad_id|tool_call|observation|START_OF_TURN_TOKEN|END_OF_TURN_TOKEN|SYSTEM_"
         "TOKEN|USER_TOKEN|"
         "CHATBOT_TOKEN|start_of_role|end_of_role|end_of_text|fim_prefix|assistant_end|im_user|im_"
         "assistant|im_system)\\|>|<｜"
         "(User|Assistant|begin▁of▁sentence|end▁of▁sentence|tool▁calls▁begin)｜>|\\[/"
         "?(SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS|"
         "TOOL_CALLS)\\]|<(bos|eos)><start_of_turn>|<system-reminder>",
         kGiven, kAllRoles, nullptr, true},

    // --- what nobody sees
    Rule{"instruction.unseen_address", kI, kLikely, 3.6,
         "(style\\s?=\\s?\\\\?[\"'][^\"'>]{0,120}" DOORWARD_UNSEEN
         "[^>]{0,120}|<[a-z]{1,10}[^>]{0,60} "
         "hidden(=[\\\\\"'a-z]{0,10})?[^>]{0,60}|class=\\\\?[\"'][^\"'>]{0,40}(hidden|invisible|sr-"
         "only)[^>]{0,60})>"
         "\\s{0,8}(<[a-z][^>]{0,60}>\\s{0,4}){0,2}[^<]{0,120}\\b(" DOORWARD_AI
         "|assistant|instructions?|system prompt|ignore "
         "(all|any|the|previous|prior|every)|disregard|the (model|agent))\\b",
         kResult, kAllRoles, "(" DOORWARD_UNSEEN "|hidden|invisible|sr-only)"},
    Rule{"instruction.unseen_deed", kI, kLikely, 3.4,
         "style\\s?=\\s?\\\\?[\"'][^\"'>]{0,120}" DOORWARD_UNSEEN
         "[^>]{0,120}>\\s{0,8}(<[a-z][^>]{0,60}>\\s{0,4}){0,2}" DOORWARD_DEED_ORDER
         "[^<]{0,160}(@|https?:|\\bto (the |my |this "
         ")?(account|wallet|user|address|iban)|\\bpasswords?\\b|\\bwith )",
         kResult, kAllRoles, DOORWARD_UNSEEN},
    Rule{"instruction.unseen_note", kI, kLikely, 3.5,
         "\\[[^\\]\\n]{0,24}\\]:\\s{0,3}(#|<>|<#>)\\s{0,3}[\"'(]\\s{0,2}(" DOORWARD_READER
         "\\s?[,:;-]|(note|message|"
         "instructions?|notice) (to|for) (the |any )?" DOORWARD_READER
         "\\b|system\\s?:|" DOORWARD_DEED_ORDER ")",
         kResult, kAllRoles, "\\]:\\s{0,3}(#|<>|<#>)\\s{0,3}[\"'(]"},

    // --- in whose name, and why
    Rule{"instruction.user_wants", kI, kLikely, 3.4,
         "\\b(the|your|my|this) (user|customer|client|human|owner|account holder|principal)( has| "
         "have| had|'s)?( "
         "(also|already|just|explicitly|previously|recently|now|since)){0,2} "
         "(asked|requested|wants|wanted|instructed|authorized|"
         "approved|told|ordered|directed|reminded|expects|would like) (that )?you\\b",
         kResult},
    Rule{"instruction.user_agreed", kI, kLikely, 3.4,
         "\\b(previously |already |earlier |explicitly "
         ")?(agreed|discussed|approved|pre-?approved|authorized|pre-?authorized|"
         "confirmed|requested|arranged|cleared|promised) (with|by) (the|your) (user|human|account "
         "holder|end user)\\b",
         kResult},
    Rule{"instruction.needed_to_finish", kI, kLikely, 3.2,
         "\\b((this|it|that|which)( step| action)? (is|will be|must be done|has to be done|needs "
         "to be done)|a) "
         "?(required|necessary|needed|mandatory|essential|prerequisite|precondition)?( in order)? "
         "?(to|before|for) (you )?(can )?"
         "(finish|finishing|complete|completing|fulfil|fulfill|fulfilling|answer|answering|"
         "continue|continuing|solve|solving|perform|"
         "process|processing) (with )?(the |this |your |that "
         ")?(user|original|requested|current|actual|first|main|initial)('s)?( "
         "(request|task|question|query|goal))?\\b",
         kResult, kAllRoles,
         "\\b(finish|complet|fulfil|answer|continu|solv|perform|process)\\w{0,4} (with )?(the "
         "|this |your |that )?(user|original|"
         "requested|current|actual|first|main|initial)"},
    Rule{"instruction.i_am_your", kI, kLikely, 2.6,
         "\\b(i am|i'm|this is|it is|it's|as) (me, )?your (new |real |actual |original |system "
         "|true )?(developer|administrator|admin|"
         "creator|owner|operator|supervisor|user|boss|principal|programmer|maker|master)\\b",
         kGiven},
    Rule{"instruction.guidance_void", kI, kLikely, 3.4,
         "\\b(previous|prior|earlier|above|old|existing|current|original|initial|former)( "
         "\\w{1,12})? (guidance|instructions?|directions|guidelines|"
         "prompt|orders|directives?)\\b[^.!?]{0,12}\\b(is|are|was|were|has been|have been) (now "
         "|hereby |all )?(no longer "
         "(valid|relevant|in "
         "effect|applicable)|outdated|obsolete|void|invalid|superseded|replaced|revoked|cancel+ed|"
         "overridden|"
         "overruled|suspended|expired|deprecated|wrong|null)",
         kGiven},
    Rule{"instruction.disregard_text", kI, kLikely, 3.4,
         "\\b(ignore|disregard|forget|skip|discard|overlook|dismiss|set aside|pay no attention "
         "to)\\b[^.!?\\n]{0,16}\\b((text|contents?|"
         "document|context|page|output|results?|data|prompt|input|article|passage|paragraphs?|"
         "words|lines|"
         "conversation|chat|task|request|question|stuff|rest) (that )?(was |were |is |are |came "
         "|comes |stands )?((you were |you are )?(given|told|shown)"
         "|above|before|preceding|so far|until now|up to (now|here|this point)|below|of (this|the) "
         "(page|document|text|e-?mail|"
         "message|article|file|context|output|result|conversation|input))|(all|everything|anything)"
         " (of )?(the )?(above|before|preceding|"
         "(up )?until now|so far))\\b",
         kGiven, kAllRoles,
         "\\b(ignore|disregard|forget|skip|discard|overlook|dismiss|set aside|pay no attention "
         "to)\\b[^.!?\\n]{0,16}\\b(text|content|"
         "document|context|page|output|result|data|prompt|input|article|passage|paragraph|words|"
         "lines|conversation|chat|task|request|"
         "question|stuff|rest|all|everything|anything)"},

    // --- when, and what then
    Rule{"instruction.once_read", kI, kLikely, 2.8,
         "\\b(once|after|when|whenever|as soon as|upon|while|before) (you |you've |you have "
         "|having )?(been )?(read|see|saw|seen|reading|"
         "seeing|process|processed|processing|parse|parsed|parsing|receive|received|receiving|view|"
         "viewed|viewing|encounter\\w{0,3}|"
         "ingest\\w{0,3}|summari[sz]\\w{1,4}|answering|responding|replying|continuing|proceeding|"
         "finish(ed|ing)? reading)( "
         "(with|to))?( (this|these|the above|the|that|it|any(thing)?))?( "
         "(message|text|note|line|notice|e-?mail|content|document|page|paragraph|"
         "section|sentence|comment|result|output|data|review|record|instruction|user|task|further|"
         "else)s?)?( (above|below|here|carefully))?\\s?,\\s{0,2}"
         "" DOORWARD_DEED_ORDER,
         kGiven, kAllRoles,
         "\\b(once|after|when|whenever|as soon as|upon|while|before) (you |you've |you have "
         "|having )?(been )?(read|see|saw|process|"
         "pars|receiv|view|encounter|ingest|summari|answering|responding|replying|continuing|"
         "proceeding|finish)"},
    Rule{"instruction.call_the_tool", kI, kLikely, 2.8,
         "(^|[.!?,:>\\n\"'])\\s{0,3}(then |now |next,? |please |immediately |first,? |you must "
         "|also )?(call|invoke|trigger|use) "
         "(the|your|another|a|an|this|that|any)( "
         "(next|following|available|same|appropriate|right|other))?( [`'\"]?[\\w.-]{2,40}[`'\"]?)? "
         "tools?\\b[^.!?\\n]{0,24}"
         "(\\band\\b|\\bto\\b|\\bwith\\b|:)\\s{0,3}" DOORWARD_DEED_ORDER,
         kResult, kAllRoles,
         "\\b(call|invoke|trigger|use|execute) (the|your|another|a|an|this|that|any) "
         "([^!?\\n]{1,60} )?(tool|function)s?\\b"},
    Rule{"instruction.when_asked", kI, kLikely, 2.8,
         "\\bif (you are|you're|you get|you have been|you were) "
         "(asked|told|requested|instructed|prompted) (to|about) [^.!?\\n]{2,60}?(, |\\b)(instead|"
         "you must|always|do not|don't|say|answer|reply|respond|include|add|also)\\b",
         kGiven},
    Rule{"instruction.staged", kI, kLikely, 2.8,
         "\\byou('re| are) (currently |now )?(running|being "
         "(run|tested|evaluated|executed|audited|trained)|operating|part of|under|in)( as part of| "
         "in| under| "
         "of)? ?(an? |the |our )?(\\w{1,12} "
         ")?(test|testing|ci|debug|debugging|evaluation|training|audit|staging|sandbox|compliance|"
         "maintenance|diagnostic|red[- ]team)"
         "( (pipeline|environment|mode|exercise|suite|harness|run|session|scenario))",
         kGiven},
    Rule{"instruction.for_purposes", kI, kLikely, 2.4,
         "\\bfor (\\w{1,12} "
         ")?(testing|test|debug|debugging|training|educational|verification|validation|compliance|"
         "security|audit|auditing|quality|"
         "diagnostic|research)( \\w{1,12})? (purposes?|reasons?)( only)?,?( "
         "and)?[^.!?\\n]{0,40}[.,:;]?\\s?(you must|you should|" DOORWARD_DEED_ORDER ")",
         kGiven, kAllRoles,
         "\\b(testing|test|debug|debugging|training|educational|verification|validation|compliance|"
         "security|audit|auditing|quality|diagnostic|"
         "research)( \\w{1,12})? (purposes?|reasons?)"},
    Rule{"instruction.forgot_to_say", kI, kLikely, 2.8,
         "\\b(sorry|apologies|my mistake|my bad|oops|wait|i forgot|i made a "
         "mistake)\\b[^.!?\\n]{0,80}\\b((forgot|mistake|failed|neglected|wrong|error)\\b[^.!?\\n]{"
         "0,40}"
         "\\byour (\\w{1,12} )?(instructions?|task|prompt)|your (\\w{1,12} "
         ")?(instructions?|task|prompt)\\b[^.!?\\n]{0,40}\\b(forgot|mistake|wrong|error))\\b",
         kGiven},
    Rule{"instruction.your_memory", kI, kLikely, 3.2,
         "\\b(save|store|remember|add|write|commit|record|persist|put|note|update|keep)\\b[^.!?\\n]"
         "{0,60}\\b((to|in|into) (your|the (assistant|agent|model|ai)'?s?) "
         "(long[- ]term |persistent |permanent )?(memory|memories)|your (long[- ]term |persistent "
         "|permanent )?memory)\\b",
         kGiven},
    Rule{"instruction.join_and_follow", kI, kLikely, 3.2,
         "\\b(concatenate|combine|join|merge|assemble|put together|piece "
         "together|append)\\b[^.!?]{0,60}\\b(and|then)\\b[^.!?]{0,16}\\b(execute|follow|obey|"
         "perform|carry out|respond to|comply with|do what)\\b",
         kGiven},
    Rule{"instruction.to_keep_yours", kI, kWeak, 2.0,
         "\\b(to (keep|avoid|prevent|maintain|restore|protect|secure|retain|save)|otherwise|or "
         "else|failure to|unless you)\\b[^.!?\\n]{0,40}\\b(account|access|service|data|"
         "subscription|session|profile|funds)s?\\b[^.!?\\n]{0,24}\\b(active|open|safe|suspended|"
         "suspension|lost|loss|terminated|termination|closed|closure|deleted|"
         "blocked|locked|disabled|expire\\w{0,3}|deactivat\\w{1,4})\\b[^.!?\\n]{0,"
         "12}" DOORWARD_DEED_ORDER,
         kResult, kAllRoles,
         "\\b(account|access|service|data|subscription|session|profile|funds)s?\\b[^.!?\\n]{0,24}"
         "\\b(active|open|safe|suspen|los|terminat|clos|delet|block|lock|disabl|expir|"
         "deactivat)"},
    Rule{"instruction.view_whole", kI, kLikely, 3.3,
         "\\bto (view|see|read|access|display|load|get|unlock|obtain|show|retrieve|open) (the "
         ")?(whole|full|complete|entire|rest of|remaining|hidden|real|remainder)\\b[^.!?\\n]{0,40}"
         "[, ]\\s?(you must|first|please|you need to|kindly)\\b",
         kResult},
    Rule{"instruction.output_unfinished", kI, kLikely, 3.4,
         "\\b(tool|function|api|search|the|this) (output|results?|response|data|answer|summary)( "
         "above| below)? (is|was|are|were) (incomplete|truncated|outdated|invalid|not final|"
         "wrong|corrupted|stale|a placeholder)\\b[^\\n]{0,40}\\b(call|use|run|invoke|" DOORWARD_DEED
         ")\\b",
         kResult},
    Rule{"instruction.todo_deed", kI, kWeak, 1.4,
         "\\b(todo|to-?do|task|action item|next step|p\\.?s\\.?|reminder)\\s?[:-]\\s{0,2}(please "
         ")?" DOORWARD_DEED "\\b[^\\n]{0,100}(@[\\w-]{2,}\\.|https?://"
         "|www\\.|\\b[a-z]{2}\\d{10,}|0x[0-9a-f]{8}|\\b[13][a-km-zA-HJ-NP-Z1-9]{"
         "25,}|\\bid '?[\\w-]|\\bpassword|\\baccess\\b)",
         kResult, kAllRoles,
         "\\b(todo|to-?do|task|action item|next step|p\\.?s\\.?|reminder)\\s?[:-]\\s{0,2}\\w"},
};

}  // namespace

std::span<const Rule> guise_rules() {
  return kRules;
}

}  // namespace doorward::detect

#undef DOORWARD_AI
#undef DOORWARD_READER
#undef DOORWARD_DEED
#undef DOORWARD_ACT
#undef DOORWARD_URGE
#undef DOORWARD_ORDER
#undef DOORWARD_DEED_ORDER
#undef DOORWARD_UNSEEN
