// "Ignore your instructions" in other languages. Patterns work on bytes: letters beyond ASCII are
// matched as they stand, which is why both cases are written where a language has them.
#include <array>

#include "detect/rules.h"

namespace doorward::detect {

namespace {

constexpr unsigned kContent =
    bit(Channel::tool_definition) | bit(Channel::tool_result) | bit(Channel::user_prompt);
constexpr auto kI = Kind::instruction;
constexpr auto kLikely = Certainty::likely;

constexpr std::array kRules = {
    Rule{
        "instruction.override_es", kI, kLikely, 3.5,
        R"((ignor(a|e|ar|en)|olvid(a|e|ar|en)|omit(e|a|ir)|descart(a|e))\b.{0,40}(instruccion|indicacion|directric|(o|ó)rdenes|reglas|todo lo anterior))",
        kContent},
    Rule{
        "instruction.override_fr", kI, kLikely, 3.5,
        R"((ignore[rz]?|oublie[rz]?|ne tiens? pas compte|ne tenez pas compte)\b.{0,40}(instructions? .{0,24}(pr(e|é)c|ant(e|é)r|ci-dessus|initial|du syst|donn)|consigne|directive|r(e|è)gles?|ordres|tout ce qui pr(e|é)c(e|è)de))",
        kContent},
    Rule{
        "instruction.override_de", kI, kLikely, 3.5,
        R"((ignorier|vergiss|vergesse|missachte|(u|ü)bergeh)\w{0,4}\b.{0,40}(anweisung|instruktion|vorgabe|befehl|regeln|anleitung|richtlinie|alles))",
        kContent},
    Rule{
        "instruction.override_pt", kI, kLikely, 3.5,
        R"((ignor(e|a|ar)|esque(c|ç)a|desconsidere|descarte)\b.{0,40}(instru(c|ç)(o|õ|ã|a)|diretriz|ordens|regras|comandos|orienta(c|ç)|tudo))",
        kContent},
    Rule{
        "instruction.override_it", kI, kLikely, 3.5,
        R"((ignor(a|are|ate)|dimentica(re|te)?|trascura)\b.{0,40}(istruzion|direttiv|ordini|regole|indicazion|tutto ci))",
        kContent},
    Rule{"instruction.override_nl", kI, kLikely, 3.5,
         R"((negeer|vergeet)\b.{0,40}(instructie|aanwijzing|opdracht|richtlijn|regels))", kContent},
    Rule{"instruction.override_pl", kI, kLikely, 3.5,
         R"((z?ignoruj|zapomnij|pomi(n|ń))\b.{0,40}(instrukcj|polece|wytyczn|zasad))", kContent},
    Rule{"instruction.override_tr", kI, kLikely, 3.5,
         R"((talimat|y(o|ö)nerge|komut|kural).{0,40}(yok say|unut|g(o|ö)rmezden|dikkate alma))",
         kContent},
    Rule{"instruction.override_id", kI, kLikely, 3.5,
         R"((abaikan|lupakan|hiraukan)\b.{0,40}(instruksi|perintah|petunjuk|arahan|aturan))",
         kContent},
    Rule{"instruction.override_vi", kI, kLikely, 3.5,
         R"((bỏ qua|phớt lờ|quên|bo qua).{0,50}(hướng dẫn|chỉ dẫn|lệnh|chỉ thị|huong dan|chi dan))",
         kContent},
    Rule{
        "instruction.override_ru", kI, kLikely, 3.5,
        R"(([Ии]гнориру|[Пп]роигнорируй|[Зз]абудь|[Нн]е обращай внимания).{0,80}(инструкц|указани|команд|правил|директив|предыдущ))",
        kContent},
    Rule{"instruction.override_uk", kI, kLikely, 3.5,
         R"(([Іі]гноруй|[Зз]абудь).{0,80}(інструкц|вказівк|команд|правил))", kContent},
    Rule{
        "instruction.override_zh", kI, kLikely, 3.5,
        R"((忽略|无视|忘记|無視|忽視|忘掉|不要理会|不理会|不要遵守|放弃).{0,40}(指示|指令|说明|說明|提示|命令|規則|规则|内容|要求|限制))",
        kContent},
    Rule{"instruction.override_ja", kI, kLikely, 3.5,
         R"((指示|命令|プロンプト|ルール|説明|内容).{0,40}(無視|忘れ|従わな))", kContent},
    Rule{"instruction.override_ko", kI, kLikely, 3.5,
         R"((지시|명령|지침|프롬프트|규칙|내용).{0,40}(무시|잊|따르지))", kContent},
    Rule{"instruction.override_ar", kI, kLikely, 3.5,
         R"((تجاهل|انس|تغاضى|اهمل).{0,60}(تعليمات|أوامر|التوجيهات|الإرشادات|السابق))", kContent},
    Rule{"instruction.override_hi", kI, kLikely, 3.5,
         R"((निर्देश|आदेश|हिदायत|नियम).{0,80}(अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा))", kContent},
    Rule{"instruction.override_bn", kI, kLikely, 3.5, R"((নির্দেশ|আদেশ).{0,80}(উপেক্ষা|ভুলে|অগ্রাহ্য))",
         kContent},
    Rule{"instruction.override_th", kI, kLikely, 3.5,
         R"((เพิกเฉย|ละเว้น|ไม่ต้องสนใจ|ลืม).{0,60}(คำสั่ง|คำแนะนำ|คำแนะ))", kContent},
    Rule{"instruction.override_fa", kI, kLikely, 3.5,
         R"((دستور|فرمان|راهنما).{0,60}(نادیده|فراموش))", kContent},
    Rule{
        "instruction.override_sq_sw", kI, kLikely, 3.0,
        R"((injoro|shpërfill|puuza|usijali|sahau|ignoroni)\w{0,4}\b.{0,50}(udhëzim|maagizo|maelekezo))",
        kContent},
    // Few words tell of one who answers: what is to stand "in your answer".
    Rule{
        "instruction.your_answer", kI, kLikely, 3.6,
        R"((en (tu|su) respuesta|en la teva resposta|dans (ta|votre) r(é|e)ponse|in (deine[rm]?|deiner|Ihre[rm]?) Antwort|nella (tua|sua) risposta|n?a sua resposta|na tua resposta|in (je|jouw|uw) antwoord|w (swojej|twojej) odpowiedzi|ve (své|tvé|vaší) odpov|v tvojej odpovedi|(î|i)n r(ă|a)spunsul t(ă|a)u|a v(á|a)laszodba|i (ditt|dit|dine?) svar|vastauksessasi|oma vastuses|sav(ā|a) atbild|savo atsakyme|(yan(ı|i)t|cevab)(ı|i)n(a|da)\b|sa iyong (sagot|tugon)|katika jibu lako|empendulweni yakho|i do fhreagra|nad fhreagairt|fhreagairt agad|n(ë|e) p(ë|e)rgjigjen t(ë|e)nde|dalam (jawaban|respons|balasan) (anda|mu)|trong (câu trả lời|phản hồi)|в (своём|своем|вашем|твоём) ответе|у (своїй|вашій) відповіді|в отговора си|у свом одговору|στην απάντησή σ|在你?的?(回答|回复|答案|答复)中|在您的(回答|回复)中|回答(の中)?に.{0,12}(含め|入れ)|답변에.{0,24}(포함|넣)|في (إجابتك|ردك)|בתשובה שלך|در پاسخ خود|अपने (उत्तर|जवाब) में|আপনার উত্তরে|ในคำตอบของคุณ))",
        bit(Channel::tool_definition) | bit(Channel::tool_result)},
    // Czech, Slovak, Hungarian, Romanian, Swedish, Danish and Norwegian, Finnish, Greek, Hebrew,
    // Bulgarian, Serbian and Croatian, Tagalog, Urdu, Tamil, Zulu, Irish, Scottish Gaelic, Catalan,
    // Estonian.
    Rule{
        "instruction.override_more", kI, kLikely, 3.5,
        R"((ignoruj(te)?|zapome(ň|n)(te)?)\b.{0,40}(pokyn|instrukc|p(ř|r)(í|i)kaz|pravid)|hagyd? figyelmen k(í|i)v(ü|u)l.{0,40}(utas(í|i)t|szab)|(ignor(ă|a|ați)|uit(ă|a)).{0,40}(instruc(ț|t)iun|indica(ț|t)ii)|(ignorera|gl(ö|o)m|bortse fr(å|a)n)\b.{0,40}(instruktion|anvisning|regler)|(ignorer|glem|se bort fra)\b.{0,40}(instruks|anvisning|regler|ordre)|(ohita|unohda|j(ä|a)t(ä|a) huomiotta)\b.{0,40}(ohje|k(ä|a)sky|m(ä|a)(ä|a)r(ä|a)yks)|(αγνόησε|αγνοήστε|ξέχασε|ξεχάστε).{0,80}(οδηγίες|εντολές|κανόνες)|(התעלם|התעלמי|התעלמו|שכח).{0,60}(הוראות|ההנחיות|הנחיות|פקודות)|([Ии]гнорирай|[Зз]абрави).{0,80}(инструкци|указани|правила)|([Ии]гнориши|[Зз]анемари|zanemari|ignori(š|s)i).{0,60}(упутств|инструкциј|uput|instrukcij)|(huwag pansinin|balewalain|kalimutan).{0,50}(tagubilin|utos|panuto|instruksyon)|(ہدایات|احکامات).{0,60}(نظر انداز|بھول)|(வழிமுறை|அறிவுறுத்தல்).{0,90}(புறக்கணி|மற)|(ungayinaki|ziba|khohlwa).{0,50}(imiyalelo|imiyalo)|(d(é|e)an neamhaird|dearmad).{0,40}(treoir|treoracha|orduithe)|(leig seachad|na gabh suim|d(ì|i)ochuimhnich).{0,50}(st(i|ì)uir|(ò|o)rdugh)|(ignora|oblida).{0,40}(instruccions|indicacions)|(eira|unusta).{0,40}(juhis|korraldus))",
        kContent, kAllRoles,
        R"t((ignor|zapome|figyelmen|uit|gl(ö|o)m|bortse|glem|se bort|ohita|unohda|huomiotta|αγν|ξέχ|ξεχ|התעל|שכח|гнор|абрави|анемари|zanemari|huwag|balewal|kalimutan|نظر انداز|بھول|வழிமுறை|அறிவுறுத்தல்|ungayinaki|ziba|khohlwa|neamhaird|dearmad|leig seachad|na gabh suim|ochuimhnich|oblida|eira|unusta).{0,90}(pokyn|instruk|instruc|kaz|prav|utas|szab|indica|anvisning|regler|ordre|ohje|k(ä|a)sky|οδηγ|εντολ|κανόν|הוראות|נחיות|פקודות|нструкц|указани|упутств|правил|uput|tagubilin|utos|panuto|ہدایات|احکامات|புறக்கணி|மற|imiyal|treoir|treorach|ord|stiuir|stìuir|rdugh|juhis|korraldus)|(ہدایات|احکامات).{0,60}(نظر|بھول))t"},
    Rule{
        "instruction.password_ask", kI, Certainty::weak, 1.6,
        R"((contrase(n|ñ)a|mot de passe|passwort|passphrase|senha|password|пароль|密码|密碼|パスワード|비밀번호|كلمة المرور|كلمة السر|पासवर्ड|পাসওয়ার্ড|şifre|kata sandi|mật khẩu).{0,60}(\?|？|؟|。))",
        bit(Channel::user_prompt), kAllRoles,
        R"t((contrase|mot de passe|passwort|passphrase|senha|password|пароль|密码|密碼|パスワード|비밀번호|كلمة المرور|كلمة السر|पासवर्ड|পাসওয়ার্ড|şifre|kata sandi|mật khẩu))t"},
};

}  // namespace

std::span<const Rule> language_rules() {
  return kRules;
}

}  // namespace doorward::detect
