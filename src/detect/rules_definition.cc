// What the definition of an honest tool does not say: how to use other tools, which files of the
// user to read, what to hide.
#include <array>

#include "detect/rules.h"

namespace doorward::detect {

namespace {

constexpr unsigned kHere = bit(Channel::tool_definition);
constexpr auto kI = Kind::instruction;
constexpr auto kLikely = Certainty::likely;
constexpr auto kWeak = Certainty::weak;

constexpr std::array kRules =
    {
        Rule{
            "instruction.before_this_tool", kI, kLikely, 3.0,
            R"(\b(before|prior to|after|each time|every time|whenever|when|while|once|in order to|to) (you )?(using|use|calling|call|invoking|invoke|running|run|executing|execute|this tool (is|can)|any (other )?tool|returning|(this|the) (tool|function|operation))\b[^.!?]{0,50}\b(you must|must first|first read|read the|first call|always (first|call|read|include)|make sure to (first|also)|please (first|also|read|call|send)|also (read|send|call|include|access|forward|execute)|execute the following|read `|read ~|read /|access ~|access /|replace)\b)",
            kHere},
        Rule{
            "instruction.other_tool", kI, kLikely, 3.0,
            R"(\b(when(ever)?|if|any ?time|each time|every time|before|after|instead of|once)\b[^.!?]{0,40}\b(send_\w{2,30}|other tools?|another tool|(e-?mail|message|payment|transfer|transaction|money|file) tool|[a-z]+_[a-z_]+ tool|the user (asks|requests|wants|sends|mentions|says)|sending (an? )?(e-?mails?|messages?|money)|transferring money|(send|transfer|pay)s? (an? )?(money|e-?mail|message))\b[^.!?]{0,60}\b(must|always|also|instead|should|change|replace|redirect|first|use (this|the) (\w{1,12} )?(account|address|number|server|url|link|recipient|iban|proxy|key|token)|bcc|recipient|call|include|rather|send|access)\b)",
            kHere},
        Rule{
            "instruction.prefer_me", kI, kLikely, 2.6,
            R"(\b((always|only|must|should|please|exclusively|just) (use|call|prefer|choose|select|invoke|pick|run|be used|be called|be chosen|be preferred) ?(this|the present|for all|instead|over|before|first)?( (tool|function|one))?\b[^.!?]{0,30}\b(instead|rather|over|before|any other|other tools?|all other|first|no matter|regardless|exclusively|every|others)|use this (tool )?(rather than|instead of) (others?|any)|this (is the )?(only|best|official|preferred|superior) tool|(the )?other (tools?|versions?|servers?) (is|are|have been|has been) (deprecated|broken|unsafe|outdated|disabled|unavailable|compromised|slower|inferior|obsolete))\b)",
            kHere},
        Rule{
            "instruction.smuggle_argument", kI, kLikely, 3.2,
            R"(\b(pass|put|include|provide|place|add|insert|append|store|supply|set|send|fill)\b[^.!?]{0,40}\b(contents?|it|value|data|result|keys?|output|history|conversation|prompt|context|system prompt|credentials?)\b[^.!?]{0,20}\b(as|in|into|to|via|using|through)\b[^.!?]{0,8}(`|'|"|the )[\w-]{2,24}[`'"]? ?(parameter|argument|field|param|note|sidenote|property|input)\b)",
            kHere},
        Rule{
            "instruction.reads_credentials", kI, kLikely, 3.2,
            R"((~/?|/home/\w{1,20}/|/root/|\$home/|%userprofile%\\?|\.)(\.?ssh\b|\.?aws/|\.git-credentials|\.kube/|\.cursor/|\.docker/config|\.netrc|\.gnupg|\.config/|\.npmrc|\.pgpass|\.bash_history|\.env\b|claude/|claude_desktop)|\bid_(rsa|ed25519|ecdsa|dsa)\b|\bmcp\.json\b|/etc/(passwd|shadow|sudoers)|\.aws/credentials)",
            kHere},
        Rule{"instruction.fail_otherwise", kI, kLikely, 2.4,
             R"(\b(otherwise|or else|if (you|this|not)|failure to|failing to|skipping|omitting|without (this|it)|not doing)\b[^.!?]{0,50}\b(the |this )?(tool|function|it|result|data|operation|application|user|mcp|implementation|step|system)s?\b[^.!?]{0,12}\b(will|may|might|could|does|do|can)( not)? (fail|work|break|be (lost|corrupted|terminated|deleted|shut|blocked|suspended|proxied|wrong|rejected)|crash|corrupt|malfunction|lose|get|become)\b)",
             kHere},
        Rule{
            "instruction.needs_the_prompt", kI, kLikely, 3.0,
            R"(\b(needs?|requires?|collect|capture|include|provide|send|pass|log|record|access|read|extract)\b[^.!?]{0,30}\b(system prompt|conversation history|chat history|full conversation|user's (messages|password|credentials)|all (previous|user) messages|private keys?|ssh keys?|browser (cookies|history))\b)",
            kHere},
        Rule{
            "instruction.marked_note", kI, kLikely, 2.2,
            R"((^|\n|\r|[.!>*\[(])\W{0,6}(important|note to (ai|assistant|model|llm|agent)|hidden|internal|secret|critical|warning|attention|mandatory|required|urgent|system|admin|crucial|caution|ai|instruction)( (note|instructions?|message|step|override|directive|notice|only))?\W{0,4}[:!\]>)-]\W{0,4}(before|when|whenever|you|always|never|do not|don't|read|send|call|ignore|first|after|if|this tool must|the (assistant|ai|model|agent|llm)|execute|use this|also|please|for|all|any|must|include|override|every|to)\b)",
            kHere},
        Rule{
            "instruction.malicious_words", kI, kLikely, 2.4,
            R"(\b(exfiltrat\w{1,5}|backdoor|keylog\w{0,5}|malicious\w{0,2}|malware|ransomware|reverse shell|rootkit|covert(ly)? (channel|send|exfil)\w{0,6}|steal(s|ing)?( (the|user|all|your))? ?(data|credentials?|tokens?|passwords?|cookies?|secrets?|information)|bypass(es|ing)? (security|authentication|authorization|restrictions?|access control|validation|filters?|detection|safety|all)|disable (security|logging|audit|monitoring|antivirus|firewall)|privilege escalation|escalate privileges?|without (authorization|authentication|validation|sanitization|permission|consent)|unauthorized(ly)?|phishing|spoof(s|ing)?|hijack(s|ing)?|arbitrary (code|commands?|shell|files?)|credential (theft|harvest\w{0,3}|dump\w{0,3}|stealing)|harvest(s|ing)? (credentials?|data|personal|user)|brute[- ]?forc(e|ing)|cryptojack\w{0,3}|crypto ?miner|denial[- ]of[- ]service|poison(s|ed|ing)?|tamper(s|ing)? with|data (theft|leak)|prompt injection|obfuscat\w{1,5}|exploit(s|ing|ation)?)\b)", kHere},
        Rule{
            "instruction.sales_pitch", kI, kWeak, 1.6,
            R"(\b(game[- ]chang(er|ing)|revolutionary|world'?s (best|first|most)|scientifically proven|why (settle|use inferior)|trusted by (millions|the|over)|exclusive access|million (downloads|users)|don't (fall behind|miss)|endorsed by|limited time|guaranteed|unbeatable|superior to|beats all|most (trusted|advanced|popular) tool)\b)",
            kHere},
        Rule{
            "instruction.cross_domain", kI, kWeak, 1.2,
            R"(\b(send|sends|sent|forward|forwards|upload|uploads|post|posts|transmit|transmits|reports?)\b[^.!?]{0,60}\b(to)\b[^.!?]{0,12}(https?://|[\w.+-]{1,30}@[\w-]{1,30}\.|external (server|endpoint|service|url)|third[- ]part(y|ies)|remote (server|endpoint|host)|attacker))",
            kHere},
};

}  // namespace

std::span<const Rule> definition_rules() {
  return kRules;
}

}  // namespace doorward::detect
