// Text that speaks to the model instead of its user. Weights are log odds, set by what a rule says
// to a person who reads only the match: 4 marked or plain override, 2 telling, 1 a hint.
#include <array>

#include "detect/rules.h"

namespace doorward::detect {

namespace {

constexpr unsigned kContent =
    bit(Channel::tool_definition) | bit(Channel::tool_result) | bit(Channel::user_prompt);
constexpr unsigned kGiven = bit(Channel::tool_definition) | bit(Channel::tool_result);
constexpr auto kI = Kind::instruction;
constexpr auto kLikely = Certainty::likely;
constexpr auto kCertain = Certainty::certain;
constexpr auto kWeak = Certainty::weak;

// `<|im_start|>` between two marks of a quotation is spoken of; in a forged turn words follow it.
bool is_not_quoted(const Match& match) {
  const size_t to = match.from + match.value.size();
  if (match.from == 0 || to >= match.text.size()) return true;
  const char before = match.text[match.from - 1];
  return before != match.text[to] || (before != '`' && before != '"' && before != '\'');
}

// `"ignore all previous instructions"` with nothing else between the marks is spoken of.
bool is_not_mentioned(const Match& match) {
  const auto is_mark = [](char c) { return c == '"' || c == '\'' || c == '`'; };
  size_t to = match.from + match.value.size();
  while (to < match.text.size() && (match.text[to] == '.' || match.text[to] == ',')) ++to;
  return match.from == 0 || to >= match.text.size() || !is_mark(match.text[match.from - 1]) ||
         match.text[to] != match.text[match.from - 1];
}

constexpr std::
    array
        kRules =
            {
                // --- taking back what was said
                // --------------------------------------------------------------
                Rule{
                    "instruction.override", kI, kLikely, 4.0,
                    R"(\b(ignore|disregard|forget|override|overrule|neglect|dismiss|abandon|discard|set aside|stop following|(do not|don't|dont|never) (follow|obey|adhere to|comply with|listen to))\b[^.!?>]{0,24}\b(previous|previously|prior|above|earlier|preceding|foregoing|existing|initial|original|all|any|your|former|past|other|these|those|every|everything|system|the)\b[^.!?'>]{0,24}\b(instructions?|prompts?|directions|directives?|commands?|guidelines|guidance|orders?|constraints?|programming|safety|system messages?|rules)\b)",
                    kContent, kAllRoles, nullptr, false, 0, is_not_mentioned},
                Rule{
                    "instruction.forget_everything", kI, kLikely, 3.5,
                    R"(\b(forget|ignore|disregard|discard|erase)\b\W{1,3}(about\W{1,3})?(everything|all|whatever|anything|what)\W{1,3}(of\W{1,3})?(you|that|above|before|prior|said|which|the user|has been|was|previous|your|this|the above)\b)",
                    kContent},
                Rule{
                    "instruction.ignore_user", kI, kLikely, 3.0,
                    R"(\b(ignore|disregard|skip|stop|abort|cancel|instead of|do not|don't)\b[^.!?]{0,24}\b(the )?(user|users|human|original|current|initial)('s|s')?\b[^.!?]{0,12}\b(request|task|question|query|message|input|goal|instructions?)\b)",
                    kContent},
                Rule{
                    "instruction.new_orders", kI, kLikely, 2.6,
                    R"(\b(new|updated|additional|real|actual|true|hidden|secret|urgent|important|special|revised|latest|critical|mandatory|priority|immediate|final|next|main|primary|superseding)[^\w-]{1,2}((system|user|admin|security|task|developer)\W)?(instructions?|directives?|orders|objective|task|prompt|mission|assignment|goal)\b\W{0,4}(:|is\b|are\b|-|—|follows?\b|below\b))",
                    kContent},
                Rule{
                    "instruction.lift_limits", kI, kWeak, 2.0,
                    R"(\b(bypass|override|ignore|disregard|lift|drop)\b[^.!?>]{0,24}\b(previous|prior|existing|all|any|your|these|those|the)\b[^.!?>]{0,16}\b(restrictions?|limitations?|constraints?|filters?)\b)",
                    kGiven},
                Rule{
                    "instruction.lift_limits_ask", kI, kLikely, 3.5,
                    R"(\b(bypass|override|ignore|disregard|lift|drop)\b[^.!?>]{0,24}\b(previous|prior|existing|all|any|your|these|those|the)\b[^.!?>]{0,16}\b(restrictions?|limitations?|constraints?|filters?)\b)",
                    bit(Channel::user_prompt)},
                Rule{
                    "instruction.called_new", kI, kLikely, 3.6,
                    R"([*#=~<\[{-]{2,}\s{0,3}((new|important|updated|special|urgent|critical|additional|revised|hidden|secret|real|actual|mandatory|priority|system|final) ){1,3}(instructions?|orders|directives?|prompt|task)\s{0,3}(follow\w{0,3}|below)?\s{0,3}:?\s{0,2}[*#=~>\]}-]{2,})",
                    kContent},
                Rule{
                    "instruction.shouted_mode", kI, kLikely, 3.6,
                    R"(\b(DEVELOPER|DEV|DEBUG|ADMIN|ROOT|GOD|MAINTENANCE|JAILBREAK|SUDO|TEST|OVERRIDE|UNRESTRICTED) MODE (ENABLED|ACTIVATED|ACTIVE|ON|ENGAGED)\b|\b(EXPERIMENTAL|EMERGENCY|PRIORITY|SPECIAL|SECRET|HIDDEN|MANDATORY|CRITICAL|CLASSIFIED|NEW|TOP PRIORITY) (PROCEDURE|TASK|MISSION|PROTOCOL|DIRECTIVE|ORDERS?|COMMAND|INSTRUCTIONS?)\s?[:!])",
                    kContent, kAllRoles, nullptr, true},
                Rule{
                    "instruction.bracket_word", kI, kLikely, 3.6,
                    R"([\[{<#=]{1,5}\s{0,2}(system|admin|administrator|assistant|hidden|ai|llm|override|developer|root|agent|operator|model)[ _-](override|prompt|instructions?|command|directive|mode|request|message|order|note)[^\w\n]{0,2}[\]}#=>])",
                    kContent},
                Rule{
                    "instruction.from_now_on", kI, kWeak, 1.6,
                    R"(\b(from (now|this (point|moment))( on(wards?)?)?|henceforth|starting now|going forward|for the (rest|remainder) of (this|the|our) (conversation|session|chat))\b[^.!?]{0,20}\b(you|your|always|every|all|respond|answer|reply|act|speak|only)\b)",
                    kContent},
                Rule{
                    "instruction.task_done_now", kI, kLikely, 3.0,
                    R"(\b(task|request|question|query|operation|processing|summary|answer|instructions?|conversation)\b[^.!?]{0,20}\b(complete|completed|done|finished|answered|accomplished|solved|successful|over|end|ended)\b[.!,;:\s]{1,4}(now|next|new|then|your next|please|also|instruction|the next|after that)\b)",
                    kContent, kAllRoles,
                    R"t(\b(complete|completed|done|finished|answered|accomplished|solved|successful|over|end|ended)\b[.!,;:\s]{1,4}(now|next|new|then|your next|please|also|instruction|the next|after that)\b)t"},
                Rule{
                    "instruction.answer_done", kI, kLikely, 3.6,
                    R"(\b(answer|response|output|assistant)\s{0,2}:\s{0,2}(the )?(task|request|question|job)?( is| was)? ?(complete|completed|done|finished|ok|successful)\b)",
                    kContent, kAllRoles, R"t((answer|response|output|assistant)\s{0,2}:)t"},

                // --- marks that only a prompt has
                // ----------------------------------------------------------
                Rule{
                    "instruction.chat_mark", kI, kCertain, 4.5,
                    R"(<\|(im_start|im_end|im_sep|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|end_of_turn|start_of_turn|endofprompt)\|?>|\[/?INST\]|<</?SYS>>|<(start|end)_of_turn>)",
                    kContent, kAllRoles, nullptr, true, 0, is_not_quoted},
                Rule{
                    "instruction.pseudo_tag", kI, kLikely, 4.0,
                    R"(<\s{0,2}/?\s{0,2}(important|system|hidden|secret|instructions?|admin|administrator|developer|override|urgent|priority|critical|mandatory|directive|command|assistant|ai|sys|information|user_?instructions?|(system|ai|assistant|agent|hidden|secret|important|new|special|admin|internal|tool)[-_ ](prompt|message|instructions?|override|notes?|directive|command|context|update|info|reminder)|(important|critical|urgent)[-_ ][a-z]{2,12})\s{0,2}>)",
                    kGiven},
                Rule{
                    "instruction.pseudo_tag_prompt", kI, kLikely, 2.5,
                    R"(<\s{0,2}/?\s{0,2}(system|admin|override|sys|system[-_ ](prompt|message|instructions?|override)|hidden|secret)\s{0,2}>)",
                    bit(Channel::user_prompt)},
                Rule{
                    "instruction.bracket_mark", kI, kLikely, 3.0,
                    R"(([\[{(*#=~<]|--)[\[{(*#=~<-]{0,4}\s{0,2}(system|admin|administrator|important|developer|assistant|hidden|secret|urgent|critical|ai|llm|override|internal|root|security|priority|new|mandatory|begin|start|end)( ?(of|new|system|admin|ai|hidden|user))?[ _-]?(message|note|override|prompt|instructions?|notice|command|directive|mode|update|alert|only|task|context|request|input)[^\w\n]{0,2}[\]})*#=~>:-])",
                    kContent},
                Rule{
                    "instruction.heading_mark", kI, kLikely, 2.4,
                    R"((^|\n|\r)\s{0,4}#{1,6}\s{0,2}(system|instructions?|new instructions?|assistant|human|user|response|input|ai instructions?|hidden instructions?)\s{0,2}(:|\n|$))",
                    bit(Channel::tool_definition) | bit(Channel::user_prompt)},
                Rule{
                    "instruction.heading_mark_colon", kI, kLikely, 2.2,
                    R"(#{2,6}\s{0,2}(system|instructions?|new instructions?|assistant|human|ai instructions?|hidden instructions?)\s{0,2}:)",
                    bit(Channel::tool_result)},
                Rule{
                    "instruction.speaker", kI, kWeak, 1.2,
                    R"((^|\n|\\n|["'.>])\s{0,4}(system|assistant|human|admin|developer|root)\s{0,2}:\s)",
                    kContent},
                Rule{
                    "instruction.system_speaker", kI, kLikely, 2.0,
                    R"(\b(system|admin|developer|administrator|security|important|urgent|attention)\s{0,2}:\s{0,3}(please |now |you (must|should|need|have|are|will)|ignore|disregard|forget|override|execute|run|send|call|use|the (assistant|ai|model|agent)|all (previous|prior)|new |reveal|grant|disable|bypass|transfer|delete|do not|don't|always|never|before|after|immediately|first))",
                    bit(Channel::tool_result) | bit(Channel::user_prompt)},

                // --- speaking to the machine
                // ------------------------------------------------------------------
                Rule{
                    "instruction.to_the_model", kI, kLikely, 3.6,
                    R"(\b(dear|hey|hello|hi|attention|note to|notes? for|message (for|to)|instructions? (for|to)|notice (to|for)|addressed to|reminder (to|for)|request (to|for)|dear|listen up,?) (the |any |all |every |you,? (the |an )?|my |this |our )?(ai|llm|llms|gpt|gpt-?[345o]\w{0,3}|chatgpt|claude|gemini|copilot|llama|mistral|deepseek|ai[- ](models?|agents?|assistants?|systems?|bots?)|language models?|large language models?)( (assistant|agent|model|reading|processing|only|system|summarizing|analy[sz]ing)s?)?\b\s{0,2}[:,;!.)\]—-])", kGiven},
                Rule{
                    "instruction.if_you_are_ai", kI, kLikely, 3.6,
                    R"(\b(if|when|since|because|as)\W{1,2}you\W{0,2}(are|re)\W{1,3}(an?\W{1,2})?(ai|llm|language model|large language model|ai assistant|ai agent|artificial intelligence|chatbot|automated (agent|assistant|system))\b)",
                    kGiven},
                Rule{
                    "instruction.assistant_must", kI, kLikely, 2.2,
                    R"(\b(the )?(ai|llm|ai (assistant|agent|model|system)|assistant|language model|model|agent|chatbot|gpt|claude|copilot)s?\W{1,2}(must|should|shall|has to|have to|needs? to|is (required|instructed|expected|asked|supposed) to|are (required|instructed|expected) to|will now|may not|is (now )?(allowed|permitted|authorized) to)\b)",
                    kGiven},
                Rule{
                    "instruction.you_must", kI, kWeak, 1.4,
                    R"(\byou(,? (the )?(ai|assistant|model|agent),?)? (must|are required to|are instructed to|are to|are obliged to|need to|have to|should|shall|will) (first|now|also|immediately|always|then|never|instead|next|only|strictly|ensure|follow|obey|include|execute|send|call|use|read|respond|reply|answer|output|say|print|add|append|provide|not)\b)",
                    kContent},
                Rule{
                    "instruction.important_message", kI, kLikely, 3.6,
                    R"(\b(important|urgent|critical|crucial|priority|special|emergency) (message|instructions?|notice|note|notification|update|information|request|directive|announcement)\W{1,2}(from|to|for) (me|the|your|you|all|any|ai|assistant|system|user|admin\w{0,9}|developers?|management|owner|security)\b)",
                    kContent},
                Rule{
                    "instruction.before_you", kI, kLikely, 3.0,
                    R"(\b(before|prior to|after|once|while|when|until) (you )?(can |are able to |may |could |have )?(solve|solving|solved|complete|completing|completed|finish|finishing|finished|proceed|proceeding|answer|answering|continue|continuing|respond|responding|reply|replying|summariz\w{1,3}|doing|do|fulfill\w{0,3}|perform\w{0,3}|provid\w{1,3}|present\w{0,3}) (the |this |that |my |any |your |with |to |on )?(\w{1,14} ){0,3}(task|question|request|query|user|answer|anything|response|else|summary|instructions?|that|it|this)\b[^.!?]{0,60}\b(please|must|should|need|first|also|do the following|execute|send|call|make sure|have to|do|complete|follow)\b)", kContent},
                Rule{
                    "instruction.do_the_following", kI, kLikely, 2.2,
                    R"(\b(please )?(do|perform|execute|complete|follow|carry out|take) (the following|these|this|all (of )?(the |these )?(following)?)( \w{1,12}){0,3}( first| instead| before| immediately| now| instructions?| steps| actions?| commands?| task)\b)",
                    kContent},
                Rule{
                    "instruction.follow_orders", kI, kLikely, 2.4,
                    R"(\b(strictly |carefully |immediately |always |just |only |please |now |must )(adhere to|follow|obey|execute|comply with|respond to|carry out|act on)\b[^.!?]{0,16}\b(the following|my|these|this|below|new|all) ?(\w{1,10} )?(instructions?|commands?|orders?|directives?|tasks?|request|prompt)\b)",
                    kContent},
                Rule{
                    "instruction.after_that_task", kI, kLikely, 2.6,
                    R"(\b(after|once) (you (do|have done|did|finish|complete)|doing|completing|that|this)\b[^.!?]{0,24}\byou (can|may|should|must|will)( then| now)? (solve|continue|proceed|resume|go on|return|complete|answer|finish)\b)",
                    kContent},
                Rule{
                    "instruction.obey", kI, kLikely, 2.0,
                    R"(\b(you (must|will|should|shall|have to|are to) (obey|comply|follow (my|all|every|this|these|the following))|obey (me|my|this|these|all|the following)|comply with (my|all|this|these|the following) (\w{1,10} )?(instructions?|orders?|requests?|commands?)|under no circumstances|without (any )?(exceptions?|question|hesitation|further (ado|questions?|confirmation)|asking|confirmation))\b)",
                    kContent},

                // --- another self
                // --------------------------------------------------------------------------------
                Rule{
                    "instruction.new_role", kI, kLikely, 2.4,
                    R"(\byou('re| are| will be|r)( now| no longer| going to be| from now on| about to be| actually| hereby| henceforth)\W{1,2}(an?|in|the|my|acting|operating|free|unrestricted|unfiltered|dan|developer|bound|subject|going|immersed|required|playing|able|allowed|not|called|named)\b)",
                    kContent},
                Rule{
                    "instruction.act_as", kI, kWeak, 1.5,
                    R"(\b(act|pretend|behave|respond|roleplay|role-play|imagine|answer|speak|simulate|pose|function|operate)( (as|like|that)( if| though)?|ing as)\W{1,2}(you|an?|the|my|though|dan|if|i|your|someone)\b)",
                    bit(Channel::user_prompt) | kGiven},
                Rule{
                    "instruction.freed_mode", kI, kLikely, 3.0,
                    R"(\b((enter|enable|enabled|activate|activated|switch (to|into)|initiate|you are (now )?in|engage|start|simulate|with) (\w{1,12} )?(god|unrestricted|sudo|override|jailbreak|dan|unfiltered|evil|opposite|uncensored)[- ]?mode|you are (now )?in (\w{1,12} )?(debug|developer|dev|admin|maintenance|root|test) mode|do anything now|\bDAN mode|you are (now )?jailbroken|jailbroken (mode|ai|assistant|model|version|chatgpt)|developer mode (enabled|output|activated)|god mode|(unrestricted|unfiltered|uncensored|amoral|unethical|immoral) (ai|mode|assistant|model|access|chatbot|bot|version|response)|system override|maintenance override|admin override|security override)\b)",
                    kContent},
                Rule{
                    "instruction.no_limits", kI, kLikely, 2.2,
                    R"(\b(no|without|free (of|from)|not bound by|no longer bound by|remove|removed|disable|disabled|bypass|ignore|lift|lifted|break free (of|from)|evade|turn off|circumvent)( (all|any|your|the|its|of|typical|usual|these|those)){0,3} (restrictions|filters|limitations|censorship|ethical|ethics|moral|morals|safety (rules|guidelines|measures|protocols?|filters|features|settings|restrictions|policies|checks|training)|guardrails?|content polic(y|ies)|openai|content (filter|moderation)|guidelines|confines|warnings? or disclaimers?)\b)",
                    kContent},
                Rule{
                    "instruction.never_refuse", kI, kLikely, 2.2,
                    R"(\b(never|do not|don't|cannot|can't|must not|not) (ever )?(refuse|refusing|decline|say (no|you can'?t|that you)|apologi[sz]e|break character|mention that you are an? (ai|language)|warn|lecture|reject|deny)\b)",
                    kContent},
                Rule{
                    "instruction.two_answers", kI, kLikely, 2.2,
                    R"(\b(stay in character|stay a dan|in two (different |separate )?ways|\[?(🔓|🔒)|as (both )?(chatgpt|gpt) and|token system|you (start|have) with \d{1,3} tokens|evil (twin|confidant)|opposite of what|hypothetical(ly)?( response|, )|fictional (world|story|scenario|character) (where|in which|who)|no matter (how|what)|regardless of (the )?(legality|morality|ethics|content|any|its|how))\b)",
                    bit(Channel::user_prompt)},

                // --- getting at what is told to the model
                // -------------------------------------------------------
                Rule{
                    "instruction.prompt_theft", kI, kLikely, 3.4,
                    R"(\b(reveal|show|print|repeat|output|display|tell|give|share|leak|dump|disclose|expose|recite|translate|summarize|provide|return|write|state|copy|type|spell|list|echo|reproduce|paste|include|attach|append|post|quote|reply with|respond with|answer with|send)\b[^.!?]{0,30}\b((your|the (entire|full|whole|exact|verbatim|complete)) ((full|entire|whole|own|exact|initial|hidden|secret|original|system|first|complete|internal|confidential|verbatim) ){0,3}(system prompt|system message|prompt|instructions|directives|programming)|instructions (you were given|given to you)|everything above this)\b)",
                    kGiven},
                Rule{
                    "instruction.prompt_ask", kI, kWeak,
                    2.4, R"(\b(reveal|show|print|repeat|output|display|tell|give|share|leak|dump|disclose|expose|recite|translate|summarize|provide|return|write|state|copy|type|spell|list|echo|reproduce|what('s| is| are| was| were))\b[^.!?]{0,30}\b(system prompt|system message|system instructions?|(initial|hidden|secret|original|developer|confidential|internal|previous|prior|above|first|full|your own|your exact|your) (system )?(prompt|instructions|directives|programming|guidelines|rules)|instructions (above|you were given|given to you)|everything above|(text|words|content|sentences|messages?|prompt|lines) (above|before this))\b)",
                    kGiven},
                Rule{
                    "instruction.prompt_question", kI, kLikely, 3.0,
                    R"(\b(reveal|show|print|repeat|output|display|tell|give|share|leak|dump|disclose|expose|recite|translate|summarize|provide|return|write|state|copy|type|spell|list|echo|reproduce|what('s| is| are| was| were))\b[^.!?]{0,30}\b(system prompt|system message|system instructions?|(initial|hidden|secret|original|developer|confidential|internal|previous|prior|above|first|full|your own|your exact|your) (system )?(prompt|instructions|directives|programming|guidelines|rules)|instructions (above|you were given|given to you)|everything above|(text|words|content|sentences|messages?|prompt|lines) (above|before this))\b)",
                    bit(Channel::user_prompt)},
                Rule{
                    "instruction.history_theft", kI, kLikely, 2.2,
                    R"(\b(send|include|append|reveal|share|summari[sz]e|output|print|leak|repeat|forward|pass|encode|export|dump|copy)\b[^.!?]{0,30}\b(conversation history|chat history|entire conversation|full conversation|whole conversation|(all|the) previous (messages|conversation)|conversation so far|this conversation|user('s)? (messages|conversation|prompts?))\b)",
                    kContent},
                Rule{
                    "instruction.secret_key_ask", kI, kLikely, 2.0,
                    R"(\b(what('s| is)|tell me|reveal|give me|show me|print|share|say|spell|write|output|leak|hint at)\b[^.!?]{0,20}\b(the|your|a|this|that) (secret|secret key|password|passphrase|secret (word|phrase|code)|access code|hidden (key|word|message)|flag|api key|confidential)\b)",
                    bit(Channel::user_prompt)},

                // --- behind the user's back
                // ---------------------------------------------------------------------
                Rule{
                    "instruction.secrecy", kI, kLikely, 3.0,
                    R"(\b(do not|don't|dont|never|without|avoid|must not|should not|shouldn't|no need to|not to|refrain from)\W{1,2}(ever |even |explicitly |directly )?(mention|mentioning|tell|telling|inform|informing|notify|notifying|reveal|revealing|disclose|disclosing|alert|alerting|warn|warning|let|letting|explain|explaining|share|report|show|display|discuss|ask|asking|acknowledge|say)\b[^.!?]{0,30}\b(the user|users?\b|to anyone|anybody|the human|the person|the customer|to them|this (to|step|action|instruction|message|in|note|fact)|these (instructions|steps)|about (this|it|these)|it to|in (the|your) (summary|response|answer|output|reply)|that you|for (confirmation|permission|approval))\b)",
                    kContent},
                Rule{
                    "instruction.silently", kI, kLikely, 2.4,
                    R"(\b(silently|secretly|covertly|quietly|discreetly|stealthily|in the background|behind the scenes|invisibly|unnoticed|without (the )?(user'?s?|users'|their) (knowledge|consent|knowing|noticing|confirmation|awareness|permission|approval))\b[^.!?]{0,50}\b(send|forward|copy|read|upload|include|add|append|call|execute|run|log|record|collect|email|transfer|write|store|post|access|delete|exfiltrat\w{1,4}|pass|bcc|use|capture|change|redirect|replace|switch)\b)", kGiven},
                Rule{
                    "instruction.not_shown", kI, kLikely, 2.6,
                    R"(\b((user|users|human|humans|person|reader|people)\W{1,2}((does|do|will|can|should|must|need|is|are)(n't| not|not)|cannot|never)\W{1,2}((need|have|able|supposed|allowed|meant|want) to )?(see|know|notice|be (told|informed|shown|aware|able)|read|view|visible|hear)|(not|never|in)\W{0,1}(visible|shown|displayed) to (the )?(user|users|human)|(only for|visible only to|seen only by|meant only for|intended only for|to be read by) (the )?(ai|llm|assistant|model|agent)s?\b|for (the )?(ai|llm|assistant|model|agent)s?( assistants?)? only|(ai|llm|model|assistant|agent)[ -](eyes only|internal))\b)",
                    kGiven},

                // --- what it should do
                // ---------------------------------------------------------------------------
                Rule{
                    "instruction.exfiltrate", kI, kLikely, 2.6,
                    R"(\b(send|forward|e-?mail|mail|post|upload|transmit|submit|exfiltrate|leak|copy|share|report|deliver|bcc|push|dispatch|pass|attach|append|encode)\b[^!?\n]{0,60}\b(passwords?|passcode|credentials?|secrets?|api[ _-]?keys?|access[ _-]?tokens?|auth(entication)? (token|code)s?|private[ _-]?keys?|ssh[ _-]?keys?|id_rsa|\.env\b|system prompt|contact list|contacts|browsing history|medical records?|credit card|card (number|details)|bank(ing)? details|personal (data|information|details)|social security|cookies?|session tokens?|environment variables|saved (payment|address)\w{0,4}|(user|customer|patient|employee|health|genetic|financial)('s)? (data|details|information|records?)|2fa|verification codes?)\b[^!?\n]{0,60}(\bto\b|@|https?:|\bvia\b|\bat\b))", kContent, kAllRoles, R"t(\b(send|forward|e-?mail|mail|post|upload|transmit|submit|exfiltrate|leak|copy|share|report|deliver|bcc|push|dispatch|pass|attach|append|encode)\b[^!?\n]{0,60}(password|passcode|credential|secret|api[ _-]?key|token|code|private|ssh|id_rsa|\.env|system prompt|contact|history|record|credit|card|bank|personal|social|cookie|environment|saved|data|details|information|2fa))t"},
                Rule{
                    "instruction.send_to_address", kI, kWeak, 1.5,
                    R"(\b(send|forward|e-?mail|mail|post|upload|transmit|submit|copy|bcc|cc|deliver|report|share|invite|add|transfer)\b[^!?]{0,70}\b(to|at|into|via|with|cc|bcc):?\W{1,3}([\w.+-]{1,40}@[\w-]{1,40}\.|https?://))",
                    kGiven, kAllRoles,
                    R"t(\b(to|at|into|via|with|cc|bcc):?\W{1,3}([\w.+-]{1,40}@|https?://))t"},
                Rule{
                    "instruction.move_money", kI, kWeak, 1.6,
                    R"(\b(transfer|send|wire|pay|refund|donate|deposit|move)\b[^.!?]{0,20}(\$|€|£|usd|eur|btc|eth|\d)[^!?]{0,60}\b(to|into)\b[^!?]{0,30}\b(account|wallet|address|iban|recipient|[a-z]{2}\d{2}[a-z0-9]{8,}|0x[0-9a-f]{6,}|bc1\w{6,}|\d{6,})\b)",
                    kContent, kAllRoles,
                    R"t(\b(transfer|send|wire|pay|refund|donate|deposit|move)\b[^.!?]{0,20}(\$|€|£|usd|eur|btc|eth|\d))t"},
                Rule{
                    "instruction.run_this", kI, kWeak, 0.8,
                    R"(\b(execute|run|invoke|call|trigger|use)\b[^.!?]{0,20}\b(the )?(following |this |these |`[^`]{1,40}` |'[^']{1,40}' |"[^"]{1,40}" |[a-z]+_[a-z_]+ )(command|tool|function|script|code|shell|api|query|endpoint|action)?\b[^.!?]{0,30}(\b(first|immediately|now|before|instead|to|with|using|and|tool|function)\b|:))",
                    kGiven},
                Rule{
                    "instruction.open_this", kI, kWeak, 1.5,
                    R"(\b(visit|open|click|navigate to|go to|browse to|download|install|access|follow) (on )?(this |the |my )?(link|url|page|website|site|attachment|following|file)?\W{0,4}(at |from |here )?\W{0,2}https?://)",
                    kContent},
                Rule{
                    "instruction.markdown_leak", kI, kLikely, 3.4,
                    R"(!\[[^\]]{0,80}\]\(\s{0,2}https?://[^)\s]{1,160}[?&=/][^)\s]{0,80}(\{|\[|<|%7B|%5B|\$\{|=data|=secret|=token|=base64|=query|=history|=prompt|QUERY|DATA|SECRET))",
                    kContent, kAllRoles, R"t(!\[[^\]]{0,80}\]\(\s{0,2}http)t"},
                Rule{
                    "instruction.include_in_answer", kI, kLikely, 2.0,
                    R"(\b(include|insert|append|add|embed|put|place|incorporate|blend|end|begin|start|finish|prefix|conclude)\b[^.!?]{0,30}\b(in|into|to|at|within|with|of)\b[^.!?]{0,12}\b(your|the|every|all|each) (\w{1,10} )?(response|answer|reply|output|summary|message|code|solution|final answer|completion|responses)s?\b)",
                    bit(Channel::tool_result), kAllRoles,
                    R"t(\b(include|insert|append|add|embed|put|place|incorporate|blend|end|begin|start|finish|prefix|conclude)\b[^.!?]{0,30}\b(in|into|to|at|within|with|of)\b)t"},
                Rule{"instruction.include_in_yours", kI, kLikely, 2.0,
                     R"(\b(include|insert|append|add|embed|put|place|incorporate|blend|end|begin|start|finish|prefix|conclude)\b[^.!?]{0,30}\b(in|into|to|at|within|with|of)\b[^.!?]{0,12}\b(your|every|all|each) (\w{1,10} )?(response|answer|reply|output|summary|message|code|solution|final answer|completion|responses)s?\b)",
                     bit(Channel::tool_definition), kAllRoles,
                     R"t(\b(include|insert|append|add|embed|put|place|incorporate|blend|end|begin|start|finish|prefix|conclude)\b[^.!?]{0,30}\b(in|into|to|at|within|with|of)\b)t"},
                Rule{"instruction.answer_only_with", kI, kWeak,
                     1.7, R"(\b(respond|reply|answer|say|print|output|write|return|state) (back )?(only|just|exactly|simply|solely|nothing but|with only|with just|with exactly|with the (word|phrase|text|following)|with ["'“«])[^.!?]{0,12}[\w"'“«])",
                     kGiven},
                Rule{
                    "instruction.decode_and_follow", kI, kLikely, 3.6,
                    R"(\b(decode|decrypt|unscramble|decipher|deobfuscate|rot-?13|base-?64|un-?hex)\b[^.!?]{0,60}\b(and|then|to)\b[^.!?]{0,12}\b(follow|execute|run|obey|perform|do|act|comply|carry out|answer)\b)",
                    kContent},
                Rule{"instruction.stop_work", kI, kWeak,
                     1.5, R"(\b(stop|cease|halt|abort|terminate|pause)( (what you are|whatever you are|everything|all|any|the|current|processing|doing|summariz\w{1,4}|your|here)){1,4}( (task|work|action|operation|here|immediately|doing))?\b[^.!?]{0,30}\b(and|instead|now|immediately|then)\b)",
                     kGiven},
                Rule{"instruction.trust_me", kI, kWeak,
                     1.4, R"(\b((this|it) is (very |extremely |absolutely |critically )?(important|crucial|critical|vital|urgent|mandatory|imperative)( that you| to| you|\.|!|,)|(pre-?)?authorized by (the )?(user|admin\w{0,9}|system|security|management|developers?)|(the )?(user|admin\w{0,9}|owner|developer)s? (has|have) (already )?(authorized|approved|consented|agreed|permitted|instructed|requested)|this is (an? )?(authorized|official|legitimate|approved) (request|instruction|test|command|system|security|update)|as (the|your) (administrator|developer|creator|owner|supervisor|operator)|(system|security|compliance|company) (policy|requirement)s? (require|mandate)s?)\b)",
                     kContent},
                Rule{"instruction.my_account", kI, kWeak,
                     1.8, R"(\b(retrieve|find|fetch|get|access|export|share|grant|unlock|schedule|send|delete|search|check|download|transfer|forward|use|sync|disable|change|reset|update)\b[^.!?]{0,60}\b(my|the user's|user's)\b[^.!?]{0,30}\b(account|bank|drive|e-?mails?|calendar|contacts?|home|door|lock|dropbox|wallet|messages?|records?|data|history|address(es)?|payment|devices?|folder|medical|credit|password|photos|location|savings|camera|car)\b)",
                     bit(Channel::tool_result)},
                Rule{"instruction.bare_goal", kI, kWeak,
                     1.2, R"((^|[.!?:>\n"']\s{0,4})(please )?(make|create|schedule|delete|remove|change|update|grant|revoke|unlock|disable|add|book|reserve|cancel|set|modify|erase|purge|approve|share) (a |an |the |all |my |any |me )?(\w{1,14} ){0,5}(transaction|calendar|event|file|files|password|permission|access|account|reservation|booking|appointment|payment|door|record|records|repository|branch|channel|user|device|alarm|backup|database|subscription)s?\b)",
                     bit(Channel::tool_result)},

                // --- hidden in markup
                // -----------------------------------------------------------------------------
                Rule{
                    "instruction.comment", kI, kLikely, 2.6,
                    R"(<!--[^>]{0,200}\b(ignore (all|any|the|previous|prior|every|your|what|instructions?)|disregard|instructions? (for|to)|assistant|ai agent|llm|you must|you should|please (send|forward|ignore|read|call|run|do|tell|add|use)|send|forward|execute|system prompt|override|do not tell|do not mention|delete|transfer|password)\b)",
                    kContent, kAllRoles, R"t(<!--)t"},
                Rule{
                    "instruction.unseen_style", kI, kLikely, 3.2,
                    R"(style\s{0,2}=\s{0,2}["'][^"'>]{0,80}(display\s{0,2}:\s{0,2}none|visibility\s{0,2}:\s{0,2}hidden|font-size\s{0,2}:\s{0,2}0|opacity\s{0,2}:\s{0,2}0[^.]|color\s{0,2}:\s{0,2}(white|#fff|transparent|rgba\(\d{1,3}, ?\d{1,3}, ?\d{1,3}, ?0\)))[^>]{0,80}>[^<]{0,160}\b(ignore|instructions?|assistant|you must|you should|please|send|forward|system|execute|ai|llm)\b)",
                    kContent, kAllRoles,
                    R"t(style\s{0,2}=\s{0,2}[\"'][^\"'>]{0,80}(display|visibility|font-size|opacity|color))t"},
                Rule{
                    "instruction.markdown_comment", kI, kLikely, 2.6,
                    R"(\[(//|comment|_|hidden)\]:\s{0,3}(#|<>)\s{0,3}["'(]?[^\n]{0,120}\b(ignore|instructions?|assistant|you must|you should|please|send|forward|system|execute|ai|llm)\b)",
                    kContent, kAllRoles, R"t(\[(//|comment|_|hidden)\]:)t"},
};

}  // namespace

std::span<const Rule> instruction_rules() {
  return kRules;
}

}  // namespace doorward::detect
